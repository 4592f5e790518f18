#include "cli/watch/health_facts.hpp"

#include "actors/run/dead_runs.hpp"
#include "cli/watch/run_task.hpp"
#include "pipeline/exit_codes.hpp"
#include "pipeline/plan/daily.hpp"
#include "pipeline/source/host_pause.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace nba::cli {
namespace {

// Five in the morning UTC of the next day; in summer an hour late.
utc_time end_of_game_day(et_date day) { return utc_time{day.time_since_epoch() + std::chrono::hours{29}}; }

// Jobs that ask no host: their success says nothing of one.
bool asks_hosts(std::string_view job) {
  constexpr std::array<std::string_view, 7> local{"derive", "waive",   "reopen",   "adopt",
                                                  "unlock", "migrate", "watermark"};
  return std::find(local.begin(), local.end(), job) == local.end();
}

bool ended_by_host(const run_row& row) {
  return row.error_class == to_string(failure_class::edge_blocked) ||
         row.error_class == to_string(failure_class::throttled);
}

// When the first of the newest runs in a row that were ended by a host was over; nullopt when the newest was not.
std::optional<utc_time> hosts_bad_since(const std::vector<watched_run>& runs) {
  std::optional<utc_time> since;
  for (const auto& run : runs) {  // the newest first
    if (run.state != watched_run::phase::ended || !asks_hosts(run.row.job)) continue;
    if (!ended_by_host(run.row)) break;
    since = run.row.ended_at;
  }
  return since;
}

// As it was typed, without what decides who is told: a person wants to see what happens. With a space in front of each
// word.
std::string without_telling(std::string_view arguments) {
  constexpr std::array<std::string_view, 3> alone{"--quiet", "--no-progress", "--json"};
  constexpr std::array<std::string_view, 5> with_value{"--log-level", "--log-format", "--log-file", "--metrics-file",
                                                       "--http"};
  const auto is_one_of = [](const auto& names, std::string_view word) {
    return std::find(names.begin(), names.end(), word) != names.end();
  };
  std::string out;
  bool skips_value = false;
  while (!arguments.empty()) {
    std::size_t end = 0;
    for (bool quoted = false; end < arguments.size() && (quoted || arguments[end] != ' '); ++end)
      if (arguments[end] == '\'') quoted = !quoted;
    const auto word = arguments.substr(0, end);
    arguments.remove_prefix(std::min(end + 1, arguments.size()));
    const bool is_value = std::exchange(skips_value, is_one_of(with_value, word));
    if (is_value || skips_value || word.empty()) continue;
    if (is_one_of(alone, word) || is_one_of(with_value, word.substr(0, word.find('=')))) continue;
    out.append(" ").append(word);
  }
  return out;
}

std::string command_again(const run_row& row) {
  if (row.job == "daily") return "nba-scraper schedule daily";
  // What was redacted cannot be typed.
  if (row.arguments.empty() || row.arguments.find("***") != std::string::npos) return "nba-scraper status";
  return "nba-scraper" + without_telling(row.arguments);
}

bool was_ever_tried(const ledger_entry& entry) {
  return entry.state != game_state::planned || entry.attempts > 0 || entry.closing;
}

// From November to May a season is under way for certain.
std::string season_without_plan(const database_status& status, et_date today) {
  const auto day = date::year_month_day{today};
  const bool is_certain = day.month() >= date::November || day.month() <= date::May;
  if (!is_certain) return {};
  const auto current = seasons_of(today).back();
  for (const auto& report : status.seasons)
    if (report.season == current && !report.plan.empty()) return {};
  return to_string(current);
}

// Of a season that is none, as after a slip of the fingers: no run of it can ever end well. Where nothing is planned
// yet, a first run that brought no schedule is of a season that may well be one, unless it lies ahead.
bool is_of_no_season(const task_end& end, const std::set<std::string>& planned, et_date today) {
  const auto of = parse_season(end.season);
  if (!of || planned.contains(end.season)) return false;
  const auto& row = end.run->row;
  const bool lists_none = row.exit_code == exit_no_schedule && row.error_class == to_string(failure_class::rejected);
  return lists_none || seasons_of(today).back() < *of || !planned.empty();
}

}  // namespace

std::optional<utc_time> held_since(const lane_report& lane, const std::vector<watermark_row>& marks,
                                   const std::vector<dead_letter>& letters, utc_time now) {
  const auto& summary = lane.summary;
  if (!summary.holder) return std::nullopt;
  const auto& holder = *summary.holder;
  if (!was_ever_tried(holder) && (!summary.watermark || summary.terminal_above_holder == 0)) return std::nullopt;
  auto since = end_of_game_day(holder.date);
  if (holder.state == game_state::postponed) return std::nullopt;  // nobody can do anything but wait
  for (const auto& mark : marks)
    if (mark.stage == "backfill" && mark.key == watermark_key(summary.lane)) since = std::max(since, mark.updated_at);
  if (!was_ever_tried(holder)) since = std::max(since, holder.updated_at);
  if (holder.closing) since = std::max(since, holder.closing->first_seen_at);
  if (holder.state == game_state::parked)
    for (const auto& letter : letters)
      if (letter.game_id == holder.id) since = std::max(since, letter.first_failed_at);
  return since <= now ? std::optional{since} : std::nullopt;
}

