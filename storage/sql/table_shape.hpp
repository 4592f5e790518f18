// Names and columns of the tables, taken from the row descriptions.
//
// Threads: constants, and functions that build an immutable value once (thread-safe statics).
#pragma once

#include "storage/sql/row_fields.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nba::sql {

struct column_shape {
  std::string_view name;
  std::string_view type;  // PostgreSQL's name for it
};

struct table_shape {
  std::string_view name;
  std::vector<column_shape> columns;
};

// "game_id, event_idx, ..."
std::string column_list(const table_shape& table);

// Collects name and type of every field it visits.
class shape_visitor {
 public:
  explicit shape_visitor(std::vector<column_shape>& out) : out_(out) {}

  template <class Field>
  void operator()(std::string_view name, const Field& field) {
    out_.push_back({name, type_of(field)});
  }

 private:
  static std::string_view type_of(int) { return "integer"; }
  static std::string_view type_of(std::int64_t) { return "bigint"; }
  static std::string_view type_of(double) { return "double precision"; }
  static std::string_view type_of(bool) { return "boolean"; }
  static std::string_view type_of(const std::string&) { return "text"; }
  static std::string_view type_of(std::string_view) { return "text"; }
  static std::string_view type_of(computed) { return "text"; }
  static std::string_view type_of(possession_end) { return "text"; }
  static std::string_view type_of(shock_type) { return "text"; }
  static std::string_view type_of(const game_id&) { return "text"; }
  static std::string_view type_of(game_status) { return "integer"; }
  static std::string_view type_of(et_date) { return "date"; }
  static std::string_view type_of(utc_time) { return "timestamptz"; }
  template <class T>
  static std::string_view type_of(const std::optional<T>&) {
    return type_of(T{});
  }
  template <class T>
  static std::string_view type_of(hundredths<T>) {
    return "double precision";
  }
  template <class T>
  static std::string_view type_of(empty_is_null<T>) {
    return "text";
  }
  template <class T>
  static std::string_view type_of(zero_is_null<T>) {
    return "bigint";
  }

  std::vector<column_shape>& out_;
};

// The columns that visit_fields names.
template <class Row>
std::vector<column_shape> fields_of() {
  std::vector<column_shape> columns;
  const Row row;
  visit_fields(shape_visitor{columns}, row);
  return columns;
}

// The fact table of a row type, with all its columns.
template <class Row>
const table_shape& shape_of() {
  static const table_shape shape = [] {
    table_shape made{table_traits<Row>::name, {}};
    const Row row;
    visit_record(shape_visitor{made.columns}, game_id{}, row, row_origin{});
    return made;
  }();
  return shape;
}

}  // namespace nba::sql
