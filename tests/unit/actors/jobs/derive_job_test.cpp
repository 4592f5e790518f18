// Which games `derive` asks for, and which of their tables.
#include "actors/jobs/derive_job.hpp"

#include <doctest/doctest.h>

using namespace nba;

namespace {

// Of game 1 everything is current, game 2 lacks its outcome, game 3 was never derived, game 4 is not stored.
struct stored_season {
  static game_id id(int number) { return *game_id::parse("002240000" + std::to_string(number)); }
  const derived_table_set all = derived_table_set::all();
  std::vector<ledger_entry> ledger{{id(1), {}, game_state::done},
                                   {id(2), {}, game_state::done},
                                   {id(3), {}, game_state::loaded},
                                   {id(4), {}, game_state::parked}};
  std::vector<derived_state> states{{id(1), game_state::done, all},
                                    {id(2), game_state::done, derived_table_set::of<possession_row>()},
                                    {id(3), game_state::loaded, {}}};
  derive_order order{.season = season{2024}};
  std::vector<reported_game> failed;

  stored_season() { ledger[0].rules_version = ledger[1].rules_version = 2; }
  derive_targets choose() { return choose_targets(order, ledger, states, failed); }
};

}  // namespace

TEST_CASE_FIXTURE(stored_season, "every stored game is derived, all of its tables, by the rules of this version") {
  const auto chosen = choose();
  REQUIRE(chosen.size() == 3);
  for (const auto& [game, target] : chosen) {
    CHECK(target.tables == all);
    CHECK(target.rules_version == derive_rules_version);
  }
  CHECK(failed.empty());
}

TEST_CASE_FIXTURE(stored_season, "--tables are those of finished games; the ledger is current when all of them are") {
  order.tables = derived_table_set::of<outcome_row>();
  const auto chosen = choose();
  CHECK(chosen.at(id(1)).tables == order.tables);
  CHECK(chosen.at(id(1)).rules_version == derive_rules_version);
  CHECK(chosen.at(id(2)).tables == order.tables);
  CHECK(chosen.at(id(2)).rules_version == 2);  // others of its tables are by older rules still
  CHECK(chosen.at(id(3)).tables == all);
}

TEST_CASE_FIXTURE(stored_season, "--stale leaves out what is current") {
  order.stale = true;
  const auto chosen = choose();
  REQUIRE(chosen.size() == 2);
  CHECK_FALSE(chosen.at(id(2)).tables.contains<possession_row>());
  CHECK(chosen.at(id(2)).tables.contains<outcome_row>());
  CHECK(chosen.at(id(2)).rules_version == derive_rules_version);
  CHECK(chosen.at(id(3)).tables == all);
}

TEST_CASE_FIXTURE(stored_season, "a game that is named and whose rows are not stored is a failure with its reason") {
  order.games = {id(1), id(4)};
  CHECK(choose().size() == 1);
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].id == id(4));
  CHECK(failed[0].reason == "its rows are not stored: the ledger says parked");
}
