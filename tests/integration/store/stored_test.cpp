// What the ledger remembers of stored rows, and how damage is noticed: check_stored, count_stored, reopen_damaged.
#include "storage/sql/row_digest.hpp"
#include "storage/stored_rows.hpp"
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/game_writes.hpp"
#include "tests/integration/store/sample_games.hpp"
#include "tests/support/dump.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

using words = std::vector<std::string>;

void store_done(store& db, int number, int edition = 1) {
  const auto core = sample_core(number, edition);
  const std::vector<game_write> writes{core, sample_derived_write(core)};
  must(db.write_games(writes, "run"));
}

stored_check check_of(store& db, const game_id& id) {
  const auto check = must(db.check_stored(id));
  REQUIRE(check);
  return *check;
}

sql::digest_sink sink_of_everything() { return sql::digest_sink(0); }

}  // namespace

TEST_CASE("the ledger's text reads back, and text of another version is no knowledge") {
  const stored_rows rows{{"games", {1, "0123456789abcdef"}}, {"officials", {0, ""}}, {"pbp_events", {534, "ff"}}};
  const auto text = to_text(rows);
  CHECK(text == "1 games=1:0123456789abcdef officials=0: pbp_events=534:ff");
  CHECK(parse_stored_rows(text) == rows);
  CHECK(parse_stored_rows("1") == stored_rows{});
  for (const auto* strange : {"", "2 games=1:aa", "1 games", "1 games=1", "1 games=x:aa", "1 games=-1:aa", "1 =1:aa",
                              "1 games=1x:aa", "1  games=1:aa", "1 games:1=aa", "1 games=99999999999999999999:a"}) {
    CAPTURE(strange);
    CHECK_FALSE(parse_stored_rows(strange));
  }
}

TEST_CASE("what was found is compared with what was kept, by count alone where nothing more is known") {
  const stored_rows kept{{"games", {1, "aa"}}, {"officials", {3, "bb"}}};
  CHECK(compare_stored(kept, {{"games", {1, "aa"}}, {"officials", {3, "bb"}}}).empty());
  CHECK(compare_stored(kept, {{"games", {1, ""}}, {"officials", {3, ""}}}).empty());
  CHECK(compare_stored(kept, {{"games", {1, "aa"}}}).empty());  // nobody looked
  CHECK(compare_stored(kept, {{"games", {0, ""}}, {"officials", {4, "cc"}}}) ==
        words{"games: 0 of 1 row", "officials: 4 of 3 rows"});
  CHECK(compare_stored(kept, {{"games", {1, "ab"}}, {"officials", {3, "bb"}}}) ==
        words{"games: 1 row, not as written"});
}

