#include "pipeline/health/health.hpp"

#include "pipeline/exit_codes.hpp"
#include "pipeline/health/first_run.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace nba {
namespace {

// An ET day ends at five in the morning UTC; in summer an hour earlier, which matters to nobody here.
constexpr std::chrono::hours utc_end_of_et_day{29};

utc_time end_of_et_day(et_date day) { return utc_time{day.time_since_epoch() + utc_end_of_et_day}; }

std::string minute_text(utc_time value) {
  auto text = format_timestamp(value).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

// "3 days", "7 hours".
std::string span_text(std::chrono::milliseconds span) {
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(span).count();
  if (hours == 0) return "less than an hour";  // where a limit is 0
  const auto of = [](std::int64_t count, std::string_view unit) {
    return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
  };
  return hours >= 48 ? of(hours / 24, "day") : of(hours, "hour");
}

std::string games_text(std::int64_t count) { return fmt::format("{} game{}", count, count == 1 ? "" : "s"); }

std::string with_reason(std::string text, const std::string& reason) {
  return reason.empty() ? text : text + ": " + reason;
}

// What may be the cause of what: of two equally bad reasons the one that stands first here is said first. Games that
// wait come before the runs that left them: their help names the games.
constexpr std::array<std::string_view, 15> causes_first{
    "database_unreadable", "disk_low",   "database_unwritable", "daily_ahead",  "daily_unusable", "run_died",
    "host_blocked",        "run_failed", "season_unplanned",    "daily_behind", "lane_held",      "games_set_aside",
    "games_failed",        "run_silent", "alerts_undelivered"};

auto place_of(const health_reason& reason) {
  return std::find(causes_first.begin(), causes_first.end(), reason.kind) - causes_first.begin();
}

class health_judge {
 public:
  health_judge(const health_facts& facts, const health_settings& settings) : facts_(facts), settings_(settings) {}

  health_verdict verdict() {
    if (facts_.unreadable) {
      add(health_level::unknown, "database_unreadable", {}, *facts_.unreadable, facts_.unreadable_help);
    } else {
      look_at_database();
      look_at_daily();
      look_at_games_set_aside();
      for (const auto& job : facts_.jobs) look_at(job);
      for (const auto& host : facts_.hosts) look_at(host);
      for (const auto& lane : facts_.lanes) look_at(lane);
      for (const auto& run : facts_.silent) look_at(run);
    }
    if (facts_.disk) look_at(*facts_.disk);
    for (const auto& channel : facts_.undelivered)
      add(health_level::trouble, "alerts_undelivered", {}, "alerts cannot be delivered: " + channel,
          "nba-scraper alerts test");
    std::stable_sort(out_.reasons.begin(), out_.reasons.end(), [](const health_reason& a, const health_reason& b) {
      return a.level != b.level ? a.level > b.level : place_of(a) < place_of(b);
    });
    if (!out_.reasons.empty()) out_.level = out_.reasons.front().level;
    if (!facts_.unreadable) hint();
    return std::move(out_);
  }

 private:
  void add(health_level level, std::string kind, std::string subject, std::string text, std::string help) {
    out_.reasons.push_back({level, std::move(kind), std::move(subject), std::move(text), std::move(help)});
  }

  void look_at_database() {
    if (facts_.unwritable)
      add(health_level::trouble, "database_unwritable", {}, "the database cannot be written: " + *facts_.unwritable,
          "nba-scraper doctor");
  }

  void look_at_daily() {
    const auto& daily = facts_.daily;
    if (daily.mark.empty()) return;
    if (daily.problem) {
      add(health_level::trouble, daily.ahead ? "daily_ahead" : "daily_unusable", {}, *daily.problem, daily.help);
      return;
    }
    constexpr const char* run_daily = "nba-scraper schedule daily";
    if (!daily.season_unplanned.empty())
      add(health_level::trouble, "season_unplanned", daily.season_unplanned,
          fmt::format("the season {} is under way, but its schedule was never read", daily.season_unplanned),
          run_daily);
    if (!daily.first_missed) return;
    const auto ended = end_of_et_day(*daily.first_missed);
    if (facts_.now - ended <= std::chrono::hours{settings_.daily_behind_hours_max}) return;
    add(health_level::trouble, "daily_behind", {},
        fmt::format("the daily date is {}, and {} of {} and later days {} missing, {} after that day's end", daily.mark,
                    games_text(static_cast<std::int64_t>(daily.games_missed)), format_date(*daily.first_missed),
                    daily.games_missed == 1 ? "is" : "are", span_text(facts_.now - ended)),
        run_daily);
  }

  void look_at_games_set_aside() {
    if (facts_.games_set_aside == 0) return;
    add(health_level::attention, "games_set_aside", {},
        fmt::format("{} failed for good and wait{} for a person",
                    games_text(static_cast<std::int64_t>(facts_.games_set_aside)),
                    facts_.games_set_aside == 1 ? "s" : ""),
        "nba-scraper dlq list");
  }

  void look_at(const health_facts::job_end& job) {
    const auto of_season = job.season.empty() ? std::string{} : " of " + job.season;
    const auto subject = job.season.empty() ? job.job : job.job + " " + job.season;
    if (!job.exit_code) {
      add(health_level::trouble, "run_died", subject,
          with_reason(fmt::format("the last {} run{} was killed: nothing was heard of it after {}", job.job, of_season,
                                  minute_text(job.at)),
                      job.reason),
          job.again);
      return;
    }
    const int code = *job.exit_code;
    // Another run was there, or somebody stopped it: that is no failure of the job.
    if (code == exit_success || code == exit_lock_held || code == exit_interrupted || code == exit_terminated) return;
    if (code <= exit_failures_max)
      add(health_level::attention, "games_failed", subject,
          fmt::format("the last {} run{}, ended {}, left {} undone", job.job, of_season, minute_text(job.at),
                      games_text(std::max<std::int64_t>(job.failures, code))),
          "nba-scraper status");
    else
      add(health_level::trouble, "run_failed", subject,
          with_reason(fmt::format("the last {} run{} failed at {} (exit code {})", job.job, of_season,
                                  minute_text(job.at), code),
                      job.reason),
          code == exit_database || code == exit_configuration ? "nba-scraper doctor" : job.again);
  }

  void look_at(const health_facts::held_lane& lane) {
    const auto held = facts_.now - lane.since;
    if (held <= std::chrono::days{settings_.lane_held_days_max}) return;
    add(health_level::trouble, "lane_held", lane.lane,
        with_reason(
            fmt::format("game {} has held the watermark of {} for {}", lane.game_id, lane.lane, span_text(held)),
            lane.reason),
        lane.release);
  }

  void look_at(const health_facts::blocked_host& host) {
    const auto blocked = facts_.now - host.since;
    if (blocked <= std::chrono::hours{settings_.host_blocked_hours_max}) return;
    auto text = fmt::format("{} has served nothing for {}", host.host, span_text(blocked));
    if (host.until && *host.until > facts_.now) text += fmt::format(", and rests until {}", minute_text(*host.until));
    add(health_level::trouble, "host_blocked", host.host, with_reason(std::move(text), host.reason),
        "nba-scraper doctor");
  }

  void look_at(const health_facts::silent_run& run) {
    add(health_level::attention, "run_silent", run.job,
        fmt::format("the {} run {} (pid {} on {}) holds a lock, and nothing is heard of it", run.job, run.run_id,
                    run.pid, run.host),
        "nba-scraper db unlock");
  }

  void look_at(const health_facts::disk_space& disk) {
    const bool few_bytes = disk.free_bytes < settings_.disk_free_min_bytes;
    const auto pct = disk.size_bytes > 0
                         ? 100.0 * static_cast<double>(disk.free_bytes) / static_cast<double>(disk.size_bytes)
                         : 100.0;
    if (!few_bytes && pct >= settings_.disk_free_min_pct) return;
    constexpr double gb = 1e9;
    add(health_level::trouble, "disk_low", disk.path,
        fmt::format("the disk of {} is nearly full: {:.1f} GB free, {:.1f} %", disk.path,
                    static_cast<double>(disk.free_bytes) / gb, pct),
        {});
  }

  void hint() {
    if (facts_.nothing_planned)
      out_.hint = "nothing is planned yet; to begin: " + first_run_command(facts_.now);
    else if (facts_.daily.mark.empty())
      out_.hint = "no daily run yet, so none is expected; to begin: nba-scraper schedule daily";
  }

  const health_facts& facts_;
  const health_settings& settings_;
  health_verdict out_;
};

}  // namespace

std::string_view to_string(health_level value) {
  switch (value) {
    case health_level::well:
      return "well";
    case health_level::attention:
      return "attention";
    case health_level::trouble:
      return "trouble";
    case health_level::unknown:
      return "unknown";
  }
  return "unknown";
}

health_verdict judge_health(const health_facts& facts, const health_settings& settings) {
  return health_judge(facts, settings).verdict();
}

}  // namespace nba
