#include "storage/postgres/copy_sink.hpp"

#include <chrono>
#include <memory>

#include <fmt/format.h>

namespace nba::postgres {
namespace {

using result_ptr = std::unique_ptr<PGresult, decltype(&PQclear)>;

// PostgreSQL counts days and microseconds from the year 2000.
constexpr date::sys_days postgres_epoch{date::year{2000} / 1 / 1};

}  // namespace

copy_sink::copy_sink(connection& used, const sql::table_shape& table, std::string& buffer)
    : used_(used), column_count_(table.columns.size()), buffer_(buffer) {
  const auto command = fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary)", table.name, sql::column_list(table));
  const result_ptr result(PQexec(used.raw(), command.c_str()), &PQclear);
  if (PQresultStatus(result.get()) != PGRES_COPY_IN) {
    const char* sqlstate = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    throw make_error(sqlstate ? sqlstate : "", PQerrorMessage(used.raw()), used.is_usable());
  }
  open_ = true;
  constexpr char signature[] = "PGCOPY\n\377\r\n";  // the terminating zero belongs to it
  buffer_.assign(signature, sizeof signature);
  append(std::uint32_t{0});  // flags
  append(std::uint32_t{0});  // length of the header's extension
}

copy_sink::~copy_sink() {
  if (!open_) return;
  PQputCopyEnd(used_.raw(), "called off");
  while (PGresult* result = PQgetResult(used_.raw())) PQclear(result);
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
  open_ = false;  // whatever happens now, the COPY is over
  if (PQputCopyEnd(used_.raw(), nullptr) != 1) fail();
  const result_ptr result(PQgetResult(used_.raw()), &PQclear);
  const bool good = PQresultStatus(result.get()) == PGRES_COMMAND_OK;
  const char* sqlstate = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  const std::string message = good ? "" : PQerrorMessage(used_.raw());
  while (PGresult* more = PQgetResult(used_.raw())) PQclear(more);
  if (!good) throw make_error(sqlstate ? sqlstate : "", message, used_.is_usable());
}

void copy_sink::send() {
  if (PQputCopyData(used_.raw(), buffer_.data(), static_cast<int>(buffer_.size())) != 1) fail();
  buffer_.clear();
}

void copy_sink::fail() const { throw make_error("", PQerrorMessage(used_.raw()), used_.is_usable()); }

}  // namespace nba::postgres
