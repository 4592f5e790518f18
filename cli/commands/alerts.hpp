// `alerts`: try the channels, see what was told, and tell of a unit that failed.
#pragma once

#include "cli/context.hpp"

#include <string>

namespace nba::cli {

struct alerts_options {
  std::string channel;  // test: only this one
  bool all = false, json = false;
  std::string unit;  // on-failure: instead of $MONITOR_UNIT
};
// Why nobody is told: which file was looked for, and the smallest section to put into it.
std::string why_no_channel(const context& with);
int run_alerts_test(const context& with, const alerts_options& options);
int run_alerts_list(const context& with, const alerts_options& options);
int run_alerts_on_failure(const context& with, const alerts_options& options);

}  // namespace nba::cli
