#include "pipeline/time.hpp"

#include "pipeline/game_clock.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/targets.hpp"

namespace nba::fuzz {
namespace {

bool a_date(std::string_view input) {
  const auto found = parse_date(input);
  if (found) require(format_date(*found) == input, "a date is written as it was read");
  return found.has_value();
}

bool a_timestamp(std::string_view input) {
  const auto found = parse_timestamp(input);
  if (!found) return false;
  const auto text = format_timestamp(*found);
  require(text.size() == 24 && text.back() == 'Z', "a time is written in 24 characters");
  require(parse_timestamp(text) == found, "a time that was read can be written and read again");
  // "Text order is time order", also across the millisecond.
  const auto next = format_timestamp(*found + std::chrono::milliseconds{1});
  if (next.substr(0, 4) >= text.substr(0, 4)) require(text < next, "text order is time order");
  const auto day = date::floor<date::days>(*found).time_since_epoch() - et_date_of(*found).time_since_epoch();
  require(day == date::days{0} || day == date::days{1}, "New York is at most a day behind");
  return true;
}

bool a_clock(std::string_view input) {
  constexpr int longest_hundredths = 99'999 * 6000 + 99'999 * 100 + 99;
  const auto found = parse_clock_hundredths(input);
  if (!found) return false;
  require(*found >= 0 && *found <= longest_hundredths, "a clock is in bounds");
  for (const int period : {1, regulation_periods, regulation_periods + 1, periods_max}) {
    const auto elapsed = elapsed_hundredths(period, *found);
    require(elapsed >= game_length_hundredths(period - 1) && elapsed <= game_length_hundredths(period),
            "a moment of a period lies in it");
  }
  return true;
}

}  // namespace

bool times(std::string_view input) {
  bool known = a_date(input);
  known |= a_timestamp(input);
  known |= a_clock(input);
  return known;
}

}  // namespace nba::fuzz