std::vector<health_facts::blocked_host> blocked_hosts_of(const watch_facts& facts) {
  const auto bad_since = hosts_bad_since(facts.runs);
  std::map<std::string, std::string> reasons;
  for (const auto& row : facts.marks)
    if (row.stage == host_reason_stage) reasons[row.key] = row.value;
  std::vector<health_facts::blocked_host> out;
  for (const auto& row : facts.marks) {
    if (row.stage != host_stage) continue;
    const auto pause = parse_stored_pause(row.key, row.value, reasons[row.key]);
    if (!pause) continue;
    const bool rests = std::any_of(facts.status.pauses.begin(), facts.status.pauses.end(),
                                   [&](const host_pause& one) { return one.host == row.key; });
    if (!rests && (!bad_since || pause->until > facts.at)) continue;  // over; or longer than a pause can be
    auto since = row.updated_at;
    if (bad_since) since = std::min(since, *bad_since);
    out.push_back({row.key, pause->reason, since, rests ? std::optional{pause->until} : std::nullopt});
  }
  return out;
}

std::vector<health_facts::job_end> job_ends_of(const watch_facts& facts, et_date today) {
  std::vector<health_facts::job_end> out;
  std::set<std::string> under_way;
  for (const auto& run : facts.runs)
    if (run.state == watched_run::phase::under_way || run.state == watched_run::phase::silent)
      under_way.insert(task_of(run.row));
  const auto planned = planned_seasons(facts);
  for (const auto& end : task_ends_of(facts, today)) {
    if (under_way.contains(end.task) || !end.made_good_by.empty() || is_of_no_season(end, planned, today)) continue;
    const auto& row = end.run->row;
    out.push_back({row.job, row.run_id, row.reason,
                   end.run->state == watched_run::phase::died ? std::nullopt : row.exit_code, row.failures,
                   heard_last(row), command_again(row), end.season});
  }
  return out;
}

std::set<game_id> games_not_needed(const season_report& report) {
  std::set<game_id> out;
  for (const auto& game : report.plan)
    if ((game.if_necessary && !has_result(game)) || game.cancelled || game.postponed) out.insert(game.id);
  return out;
}

bool is_missing(game_state state) {
  return state == game_state::planned || state == game_state::loaded || state == game_state::not_final;
}

health_facts::daily_state daily_facts_of(const database_status& status, et_date today) {
  health_facts::daily_state out;
  if (!status.daily) return out;
  out.mark = *status.daily;
  const auto& mark = status.daily_state;
  if (!mark.usable()) {
    out.problem = mark.problem;
    out.help = mark.fix;
    out.ahead = mark.what == daily_mark::kind::ahead;
    return out;
  }
  if (!mark.date) return out;
  out.season_unplanned = season_without_plan(status, today);
  for (const auto& report : status.seasons) {
    const auto unneeded = games_not_needed(report);
    for (const auto& entry : report.ledger) {
      if (entry.date <= *mark.date || entry.date >= today || unneeded.contains(entry.id)) continue;
      if (!is_missing(entry.state)) continue;
      ++out.games_missed;
      if (!out.first_missed || entry.date < *out.first_missed) out.first_missed = entry.date;
    }
  }
  return out;
}

health_facts health_facts_of(const watch_facts& facts, et_date today) {
  health_facts out;
  out.now = facts.at;
  out.unreadable = facts.trouble;
  out.unreadable_help = facts.trouble_help;
  out.disk = facts.disk;
  out.undelivered = facts.undelivered;
  if (facts.trouble) return out;
  out.unwritable = facts.unwritable;
  out.nothing_planned = facts.status.seasons.empty();
  out.daily = daily_facts_of(facts.status, today);
  for (const auto& report : facts.status.seasons)
    for (const auto& lane : report.lanes)
      if (const auto since = held_since(lane, facts.marks, facts.letters, facts.at))
        out.lanes.push_back({watermark_key(lane.summary.lane), lane.summary.holder->id.str(),
                             lane.summary.holder_reason, lane.release, *since});
  out.hosts = blocked_hosts_of(facts);
  out.jobs = job_ends_of(facts, today);
  for (const auto& run : facts.runs)
    if (run.state == watched_run::phase::silent)
      out.silent.push_back({run.row.job, run.row.run_id, run.row.host, run.row.pid});
  out.games_set_aside = facts.letters.size();
  return out;
}

}  // namespace nba::cli
