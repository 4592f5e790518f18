// The digest of the rows that one table holds of one game.
//
// Purpose: the same digest from rows that are being written (as a sink of the bulk path) and from cells that were read
// back, on either database. So it is defined over a canonical form, not over what a database prints: each value is a
// tag and its bytes; -0 is 0 and NaN is NULL, as SQLite has them; an instant is its milliseconds, a text the clean one;
// rows are put in the order of their bytes. The columns that say where a row came from are left out.
// Threads: one thread at a time.
#pragma once

#include "pipeline/rows.hpp"
#include "storage/sql/bulk.hpp"
#include "storage/sql/cell.hpp"
#include "storage/sql/session.hpp"
#include "storage/stored_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba::sql {

// source, source_url and ingested_at: the last columns of every fact table.
inline constexpr std::size_t origin_columns = 3;

class digest_sink {
 public:
  // Of each row the last columns are left out.
  explicit digest_sink(std::size_t columns_left_out = origin_columns) : columns_left_out_(columns_left_out) {}

  void begin_row();
  void end_row();

  void null();
  void integer(std::int32_t value) { number(value); }
  void bigint(std::int64_t value) { number(value); }
  void real(double value);
  void boolean(bool value) { number(value ? 1 : 0); }
  void text(std::string_view value);
  void text_to_copy(std::string_view value) { text(value); }
  void date(et_date value) { text(format_date(value)); }
  void timestamp(utc_time value) { number(value.time_since_epoch().count()); }
  // A value as it was read back; `type` is the column's, as table_shape has it. What does not fit the type counts as
  // what it is.
  void read_back(std::string_view type, const cell& value);

  table_digest finish();

 private:
  struct extent {
    std::size_t from = 0, to = 0;
  };
  void begin_value(char tag);
  void number(std::int64_t value);
  void put_bits(std::uint64_t bits);

  std::size_t columns_left_out_;
  std::string bytes_;
  std::string scratch_;
  std::vector<std::size_t> values_;  // where each value of the present row begins
  std::vector<extent> rows_;
};

// Every core table of the game, from the rows that are written or were read as such.
stored_rows digest_core(const game_rows& game);
// The derived tables of the record.
stored_rows digest_derived(const derived_record& record);

// The tables of a game, without the columns of origin: core_table_list, then derived_table_list.
std::span<const table_shape> game_tables();
bool is_derived_table(std::string_view table);

// Inside a transaction: reads all rows of the game.
stored_rows digest_stored(session& db, const game_id& id);

}  // namespace nba::sql