TEST_CASE("the digest of values does not depend on where they came from") {
  using limits = std::numeric_limits<double>;
  const auto digest_of = [](auto put) {
    auto sink = sink_of_everything();
    sink.begin_row();
    put(sink);
    sink.end_row();
    return sink.finish().digest;
  };
  const auto cell_of = [&](std::string_view type, const sql::cell& value) {
    return digest_of([&](sql::digest_sink& sink) { sink.read_back(type, value); });
  };
  for (const double value : {1.0, 0.1, -3.25, 1e300, limits::denorm_min(), limits::infinity(), 12.34})
    CHECK(digest_of([&](auto& sink) { sink.real(value); }) == cell_of("double precision", value));
  // SQLite keeps no sign of zero and no NaN; and a whole real may come back as an integer.
  CHECK(digest_of([](auto& sink) { sink.real(-0.0); }) == cell_of("double precision", 0.0));
  CHECK(digest_of([](auto& sink) { sink.real(std::nan("")); }) == cell_of("double precision", sql::cell{}));
  CHECK(digest_of([](auto& sink) { sink.real(7); }) == cell_of("double precision", std::int64_t{7}));
  CHECK(digest_of([](auto& sink) { sink.boolean(true); }) == cell_of("boolean", std::int64_t{1}));
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{5'000'000'000},
                                   std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
    CHECK(digest_of([&](auto& sink) { sink.bigint(value); }) == cell_of("bigint", value));
  const auto instant = *parse_timestamp("2024-11-13T00:10:24.900Z");
  CHECK(digest_of([&](auto& sink) { sink.timestamp(instant); }) ==
        cell_of("timestamptz", std::string("2024-11-13T00:10:24.900Z")));
  CHECK(digest_of([&](auto& sink) { sink.date(*parse_date("2024-11-13")); }) ==
        cell_of("date", std::string("2024-11-13")));
  // Text as both databases hold it.
  CHECK(digest_of([](auto& sink) { sink.text(std::string("a\0b", 3)); }) == cell_of("text", std::string("a\xEF\xBF\xBD"
                                                                                                        "b")));

  // And different values are different, also where their bytes in a row would be the same.
  const std::vector<std::string> different{
      digest_of([](auto& sink) { sink.text("ab"), sink.text("c"); }),
      digest_of([](auto& sink) { sink.text("a"), sink.text("bc"); }),
      digest_of([](auto& sink) { sink.text("abc"); }),
      digest_of([](auto& sink) { sink.text(""); }),
      digest_of([](auto& sink) { sink.null(); }),
      digest_of([](auto& sink) { sink.integer(0); }),
      digest_of([](auto& sink) { sink.real(0); }),
      digest_of([](auto& sink) { sink.text("0"); }),
      digest_of([](auto& sink) { sink.real(12.34); }),
      digest_of([](auto& sink) { sink.real(12.340000000000002); }),
      digest_of([](auto& sink) { sink.integer(1); }),
      digest_of([](auto& sink) { sink.integer(-1); }),
      digest_of([](auto&) {}),
  };
  for (std::size_t i = 0; i < different.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) CHECK_MESSAGE(different[i] != different[k], i << " and " << k);
}

TEST_CASE("the order of the rows does not count, their number does; the columns of origin are left out") {
  const auto digest_of = [](const std::vector<std::pair<int, std::string>>& rows) {
    sql::digest_sink sink(1);
    for (const auto& [number, origin] : rows) {
      sink.begin_row();
      sink.integer(number);
      sink.text(origin);
      sink.end_row();
    }
    return sink.finish();
  };
  CHECK(digest_of({{1, "a"}, {2, "b"}}) == digest_of({{2, "c"}, {1, "d"}}));
  CHECK(digest_of({{1, ""}, {1, ""}}) != digest_of({{1, ""}}));
  CHECK(digest_of({{1, ""}, {1, ""}}).rows == 2);
  CHECK(digest_of({}).rows == 0);
}

STORE_TEST("what was written is found again as it was written, whatever it holds") {
  Backend backend;
  const auto db = backend.open_migrated();
  for (int number = 1; number <= 20; ++number) {
    store_done(*db, number);
    const auto check = check_of(*db, sample_id(number));
    CHECK(check.kept);
    CHECK(check.state == game_state::done);
    CHECK_MESSAGE(check.core == words{}, sample_id(number).str());
    CHECK(check.derived == words{});
  }
  // A game that was only loaded has no derived rows to miss.
  const std::vector<game_write> core{sample_core(21)};
  must(db->write_games(core, "run"));
  CHECK(check_of(*db, sample_id(21)).state == game_state::loaded);
  CHECK(check_of(*db, sample_id(21)).good());
  // A correction by the league replaces what is kept.
  store_done(*db, 3, 2);
  CHECK(check_of(*db, sample_id(3)).good());
  CHECK(must(db->count_stored({})).empty());
  CHECK_FALSE(must(db->check_stored(sample_id(99))));
}

TEST_CASE("both databases keep the same of the same game") {
  sqlite_backend sqlite;
  postgres_backend postgres;
  const auto a = sqlite.open_migrated(), b = postgres.open_migrated();
  store_done(*a, 7);
  store_done(*b, 7);
  const auto* sql = "SELECT stored_rows FROM ingest_games";
  CHECK(value_of(*a, sql) == value_of(*b, sql));
}

STORE_TEST("rows that are gone, changed or too many are noticed and named, in every table of a game") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto id = sample_id(1);
  store_done(*db, 1);
  store_done(*db, 2);
  struct damage {
    std::string sql, found;
    bool counted, derived;
  };
  const std::string here = " WHERE game_id = '" + id.str() + "'";
  const std::vector<damage> damages{
      {"DELETE FROM officials" + here, "officials: 0 of ", true, false},
      {"DELETE FROM period_scores" + here + " AND period = 4", "period_scores: ", true, false},
      {"DELETE FROM team_game_stats" + here + " AND team_id = (SELECT home_team_id FROM games" + here + ")",
       "team_game_stats: 1 of 2 rows", true, false},
      {"DELETE FROM player_game_stats" + here, "player_game_stats: 0 of 26 rows", true, false},
      {"DELETE FROM pbp_events" + here + " AND event_idx = 59", "pbp_events: 59 of 60 rows", true, false},
      {"DELETE FROM games" + here, "games: 0 of 1 row", true, false},
      {"UPDATE games SET attendance = 1" + here, "games: 1 row, not as written", false, false},
      {"UPDATE pbp_events SET x = 12.25" + here + " AND event_idx = 5", "pbp_events: 60 rows, not as written", false,
       false},
      {"UPDATE pbp_events SET clock_seconds = clock_seconds + 0.001" + here + " AND event_idx = 5",
       "pbp_events: 60 rows, not as written", false, false},
      {"UPDATE pbp_events SET description = 'it was changed'" + here + " AND event_idx = 5",
       "pbp_events: 60 rows, not as written", false, false},
      {"DELETE FROM players WHERE player_id IN (SELECT player_id FROM player_game_stats" + here + ")",
       "players: 26 missing", false, false},
      {"DELETE FROM outcomes" + here, "outcomes: 0 of 1 row", true, true},
      {"DELETE FROM team_game_factors" + here, "team_game_factors: 0 of 2 rows", true, true},
      {"UPDATE outcomes SET margin = 77" + here, "outcomes: 1 row, not as written", false, true},
      {"UPDATE derived_versions SET rules_version = 0" + here + " AND table_name = 'outcomes'",
       "outcomes: not by the current rules", false, true},
  };
  for (const auto& each : damages) {
    CAPTURE(each.sql);
    backend.run_sql(each.sql);
    const auto check = check_of(*db, id);
    const auto& problems = each.derived ? check.derived : check.core;
    REQUIRE(problems.size() == 1);
    CHECK_MESSAGE(problems[0].starts_with(each.found), problems[0]);
    CHECK((each.derived ? check.core : check.derived).empty());
    const auto counted = must(db->count_stored(id.in_season()));
    CHECK(counted.size() == (each.counted ? 1U : 0U));
    if (each.counted) CHECK(counted.at(0).game_id == id);
    CHECK(must(db->count_stored(season{2019})).empty());
    CHECK(check_of(*db, sample_id(2)).core.empty());
    // Whoever reads core rows is told, rather than served.
    const auto read = db->read_game(id);
    const bool people = each.found.starts_with("players");  // shared rows: read_game cannot know
    const bool finer_than_read = each.sql.find("0.001") != std::string::npos;
    if (!each.derived && !people && !finer_than_read) {
      REQUIRE_FALSE(read);
      CHECK(read.error().kind == failure_class::rejected);
    }
    // The same documents again bring the rows back.
    const auto core = sample_core(1);
    const std::vector<game_write> again{core, sample_derived_write(core)};
    CHECK(must(db->write_games(again, "run")).at(0) ==
          (each.derived ? write_outcome::unchanged : write_outcome::replaced));
    CHECK(check_of(*db, id).good());
    const std::vector<game_write> same{sample_core(1)};
    CHECK(must(db->write_games(same, "run")).at(0) == write_outcome::unchanged);
  }
}

