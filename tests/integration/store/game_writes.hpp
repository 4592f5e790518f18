// What tests of games in a store write, and look at afterwards.
#pragma once

#include "storage/store.hpp"
#include "tests/integration/store/backend.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace nba::test {

inline write_outcome write_one(store& db, game_write write, const std::string& run_id = "run") {
  const std::vector<game_write> writes{std::move(write)};
  return must(db.write_games(writes, run_id)).at(0);
}

inline ledger_entry ledger_of(store& db, const game_id& id) {
  for (const auto& entry : must(db.read_ledger(id.in_season())))
    if (entry.id == id) return entry;
  throw std::runtime_error("no ledger row for " + id.str());
}

inline std::int64_t rows_in(store& db, const std::string& table) {
  for (const auto& each : must(db.count_rows()))
    if (each.table == table) return each.rows;
  throw std::runtime_error("no table " + table);
}

inline std::string value_of(store& db, const std::string& sql) { return must(db.query_text(sql, 10)).at(1).at(0); }

}  // namespace nba::test
