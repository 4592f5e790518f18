// Prepared statements of one SQLite connection, by their text.
//
// Threads: one thread at a time. Statements must be gone before their connection closes: declare the cache after it.
#pragma once

#include "storage/sqlite/handles.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace nba::sqlite {

class statement_cache {
 public:
  explicit statement_cache(sqlite3* db) : db_(db) {}

  statement& get(const std::string& sql) {
    if (const auto found = by_text_.find(sql); found != by_text_.end()) return found->second;
    if (by_text_.size() >= statements_max) by_text_.clear();
    return by_text_.emplace(sql, statement(db_, sql, true)).first->second;
  }
  // A bulk insert of `rows` rows, without building its text each time.
  statement& bulk(std::string_view table, std::size_t rows, const std::function<std::string()>& make_sql) {
    const std::pair key{table, rows};
    if (const auto found = bulk_.find(key); found != bulk_.end()) return found->second;
    return bulk_.emplace(key, statement(db_, make_sql(), true)).first->second;
  }

 private:
  // The stores' own texts are fewer; the bound is for lists of unusual lengths.
  static constexpr std::size_t statements_max = 256;
  sqlite3* db_;
  std::unordered_map<std::string, statement> by_text_;
  std::map<std::pair<std::string_view, std::size_t>, statement> bulk_;
};

}  // namespace nba::sqlite
