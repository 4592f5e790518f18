// Argument formats that several commands share, as CLI11 validators (a bad value is a usage error, code 105).
//
// Threads: pure functions.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace nba::cli {

CLI::Validator season_format();   // 2024-25
CLI::Validator date_format();     // 2024-10-22
CLI::Validator game_id_format();  // 0022400061

// `--season S`; required unless `optional`.
enum class season_need { required, optional };
CLI::Option* add_season_option(CLI::App& command, std::string& target, season_need need,
                               const std::string& description);
// `--json`.
CLI::Option* add_json_option(CLI::App& command, bool& target);

}  // namespace nba::cli
