// The bulk path of PostgreSQL: COPY in its binary form, straight into the tables.
//
// Binary because the server then parses no numbers and no timestamps (three of them in every event row), and the client
// prints none. The commands of all tables are sent as one string: the server goes on to the next one by itself, which
// saves a round trip per table. docs/adr/0010-bulk-writes.md has the figures.
// Format: PostgreSQL manual, "COPY", "Binary Format"; values as the types' send functions write them. The table's
// column types must be exactly the sink's: integer for int, bigint for std::int64_t, double precision for double (tests
// compare every column).
// Threads: one thread at a time, inside a transaction of the connection.
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

// "COPY pbp_events (game_id, ...) FROM STDIN (FORMAT binary);"
std::string copy_command(const sql::table_shape& table);

// Rows of one table in binary form; see sql/field_codec.hpp.
class copy_sink {
 public:
  copy_sink(connection& used, std::size_t column_count, std::string& buffer);

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
    if constexpr (std::endian::native == std::endian::big || sizeof(Unsigned) == 1)
      return value;
    else if constexpr (sizeof(Unsigned) == 2)
      return __builtin_bswap16(value);
    else if constexpr (sizeof(Unsigned) == 4)
      return __builtin_bswap32(value);
    else
      return __builtin_bswap64(value);
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

  connection& used_;
  std::size_t column_count_;
  std::string& buffer_;
  std::string scratch_;
};

// Several COPY commands in one string, fed one after the other in their order.
class copy_batch {
 public:
  // Sends the commands. `buffer` is lent for as long as the batch lives, so that its memory is used again.
  copy_batch(connection& used, const std::string& commands, std::string& buffer);
  copy_batch(const copy_batch&) = delete;
  copy_batch& operator=(const copy_batch&) = delete;
  // Without finish() (an exception on the way) the rest is called off.
  ~copy_batch();

  // `feed(sink)` puts the rows of the next command's table.
  template <class Feed>
  void write(const sql::table_shape& table, Feed&& feed) {
    await_copy();
    copy_sink sink(used_, table.columns.size(), buffer_);
    feed(sink);
    sink.finish();
    end_copy();
  }
  void finish();

 private:
  void await_copy();
  void end_copy();
  // Throws unless the next result is `wanted`.
  void expect(ExecStatusType wanted);

  connection& used_;
  std::string& buffer_;
  bool in_copy_ = false;
  bool finished_ = false;
};

}  // namespace nba::postgres
