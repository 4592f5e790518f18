// The bulk path of PostgreSQL: COPY in its binary form, straight into the table.
//
// Binary because the server then parses no numbers and no timestamps (three of them in every event row), and the client
// prints none: docs/adr/0010-bulk-writes.md has the figures. Format: PostgreSQL manual, "COPY", "Binary Format"; values
// as the types' send functions write them. The table's column types must be exactly the sink's: integer for int,
// bigint for std::int64_t, double precision for double (tests compare every column).
// Threads: one thread at a time, inside a transaction of `used`.
// Errors: sql_error.
#pragma once

#include "storage/postgres/connection.hpp"
#include "storage/sql/clean_text.hpp"
#include "storage/sql/table_shape.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace nba::postgres {

class copy_sink {
 public:
  // Starts COPY. `buffer` is lent for as long as the sink lives, so that its memory is used again.
  copy_sink(connection& used, const sql::table_shape& table, std::string& buffer);
  copy_sink(const copy_sink&) = delete;
  copy_sink& operator=(const copy_sink&) = delete;
  // Without finish() (an exception on the way) the COPY is called off.
  ~copy_sink();

  void begin_row() { append(static_cast<std::uint16_t>(column_count_)); }
  void end_row() {
    if (buffer_.size() >= send_bytes) send();
  }
  void finish();

  void null() { append(null_length); }
  void integer(std::int32_t value) { append_value(static_cast<std::uint32_t>(value)); }
  void bigint(std::int64_t value) { append_value(static_cast<std::uint64_t>(value)); }
  void real(double value) { append_value(std::bit_cast<std::uint64_t>(value)); }
  void boolean(bool value) { append_value(static_cast<std::uint8_t>(value ? 1 : 0)); }
  void text(std::string_view value);
  void text_to_copy(std::string_view value) { text(value); }
  void date(et_date value);
  void timestamp(utc_time value);

 private:
  static constexpr std::size_t send_bytes = 256 << 10;
  static constexpr std::uint32_t null_length = 0xFFFFFFFF;

  template <class Unsigned>
  static Unsigned big_endian(Unsigned value) {
    if constexpr (std::endian::native == std::endian::big || sizeof(Unsigned) == 1) return value;
    if constexpr (sizeof(Unsigned) == 2) return __builtin_bswap16(value);
    if constexpr (sizeof(Unsigned) == 4) return __builtin_bswap32(value);
    if constexpr (sizeof(Unsigned) == 8) return __builtin_bswap64(value);
  }
  template <class Unsigned>
  void append(Unsigned value) {
    const auto bytes = big_endian(value);
    char raw[sizeof bytes];
    std::memcpy(raw, &bytes, sizeof bytes);
    buffer_.append(raw, sizeof raw);
  }
  // Length and value in one go.
  template <class Unsigned>
  void append_value(Unsigned value) {
    const auto length = big_endian(static_cast<std::uint32_t>(sizeof value));
    const auto bytes = big_endian(value);
    char raw[sizeof length + sizeof bytes];
    std::memcpy(raw, &length, sizeof length);
    std::memcpy(raw + sizeof length, &bytes, sizeof bytes);
    buffer_.append(raw, sizeof raw);
  }
  void send();
  [[noreturn]] void fail() const;

  connection& used_;
  std::size_t column_count_;
  std::string& buffer_;
  std::string scratch_;
  bool open_ = false;
};

}  // namespace nba::postgres
