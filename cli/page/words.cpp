#include "cli/page/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace nba::cli {
namespace {

constexpr std::array<const char*, 12> month_names{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};
constexpr std::array<const char*, 7> weekday_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

struct calendar_parts {
  int year;
  unsigned day;
  std::string_view month, weekday;
};
calendar_parts parts_of(et_date value) {
  const date::year_month_day day{value};
  return {static_cast<int>(day.year()), static_cast<unsigned>(day.day()),
          month_names.at(static_cast<unsigned>(day.month()) - 1), weekday_names.at(date::weekday{value}.c_encoding())};
}

}  // namespace

std::string day_and_month(et_date value) {
  const auto parts = parts_of(value);
  return fmt::format("{} {}", parts.day, parts.month);
}
std::string day_in_full(et_date value) {
  const auto parts = parts_of(value);
  return fmt::format("{} {} {} {}", parts.weekday, parts.day, parts.month, parts.year);
}
std::string day_in_short(et_date value) {
  const auto parts = parts_of(value);
  return fmt::format("{} {} {} {}", parts.weekday.substr(0, 3), parts.day, parts.month.substr(0, 3), parts.year);
}
std::string month_in_short(et_date value) { return std::string{parts_of(value).month.substr(0, 3)}; }
std::string months_in_full(et_date value) {
  const auto parts = parts_of(value);
  return fmt::format("{} {}", parts.month, parts.year);
}

std::string duration_words(std::chrono::milliseconds value) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(value).count();
  if (seconds < 1) return "under a second";
  if (seconds < 100) return fmt::format("{} s", seconds);
  const auto minutes = (seconds + 30) / 60;
  if (minutes < 100) return fmt::format("{} min", minutes);
  if (minutes < 48 * 60) return fmt::format("{} h {} min", minutes / 60, minutes % 60);
  return fmt::format("{} days", minutes / (24 * 60));
}

std::string about(std::chrono::seconds value) {
  const auto minutes = (value.count() + 30) / 60;
  if (minutes < 1) return "less than a minute";
  if (minutes == 1) return "about a minute";
  if (minutes < 90) return fmt::format("about {} minutes", minutes);
  const auto hours = (minutes + 30) / 60;
  return hours < 72 ? fmt::format("about {} hours", hours) : fmt::format("about {} days", (hours + 12) / 24);
}

std::string milliseconds_in_short(double value) {
  if (value >= 10'000) return fmt::format("{:.0f} s", value / 1000);
  if (value >= 1'000) return fmt::format("{:.1f} s", value / 1000);
  return value >= 10 ? fmt::format("{:.0f} ms", value) : fmt::format("{:.1f} ms", value);
}

std::string rate_in_short(double value) {
  return value >= 100 ? fmt::format("{:.0f}", value) : fmt::format("{:.1f}", value);
}

std::string share_in_percent(double part, double whole) {
  if (whole <= 0) return "0 %";
  return fmt::format("{:.0f} %", std::floor(std::clamp(part / whole, 0.0, 1.0) * 100));
}

markup day_markup(et_date value) {
  const auto parts = parts_of(value);
  return tag("time", {{"datetime", format_date(value)}, {"title", day_in_full(value) + ", the date in New York"}},
             fmt::format("{} {} {}", parts.day, parts.month.substr(0, 3), parts.year));
}

markup instant_markup(utc_time value, instant_detail detail) {
  const auto stamp = format_timestamp(value);  // "2024-11-13T00:10:24.900Z"
  const et_date utc_day{date::floor<date::days>(value).time_since_epoch()};
  const auto parts = parts_of(utc_day);
  const bool to_the_second = detail == instant_detail::second;
  auto title = fmt::format("{} {} UTC", stamp.substr(0, 10), stamp.substr(11, 8));
  if (tz_available()) title += fmt::format("; in New York it was {}", day_in_full(et_date_of(value)));
  return tag("time", {{"datetime", stamp}, {"data-to", to_the_second ? "second" : "minute"}, {"title", title}},
             fmt::format("{} {} {} UTC", parts.day, parts.month.substr(0, 3), stamp.substr(11, to_the_second ? 8 : 5)));
}

markup bar_markup(double part, double whole, std::string_view kind, std::string_view label) {
  const auto share = whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0.0;
  // Something is visible as soon as there is something.
  const auto width = share > 0 ? std::max(share * 100, 1.0) : 0.0;
  return tag("svg",
             {{"class", fmt::format("bar {}", kind)},
              {"viewBox", "0 0 100 8"},
              {"preserveAspectRatio", "none"},
              {"role", "img"},
              {"aria-label", label}},
             {tag("rect", {{"class", "track"}, {"width", "100"}, {"height", "8"}}),
              tag("rect", {{"class", "fill"}, {"width", fmt::format("{:.1f}", width)}, {"height", "8"}})});
}

markup command_markup(std::string_view command) {
  return tag("div", {{"class", "command"}},
             {tag("code", {}, command),
              tag("button", {{"type", "button"}, {"data-copy", command}, {"aria-label", "Copy the command"}}, "Copy")});
}

}  // namespace nba::cli
