// Connection, schema, free queries.
#include "storage/sql/sql_store.hpp"

#include "storage/dictionary.hpp"
#include "storage/sql/ownership.hpp"
#include "storage/sql/table_shape.hpp"

#include <chrono>
#include <thread>

#include <fmt/format.h>

namespace nba::sql {
namespace {

upsert_target plan_target() {
  upsert_target target{"schedule_games", fields_of<planned_game>()};
  target.compared = target.columns.size();
  target.columns.push_back({"updated_at", "timestamptz"});
  return target;
}

// A game the ledger has not seen is added; of a known one only the date may change.
upsert_target ledger_plan_target() {
  return {.table = "ingest_games",
          .columns = {{"game_id", "text"},
                      {"game_date", "date"},
                      {"season", "text"},
                      {"game_type", "text"},
                      {"state", "text"},
                      {"updated_at", "timestamptz"}},
          .compared = 2,
          .updated = {"game_date", "updated_at"}};
}

}  // namespace

sql_store::sql_store(std::shared_ptr<session> db)
    : db_(std::move(db)), plan_rows_(plan_target()), ledger_plan_rows_(ledger_plan_target()) {}

failure sql_store::describe_current_exception() const {
  try {
    throw;
  } catch (const sql_error& error) {
    return to_failure(error, db_->description());
  } catch (const refused& error) {
    return error.reason();
  } catch (const std::exception& error) {
    return {failure_class::internal, fmt::format("database {}: {}", db_->description(), error.what()), "store"};
  }
}

void sql_store::pause_before_retry(int attempt) {
  constexpr std::chrono::milliseconds first_pause{10};
  std::this_thread::sleep_for(first_pause * (1 << attempt));
}

result<void> sql_store::reconnect() {
  return answer([&] { db_->reconnect(); });
}

result<std::vector<migration_step>> sql_store::migrate() {
  return answer([&] {
    auto steps = apply_migrations(*db_);
    write_comments(*db_);
    return steps;
  });
}

result<std::vector<migration_step>> sql_store::check_schema() {
  return transact(transaction_mode::read, [&] { return inspect_schema(*db_, migrations_for(db_->dialect())); });
}

result<std::vector<table_count>> sql_store::count_rows() {
  return transact(transaction_mode::read, [&] {
    std::vector<table_count> counts;
    for (const auto& table : data_dictionary()) {
      if (table.is_view()) continue;
      const auto found = db_->query(fmt::format("SELECT COUNT(*) FROM {}", table.name));
      counts.push_back({std::string(table.name), as_integer(found.rows.at(0).at(0))});
    }
    return counts;
  });
}

result<std::vector<std::vector<std::string>>> sql_store::query_text(const std::string& sql, std::size_t rows_max) {
  return transact(transaction_mode::read, [&] {
    const auto found = db_->query_once(sql, rows_max);
    std::vector<std::vector<std::string>> table{found.columns};
    for (const auto& row : found.rows) {
      auto& line = table.emplace_back();
      for (const auto& value : row) line.push_back(to_text(value));
    }
    return table;
  });
}

}  // namespace nba::sql
