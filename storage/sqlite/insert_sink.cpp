#include "storage/sqlite/insert_sink.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace nba::sqlite {
namespace {

// Rows per statement, largest first. 50 rows of the widest table are 1,600 parameters; SQLite allows 32,766.
constexpr std::array<std::size_t, 3> statement_rows{50, 10, 1};

std::string insert_statement(const sql::table_shape& table, std::size_t rows) {
  std::string row = "(?";
  for (std::size_t i = 1; i < table.columns.size(); ++i) row += ",?";
  row += ')';
  auto statement = fmt::format("INSERT INTO {} ({}) VALUES {}", table.name, sql::column_list(table), row);
  for (std::size_t i = 1; i < rows; ++i) {
    statement += ',';
    statement += row;
  }
  return statement;
}

}  // namespace

void insert_sink::begin_row() {
  if (rows_in_statement_ != 0) return;
  rows_in_statement_ =
      *std::find_if(statement_rows.begin(), statement_rows.end(), [&](std::size_t rows) { return rows <= rows_left_; });
  current_ =
      &statements_.bulk(table_.name, rows_in_statement_, [&] { return insert_statement(table_, rows_in_statement_); });
  at_ = 0;
}

void insert_sink::end_row() {
  --rows_left_;
  if (--rows_in_statement_ != 0) return;
  const reset_on_exit ready_again(*current_);
  current_->step();
  cleaned_.clear();
}

void insert_sink::text(std::string_view value) {
  std::string scratch;
  const auto clean = sql::clean_text(value, scratch);
  if (clean.data() != scratch.data()) return current_->bind_text_that_stays(++at_, clean);
  current_->bind_text_that_stays(++at_, cleaned_.emplace_back(std::move(scratch)));
}

void insert_sink::timestamp(utc_time value) {
  auto& last = last_timestamps_[static_cast<std::size_t>(at_) % table_.columns.size()];
  if (last.text.empty() || last.value != value) last = {value, format_timestamp(value)};
  current_->bind_text_copy(++at_, last.text);
}

}  // namespace nba::sqlite
