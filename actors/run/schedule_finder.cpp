#include "actors/run/schedule_finder.hpp"

#include "pipeline/plan/daily.hpp"

#include <algorithm>
#include <utility>

namespace nba {
namespace {

failure with_more(failure first, const std::string& more) {
  first.message += "; " + more;
  return first;
}

std::int64_t number(std::size_t value) { return static_cast<std::int64_t>(value); }

void log_left_out(event_sink& log, const schedule& of) {
  const auto season = to_string(of.season);
  const auto listed = std::min(of.left_out.size(), left_out_logged_max);
  for (std::size_t i = 0; i < listed; ++i) {
    const auto& entry = of.left_out[i];
    log_event event{event_level::warn,
                    "schedule.left_out",
                    {{"season", season},
                     {"game_id", entry.id},
                     {"class", std::string{to_string(entry.reason)}},
                     {"reason", entry.detail}}};
    if (entry.date) event.fields.push_back({"game_date", format_date(*entry.date)});
    if (const auto teams = teams_of(entry); !teams.empty()) event.fields.push_back({"teams", teams});
    log.write(event);
  }
  if (of.left_out_count > listed)
    log.write({event_level::warn,
               "schedule.left_out",
               {{"season", season}, {"further_entries", number(of.left_out_count - listed)}}});
}

}  // namespace

bool may_be_current(season wanted, et_date today) { return wanted >= seasons_of(today).front(); }

bool calls_for_second_way(const failure& why) {
  switch (why.kind) {
    case failure_class::throttled:
    case failure_class::transient:
    case failure_class::edge_blocked:
    case failure_class::unavailable:
    case failure_class::contract_drift:
      return true;
    case failure_class::not_final:
    case failure_class::postponed:
    case failure_class::cancelled:
    case failure_class::rejected:  // the host answered: of another season, or without a game
    case failure_class::storage:
    case failure_class::configuration:
    case failure_class::internal:
      return false;
  }
  return false;
}

result<found_schedule> find_schedule(const schedule_ways& ways, season wanted, utc_time now) {
  auto first = ways.stats(wanted);
  if (first) return found_schedule{*std::move(first), {}, {}};
  auto why = std::move(first).error();
  if (!calls_for_second_way(why) || !may_be_current(wanted, et_date_of(now))) return why;
  std::string seconds;
  for (const auto& url : ways.current_urls) {
    if (ways.stopped()) return why;
    auto second = ways.current(wanted, url);
    if (second) {
      second->origin = schedule_origin::cdn;
      return found_schedule{*std::move(second), std::move(why), {}};
    }
    if (second.error().message != seconds) seconds += (seconds.empty() ? "" : "; ") + second.error().message;
  }
  if (!seconds.empty()) why = with_more(std::move(why), "the second way: " + seconds);
  if (ways.stopped()) return why;
  auto stored = ways.stored(wanted);
  if (!stored) return std::move(stored).error();
  if (!*stored) return why;
  auto& [plan, reading] = **stored;
  if (!is_young(reading, now))
    return with_more(std::move(why), "the stored plan was read at " + format_timestamp(reading.read_at) +
                                         " UTC, which is no longer good enough");
  plan.origin = schedule_origin::stored;
  plan.may_close = false;
  return found_schedule{std::move(plan), std::move(why), reading.read_at};
}

void log_schedule(event_sink& log, const found_schedule& found) {
  const auto& of = found.value;
  const auto season = to_string(of.season);
  if (found.refused) {
    log_event event{
        event_level::warn, "schedule.second_way", {{"season", season}, {"origin", std::string{to_string(of.origin)}}}};
    if (found.read_at) event.fields.push_back({"read_at", format_timestamp(*found.read_at)});
    event.fields.push_back({"reason", found.refused->message});
    log.write(event);
  }
  log_left_out(log, of);
  if (of.repaired_ids > 0)
    log.write({event_level::warn, "schedule.ids_repaired", {{"season", season}, {"entries", number(of.repaired_ids)}}});
  for (const auto& odd : of.odd_values)
    log.write({event_level::warn,
               "schedule.odd_value",
               {{"season", season}, {"field", odd.field}, {"entries", number(odd.count)}, {"example", odd.example}}});
  if (of.other_leagues > 0)
    log.write(
        {event_level::info, "schedule.other_leagues", {{"season", season}, {"entries", number(of.other_leagues)}}});
}

}  // namespace nba
