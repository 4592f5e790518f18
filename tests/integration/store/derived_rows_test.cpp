// Writing and reading derived rows: write_games, read_derived, read_travel.
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/game_writes.hpp"
#include "tests/integration/store/sample_games.hpp"
#include "tests/support/dump.hpp"

#include <vector>

using namespace nba;
using namespace nba::test;

STORE_TEST("core rows make a game loaded, derived rows make it done") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto core = sample_core(1);
  const auto& id = core.rows->game.game_id;

  CHECK(write_one(*db, core, "first run") == write_outcome::inserted);
  auto entry = ledger_of(*db, id);
  CHECK(entry.state == game_state::loaded);
  CHECK(entry.payload_sha256 == core.payload_sha256);
  CHECK(entry.rules_version == 0);
  CHECK(entry.date == core.rows->game.game_date);
  CHECK(rows_in(*db, "outcomes") == 0);

  CHECK(write_one(*db, sample_derived_write(core, 3), "second run") == write_outcome::inserted);
  entry = ledger_of(*db, id);
  CHECK(entry.state == game_state::done);
  CHECK(entry.rules_version == 3);
  CHECK(rows_in(*db, "outcomes") == 1);
  CHECK(rows_in(*db, "team_game_factors") == 2);
  CHECK(rows_in(*db, "schedule_travel") == 2);
  CHECK(value_of(*db, "SELECT run_id FROM ingest_games") == "second run");
}

STORE_TEST("derived rows written again replace the old ones") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto core = sample_core(1);
  write_one(*db, core);
  write_one(*db, sample_derived_write(core, 1));
  auto changed = *sample_derived_write(core).rows;
  changed.outcome.margin = 99;
  changed.travel.clear();
  const derived_write again{core.rows->game.game_id, std::make_shared<const derived_rows>(changed), 2,
                            core.rows->origin};
  CHECK(write_one(*db, again) == write_outcome::replaced);
  CHECK(value_of(*db, "SELECT margin FROM outcomes") == "99");
  CHECK(rows_in(*db, "outcomes") == 1);
  CHECK(rows_in(*db, "schedule_travel") == 0);
  CHECK(ledger_of(*db, core.rows->game.game_id).rules_version == 2);
}

STORE_TEST("derived rows read back exactly as they were written") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto core = sample_core(1);
  const auto derived = sample_derived_write(core);
  write_one(*db, core);
  write_one(*db, derived);
  const auto& id = core.rows->game.game_id;
  const auto back = must(db->read_derived(id));
  CHECK(back.row_count() == derived.rows->row_count());
  CHECK(back.travel == derived.rows->travel);
  // Writing what was read changes nothing.
  const auto before = dump_store(*db);
  write_one(*db, derived_write{id, std::make_shared<const derived_rows>(back), derived.rules_version, derived.origin});
  CHECK(first_difference(before, dump_store(*db)) == "");
  const auto failed = db->read_derived(sample_id(2));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message.find(sample_id(2).str()) != std::string::npos);
}

STORE_TEST("some derived tables of a done game are replaced alone, with their versions") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto core = sample_core(1);
  const auto& id = core.rows->game.game_id;
  write_one(*db, core);
  auto changed = std::make_shared<derived_rows>(*sample_derived_write(core).rows);
  changed->outcome.margin = 99;
  changed->travel.clear();
  derived_write some{id, changed, 7, core.rows->origin, {}};
  some.tables.insert(derived_table_of<travel_row>);
  // Not yet: the game would be done without its other tables.
  const std::vector<game_write> too_early{some};
  CHECK_FALSE(db->write_games(too_early, "run"));
  write_one(*db, sample_derived_write(core));
  backend.run_sql("UPDATE derived_versions SET rules_version = 0");
  CHECK(must(db->read_derived_states(id.in_season())).at(0).current.empty());
  CHECK(write_one(*db, some) == write_outcome::replaced);
  CHECK(rows_in(*db, "schedule_travel") == 0);
  CHECK(value_of(*db, "SELECT margin FROM outcomes") != "99");
  CHECK(rows_in(*db, "derived_versions") == static_cast<std::int64_t>(derived_tables.size()));
  CHECK(must(db->read_derived_states(id.in_season())).at(0).current == some.tables);
  CHECK(ledger_of(*db, id).rules_version == 7);
  CHECK(ledger_of(*db, id).state == game_state::done);
  const derived_write none{id, changed, 7, core.rows->origin, {}};
  const std::vector<game_write> of_no_table{none};
  CHECK_FALSE(db->write_games(of_no_table, "run"));
}

STORE_TEST("the travel rows of a season are read together") {
  Backend backend;
  const auto db = backend.open_migrated();
  for (const int number : {2, 1}) {
    const auto core = sample_core(number);
    write_one(*db, core);
    write_one(*db, sample_derived_write(core));
  }
  const auto records = must(db->read_travel(sample_id(1).in_season()));
  REQUIRE(records.size() == 4);
  CHECK(records[0].game_id == sample_id(1));
  CHECK(records[3].game_id == sample_id(2));
  const auto expected = sample_derived_write(sample_core(1)).rows->travel;
  CHECK((records[0].row == expected[0] || records[0].row == expected[1]));
  CHECK(must(db->read_travel(season{1999})).empty());
}

STORE_TEST("derived rows of a game without core rows are refused and leave nothing behind") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto other = sample_core(2);
  const std::vector<game_write> writes{other, sample_derived_write(sample_core(1))};
  const auto refused = db->write_games(writes, "run");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == failure_class::internal);
  CHECK(refused.error().message.find("no core rows") != std::string::npos);
  CHECK(rows_in(*db, "games") == 0);
  CHECK(rows_in(*db, "ingest_games") == 0);
}
