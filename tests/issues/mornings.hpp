// A season, a database, and runs at noon (UTC) of any day: over real HTTP, the clock of the runs is the test's.
//
// Threads: used by the test's thread; the list of events takes them from any.
#pragma once

#include "actors/jobs/job.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/source/host_budget.hpp"
#include "tests/integration/pipeline/scene.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <mutex>

namespace nba::test {

// What a run logs.
class event_list : public event_sink {
 public:
  void write(const log_event& event) override;
  // Events of that level (and name) that have the game.
  std::size_t count(event_level level, const game_id& id, std::string_view name = {}) const;
  std::size_t count(std::string_view name) const;

 private:
  mutable std::mutex mutex_;
  std::vector<log_event> events_;
};

class mornings {
 public:
  explicit mornings(const std::string& backend, int regular_games = 60);

  int backfill(et_date on, std::vector<std::string> games = {});
  int daily(et_date on);

  std::string state(const game_id& id);
  std::string daily_date();
  std::vector<planned_game> games_of(et_date date) const;
  // The schedule as it is after `today`, changed game by game: `change` answers false for a game it leaves out.
  void serve_schedule(std::optional<et_date> today, const std::function<bool(nlohmann::json&)>& change);
  void serve(std::optional<et_date> today);
  // Refuses every game but one well-known document, which the season need not have.
  void serve_one_document_only();
  process_result command(std::vector<std::string> words) { return world.run(database, std::move(words)); }

  scene world;
  std::string database;
  std::vector<planned_game> regular;  // in date order
  std::shared_ptr<event_list> log = std::make_shared<event_list>();
  run_report report;                           // of the last run
  std::optional<budget_settings> budget = {};  // of the host; none: the default one
  std::size_t closed_before = 0, done_before = 0;

 private:
  int run(job& wanted, et_date on);
  int runs_ = 0;
};

}  // namespace nba::test
