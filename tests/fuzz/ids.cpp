#include "pipeline/plan/planned_game.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/targets.hpp"

namespace nba::fuzz {
namespace {

bool a_game_id(std::string_view input) {
  const auto id = game_id::parse(input);
  if (!id) return false;
  require(id->str() == input, "an id is the text it was read from");
  require(parse_game_type(to_string(id->type())) == id->type(), "the type of every id has a name");
  require(parse_season(to_string(id->in_season())) == id->in_season(), "the season of every id has a name");
  require(parse_watermark_key(watermark_key(lane_of(*id))) == lane_of(*id), "the lane of every id has a key");
  return true;
}

bool a_season(std::string_view input) {
  const auto found = parse_season(input);
  if (found) require(to_string(*found) == input, "a season is written as it was read");
  return found.has_value();
}

bool a_watermark_key(std::string_view input) {
  const auto lane = parse_watermark_key(input);
  if (lane) require(watermark_key(*lane) == input, "a lane has one key");
  return lane.has_value();
}

bool a_word(std::string_view input) {
  const auto type = parse_game_type(input);
  if (type) require(to_string(*type) == input, "a game type is written as it was read");
  const auto state = parse_game_state(input);
  if (state) require(to_string(*state) == input, "a state is written as it was read");
  const auto kind = parse_failure_class(input);
  if (kind) require(to_string(*kind) == input, "a failure class is written as it was read");
  return type || state || kind;
}

}  // namespace

bool ids(std::string_view input) {
  // All of them, for each input: none may be skipped because another one knew the text.
  bool known = a_game_id(input);
  known |= a_season(input);
  known |= a_watermark_key(input);
  known |= a_word(input);
  return known;
}

}  // namespace nba::fuzz
