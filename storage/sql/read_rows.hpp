// Reading the rows of one game back into the types of pipeline/rows.hpp.
//
// Threads: one thread at a time, inside a transaction of the session. Errors: sql_error.
#pragma once

#include "storage/sql/field_codec.hpp"
#include "storage/sql/session.hpp"
#include "storage/sql/table_shape.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace nba::sql {

// The columns that visit_fields names, as a list; `prefix` goes before each ("p.").
template <class Row>
std::string field_list(std::string_view prefix) {
  std::string list;
  for (const auto& column : fields_of<Row>())
    list += fmt::format("{}{}{}", list.empty() ? "" : ", ", prefix, column.name);
  return list;
}

template <class Row>
std::vector<Row> to_rows(const row_set& found) {
  std::vector<Row> rows;
  rows.reserve(found.rows.size());
  for (const auto& cells : found.rows) visit_fields(field_reader(cells), rows.emplace_back());
  return rows;
}

inline constexpr std::string_view home_first = "CASE WHEN r.team_id = g.home_team_id THEN 0 ELSE 1 END";

// "r.period, r.points" of the traits' order.
std::string sort_order(std::string_view columns);

// The rows of one game, in their order.
template <class Row>
std::vector<Row> read_rows(session& db, const cell_row& which) {
  return to_rows<Row>(
      db.query(fmt::format("SELECT {} FROM {} r JOIN games g ON g.game_id = r.game_id WHERE r.game_id = $1 ORDER BY {}",
                           field_list<Row>("r."), table_traits<Row>::name, sort_order(table_traits<Row>::order)),
               which));
}

}  // namespace nba::sql
