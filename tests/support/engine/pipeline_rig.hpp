// The whole graph of actors on the testing scheduler, wired as the engine wires it, with a model host and a model
// database around it.
//
// Every step checks what must hold at every moment (bounds of every link at both ends), every commit what must hold in
// the database (see watch_rules). A seed decides the order of everything.
// Threads: everything runs on the thread of the test.
// Errors: std::logic_error when something does not hold, std::runtime_error when the run is stuck.
#pragma once

#include "actors/budget_actor.hpp"
#include "actors/metrics_actor.hpp"
#include "actors/stages.hpp"
#include "tests/support/engine/small_league.hpp"
#include "tests/support/model_http.hpp"
#include "tests/support/model_store.hpp"
#include "tests/support/testing_system.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nba::test {

// Keeps what is logged.
class recording_sink : public event_sink {
 public:
  void write(const log_event& event) override;
  std::vector<log_event> named(std::string_view name) const;
  std::vector<log_event> all() const;
  std::size_t count(std::string_view name) const { return named(name).size(); }

 private:
  mutable std::mutex mutex_;
  std::vector<log_event> events_;
};
// The value of a field as text; empty when the event has none of that name.
std::string field(const log_event& event, std::string_view key);

// What the database must never show, checked at every commit: a watermark that goes back or stands over a game that is
// not terminal; a game that is done without core and derived rows. Violations are added to the answer. Games that are
// terminal now may be open for a while (a corrected game is `loaded` until its derived rows come).
std::shared_ptr<std::vector<std::string>> watch_rules(model_database& database, std::vector<planned_game> plan);

struct rig_options {
  std::uint64_t seed = 1;
  int parallel = 2;
  link_limits fetch{4, 4 * game_fetch_bytes};
  link_limits transform{3, 3u << 13};
  // A game's rows take 246 KiB: the parser reserves room for a usual game's events.
  link_limits load{4, 4u << 18};
  link_limits derive{2, 2u << 18};
  link_limits finish{3, 3u << 18};
  link_limits recover{2, 1};
  std::size_t transform_workers = 2, derive_workers = 2, load_connections = 2, batch_games_max = 3;
  std::size_t records_max = 32;
  int store_tries_max = 3;
  std::chrono::milliseconds drain_deadline{30'000};
  std::chrono::milliseconds metrics_interval{0};  // 0: no metrics actor
  retry_settings retry{.tries_max = 3,
                       .backoff_first = std::chrono::milliseconds{500},
                       .backoff_max = std::chrono::milliseconds{5'000},
                       .throttles_max = 5};
  budget_settings budget{.requests_per_minute = 0, .burst = 8, .in_flight_max = 6};
  disposition_settings dispositions;
  common_settings common;
  std::optional<game_id> canary_game;
  int rules_version = 1;
  bool reprocess_all = false;  // terminal games are worked on again
};

class pipeline_rig {
 public:
  // The outer half alone: the host's budget and the document actor, as an engine has them before it knows its plan.
  // `make_children` makes the rest.
  pipeline_rig(const rig_options& options, std::shared_ptr<model_database> database, model_http::server server);
  // The work is what the database's ledger leaves open of `plan`; loaded games are recovered.
  pipeline_rig(const rig_options& options, std::shared_ptr<model_database> database, std::vector<planned_game> plan,
               small_host& host, std::function<utc_time()> now = utc_now);
  ~pipeline_rig();

  // What the engine makes of its input: every actor of a run. The wall clock of the job is `now`.
  void make_children(const run_input& input, std::function<utc_time()> now = utc_now);
  void start();
  // Asks for a document that belongs to no game; filled when the answer has come.
  std::shared_ptr<std::optional<document_reply>> ask_for(wanted_document what);
  // One message, one answer of the host, or (when nothing else can happen, and now and then) one timer. False when
  // nothing is left that could happen.
  bool step();
  // Steps until the report is there. Throws std::runtime_error when nothing can happen before that, or after
  // `steps_max` steps.
  const run_report& finish(std::size_t steps_max = 2'000'000);
  const run_report& run() {
    start();
    return finish();
  }
  bool finished() const { return report_ && report_->has_value(); }
  const run_report& report() const { return *report_->value().report; }
  void stop(int number) { world.send(user_, job, stop_request{number}); }

  // Everything has left every stage, and all credit is back at both ends of every link. Throws std::logic_error.
  void check_all_returned();

  testing_system world;
  std::shared_ptr<model_http> http = std::make_shared<model_http>();
  std::shared_ptr<recording_sink> log = std::make_shared<recording_sink>();
  std::shared_ptr<model_database> database;
  job_actor job;
  job_children children;
  budget_actor budget;
  document_actor documents;
  metrics_actor metrics;  // null without metrics_interval
  std::shared_ptr<snapshot_board> board = std::make_shared<snapshot_board>();
  std::size_t checkpoint_connection = 0;  // the number of the checkpoint writer's connection
  // Load workers take a message only in one of so many steps: a slow database. 1: as quick as everything else.
  std::size_t load_slowness = 1;

  struct peaks {
    std::map<std::string, std::size_t> games, bytes;  // by link, as the receiver saw them
    std::size_t bodies = 0, body_bytes = 0, rows = 0, chunks_awake = 0, records = 0;
  };
  const peaks& peak() const { return peaks_; }
  const rig_options& options() const { return options_; }

 private:
  document_options make_document_options();
  run_input plan_work_of(const std::vector<planned_game>& plan);
  void check_bounds();
  void check_host();
  void check_link(const std::string& name, const link_account& sender, const link_account& receiver);

  rig_options options_;
  probe user_;
  std::shared_ptr<std::optional<run_finished>> report_;
  std::shared_ptr<std::vector<std::string>> violations_;
  peaks peaks_;
};

}  // namespace nba::test
