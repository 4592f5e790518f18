// From fields to values and back.
//
// Purpose: `field_writer` turns every kind of field that a visit_fields names into one of a few primitive values of a
// sink; a database's bulk path is then a sink of ten small functions. `field_reader` fills a row from cells.
//
// A sink has: null(), integer(std::int32_t), bigint(std::int64_t), real(double), boolean(bool),
// text(std::string_view), text_to_copy(std::string_view), date(et_date), timestamp(utc_time); and begin_row(),
// end_row() where rows are written. What text() is given lives as long as the row; what text_to_copy() is given ends
// with the call. Threads: templates without state.
#pragma once

#include "storage/sql/cell.hpp"
#include "storage/sql/row_fields.hpp"

#include <cmath>
#include <utility>

namespace nba::sql {

template <class Sink>
class field_writer {
 public:
  explicit field_writer(Sink& sink) : sink_(sink) {}

  template <class Field>
  void operator()(std::string_view, const Field& field) {
    put(field);
  }

 private:
  void put(int value) { sink_.integer(value); }
  void put(std::int64_t value) { sink_.bigint(value); }
  void put(double value) { sink_.real(value); }
  void put(bool value) { sink_.boolean(value); }
  void put(const std::string& value) { sink_.text(value); }
  void put(std::string_view value) { sink_.text(value); }
  void put(computed field) { sink_.text_to_copy(field.value); }
  void put(const game_id& value) { sink_.text(value.str()); }
  void put(possession_end value) { sink_.text(to_string(value)); }
  void put(shock_type value) { sink_.text(to_string(value)); }
  void put(game_status value) { sink_.integer(static_cast<int>(value)); }
  void put(et_date value) { sink_.date(value); }
  void put(utc_time value) { sink_.timestamp(value); }
  template <class T>
  void put(const std::optional<T>& value) {
    value ? put(*value) : sink_.null();
  }
  template <class T>
  void put(hundredths<T> field) {
    sink_.real(field.value / 100.0);
  }
  template <class T>
  void put(empty_is_null<T> field) {
    field.value.empty() ? sink_.null() : sink_.text(field.value);
  }
  template <class T>
  void put(zero_is_null<T> field) {
    field.value == 0 ? sink_.null() : sink_.bigint(field.value);
  }

  Sink& sink_;
};

// Reads the cells of one row in the order in which visit_fields names the columns. Throws std::out_of_range when the
// row has fewer cells.
class field_reader {
 public:
  explicit field_reader(const cell_row& row) : row_(row) {}

  template <class Field>
  void operator()(std::string_view, Field&& field) {
    take(row_.at(next_++), std::forward<Field>(field));
  }

 private:
  static void take(const cell& value, int& out) { out = static_cast<int>(as_integer(value)); }
  static void take(const cell& value, std::int64_t& out) { out = as_integer(value); }
  static void take(const cell& value, double& out) { out = as_real(value); }
  static void take(const cell& value, bool& out) { out = as_integer(value) != 0; }
  static void take(const cell& value, std::string& out) { out = as_text(value); }
  static void take(const cell&, const computed&) {}
  static void take(const cell& value, game_id& out) { out = game_id::parse(as_text(value)).value_or(game_id{}); }
  static void take(const cell& value, game_status& out) {
    const auto number = as_integer(value);
    out = number >= 1 && number <= 3 ? static_cast<game_status>(number) : game_status::scheduled;
  }
  static void take(const cell& value, possession_end& out) {
    out = parse_possession_end(as_text(value)).value_or(possession_end::end_of_period);
  }
  static void take(const cell& value, shock_type& out) {
    out = parse_shock_type(as_text(value)).value_or(shock_type::technical);
  }
  static void take(const cell& value, et_date& out) { out = as_optional_date(value).value_or(et_date{}); }
  static void take(const cell& value, utc_time& out) { out = as_timestamp(value); }
  template <class T>
  static void take(const cell& value, std::optional<T>& out) {
    out.reset();
    if (!is_null(value)) take(value, out.emplace());
  }
  template <class T>
  static void take(const cell& value, hundredths<T> field) {
    field.value = static_cast<int>(std::lround(as_real(value) * 100));
  }
  template <class T>
  static void take(const cell& value, empty_is_null<T> field) {
    field.value = as_text(value);
  }
  template <class T>
  static void take(const cell& value, zero_is_null<T> field) {
    field.value = as_integer(value);
  }

  const cell_row& row_;
  std::size_t next_ = 0;
};

// A sink that collects cells, for statements outside the bulk path.
class cell_sink {
 public:
  explicit cell_sink(cell_row& out) : out_(out) {}
  void null() { out_.emplace_back(); }
  void integer(std::int32_t value) { out_.emplace_back(std::int64_t{value}); }
  void bigint(std::int64_t value) { out_.emplace_back(value); }
  void real(double value) { out_.emplace_back(value); }
  void boolean(bool value) { out_.emplace_back(std::int64_t{value}); }
  void text(std::string_view value) { out_.push_back(sql::text(value)); }
  void text_to_copy(std::string_view value) { text(value); }
  void date(et_date value) { out_.push_back(sql::date(value)); }
  void timestamp(utc_time value) { out_.push_back(sql::timestamp(value)); }

 private:
  cell_row& out_;
};

}  // namespace nba::sql
