// One value of an SQL statement, the same for both databases.
//
// Purpose: everything but the bulk path (bulk.hpp) passes parameters and reads rows as cells, so that the statements
// and the code around them are written once. Both sessions answer the same cells for the same contents: booleans as
// integers 0 and 1, timestamps as format_timestamp text, dates as ISO text.
// Threads: plain values.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/time.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nba::sql {

struct blob {
  std::string bytes;
  auto operator<=>(const blob&) const = default;
};

// NULL, integer (and boolean), real, text (and dates and timestamps), bytes.
using cell = std::variant<std::monostate, std::int64_t, double, std::string, blob>;
using cell_row = std::vector<cell>;

struct row_set {
  std::vector<std::string> columns;
  std::vector<cell_row> rows;
};

// ---- making cells
// Text that both databases can hold: see clean_text.
cell text(std::string_view value);
cell text_or_null(std::string_view value);  // empty is NULL
inline cell integer(std::int64_t value) { return value; }
template <class Integer>
cell integer_or_null(const std::optional<Integer>& value) {
  if (!value) return {};
  return static_cast<std::int64_t>(*value);
}
cell timestamp(utc_time value);
cell timestamp_or_null(const std::optional<utc_time>& value);
cell date(et_date value);

// ---- reading cells
inline bool is_null(const cell& value) { return std::holds_alternative<std::monostate>(value); }
// NULL and cells of another kind read as 0, empty or the epoch: tables may be edited by hand, and a value that cannot
// be read must not stop a run.
std::int64_t as_integer(const cell& value);
double as_real(const cell& value);
const std::string& as_text(const cell& value);  // text only; empty for anything else
const std::string& as_bytes(const cell& value);
utc_time as_timestamp(const cell& value);
std::optional<utc_time> as_optional_timestamp(const cell& value);
std::optional<et_date> as_optional_date(const cell& value);
template <class Integer>
std::optional<Integer> as_optional_integer(const cell& value) {
  if (is_null(value)) return std::nullopt;
  return static_cast<Integer>(as_integer(value));
}

// The cell as people read it: NULL is empty, a real its shortest exact decimal form, bytes lower-case hex.
std::string to_text(const cell& value);

}  // namespace nba::sql
