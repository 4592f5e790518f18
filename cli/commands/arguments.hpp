// Argument formats that several commands share, as CLI11 validators (a bad value is a usage error, code 105).
//
// Threads: pure functions.
#pragma once

#include "pipeline/plan/game_id.hpp"

#include <CLI/CLI.hpp>

#include <set>
#include <string>

namespace nba::cli {

CLI::Validator season_format();   // 2024-25
CLI::Validator date_format();     // 2024-10-22
CLI::Validator game_id_format();  // 0022400061

// `--season S`; required unless `optional`.
enum class season_need { required, optional };
CLI::Option* add_season_option(CLI::App& command, std::string& target, season_need need,
                               const std::string& description);
// `--game-types regular,cup,play-in,playoffs`; without it the types that a backfill takes by default.
CLI::Option* add_game_types_option(CLI::App& command, std::string& target);
// Of a list that the option has checked.
std::set<game_type> to_game_types(const std::string& comma_separated);
// `--json`.
CLI::Option* add_json_option(CLI::App& command, bool& target);

}  // namespace nba::cli
