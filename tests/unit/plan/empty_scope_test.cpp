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

std::string why(const scope& limits) { return why_empty(small_season(), limits); }

// Of these types ("": the usual ones) and dates.
scope limited(std::set<game_type> types, std::string_view from = "", std::string_view to = "") {
  scope limits;
  if (!types.empty()) limits.types = std::move(types);
  limits.from = parse_date(from);
  limits.to = parse_date(to);
  return limits;
}

scope after(int number, std::set<game_type> types = {}) {
  auto limits = limited(std::move(types));
  limits.since = numbered(number);
  return limits;
}

}  // namespace

TEST_CASE("a scope with games needs no words") {
  CHECK(why({}).empty());
  CHECK(why(limited({}, "2024-10-24", "2024-10-24")).empty());
  CHECK(why(limited({game_type::preseason}, "", "2024-10-05")).empty());
  CHECK(why(after(1)).empty());
  // `since` limits its own lane alone.
  CHECK(why(after(2, {game_type::regular, game_type::preseason})).empty());
}

TEST_CASE("a scope without games says which limit leaves nothing, and what there is") {
  CHECK(why(limited({game_type::playoffs, game_type::cup})) ==
        "the schedule of 2024-25 has no game of the types playoffs, cup (yet), but 2 preseason games, 2 regular games; "
        "to take those: --game-types preseason,regular");
  const std::set<game_type> regular{game_type::regular};
  CHECK(why(limited(regular, "2023-10-22", "2024-01-31")) ==
        "2024-25 has no regular game from 2023-10-22 to 2024-01-31; its games are from 2024-10-22 to 2024-10-24: "
        "correct --from and --to");
  CHECK(why(limited(regular, "2025-10-22")) ==
        "2024-25 has no regular game from 2025-10-22 on; its games are from 2024-10-22 to 2024-10-24: correct --from "
        "and --to");
  CHECK(why(limited(regular, "", "2024-10-21")) ==
        "2024-25 has no regular game up to 2024-10-21; its games are from 2024-10-22 to 2024-10-24: correct --from and "
        "--to; 1 game of other types then: add them with --game-types");
  CHECK(
      why(limited(regular, "2024-10-23", "2024-10-23")) ==
      "2024-25 has no regular game on 2024-10-23; the nearest are on 2024-10-22 and 2024-10-24; 1 game of other types "
      "then: add them with --game-types");
  CHECK(
      why(after(2)) ==
      "no game of 2024-25 within the other limits has a larger id than 0022400002; name a smaller one with --since, or "
      "none");
  scope named;
  named.only = std::set<game_id>{numbered(9)};
  CHECK(why(named) == "the schedule of 2024-25 has none of the games asked for");
}
