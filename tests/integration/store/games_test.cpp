// Writing and reading games: write_games, read_game.
#include "storage/store.hpp"

#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/sample_games.hpp"
#include "tests/support/dump.hpp"

#include <algorithm>
#include <thread>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

write_outcome write_one(store& db, game_write write, const std::string& run_id = "run") {
  const std::vector<game_write> writes{std::move(write)};
  return must(db.write_games(writes, run_id)).at(0);
}

ledger_entry ledger_of(store& db, const game_id& id) {
  for (const auto& entry : must(db.read_ledger(id.in_season())))
    if (entry.id == id) return entry;
  throw std::runtime_error("no ledger row for " + id.str());
}

std::int64_t rows_in(store& db, const std::string& table) {
  for (const auto& each : must(db.count_rows()))
    if (each.table == table) return each.rows;
  throw std::runtime_error("no table " + table);
}

std::string value_of(store& db, const std::string& sql) { return must(db.query_text(sql, 10)).at(1).at(0); }

// Everything, also when it was written and by which run.
store_dump whole(store& db) { return dump_store(db, {.without_columns = {}, .without_tables = {"run_locks"}}); }

}  // namespace

STORE_TEST("a game reads back exactly as it was written, field by field and NULL by NULL") {
  Backend backend;
  const auto db = backend.open_migrated();
  for (int number = 1; number <= 20; ++number) {
    const auto core = sample_core(number);
    CHECK(write_one(*db, core) == write_outcome::inserted);
    const auto difference =
        first_difference(in_reading_order(*core.rows), must(db->read_game(core.rows->game.game_id)));
    CHECK_MESSAGE(difference.empty(), difference);
  }
}

STORE_TEST("a game without events, officials or optional values reads back") {
  Backend backend;
  const auto db = backend.open_migrated();
  auto rows = sample_game(1, 1, 0);
  rows.officials.clear();
  rows.origin.playbyplay_url.clear();  // no event, so no row that could hold it
  rows.game.arena_id.reset();
  rows.game.attendance.reset();
  write_one(*db, core_write{std::make_shared<const game_rows>(rows), "digest"});
  const auto difference = first_difference(in_reading_order(rows), must(db->read_game(rows.game.game_id)));
  CHECK_MESSAGE(difference.empty(), difference);
}

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

STORE_TEST("an unchanged digest changes nothing at all, not even a timestamp") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto core = sample_core(1);
  write_one(*db, core);
  const auto loaded = whole(*db);
  CHECK(write_one(*db, core, "another run") == write_outcome::unchanged);
  CHECK(first_difference(loaded, whole(*db)) == "");

  write_one(*db, sample_derived_write(core));
  const auto done = whole(*db);
  CHECK(write_one(*db, core, "another run") == write_outcome::unchanged);
  CHECK(first_difference(done, whole(*db)) == "");
}

STORE_TEST("another digest replaces the rows, drops the derived ones and makes the game loaded again") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto first = sample_core(1, 1, 80), corrected = sample_core(1, 2, 60), neighbour = sample_core(2);
  for (const auto& core : {first, neighbour}) {
    write_one(*db, core);
    write_one(*db, sample_derived_write(core));
  }
  CHECK(write_one(*db, corrected) == write_outcome::replaced);
  const auto& id = first.rows->game.game_id;
  const auto entry = ledger_of(*db, id);
  CHECK(entry.state == game_state::loaded);
  CHECK(entry.payload_sha256 == corrected.payload_sha256);
  CHECK(entry.rules_version == 0);
  const auto difference = first_difference(in_reading_order(*corrected.rows), must(db->read_game(id)));
  CHECK_MESSAGE(difference.empty(), difference);
  CHECK(rows_in(*db, "outcomes") == 1);  // the neighbour's
  CHECK(rows_in(*db, "team_game_factors") == 2);
  CHECK(rows_in(*db, "schedule_travel") == 2);
  CHECK(rows_in(*db, "pbp_events") == 120);
  CHECK(ledger_of(*db, neighbour.rows->game.game_id).state == game_state::done);
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

