#include "pipeline/transform/document_age.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace nba {
namespace {

constexpr const char* midnight = "2024-10-23T02:00:00.000Z";
constexpr const char* later = "2024-10-23T02:00:00.001Z";

// One event for each time; the last one ends the game, at `end`.
game_rows edited(const std::vector<const char*>& edits, const char* end = nullptr) {
  game_rows rows;
  for (const auto* edit : edits) rows.events.emplace_back().edited_at = parse_timestamp(edit);
  auto& last = rows.events.emplace_back();
  last.action_type = "game";
  last.sub_type = "end";
  if (end) last.time_actual = parse_timestamp(end);
  return rows;
}

TEST_CASE("a document is older by its newest edit, else by its end, and of the same age it is not") {
  CHECK(why_older(edited({midnight}), edited({later})).value_or("") ==
        "its newest edit is of 2024-10-23T02:00:00.000Z, the stored one of 2024-10-23T02:00:00.001Z");
  CHECK_FALSE(why_older(edited({midnight}), edited({midnight})));
  CHECK_FALSE(why_older(edited({later}), edited({midnight})));
  // Wherever the newest edit stands.
  CHECK_FALSE(why_older(edited({later, midnight}), edited({midnight, later})));
  CHECK(why_older(edited({midnight, midnight}), edited({later, midnight})));

  CHECK(why_older(edited({}, midnight), edited({}, later)).value_or("").starts_with("its end is of"));
  CHECK_FALSE(why_older(edited({}, midnight), edited({}, midnight)));
  CHECK_FALSE(why_older(edited({later}, midnight), edited({midnight}, later)));  // edits count before ends
}

TEST_CASE("where only one of two documents tells its age, none is older") {
  CHECK_FALSE(why_older(edited({}), edited({later}, later)));
  CHECK_FALSE(why_older(edited({midnight}, midnight), edited({})));
  CHECK_FALSE(why_older({}, {}));
}

}  // namespace
}  // namespace nba
