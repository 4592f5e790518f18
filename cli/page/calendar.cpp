#include "cli/page/calendar.hpp"

#include "cli/page/words.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace nba::cli {
namespace {

struct day_state_traits {
  day_state kind;
  std::string_view name, word, meaning;
};
constexpr std::array<day_state_traits, 7> day_state_table{{
    {day_state::set_aside, "aside", "set aside", "a game of that day failed for good and waits for you"},
    {day_state::under_way, "busy", "under way", "a run is at it; it fills as games arrive"},
    {day_state::not_final, "early", "not final yet", "a game was not over when it was last asked for"},
    {day_state::missing, "missing", "not here yet", "the day is over, and games of it are still to be fetched"},
    {day_state::closed, "closed", "closed", "cancelled, waived, or no data anywhere: it will never be here"},
    {day_state::done, "done", "done", "every game of that day is here"},
    {day_state::to_come, "ahead", "to come", "not played yet"},
}};
const day_state_traits& day_traits(day_state value) { return day_state_table.at(static_cast<std::size_t>(value)); }

bool lies_in(const std::vector<date_range>& ranges, et_date day) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [day](const date_range& range) { return range.first <= day && day <= range.last; });
}

day_state judge_day(const calendar_day& day, bool busy, bool over) {
  if (day.set_aside > 0) return day_state::set_aside;
  if (day.closed == day.games) return day_state::closed;
  if (day.terminal() == day.games) return day_state::done;
  if (busy) return day_state::under_way;
  if (day.not_final > 0) return day_state::not_final;
  return over ? day_state::missing : day_state::to_come;
}

}  // namespace

std::string_view name_of(day_state value) { return day_traits(value).name; }
std::string_view describe(day_state value) { return day_traits(value).word; }
std::string_view explain(day_state value) { return day_traits(value).meaning; }

const std::vector<day_state>& all_day_states() {
  static const std::vector<day_state> order{day_state::done,    day_state::under_way, day_state::not_final,
                                            day_state::missing, day_state::set_aside, day_state::closed,
                                            day_state::to_come};
  return order;
}

std::map<et_date, calendar_day> make_calendar(const season_report& report, const std::vector<date_range>& busy,
                                              et_date today) {
  std::map<et_date, calendar_day> days;
  for (const auto& entry : report.ledger) {
    auto& day = days[entry.date];
    ++day.games;
    if (entry.state == game_state::done) ++day.done;
    if (is_closed(entry.state)) ++day.closed;
    if (entry.state == game_state::parked) ++day.set_aside;
    if (entry.state == game_state::not_final) ++day.not_final;
  }
  for (auto& [date, day] : days) day.state = judge_day(day, lies_in(busy, date), date < today);
  return days;
}

std::string describe(et_date date, const calendar_day& day) {
  if (day.state == day_state::to_come)
    return fmt::format("{}: {} to come", day_in_full(date),
                       counted(static_cast<long long>(day.games), "game", "games"));
  auto text = fmt::format("{}: {} of {} here", day_in_full(date), day.done,
                          counted(static_cast<long long>(day.games), "game", "games"));
  const auto add = [&text](std::size_t games, std::string_view what) {
    if (games > 0) text += fmt::format(", {} {}", games, what);
  };
  add(day.set_aside, "set aside");
  add(day.closed, "closed");
  add(day.not_final, "not final yet");
  if (day.state == day_state::under_way) text += ", under way";
  return text;
}

std::uint64_t fingerprint(const season_report& report, const std::vector<date_range>& busy, et_date today) {
  std::uint64_t sum = 1469598103934665603ULL;  // FNV-1a, a word at a time
  const auto add = [&sum](std::uint64_t value) { sum = (sum ^ value) * 1099511628211ULL; };
  add(static_cast<std::uint64_t>(today.time_since_epoch().count()));
  for (const auto& range : busy) {
    add(static_cast<std::uint64_t>(range.first.time_since_epoch().count()));
    add(static_cast<std::uint64_t>(range.last.time_since_epoch().count()));
  }
  add(report.ledger.size());
  for (const auto& entry : report.ledger) {
    add(std::hash<game_id>{}(entry.id));
    add(static_cast<std::uint64_t>(entry.date.time_since_epoch().count()));
    add(static_cast<std::uint64_t>(entry.state) * 1000 + static_cast<std::uint64_t>(entry.attempts));
    add(static_cast<std::uint64_t>(entry.updated_at.time_since_epoch().count()));
  }
  for (const auto& lane : report.lanes) {
    add(lane.summary.lag);
    add(std::hash<std::string>{}(lane.stored_watermark.value_or("")));
    add(std::hash<std::string>{}(lane.release));
  }
  return sum;
}

}  // namespace nba::cli
