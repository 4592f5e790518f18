// Argument formats that several commands share, as checks of options (a bad value is a usage error, code 105).
//
// Threads: pure functions.
#pragma once

#include "cli/command_line.hpp"
#include "pipeline/plan/game_id.hpp"

#include <set>
#include <string>

namespace nba::cli {

argument_check season_format();   // 2024-25
argument_check date_format();     // 2024-10-22
argument_check game_id_format();  // 0022400061

// `--season S`; required unless `optional`.
enum class season_need { required, optional };
option_syntax* add_season_option(command_syntax& command, std::string& target, season_need need,
                                 const std::string& description);
// `--game-types regular,cup,play-in,playoffs`; without it the types that a backfill takes by default.
option_syntax* add_game_types_option(command_syntax& command, std::string& target);
// Of a list that the option has checked.
std::set<game_type> to_game_types(const std::string& comma_separated);
// `--parallel N`, or `auto`, which becomes parallel_auto.
option_syntax* add_parallel_option(command_syntax& command, int& target);
// `--chunk-days N`, or `auto`, which becomes chunk_days_auto.
option_syntax* add_chunk_days_option(command_syntax& command, int& target);
// `--json`.
option_syntax* add_json_option(command_syntax& command, bool& target);

}  // namespace nba::cli