STORE_TEST("a damaged game is not done any more; a whole one stays as it is") {
  Backend backend;
  const auto db = backend.open_migrated();
  for (int number = 1; number <= 3; ++number) store_done(*db, number);
  const auto state_of = [&](int number) {
    return value_of(*db, "SELECT state FROM ingest_games WHERE game_id = '" + sample_id(number).str() + "'");
  };
  backend.run_sql("DELETE FROM officials WHERE game_id = '" + sample_id(1).str() + "'");
  backend.run_sql("DELETE FROM outcomes WHERE game_id IN ('" + sample_id(1).str() + "', '" + sample_id(2).str() + "')");
  const auto first = must(db->reopen_damaged(sample_id(1), "repair"));
  CHECK(first.core.size() == 1);
  CHECK(first.derived.size() == 1);
  CHECK(must(db->reopen_damaged(sample_id(2), "repair")).core.empty());
  CHECK(must(db->reopen_damaged(sample_id(3), "repair")).good());
  CHECK(must(db->reopen_damaged(sample_id(9), "repair")).good());
  CHECK(state_of(1) == "planned");
  CHECK(state_of(2) == "loaded");
  CHECK(state_of(3) == "done");
  // Both are mended by the same writes as for any game.
  const std::vector<game_write> derived{sample_derived_write(sample_core(2))};
  must(db->write_games(derived, "repair"));
  store_done(*db, 1);
  for (int number = 1; number <= 3; ++number) CHECK(check_of(*db, sample_id(number)).good());
}

STORE_TEST("of a game that an earlier build wrote only the shape is looked at, until it is adopted") {
  Backend backend;
  const auto db = backend.open_migrated();
  store_done(*db, 1);
  const auto kept = value_of(*db, "SELECT stored_rows FROM ingest_games");
  backend.run_sql("UPDATE ingest_games SET stored_rows = NULL");
  auto check = check_of(*db, sample_id(1));
  CHECK_FALSE(check.kept);
  CHECK(check.good());
  // New derived rows alone do not make a whole note.
  const std::vector<game_write> derived{sample_derived_write(sample_core(1))};
  must(db->write_games(derived, "run"));
  CHECK(value_of(*db, "SELECT count(*) FROM ingest_games WHERE stored_rows IS NULL") == "1");

  backend.run_sql("DELETE FROM team_game_factors");
  check = check_of(*db, sample_id(1));
  CHECK(check.derived == words{"team_game_factors: 0 of 2 rows"});
  CHECK_FALSE(must(db->adopt_stored(sample_id(1))));  // what is wrong is not made right
  must(db->write_games(derived, "run"));
  CHECK(must(db->adopt_stored(sample_id(1))));
  CHECK_FALSE(must(db->adopt_stored(sample_id(1))));
  CHECK(value_of(*db, "SELECT stored_rows FROM ingest_games") == kept);
}