STORE_TEST("a batch is one transaction with one outcome per write, in the order of the writes") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto done = sample_core(1), loaded = sample_core(2), fresh = sample_core(3), corrected = sample_core(4, 2);
  write_one(*db, done);
  write_one(*db, sample_derived_write(done));
  write_one(*db, loaded);
  write_one(*db, sample_core(4, 1));
  const std::vector<game_write> writes{fresh, sample_derived_write(loaded), corrected, done,
                                       sample_derived_write(fresh)};
  const auto outcomes = must(db->write_games(writes, "batch"));
  const std::vector<write_outcome> expected{write_outcome::inserted, write_outcome::inserted, write_outcome::replaced,
                                            write_outcome::unchanged, write_outcome::inserted};
  CHECK(outcomes == expected);
  CHECK(ledger_of(*db, sample_id(1)).state == game_state::done);
  CHECK(ledger_of(*db, sample_id(2)).state == game_state::done);
  CHECK(ledger_of(*db, sample_id(3)).state == game_state::done);
  CHECK(ledger_of(*db, sample_id(4)).state == game_state::loaded);
}

STORE_TEST("the same game twice in one batch ends as its last rows") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto first = sample_core(1, 1), second = sample_core(1, 2);
  const std::vector<game_write> writes{first, sample_derived_write(first), first, second};
  const std::vector<write_outcome> expected{write_outcome::inserted, write_outcome::inserted, write_outcome::unchanged,
                                            write_outcome::replaced};
  CHECK(must(db->write_games(writes, "run")) == expected);
  const auto difference = first_difference(in_reading_order(*second.rows), must(db->read_game(sample_id(1))));
  CHECK_MESSAGE(difference.empty(), difference);
  CHECK(rows_in(*db, "outcomes") == 0);  // they belonged to the rows that were replaced
  CHECK(ledger_of(*db, sample_id(1)).state == game_state::loaded);
}

STORE_TEST("batches of any size leave the same contents as single writes") {
  Backend single_backend, batch_backend;
  const auto single = single_backend.open_migrated(), batched = batch_backend.open_migrated();
  constexpr int games = 75;  // more than one slice of every list in the statements
  std::vector<game_write> writes;
  for (int number = 1; number <= games; ++number) {
    const auto core = sample_core(number, 1, 7);
    writes.emplace_back(core);
    writes.emplace_back(sample_derived_write(core));
    write_one(*single, core);
    write_one(*single, sample_derived_write(core));
  }
  must(batched->write_games(writes, "run"));
  CHECK(first_difference(dump_store(*single), dump_store(*batched)) == "");
  // And a correction of all of them at once.
  std::vector<game_write> corrections;
  for (int number = 1; number <= games; ++number) corrections.emplace_back(sample_core(number, 2, 5));
  for (const auto outcome : must(batched->write_games(corrections, "run"))) CHECK(outcome == write_outcome::replaced);
  CHECK(rows_in(*batched, "pbp_events") == games * 5);
  CHECK(rows_in(*batched, "outcomes") == 0);
}

STORE_TEST("a failed write leaves nothing of its batch") {
  Backend backend;
  const auto db = backend.open_migrated();
  write_one(*db, sample_core(1));
  const auto before = whole(*db);
  // Two equal keys inside one game: the last table fails after all others were filled.
  auto broken = sample_game(3);
  broken.events.at(1).event_idx = broken.events.at(0).event_idx;
  const std::vector<game_write> writes{sample_core(2), core_write{std::make_shared<const game_rows>(broken), "digest"}};
  const auto failed = db->write_games(writes, "run");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == failure_class::storage);
  CHECK(first_difference(before, whole(*db)) == "");
  CHECK(write_one(*db, sample_core(2)) == write_outcome::inserted);  // and the store still works
}

