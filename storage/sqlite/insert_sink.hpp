// The bulk path of SQLite: rows as bound parameters of multi-row INSERT statements.
//
// One statement of 50 rows costs a third less than 50 statements of one row (docs/adr/0010-bulk-writes.md). The rows
// left over go through smaller statements, so that few statements are ever prepared.
// Threads: one thread at a time. Texts of the rows must live as long as the sink; all row_count rows
// must be written.
#pragma once

#include "storage/sql/clean_text.hpp"
#include "storage/sql/table_shape.hpp"
#include "storage/sqlite/statement_cache.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace nba::sqlite {

class insert_sink {
 public:
  insert_sink(statement_cache& statements, const sql::table_shape& table, std::size_t row_count)
      : statements_(statements), table_(table), rows_left_(row_count), last_timestamps_(table.columns.size()) {}

  void begin_row();
  void end_row();

  void null() { current_->bind_null(++at_); }
  void integer(std::int32_t value) { current_->bind_integer(++at_, value); }
  void bigint(std::int64_t value) { current_->bind_integer(++at_, value); }
  void real(double value) { current_->bind_real(++at_, value); }
  void boolean(bool value) { current_->bind_integer(++at_, value ? 1 : 0); }
  void text(std::string_view value);
  void text_to_copy(std::string_view value) { current_->bind_text_copy(++at_, value); }
  void date(et_date value) { current_->bind_text_copy(++at_, format_date(value)); }
  void timestamp(utc_time value);

 private:
  statement_cache& statements_;
  const sql::table_shape& table_;
  std::size_t rows_left_;              // rows not yet begun
  std::size_t rows_in_statement_ = 0;  // rows still missing from the statement being bound
  statement* current_ = nullptr;
  int at_ = 0;  // parameters bound so far
  // Last timestamp of each column: ingested_at never changes within a game, events often share theirs.
  struct formatted {
    utc_time value{};
    std::string text;
  };
  std::vector<formatted> last_timestamps_;
  std::deque<std::string> cleaned_;  // repaired texts of the statement being bound; usually none
};

}  // namespace nba::sqlite
