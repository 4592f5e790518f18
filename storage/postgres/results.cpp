#include "storage/postgres/results.hpp"

#include <charconv>
#include <string>
#include <string_view>

namespace nba::postgres {
namespace {

// Type numbers of PostgreSQL's catalog (pg_type.dat); they are fixed.
enum type_oid : unsigned {
  oid_bool = 16,
  oid_bytea = 17,
  oid_int8 = 20,
  oid_int2 = 21,
  oid_int4 = 23,
  oid_oid = 26,
  oid_float4 = 700,
  oid_float8 = 701,
  oid_timestamptz = 1184,
  oid_numeric = 1700,
};

sql::cell to_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return value;
  return std::string(text);
}

sql::cell to_real(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc()) return value;
  return std::string(text);
}

// Sums and averages are numeric: whole ones are integers, as they are in SQLite.
sql::cell to_number(std::string_view text) {
  return text.find('.') == std::string_view::npos ? to_integer(text) : to_real(text);
}

// "2024-11-13 00:10:24.9+00" (the session is in UTC) -> "2024-11-13T00:10:24.900Z".
sql::cell to_timestamp(std::string text) {
  auto iso = text;
  if (iso.size() > 10 && iso[10] == ' ') iso[10] = 'T';
  if (iso.ends_with("+00")) iso.replace(iso.size() - 3, 3, "Z");
  if (const auto parsed = parse_timestamp(iso)) return format_timestamp(*parsed);
  return text;
}

int hex_digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// bytea_output is hex: "\x0aff".
sql::cell to_bytes(std::string_view text) {
  sql::blob value;
  for (std::size_t at = 2; at + 1 < text.size(); at += 2)
    value.bytes += static_cast<char>(hex_digit(text[at]) * 16 + hex_digit(text[at + 1]));
  return value;
}

sql::cell to_cell(unsigned type, std::string_view text) {
  switch (type) {
    case oid_bool:
      return std::int64_t{text == "t"};
    case oid_int2:
    case oid_int4:
    case oid_int8:
    case oid_oid:
      return to_integer(text);
    case oid_float4:
    case oid_float8:
      return to_real(text);
    case oid_numeric:
      return to_number(text);
    case oid_timestamptz:
      return to_timestamp(std::string(text));
    case oid_bytea:
      return to_bytes(text);
    default:
      return std::string(text);
  }
}

}  // namespace

sql::row_set to_rows(const pqxx::result& result) {
  sql::row_set set;
  const auto columns = result.columns();
  for (pqxx::row::size_type i = 0; i < columns; ++i) set.columns.emplace_back(result.column_name(i));
  set.rows.reserve(static_cast<std::size_t>(result.size()));
  for (const auto& row : result) {
    auto& cells = set.rows.emplace_back();
    cells.reserve(columns);
    for (pqxx::row::size_type i = 0; i < columns; ++i) {
      const auto field = row[i];
      if (field.is_null())
        cells.emplace_back();
      else
        cells.push_back(to_cell(result.column_type(i), {field.c_str(), field.size()}));
    }
  }
  return set;
}

}  // namespace nba::postgres
