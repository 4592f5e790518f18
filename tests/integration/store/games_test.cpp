// Writing and reading games: write_games, read_game.
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/game_writes.hpp"
#include "tests/integration/store/sample_games.hpp"
#include "tests/support/dump.hpp"

#include <algorithm>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

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
  rows.origin.urls[endpoint::playbyplay].clear();  // no event, so no row that could hold it
  rows.game.arena_id.reset();
  rows.game.attendance.reset();
  write_one(*db, core_write{std::make_shared<const game_rows>(rows), "digest"});
  const auto difference = first_difference(in_reading_order(rows), must(db->read_game(rows.game.game_id)));
  CHECK_MESSAGE(difference.empty(), difference);
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
