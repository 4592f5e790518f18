#include "pipeline/time.hpp"

#include <date/tz.h>

#include <exception>

namespace nba {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads a text from left to right; every step answers false when the text does not go on as asked.
class scanner {
 public:
  explicit scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  bool literal(char expected) {
    if (text_.empty() || text_.front() != expected) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Exactly `count` digits.
  bool number(std::size_t count, int& out) {
    if (text_.size() < count) return false;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(text_[i])) return false;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    out = value;
    return true;
  }
  // One or more digits; `kept` of them count as a fraction (".9" kept to 3 is 900), the rest is cut off.
  bool fraction(int kept, int& out) {
    if (text_.empty() || !is_digit(text_.front())) return false;
    int value = 0;
    for (; !text_.empty() && is_digit(text_.front()); text_.remove_prefix(1)) {
      if (kept == 0) continue;
      value = value * 10 + (text_.front() - '0');
      --kept;
    }
    for (; kept > 0; --kept) value *= 10;
    out = value;
    return true;
  }
  // One to `digits_max` digits.
  bool integer(int digits_max, int& out) {
    int value = 0, count = 0;
    for (; !text_.empty() && is_digit(text_.front()); text_.remove_prefix(1)) {
      if (++count > digits_max) return false;
      value = value * 10 + (text_.front() - '0');
    }
    out = value;
    return count > 0;
  }

 private:
  std::string_view text_;
};

bool scan_date(scanner& in, date::year_month_day& out) {
  int year = 0, month = 0, day = 0;
  if (!in.number(4, year) || !in.literal('-') || !in.number(2, month) || !in.literal('-') || !in.number(2, day))
    return false;
  out = date::year{year} / date::month{static_cast<unsigned>(month)} / date::day{static_cast<unsigned>(day)};
  return year > 0 && out.ok();
}

constexpr utc_time first_instant{date::sys_days{date::year{1} / date::January / 1}};
constexpr utc_time behind_last_instant{date::sys_days{date::year{10'000} / date::January / 1}};

void append_number(std::string& out, int value, int digits) {
  char text[8];
  for (int i = digits - 1; i >= 0; --i, value /= 10) text[i] = static_cast<char>('0' + value % 10);
  out.append(text, static_cast<std::size_t>(digits));
}

void append_date(std::string& out, date::year_month_day value) {
  append_number(out, static_cast<int>(value.year()), 4);
  out += '-';
  append_number(out, static_cast<int>(static_cast<unsigned>(value.month())), 2);
  out += '-';
  append_number(out, static_cast<int>(static_cast<unsigned>(value.day())), 2);
}

// Looking a zone up by name searches the whole list of zones; the pointer stays valid as long as the process.
const date::time_zone& new_york() {
  static const date::time_zone* const zone = date::locate_zone("America/New_York");
  return *zone;
}

}  // namespace

std::optional<et_date> parse_date(std::string_view text) {
  scanner in(text);
  date::year_month_day value{};
  if (!scan_date(in, value) || !in.at_end()) return std::nullopt;
  return et_date{value};
}

std::string format_date(et_date value) {
  std::string text;
  append_date(text, date::year_month_day{value});
  return text;
}

std::optional<utc_time> parse_timestamp(std::string_view text) {
  scanner in(text);
  date::year_month_day day{};
  int hour = 0, minute = 0, second = 0, millisecond = 0;
  if (!scan_date(in, day) || !in.literal('T') || !in.number(2, hour) || !in.literal(':') || !in.number(2, minute) ||
      !in.literal(':') || !in.number(2, second))
    return std::nullopt;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  if (in.literal('.') && !in.fraction(3, millisecond)) return std::nullopt;

  std::chrono::minutes offset{0};
  if (!in.literal('Z')) {
    const bool behind = in.literal('-');
    int offset_hour = 0, offset_minute = 0;
    if (!behind && !in.literal('+')) return std::nullopt;
    if (!in.number(2, offset_hour) || !in.literal(':') || !in.number(2, offset_minute)) return std::nullopt;
    if (offset_hour > 23 || offset_minute > 59) return std::nullopt;
    offset = std::chrono::hours{offset_hour} + std::chrono::minutes{offset_minute};
    if (behind) offset = -offset;
  }
  if (!in.at_end()) return std::nullopt;
  const auto instant = utc_time{date::sys_days{day}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
                       std::chrono::seconds{second} + std::chrono::milliseconds{millisecond} - offset;
  // The offset may lead out of the years that can be written.
  if (instant < first_instant || instant >= behind_last_instant) return std::nullopt;
  return instant;
}

std::string format_timestamp(utc_time value) {
  const auto day = date::floor<date::days>(value);
  auto rest = static_cast<int>((value - day).count());  // milliseconds of the day: below 86,400,000
  std::string text;
  text.reserve(24);
  append_date(text, date::year_month_day{day});
  const int millisecond = rest % 1000;
  rest /= 1000;
  text += 'T';
  append_number(text, rest / 3600, 2);
  text += ':';
  append_number(text, rest / 60 % 60, 2);
  text += ':';
  append_number(text, rest % 60, 2);
  text += '.';
  append_number(text, millisecond, 3);
  text += 'Z';
  return text;
}

utc_time utc_now() { return date::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

et_date et_date_of(utc_time instant) {
  const auto wall_clock = new_york().to_local(date::floor<std::chrono::seconds>(instant));
  return date::floor<date::days>(wall_clock);
}

bool tz_available() {
  try {
    new_york();
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

et_date yesterday_in_new_york(utc_time now) { return et_date_of(now) - date::days{1}; }

std::optional<int> parse_clock_hundredths(std::string_view text) {
  // Five digits keep the sum far from overflow: 99,999 minutes are 600 million hundredths.
  constexpr int digits_max = 5;
  scanner in(text);
  if (!in.literal('P') || !in.literal('T')) return std::nullopt;
  int first = 0;
  if (!in.integer(digits_max, first)) return std::nullopt;
  int total = 0;
  if (in.literal('M')) {
    total = first * 6000;
    if (in.at_end()) return total;
    if (!in.integer(digits_max, first)) return std::nullopt;
  }
  int hundredths = 0;
  if (in.literal('.') && !in.fraction(2, hundredths)) return std::nullopt;
  if (!in.literal('S') || !in.at_end()) return std::nullopt;
  return total + first * 100 + hundredths;
}

}  // namespace nba
