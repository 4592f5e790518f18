// `export`: tables as files, with a manifest that says what they are.
//
// Purpose: streams tables of finished games, a few dozen games at a time, so that memory does not grow with the season.
// All reads see one moment of the database, whatever a run writes meanwhile.
#pragma once

#include "cli/context.hpp"

#include <string>
#include <vector>

namespace nba::cli {

struct export_options {
  std::vector<std::string> tables;  // empty: all of core and derived
  std::string season;               // empty: every season
  std::string game_types;
  std::string format = "csv";
  bool gzip = false;
  std::string folder = "nba-export";
  bool csv_safe = false;
  bool overwrite = false;
  bool json = false;
};

int run_export(const context& with, const export_options& options);

}  // namespace nba::cli
