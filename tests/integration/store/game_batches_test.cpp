// Several games in one call of write_games, and several writers at once.
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/game_writes.hpp"
#include "tests/integration/store/sample_games.hpp"
#include "tests/support/dump.hpp"

#include <string>
#include <thread>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

// Also when it was written and by which run.
store_dump everything_in(store& db) { return dump_store(db, {.without_columns = {}, .without_tables = {"run_locks"}}); }

}  // namespace

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
  const auto before = everything_in(*db);
  // Two equal keys inside one game: the last table fails after all others were filled.
  auto broken = sample_game(3);
  broken.events.at(1).event_idx = broken.events.at(0).event_idx;
  const std::vector<game_write> writes{sample_core(2), core_write{std::make_shared<const game_rows>(broken), "digest"}};
  const auto failed = db->write_games(writes, "run");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == failure_class::storage);
  CHECK(first_difference(before, everything_in(*db)) == "");
  CHECK(write_one(*db, sample_core(2)) == write_outcome::inserted);  // and the store still works
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
