#include "actors/run/schedule_finder.hpp"

#include "pipeline/events.hpp"
#include "pipeline/plan/daily.hpp"

#include <algorithm>
#include <utility>

namespace nba {
namespace {

failure with_more(failure first, const std::string& more) {
  first.message += "; " + more;
  return first;
}

void log_left_out(event_sink& log, const schedule& of) {
  const auto listed = std::min(of.left_out.size(), left_out_logged_max);
  for (std::size_t i = 0; i < listed; ++i) {
    const auto& entry = of.left_out[i];
    log.write(events::schedule_left_out(of.season, entry.id, entry.reason, entry.detail, entry.date,
                                        unless_empty(teams_of(entry))));
  }
  if (of.left_out_count > listed)
    log.write(events::schedule_left_out.further(event_level::warn, "further_entries", of.left_out_count - listed));
}

}  // namespace

bool may_be_current(season wanted, et_date today) { return wanted >= seasons_of(today).front(); }

bool calls_for_second_way(const failure& why) { return traits_of(why.kind).host_refuses; }

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
  if (found.refused)
    log.write(events::schedule_second_way(of.season, of.origin, found.read_at, found.refused->message));
  log_left_out(log, of);
  if (of.repaired_ids > 0) log.write(events::schedule_ids_repaired(of.season, of.repaired_ids));
  for (const auto& odd : of.odd_values)
    log.write(events::schedule_odd_value(of.season, odd.field, odd.count, odd.example));
  if (of.other_leagues > 0) log.write(events::schedule_other_leagues(of.season, of.other_leagues));
}

}  // namespace nba
