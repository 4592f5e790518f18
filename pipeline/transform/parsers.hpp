// The two parsers behind `transformer`: one pass over one document each.
//
// Threads: pure but for the parser's buffers; one parser is used by one thread at a time.
// Errors: contract_drift with the JSON path; not_final when the payload says that the game is not over.
// Internal to pipeline/transform.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/result.hpp"
#include "pipeline/rows.hpp"
#include "pipeline/source/http_client.hpp"

#include <simdjson.h>

namespace nba {

// Fills everything but `events` and `origin`; `teams` and `team_stats` are home, away.
result<void> parse_boxscore(simdjson::ondemand::parser& parser, const padded_body& body, const game_id& id,
                            game_rows& rows);

// Fills `events`, in true order.
result<void> parse_playbyplay(simdjson::ondemand::parser& parser, const padded_body& body, const game_id& id,
                              game_rows& rows);

// A play-by-play has said that the game is over: an event of type `game` and sub type `end`.
bool has_game_end(const game_rows& rows);

}  // namespace nba
