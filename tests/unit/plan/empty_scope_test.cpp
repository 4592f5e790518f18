#include "pipeline/plan/empty_scope.hpp"

#include "tests/unit/plan/builders.hpp"

using namespace nba;
using namespace nba::test;

namespace {

schedule small_season() {
  return schedule_of({game(numbered(1), "2024-10-22"), game(numbered(2), "2024-10-24"),
                      game(numbered(3, game_type::preseason), "2024-10-05"),
                      game(numbered(4, game_type::preseason), "2024-10-23")});
}

std::string why(scope limits) { return why_empty(small_season(), limits); }

}  // namespace

TEST_CASE("a scope with games needs no words") {
  CHECK(why({}).empty());
  CHECK(why({.from = on("2024-10-24"), .to = on("2024-10-24")}).empty());
  CHECK(why({.types = {game_type::preseason}, .to = on("2024-10-05")}).empty());
  CHECK(why({.since = numbered(1)}).empty());
  // `since` limits its own lane alone.
  CHECK(why({.types = {game_type::regular, game_type::preseason}, .since = numbered(2)}).empty());
}

TEST_CASE("a scope without games says which limit leaves nothing, and what there is") {
  CHECK(why({.types = {game_type::playoffs, game_type::cup}}) ==
        "the schedule of 2024-25 has no game of the types playoffs, cup (yet), but 2 preseason games, 2 regular games; "
        "to take those: --game-types preseason,regular");
  CHECK(why({.types = {game_type::regular}, .from = on("2023-10-22"), .to = on("2024-01-31")}) ==
        "2024-25 has no regular game from 2023-10-22 to 2024-01-31; its games are from 2024-10-22 to 2024-10-24: "
        "correct --from and --to");
  CHECK(why({.types = {game_type::regular}, .from = on("2025-10-22")}) ==
        "2024-25 has no regular game from 2025-10-22 on; its games are from 2024-10-22 to 2024-10-24: correct --from "
        "and --to");
  CHECK(why({.types = {game_type::regular}, .to = on("2024-10-21")}) ==
        "2024-25 has no regular game up to 2024-10-21; its games are from 2024-10-22 to 2024-10-24: correct --from and "
        "--to; 1 game of other types then: add them with --game-types");
  CHECK(
      why({.types = {game_type::regular}, .from = on("2024-10-23"), .to = on("2024-10-23")}) ==
      "2024-25 has no regular game on 2024-10-23; the nearest are on 2024-10-22 and 2024-10-24; 1 game of other types "
      "then: add them with --game-types");
  CHECK(
      why({.since = numbered(2)}) ==
      "no game of 2024-25 within the other limits has a larger id than 0022400002; name a smaller one with --since, or "
      "none");
  CHECK(why({.only = std::set<game_id>{numbered(9)}}) == "the schedule of 2024-25 has none of the games asked for");
}
