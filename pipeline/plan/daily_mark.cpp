#include "pipeline/plan/daily_mark.hpp"

#include <utility>

namespace nba {
namespace {

constexpr const char* reset_command = "nba-scraper watermark reset schedule daily";

}  // namespace

daily_mark judge_daily_mark(const std::optional<std::string>& stored, et_date yesterday) {
  if (!stored) return {};
  daily_mark mark;
  mark.date = parse_date(*stored);
  if (!mark.date) {
    mark.what = daily_mark::kind::unreadable;
    mark.problem = "the daily date is \"" + *stored + "\", which is no date";
    mark.fix = reset_command;
  } else if (*mark.date > yesterday) {
    mark.what = daily_mark::kind::ahead;
    mark.problem = "the daily date is " + *stored + ", which lies ahead: yesterday in New York was " +
                   format_date(yesterday) +
                   ". A slip of the hand or a clock that was wrong set it, and no daily run would fetch anything until "
                   "then. If this machine's clock is right, reset it";
    mark.fix = reset_command;
  } else {
    mark.what = daily_mark::kind::good;
  }
  return mark;
}

std::optional<std::string> why_not_daily_date(et_date value, et_date yesterday) {
  if (value <= yesterday) return std::nullopt;
  return format_date(value) +
         " lies ahead: that day is not over in New York, where the last complete day was yesterday, " +
         format_date(yesterday);
}

}  // namespace nba
