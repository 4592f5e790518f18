#include "storage/postgres/copy_batch.hpp"

#include <chrono>
#include <memory>

#include <fmt/format.h>

namespace nba::postgres {
namespace {

// PostgreSQL counts days and microseconds from the year 2000.
constexpr date::sys_days postgres_epoch{date::year{2000} / 1 / 1};

[[noreturn]] void fail(const connection& used) { throw make_error("", PQerrorMessage(used.raw()), used.is_usable()); }

}  // namespace

std::string copy_command(const sql::table_shape& table) {
  return fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary);", table.name, sql::column_list(table));
}

copy_sink::copy_sink(connection& used, std::size_t column_count, std::string& buffer)
    : used_(used), column_count_(column_count), buffer_(buffer) {
  constexpr char signature[] = "PGCOPY\n\377\r\n";  // the terminating zero belongs to it
  buffer_.assign(signature, sizeof signature);
  append(std::uint32_t{0});  // flags
  append(std::uint32_t{0});  // length of the header's extension
}

void copy_sink::text(std::string_view value) {
  const auto clean = sql::clean_text(value, scratch_);
  append(static_cast<std::uint32_t>(clean.size()));
  buffer_.append(clean);
}

void copy_sink::date(et_date value) {
  const auto days = (date::sys_days{value.time_since_epoch()} - postgres_epoch).count();
  append_value(static_cast<std::uint32_t>(days));
}

void copy_sink::timestamp(utc_time value) {
  const auto microseconds = std::chrono::microseconds(value - postgres_epoch).count();
  append_value(static_cast<std::uint64_t>(microseconds));
}

void copy_sink::finish() {
  append(std::uint16_t{0xFFFF});  // trailer
  send();
}

void copy_sink::send() {
  if (PQputCopyData(used_.raw(), buffer_.data(), static_cast<int>(buffer_.size())) != 1) fail(used_);
  buffer_.clear();
}

copy_batch::copy_batch(connection& used, const std::string& commands, std::string& buffer)
    : used_(used), buffer_(buffer) {
  if (PQsendQuery(used.raw(), commands.c_str()) != 1) fail(used);
}

copy_batch::~copy_batch() {
  if (finished_) return;
  if (in_copy_) PQputCopyEnd(used_.raw(), "called off");
  while (PGresult* result = PQgetResult(used_.raw())) {
    // Not yet fed: the server waits for this table's rows.
    const bool waits = PQresultStatus(result) == PGRES_COPY_IN;
    PQclear(result);
    if (waits && PQputCopyEnd(used_.raw(), "called off") != 1) return;
  }
}

void copy_batch::await_copy() {
  expect(PGRES_COPY_IN);
  in_copy_ = true;
}

void copy_batch::end_copy() {
  in_copy_ = false;
  if (PQputCopyEnd(used_.raw(), nullptr) != 1) fail(used_);
  expect(PGRES_COMMAND_OK);
}

void copy_batch::expect(ExecStatusType wanted) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(used_.raw()), &PQclear);
  if (result && PQresultStatus(result.get()) == wanted) return;
  const char* sqlstate = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  throw make_error(sqlstate ? sqlstate : "", PQerrorMessage(used_.raw()), used_.is_usable());
}

void copy_batch::finish() {
  while (PGresult* result = PQgetResult(used_.raw())) {
    const bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    if (!good) fail(used_);
  }
  finished_ = true;
}

}  // namespace nba::postgres