STORE_TEST("rows that the ledger does not know are replaced, not a lasting error") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto core = sample_core(1, 1, 80), again = sample_core(1, 2, 40);
  write_one(*db, core);
  write_one(*db, sample_derived_write(core));
  backend.run_sql("DELETE FROM ingest_games");
  write_one(*db, again);
  const auto difference = first_difference(in_reading_order(*again.rows), must(db->read_game(sample_id(1))));
  CHECK_MESSAGE(difference.empty(), difference);
  CHECK(rows_in(*db, "outcomes") == 0);
  CHECK(ledger_of(*db, sample_id(1)).state == game_state::loaded);
}

STORE_TEST("good news wins: rows of an unavailable, waived or cancelled game make it loaded and done") {
  Backend backend;
  const auto db = backend.open_migrated();
  int number = 0;
  for (const auto state : {game_state::unavailable, game_state::waived, game_state::cancelled, game_state::parked,
                           game_state::not_final, game_state::postponed}) {
    const auto core = sample_core(++number);
    const auto& id = core.rows->game.game_id;
    const std::vector<state_change> changes{{id, state, 2, failure_class::unavailable, "gone"}};
    must(db->write_states(changes, "run"));
    REQUIRE(ledger_of(*db, id).state == state);
    CHECK(write_one(*db, core) == write_outcome::inserted);
    auto entry = ledger_of(*db, id);
    CHECK(entry.state == game_state::loaded);
    CHECK(entry.attempts == 2);  // not yet done
    CHECK_FALSE(entry.error_class.has_value());
    CHECK(entry.error == "");
    write_one(*db, sample_derived_write(core));
    entry = ledger_of(*db, id);
    CHECK(entry.state == game_state::done);
    CHECK(entry.attempts == 0);
  }
}

STORE_TEST("a loaded game that was parked becomes loaded again by its own unchanged rows") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto core = sample_core(1);
  write_one(*db, core);
  dead_letter letter;
  letter.game_id = sample_id(1);
  letter.stage = "derive";
  letter.attempts = 1;
  must(db->park(letter, "run"));
  REQUIRE(ledger_of(*db, sample_id(1)).state == game_state::parked);
  CHECK(write_one(*db, core) == write_outcome::unchanged);
  CHECK(ledger_of(*db, sample_id(1)).state == game_state::loaded);
  CHECK(rows_in(*db, "games") == 1);
}

STORE_TEST("writes that break the contract are refused") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto core = sample_core(1);
  const auto refusal = [&](game_write write) {
    const std::vector<game_write> writes{std::move(write)};
    const auto answer = db->write_games(writes, "run");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == failure_class::internal);
    return answer.error().message;
  };
  CHECK(refusal(core_write{core.rows, ""}).find("digest") != std::string::npos);
  CHECK(refusal(core_write{nullptr, "digest"}).find("game id") != std::string::npos);
  CHECK(refusal(core_write{std::make_shared<const game_rows>(), "digest"}).find("game id") != std::string::npos);
  CHECK(refusal(sample_derived_write(core, 0)).find("rules version 0") != std::string::npos);
  CHECK(must(db->write_games({}, "run")).empty());
}

STORE_TEST("reading a game that has no rows fails and names it") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto missing = db->read_game(sample_id(77));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.find("0022400077") != std::string::npos);
}

