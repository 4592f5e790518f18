#include "cli/json_text.hpp"
#include "cli/logging.hpp"
#include "cli/printable.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ctime>
#include <random>

namespace nba::cli {
namespace {

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \"=") != std::string_view::npos || !is_printable(value);
}

void append_quoted(std::string& out, std::string_view value) {
  std::string escaped;  // quotes and backslashes first: those of the other escapes stay single
  for (const char byte : value) {
    if (byte == '"' || byte == '\\') escaped += '\\';
    escaped += byte;
  }
  out += '"';
  out += printable(escaped);
  out += '"';
}

void append_value(std::string& out, const event_field& field) {
  if (const auto* text = std::get_if<std::string>(&field.value)) {
    const auto value = redact_secrets(*text);
    if (needs_quotes(value))
      append_quoted(out, value);
    else
      out += value;
  } else {
    std::visit([&](const auto& value) { out += fmt::format("{}", value); }, field.value);
  }
}

// "2024-10-08 06:00:01,234" in the process's local time.
std::string local_stamp(utc_time at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const auto since_epoch = static_cast<std::time_t>(seconds.time_since_epoch().count());
  std::tm local{};
  ::localtime_r(&since_epoch, &local);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02},{:03}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday,
                     local.tm_hour, local.tm_min, local.tm_sec, (at - seconds).count());
}

}  // namespace

std::string_view level_name(event_level level) {
  switch (level) {
    case event_level::debug:
      return "DEBUG";
    case event_level::info:
      return "INFO";
    case event_level::warn:
      return "WARN";
    case event_level::error:
      return "ERROR";
  }
  return "ERROR";
}

std::string format_text(const log_event& event, utc_time at) {
  std::string line = local_stamp(at);
  line += ' ';
  line += level_name(event.level);
  line += ' ';
  line += event.name;
  for (const auto& field : event.fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field);
  }
  return line;
}

std::string format_json(const log_event& event, utc_time at, std::string_view run_id) {
  nlohmann::ordered_json line;
  line["ts"] = format_timestamp(at);
  line["level"] = level_name(event.level);
  line["event"] = event.name;
  if (!run_id.empty()) line["run_id"] = run_id;
  for (const auto& field : event.fields) {
    if (const auto* text = std::get_if<std::string>(&field.value))
      line[field.key] = redact_secrets(*text);
    else
      std::visit([&](const auto& value) { line[field.key] = value; }, field.value);
  }
  return json_text(line);
}

}  // namespace nba::cli
