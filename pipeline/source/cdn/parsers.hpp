// The parsers of cdn.nba.com's documents: one pass over one document each.
//
// Threads: pure but for the parser's buffers; one parser is used by one thread at a time.
// Errors: contract_drift with the JSON path; rejected (rule game_as_asked) when the document is of another game;
// not_final when the payload says that the game is not over. What is odd and decorative is added to `odd`.
// Internal to pipeline/source/cdn.
#pragma once

#include "pipeline/game_payloads.hpp"
#include "pipeline/result.hpp"
#include "pipeline/transform/odd_values.hpp"

#include <simdjson.h>

#include <string>
#include <vector>

namespace nba {

// Fills everything but `events` and `origin`; `teams` and `team_stats` are home, away.
result<void> parse_boxscore(simdjson::ondemand::parser& parser, const padded_body& body, const game_id& id,
                            game_rows& rows, odd_values& odd);

// Fills `events`, in true order. Wants the box score's rows before: times are seen from tip-off.
result<void> parse_playbyplay(simdjson::ondemand::parser& parser, const padded_body& body, const game_id& id,
                              game_rows& rows, odd_values& odd);

// What they read, for payload_fields().
struct payload_field;
void list_boxscore_fields(std::vector<payload_field>& into);
void list_playbyplay_fields(std::vector<payload_field>& into);

// As game_source::evidence_of_play. Threads: pure function.
std::string cdn_evidence_of_play(const game_payloads& payloads);

}  // namespace nba
