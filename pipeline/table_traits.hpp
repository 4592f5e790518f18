// How a row type tells which table it is, so that whatever walks over tables knows it without naming it.
//
// A table of a game is: a struct with the columns as members, a `visit_fields` beside it that names each column
// (core_rows.hpp, derive/rows.hpp), a specialisation of `table_traits`, and its place in `core_table_list` (rows.hpp)
// or `derived_table_list` (derive/tables.hpp). Reading, writing, counting, comparing, deriving, measuring and dumping
// are loops over these lists. docs/adr/0114-one-list-of-tables.md
// Threads: templates without state.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nba {

// ---- columns --------------------------------------------------------------------------------------------------------
// `visit_fields(visitor, row)` calls `visitor(column, member)` in the order of the table's columns, for a row that is
// const (writing) or not (reading). What a member is not as it stands in the table, one of these says.

// Hundredths of a second in memory, seconds in the table.
template <class T>
struct hundredths {
  T& value;
};
template <class T>
hundredths(T&) -> hundredths<T>;

// Empty text in memory, NULL in the table.
template <class T>
struct empty_is_null {
  T& value;
};
template <class T>
empty_is_null(T&) -> empty_is_null<T>;

// Id 0 ("not decided yet") in memory, NULL in the table.
template <class T>
struct zero_is_null {
  T& value;
};
template <class T>
zero_is_null(T&) -> zero_is_null<T>;

// A column that follows from others (season and game type from the id): written, ignored when read.
struct computed {
  std::string_view value;
};

template <class Row, class T>
concept maybe_const = std::same_as<std::remove_const_t<Row>, T>;

// ---- tables ---------------------------------------------------------------------------------------------------------

//   name           of the table in the database
//   rows           the member of game_rows or derived_rows that holds the rows of one game: the row itself, an
//                  optional one, or a vector
//   order          the columns by which the rows of a game are in order when they are read, key among them; `team_id`
//                  stands for home before away. Empty where a game has one row at most.
//   rows_min, _max of every game, whoever wrote it
// and for core tables: url; for derived ones: rules_version and derive (derive/tables.hpp).
template <class Row>
struct table_traits;

struct any_number_of_rows {
  static constexpr std::int64_t rows_min = 0;
  static constexpr std::int64_t rows_max = std::numeric_limits<std::int64_t>::max();
};
template <std::int64_t Rows>
struct always_rows {
  static constexpr std::int64_t rows_min = Rows;
  static constexpr std::int64_t rows_max = Rows;
};

template <class... Rows>
struct table_list {
  static constexpr std::size_t size = sizeof...(Rows);
};

// visit(std::type_identity<Row>{}) for each table, in the order of the list.
template <class... Rows, class Visit>
constexpr void for_each_table(table_list<Rows...>, Visit&& visit) {
  (visit(std::type_identity<Rows>{}), ...);
}

template <class Row>
std::span<const Row> span_of(const Row& one) {
  return {&one, 1};
}
template <class Row>
std::span<const Row> span_of(const std::optional<Row>& one) {
  return one ? std::span<const Row>(&*one, 1) : std::span<const Row>();
}
template <class Row>
std::span<const Row> span_of(const std::vector<Row>& rows) {
  return rows;
}
// The rows of one table, of game_rows or derived_rows.
template <class Row, class Game>
std::span<const Row> rows_of(const Game& game) {
  return span_of(game.*table_traits<Row>::rows);
}

// Takes over what was read.
template <class Row>
void take_rows(Row& one, std::vector<Row>&& read) {
  if (!read.empty()) one = std::move(read.front());
}
template <class Row>
void take_rows(std::optional<Row>& one, std::vector<Row>&& read) {
  if (!read.empty()) one = std::move(read.front());
}
template <class Row>
void take_rows(std::vector<Row>& rows, std::vector<Row>&& read) {
  rows = std::move(read);
}

template <class List, class Game>
std::size_t count_rows_of(List list, const Game& game) {
  std::size_t rows = 0;
  for_each_table(list, [&]<class Row>(std::type_identity<Row>) { rows += rows_of<Row>(game).size(); });
  return rows;
}

}  // namespace nba
