// A small game of our own in the NBA's payload shapes, for tests: seven to five, four periods, eleven events.
//
// `box()` and `plays()` build JSON documents that tests may change before `bodies()` or `transform()` turn them into
// payloads.
#pragma once

#include "pipeline/transform/transform.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace nba::test {

using json = nlohmann::ordered_json;

inline constexpr std::int64_t home_id = 1610612738;
inline constexpr std::int64_t away_id = 1610612752;
inline constexpr const char* small_game_id = "0022400061";

// The two ways the live data is written.
enum class serialisation {
  integers,  // scores as integers, absent keys, no `meta` in the play-by-play
  strings,   // scores as strings, nulls, `meta`
};

json box();
json plays(serialisation how = serialisation::integers);

// The action with this orderNumber.
json& action(json& plays, int order_number);
// The player's line of a box score.
json& player(json& box, std::int64_t person_id);

body_ptr body(const std::string& text);
game_payloads raw_payloads(const std::string& box, const std::string& plays);
game_payloads payloads(const json& box, const json& plays);
result<game_rows> transform(const json& box, const json& plays);

// The rows of the unchanged small game.
game_rows small_game_rows();

}  // namespace nba::test
