// The invariants of the engine, as checks.
//
// Purpose: an independent judge. It keeps a shadow of what the model store committed and knows what the run was asked
// to do; it never asks an actor what is right, only what the actor believes. Which check guards which invariant (the
// numbers are those of README.md beside this file):
//
//   1 watermark        before_transaction  no value is asked for that lies over an open planned game or goes back; only
//                                          the checkpoint writer's connection asks
//                      after_commit        the same of what is stored
//                      check_watermark     after every step: no tracker holds a game terminal that the ledger does not;
//                                          nothing is published that is not stored
//                      check_marks         a clean run leaves every lane of its seasons where the ledger says, or
//                                          where a person has put it
//                      check_daily_mark    the daily mark passes no day of the run's window with an open game
//   2 done             after_commit        `done` only with core and derived rows, written by that transaction
//                      check_counts        after every step: the job counts nothing that is not committed
//   3 work set         on_request          only games of the work set are asked for; none that was done, none `loaded`
//   4 nothing twice    after_commit        rows are replaced only for another digest; a terminal state gives way only
//   to
//                                          new rows; one open dead letter a game
//                      on_request          no document is asked for again once it was served in a run
//   5 bounds           pipeline_rig        after every step: both ends of every link, games and bytes; slots = games
//   6 control          check_control       a stop takes effect as soon as the job has taken it, stop and status are
//                                          answered within control_steps_max steps
//   7 nothing silent   check_accounts      each planned game is terminal, parked, or named in the report, once
//                      closing_judge       no played game is terminal without its rows, or out of every list
//                      (closings.hpp)
//   9 stopping         check_clean_end     a drained run leaves nothing under way or half written; a second stop ends
//   it
//                                          within control_steps_max steps
//  10 limits           pipeline_rig        permits, requests, records, open chunks; the driver bounds steps and runs
//
// (8, one run at a time, is the store's: the driver tries the lock twice. The lock itself is tested with real stores.)
// Threads: one. Hooks are called from inside actors, where an exception would be taken for the actor's: they note what
// is wrong and `after_step` throws it.
// Errors: violation.
#pragma once

#include "actors/run/run_input.hpp"
#include "pipeline/plan/job_plan.hpp"
#include "tests/simulation/closings.hpp"
#include "tests/simulation/trace.hpp"
#include "tests/support/engine/pipeline_rig.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace nba::simulation {

class violation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// Steps that any control message may take to be answered: some hundreds in practice, because a stage takes a step in
// ten or twenty and is held for a hundred at most.
inline constexpr std::size_t control_steps_max = 6'000;

class invariants {
 public:
  invariants(std::shared_ptr<test::model_database> database, trace& log, std::function<et_date()> today);

  // Is told by the run itself what schedules it goes by.
  closing_judge& closings() { return closings_; }

  // ---- hooks, from inside the model store and the model client
  void before_transaction(const test::model_transaction& wanted);
  // The transaction will fail, or its answer get lost: what it asked for may be asked for again.
  void will_fail(const test::model_transaction& wanted);
  void after_commit(const test::model_database& database, const test::model_transaction& commit);
  void on_request(const std::string& url);
  void on_answer(const std::string& url, const http_response& response);

  // ---- a run
  // Before anything is planned: games that a person wants opened, waived or not.
  void expect_reopened(std::set<game_id> by_name) { by_name_ = std::move(by_name); }
  // `plan`: the seasons with their limits, and the work as planned from the ledger as it is now. `window`: the dates
  // of a daily run.
  void begin_run(const job_plan& plan, std::optional<date_range> window);
  // The actors are there. `rig` outlives the run.
  void watch(test::pipeline_rig& rig);
  void after_step();
  void stop_sent(int number);
  // The report is there: everything a report promises. `rig` may be stepped on afterwards.
  void end_run(bool lost_writes);
  // The actors are gone or about to be.
  void forget_rig();

  // ---- the end of the simulation: every playable game is done with these documents, all marks are at their ends,
  // the daily one at `daily`.
  void check_converged(const std::map<game_id, std::string>& playable, et_date daily);

  [[noreturn]] void fail(const std::string& what) const;

 private:
  struct shadow {
    game_state state = game_state::planned;
    std::string digest;
    std::size_t core_writes = 0;
  };
  struct question {
    std::shared_ptr<std::optional<stage_status>> answer;
    std::size_t asked_at = 0;
    const char* whom = "";
  };
  void note(std::string what);
  bool may_be_passed(const ledger_entry& entry) const;
  bool selected(const ledger_entry& entry) const;
  bool is_earlier(const ledger_entry& entry) const;
  void check_daily_mark(const test::model_database& database, const watermark_row& mark);
  void check_mark(const test::model_database& database, const watermark_row& mark, const std::string& before);
  void check_game(const test::model_database& database, const test::model_transaction& commit, const game_id& id);
  void check_watermark();
  void check_counts();
  void check_control();
  void check_accounts(const run_report& report);
  void check_clean_end(const run_report& report);
  void check_marks(const run_report& report);
  void ask_for_status();
  std::optional<game_id> asking_game(const std::string& url) const;

  std::shared_ptr<test::model_database> database_;
  trace& log_;
  std::string found_;  // the first thing wrong
  closing_judge closings_;

  std::map<game_id, shadow> games_;
  std::map<std::pair<std::string, std::string>, std::string> marks_;

  // Of the run.
  test::pipeline_rig* rig_ = nullptr;
  reprocess mode_ = reprocess::missing;
  std::map<season, scope> seasons_;
  std::optional<date_range> window_;
  std::map<game_id, ledger_entry> at_start_;
  std::map<std::pair<std::string, std::string>, std::string> marks_at_start_;
  std::set<game_id> by_name_, to_fetch_, to_derive_;
  std::vector<not_ready_game> not_ready_;
  std::set<game_id> became_done_, parked_;                                 // committed in this run
  std::set<std::string> served_;                                           // documents
  std::map<std::pair<std::string, std::string>, std::string> lost_marks_;  // asked for, answer lost
  std::optional<std::size_t> checkpoint_connection_;
  std::size_t resolved_seen_ = 0, counted_seen_ = 0;
  std::vector<std::string> durable_seen_;
  std::optional<question> question_;
  std::size_t next_question_at_ = 0, questions_ = 0;
  int stops_ = 0;
  std::size_t stopped_at_ = 0;
};

}  // namespace nba::simulation
