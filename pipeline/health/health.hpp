// Is all well? The verdict over what the database, its runs and its disk show.
//
// Purpose: `health`, /healthz, the page, the metrics and the alerts say the same, since all of them ask this one
// function. Threads: plain values, a pure function. Nothing here reads a clock: `health_facts::now` is the present.
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
  std::chrono::hours daily_behind_max{36};  // behind the end of the last day with games, in a season that has games
  std::chrono::hours lane_held_max{7 * 24};
  std::chrono::hours host_blocked_max{6};
  double disk_free_min_pct = 5;
  std::int64_t disk_free_min_bytes = 1'000'000'000;
};

// In the order of Nagios: 0 well, 1 attention, 2 trouble, 3 cannot tell.
enum class health_level { well = 0, attention = 1, trouble = 2, unknown = 3 };
std::string_view to_string(health_level value);

struct health_facts {
  utc_time now{};
  // Why the database cannot be read (then nothing else is known), or cannot be written.
  std::optional<std::string> unreadable, unwritable;

  struct daily_state {
    std::string mark;                      // the daily date as it is stored; empty: none
    std::optional<std::string> problem;    // why it cannot be believed (pipeline/plan/daily_mark.hpp)
    std::optional<et_date> through;        // the same as a date, where it can be
    std::optional<et_date> last_game_day;  // the last ET date before today with a game that should be there by now
  } daily;
  struct held_lane {
    std::string lane, game_id, reason, release;  // `release`: the command that helps; may be empty
    utc_time since{};
  };
  std::vector<held_lane> lanes;
  struct blocked_host {
    std::string host, reason;
    utc_time since{};
    std::optional<utc_time> until;
  };
  std::vector<blocked_host> hosts;
  // The last run of each job that has ended or died.
  struct job_end {
    std::string job, run_id, reason;
    std::optional<int> exit_code;  // none: it was killed
    utc_time at{};
  };
  std::vector<job_end> jobs;
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
  std::string kind;     // "daily_behind", "daily_ahead", "lane_held", "host_blocked", "run_failed", "run_died", ...
  std::string subject;  // the lane, host, job or path that it is about; empty where there is only one
  std::string text;     // one sentence
  std::string help;     // the command that helps; empty where only time does
};

struct health_verdict {
  health_level level = health_level::well;
  std::vector<health_reason> reasons;  // the worst first; empty when all is well
};
health_verdict judge_health(const health_facts& facts, const health_settings& settings);

}  // namespace nba
