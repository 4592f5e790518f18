// The same contents in both databases, and the tables as the row descriptions have them.
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/sample_games.hpp"
#include "tests/support/dump.hpp"

#include "storage/sql/table_shape.hpp"

#include <set>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

// A bit of everything a run does.
void fill(store& db) {
  std::vector<planned_game> plan;
  for (int number = 1; number <= 30; ++number) plan.push_back(sample_planned(number));
  must(db.write_plan({2024}, plan));
  for (int number = 1; number <= 12; ++number) {
    const auto core = sample_core(number);
    const std::vector<game_write> writes{core, sample_derived_write(core)};
    must(db.write_games(writes, "run"));
  }
  const std::vector<game_write> corrected{sample_core(5, 2), sample_core(6)};
  must(db.write_games(corrected, "run"));
  const std::vector<state_change> changes{
      {sample_id(13), game_state::unavailable, 3, failure_class::unavailable, "403"},
      {sample_id(14), game_state::not_final, 1, {}, ""}};
  must(db.write_states(changes, "run"));
  dead_letter letter;
  letter.game_id = sample_id(15);
  letter.stage = "transform";
  letter.error_class = failure_class::contract_drift;
  letter.error = "tab\there";
  letter.attempts = 2;
  letter.payload = std::string("\0\x01\xFF bytes", 9);
  must(db.park(letter, "run"));
  must(db.advance_watermark("backfill", "2024-25", sample_id(4).str()));
  schedule_reading reading;
  reading.season = season{2024};
  reading.read_at = *parse_timestamp("2024-11-17T06:00:01.250Z");
  reading.left_out_count = 1;
  reading.left_out = {{"0072400001", left_out_reason::unknown_kind, "of a new kind", std::nullopt, "BOS", "NYK"}};
  must(db.write_reading(reading));
  must(db.claim(data_kind::real, "0.1.0"));
  const auto told_at = *parse_timestamp("2024-11-18T06:00:01.250Z");
  outbox_rules rules;
  rules.channels.push_back({"hook", {alert_kind::run_failed}, true, {}});
  alert_news news;
  news.kind = alert_kind::run_failed;
  news.subject = "daily";
  news.occurrence = "run1";
  news.text = "why: \"ä\" \t <b>";
  news.at = told_at;
  must(db.change_alerts(told_at, [&](alert_book& book) {
    note_firing(book, news, rules, told_at);
    take_due(book, rules, told_at);
  }));
}

template <class Row>
void check_columns(store& db) {
  const auto& shape = sql::shape_of<Row>();
  const auto header = must(db.query_text("SELECT * FROM " + std::string(shape.name), 1)).front();
  std::vector<std::string> described;
  for (const auto& column : shape.columns) described.emplace_back(column.name);
  CHECK(header == described);
}

template <class Row>
void check_types(store& db) {
  const auto& shape = sql::shape_of<Row>();
  const auto types = must(db.query_text("SELECT data_type FROM information_schema.columns WHERE table_name = '" +
                                            std::string(shape.name) + "' ORDER BY ordinal_position",
                                        100));
  REQUIRE(types.size() == shape.columns.size() + 1);
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    CAPTURE(shape.name);
    CAPTURE(shape.columns[i].name);
    const auto expected =
        shape.columns[i].type == "timestamptz" ? "timestamp with time zone" : std::string(shape.columns[i].type);
    CHECK(types[i + 1][0] == expected);
  }
}

}  // namespace

TEST_CASE("both databases hold the same contents after the same calls") {
  sqlite_backend sqlite;
  postgres_backend postgres;
  const auto a = sqlite.open_migrated(), b = postgres.open_migrated();
  fill(*a);
  fill(*b);
  const auto first = dump_store(*a), second = dump_store(*b);
  const auto difference = first_difference(first, second);
  CHECK_MESSAGE(difference.empty(), difference);
  for (const auto& [table, lines] : first) {
    CAPTURE(table);
    CHECK(lines.size() > 1);  // the comparison means something for every table
  }
}

TEST_CASE("the dump shows a difference in one value of one row") {
  sqlite_backend one, other;
  const auto a = one.open_migrated(), b = other.open_migrated();
  fill(*a);
  fill(*b);
  REQUIRE(first_difference(dump_store(*a), dump_store(*b)) == "");
  other.run_sql("UPDATE pbp_events SET points = points + 1 WHERE game_id = '0022400007' AND event_idx = 59");
  CHECK(first_difference(dump_store(*a), dump_store(*b)).find("pbp_events, row ") == 0);
  other.run_sql("DELETE FROM officials WHERE game_id = '0022400012'");
  CHECK(first_difference(dump_store(*a), dump_store(*b)).find("officials: ") == 0);
}

STORE_TEST("the tables have exactly the columns that the bulk path writes, in its order") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto check = [&]<class Row>(std::type_identity<Row>) { check_columns<Row>(*db); };
  for_each_table(core_table_list{}, check);
  for_each_table(derived_table_list{}, check);
}

TEST_CASE("PostgreSQL's columns have exactly the types that binary COPY sends") {
  postgres_backend backend;
  const auto db = backend.open_migrated();
  const auto check = [&]<class Row>(std::type_identity<Row>) { check_types<Row>(*db); };
  for_each_table(core_table_list{}, check);
  for_each_table(derived_table_list{}, check);
}

STORE_TEST("count_rows names every table there is") {
  Backend backend;
  const auto db = backend.open_migrated();
  std::set<std::string> counted, present;
  for (const auto& each : must(db->count_rows())) counted.insert(each.table);
  const auto sql = db->backend() == "sqlite"
                       ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                       : "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND "
                         "table_type = 'BASE TABLE'";
  const auto tables = must(db->query_text(sql, 100));
  for (std::size_t i = 1; i < tables.size(); ++i) present.insert(tables[i][0]);
  CHECK(counted == present);
}

STORE_TEST("query_text answers header and rows, NULL as empty, at most as many as asked for") {
  Backend backend;
  const auto db = backend.open_migrated();
  using table = std::vector<std::vector<std::string>>;
  CHECK(must(db->query_text("SELECT 1 AS one, NULL AS missing, 'a' AS text, 0.1 AS tenth;", 10)) ==
        table{{"one", "missing", "text", "tenth"}, {"1", "", "a", "0.1"}});
  CHECK(must(db->query_text("SELECT 1 AS n UNION ALL SELECT 2 ORDER BY n", 1)) == table{{"n"}, {"1"}});
  CHECK(must(db->query_text("SELECT game_id FROM games", 5)) == table{{"game_id"}});
}

STORE_TEST("query_text changes nothing, whatever it is asked") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->advance_watermark("s", "k", "v"));
  for (const auto* sql : {"DELETE FROM ingest_watermarks", "SELECT 1; DELETE FROM ingest_watermarks",
                          "DROP TABLE games", "COMMIT; DELETE FROM ingest_watermarks", "", "SELEC 1",
                          "WITH gone AS (DELETE FROM ingest_watermarks RETURNING value) SELECT * FROM gone"}) {
    CAPTURE(sql);
    CHECK_FALSE(db->query_text(sql, 10));
    CHECK(must(db->read_watermark("s", "k")).has_value());
  }
}