STORE_TEST("text that databases stumble over comes back, and what neither can hold becomes U+FFFD") {
  Backend backend;
  const auto db = backend.open_migrated();
  auto rows = sample_game(1, 1, 6);
  const std::string replacement = "\xEF\xBF\xBD";
  const std::vector<std::pair<std::string, std::string>> texts{
      {"quotes ' \" ` \\ and \\N \\.\n\t\r end", "quotes ' \" ` \\ and \\N \\.\n\t\r end"},
      {std::string("a\0b", 3), "a" + replacement + "b"},
      {"cut \xC3", "cut " + replacement},
      {"surrogate \xED\xA0\x80!", "surrogate " + replacement + replacement + replacement + "!"},
      {"Pöltl 😀 東京", "Pöltl 😀 東京"},
      {"overlong \xC0\xAF", "overlong " + replacement + replacement},
  };
  for (std::size_t i = 0; i < texts.size(); ++i) rows.events.at(i).description = texts[i].first;
  rows.game.arena_name = texts[1].first;
  write_one(*db, core_write{std::make_shared<const game_rows>(rows), "digest"});
  const auto read = must(db->read_game(rows.game.game_id));
  for (std::size_t i = 0; i < texts.size(); ++i) CHECK(read.events.at(i).description == texts[i].second);
  CHECK(read.game.arena_name == texts[1].second);
}

STORE_TEST("teams and players are named as in their latest game, in whatever order games arrive") {
  const auto game = [](int number, const std::string& name) {
    auto rows = sample_game(number, 1, 1);
    rows.players.at(0) = {1'628'369, name, "Butler", name + " Butler"};
    rows.player_stats.at(0).player_id = 1'628'369;
    return core_write{std::make_shared<const game_rows>(rows), "digest" + name};
  };
  std::vector<game_write> writes{game(1, "Jimmy"), game(2, "James"), game(3, "Jim")};
  std::vector<int> order{0, 1, 2};
  do {
    Backend backend;
    const auto db = backend.open_migrated();
    for (const auto each : order) write_one(*db, writes[static_cast<std::size_t>(each)]);
    CHECK(value_of(*db, "SELECT first_name FROM players WHERE player_id = 1628369") == "Jim");
    CHECK(value_of(*db, "SELECT last_game_date FROM players WHERE player_id = 1628369") == "2024-10-25");
  } while (std::next_permutation(order.begin(), order.end()));
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->write_games(writes, "run"));  // and all in one transaction
  CHECK(value_of(*db, "SELECT first_name FROM players WHERE player_id = 1628369") == "Jim");
  // A correction of the latest game corrects the name.
  write_one(*db, game(3, "Jaime"));
  CHECK(value_of(*db, "SELECT first_name FROM players WHERE player_id = 1628369") == "Jaime");
}

STORE_TEST("two runs that write the same games at once both succeed, with one result") {
  Backend backend, alone;
  backend.open_migrated();
  constexpr int games = 24, rounds = 3;
  for (int round = 1; round <= rounds; ++round) {
    std::vector<std::thread> writers;
    std::vector<std::string> failures(2);
    std::vector<int> inserted(2);
    for (std::size_t writer = 0; writer < 2; ++writer)
      writers.emplace_back([&, writer] {
        const auto opened = open_store(backend.url());
        if (!opened) return void(failures[writer] = describe(opened.error()));
        // The same batches of four, one writer's turned round: they meet at every step.
        for (int first = 1; first <= games; first += 4) {
          std::vector<game_write> writes;
          for (int i = 0; i < 4; ++i) {
            const auto core = sample_core(writer == 0 ? first + i : first + 3 - i, round, 30);
            writes.emplace_back(core);
            writes.emplace_back(sample_derived_write(core));
          }
          const auto outcomes = (*opened)->write_games(writes, "writer");
          if (!outcomes) return void(failures[writer] = describe(outcomes.error()));
          for (std::size_t i = 0; i < outcomes->size(); i += 2)
            inserted[writer] += outcomes->at(i) != write_outcome::unchanged;
        }
      });
    for (auto& each : writers) each.join();
    CHECK(failures[0] == "");
    CHECK(failures[1] == "");
    CHECK(inserted[0] + inserted[1] == games);  // each game's rows were written once
  }
  const auto expected = alone.open_migrated();
  for (int number = 1; number <= games; ++number) {
    const auto core = sample_core(number, rounds, 30);
    write_one(*expected, core);
    write_one(*expected, sample_derived_write(core));
  }
  CHECK(first_difference(dump_store(*expected), dump_store(*backend.open())) == "");
}
