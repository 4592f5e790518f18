// Is all well? The verdict over what the database, its runs and its disk show.
//
// Purpose: `health`, /healthz, the page, the metrics and the alerts say the same, since all of them ask this one
// function. What is attention and what trouble: docs/adr/0122-health.md. Threads: plain values, a pure function.
// Nothing here reads a clock: `health_facts::now` is the present.
#pragma once

#include "pipeline/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

// What counts as too long or too little; the settings of [health].
struct health_settings {
  int daily_behind_hours_max = 36;  // after the end of the first day whose games are missing
  int lane_held_days_max = 7;
  int host_blocked_hours_max = 6;
  int disk_free_min_pct = 5;
  std::int64_t disk_free_min_bytes = 1'000'000'000;
};

// In the order of Nagios: 0 well, 1 attention, 2 trouble, 3 cannot tell.
enum class health_level { well = 0, attention = 1, trouble = 2, unknown = 3 };
std::string_view to_string(health_level value);  // "well", "attention", "trouble", "unknown"

struct health_facts {
  utc_time now{};
  // Why the database cannot be read (then nothing else of it is known), and what helps.
  std::optional<std::string> unreadable;
  std::string unreadable_help;
  std::optional<std::string> unwritable;  // why nobody can write to it
  bool nothing_planned = false;           // a database without games

  struct daily_state {
    std::string mark;                     // the daily date as it is stored; empty: none, and nothing is expected of it
    std::optional<std::string> problem;   // why it cannot be believed (pipeline/plan/daily_mark.hpp)
    std::string help;                     // the command that mends that
    bool ahead = false;                   // the problem is that it lies ahead of yesterday
    std::optional<et_date> first_missed;  // the first ET date after it, before today, with games that should be there:
                                          // neither done, closed, postponed nor set aside
    std::size_t games_missed = 0;         // on that date and later ones before today
    std::string season_unplanned;         // the season that is under way for certain, if none of its games is planned
  } daily;
  struct held_lane {
    std::string lane, game_id, reason, release;  // `release`: the command that helps; may be empty
    utc_time since{};
  };
  std::vector<held_lane> lanes;
  struct blocked_host {
    std::string host, reason;
    utc_time since{};
    std::optional<utc_time> until;  // of the present pause
  };
  std::vector<blocked_host> hosts;
  // The last run of each job and season that has ended or died. None of what is under way: that run is the answer.
  struct job_end {
    std::string job, run_id, reason;
    std::optional<int> exit_code;  // none: it died, and nobody saw one
    std::int64_t failures = 0;
    utc_time at{};
    std::string again;        // the command that does it again
    std::string season = {};  // the one that it was about; empty where it was about none
  };
  std::vector<job_end> jobs;
  struct silent_run {
    std::string job, run_id, host;
    int pid = 0;
  };
  std::vector<silent_run> silent;   // hold a lock, and nothing is heard of them
  std::size_t games_set_aside = 0;  // parked, each waits for a person
  struct disk_space {
    std::string path;
    std::int64_t free_bytes = 0, size_bytes = 0;
  };
  std::optional<disk_space> disk;
  std::vector<std::string> undelivered;  // alert channels that refuse for good, each with why
};

struct health_reason {
  health_level level = health_level::attention;
  // database_unreadable, database_unwritable, daily_unusable, daily_ahead, daily_behind, season_unplanned, run_died,
  // run_failed, games_failed, run_silent, lane_held, host_blocked, disk_low, games_set_aside, alerts_undelivered
  std::string kind;
  std::string subject;  // the lane, host, job (with its season) or path that it is about; empty where there is only one
  std::string text;     // one sentence, without a full stop
  std::string help;     // the command that helps; empty where only time does
};

struct health_verdict {
  health_level level = health_level::well;
  std::vector<health_reason> reasons;  // the worst first, causes before what comes of them; empty when all is well
  std::string hint;                    // of a database that is well because nothing is asked of it yet
};
health_verdict judge_health(const health_facts& facts, const health_settings& settings);

}  // namespace nba
