// What a run says of itself: it listens to its own log, and when the command is over tells whoever is to know.
//
// It hears the start (check-ins), earlier runs that were killed, documents that changed, hosts that were given up,
// games that were given up, and the end with its reason. Nothing is sent while games are loaded but the start and what
// it says of an earlier run; the rest is said at the end, within the setting `alerts.deadline_seconds`. Threads: `hear`
// from any thread; the rest on main's. Ownership: the log outlives it.
#pragma once

#include "cli/alerts/alert_desk.hpp"
#include "cli/alerts/alert_worker.hpp"
#include "pipeline/event_log.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace nba::cli {

// What the run is, and where it writes.
struct alerting_run {
  std::string job, run_id;
  std::string host;
  bool at_terminal = false;  // a person sees what he typed wrongly
  result<database_url> database;
  store_options options;
  std::string arguments = {};  // as typed: the season is in them
};

// What the end of a run means: pure, and the same for the run itself and for whoever finds its exit code.
enum class run_verdict {
  silent,   // another run was at work, or a question had the answer no
  stopped,  // by a signal
  well,
  failed,
  database,  // failed, because of the database
};
run_verdict judge_exit_code(int exit_code, std::int64_t failures, bool games_failed);
// What helps after this exit code and class of failure (empty: none): a command.
std::string help_after(int exit_code, std::string_view job, std::string_view error_class);
// Why it failed, in sentences.
std::string failure_text(const std::string& reason, int exit_code);

class run_alerts {
 public:
  run_alerts(std::shared_ptr<const alert_setup> setup, alerting_run run, event_sink& log,
             std::function<utc_time()> now = utc_now);
  ~run_alerts();
  run_alerts(const run_alerts&) = delete;
  run_alerts& operator=(const run_alerts&) = delete;

  void hear(const log_event& event, utc_time at);
  // The command has ended with this code, and its locks are given back. `also`: what can be seen of the database now;
  // may be null. Once.
  void finish(int exit_code, std::function<sightings()> also = nullptr);

 private:
  void hear_start(utc_time at);
  void hear_death(const log_event& event);
  void hear_game(const log_event& event);
  void keep_line(const log_event& event, utc_time at);
  alert_news news_of(alert_kind kind, std::string subject) const;
  alert_news check_in(std::string status) const;
  sightings see_end(int exit_code) const;
  void see_well(sightings& out) const;
  bool has_check() const;

  const std::shared_ptr<const alert_setup> setup_;
  const alerting_run run_;
  const std::string task_;  // the job, with its season: what its failure and its success are about
  const std::function<utc_time()> now_;
  std::shared_ptr<log_door> log_;
  std::shared_ptr<const alert_desk> desk_;

  mutable std::mutex mutex_;  // guards the following
  bool started_ = false;
  utc_time started_at_{};
  std::vector<alert_news> seen_;
  std::vector<std::string> recovered_hosts_;
  std::vector<std::string> given_up_;
  std::string season_given_up_ = "SEASON";  // of the first one: `gaps` takes one season
  std::size_t games_given_up_ = 0;
  std::string reason_, error_class_;
  std::int64_t failures_ = 0, games_ = 0;
  int exit_code_ = 0;
  std::deque<std::string> lines_;  // of the log, for a check that wants its end
  std::size_t line_bytes_ = 0;

  std::unique_ptr<alert_worker> worker_;  // last: its jobs hold what they need by themselves
};

}  // namespace nba::cli
