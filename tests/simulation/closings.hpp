// The judge of closings: a played game is never terminal without its rows, and never out of every list.
//
// It counts by itself: which schedules were read and what they said (schedule_page), what documents were served, on
// which ET days a game was refused or off its date. Of the engine's own evidence it reads only that there is some.
// Where it cannot know what the engine knew it counts in the engine's favour. What it checks
// (docs/adr/0092-closings.md):
//
//   check_change   nobody is cancelled or postponed who was shown to have been played; nobody unavailable but against a
//                  final result, after enough days of refusals, beside a good answer for another game; nobody postponed
//                  before the second day off his date; nobody cancelled but by the schedule's word, or at the season's
//                  end; an old copy of a schedule closes nothing; patience has an end
//   check_planned  closings, and postponements, are taken back as soon as a run reads a schedule that says otherwise;
//                  inferred ones are asked about again after 1, 3, 7 and 30 days, not more often
//   check_absent   what was played is fetched, listed or not
//   check_lists    after each run: closed games have their evidence, parked ones their dead letter, new inferred
//                  closings their alarm
//   check_owed     daily runs come back to every game that was played and tried
//
// Threads: one. Errors: what does not hold is told to `note`.
#pragma once

#include "actors/run/run_input.hpp"
#include "actors/run_report.hpp"
#include "pipeline/plan/job_plan.hpp"
#include "pipeline/source/classify.hpp"
#include "tests/simulation/schedule_page.hpp"
#include "tests/support/model_store.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace nba::simulation {

class closing_judge {
 public:
  using note_function = std::function<void(std::string)>;
  closing_judge(note_function note, std::function<et_date()> today);

  // ---- a run, in this order
  void begin_run(const disposition_settings& settings);
  // `said`: null when the run goes by the stored plan.
  void schedule_found(season of, const served_schedule* said);
  // The work is planned, and what follows from the schedule is written. `in_scope`: whether the run has to do with a
  // game.
  void planned(const test::model_database& database, const job_plan& plan,
               const std::function<bool(const ledger_entry&)>& in_scope);
  // `by_game`: the game itself asked, and not somebody who wanted to know whether the host answers.
  void on_answer(const game_id& of, endpoint what, const http_response& response, bool by_game);
  void end_run(const test::model_database& database, const run_report& report);

  // ---- any time
  void after_commit(const test::model_database& database, const test::model_transaction& commit);

  // How often games were closed, asked about again and opened, by name.
  const std::map<std::string, std::size_t>& counted() const { return counted_; }

  // ---- daily runs without faults: what they owe as the database is now, and whether it is done. `played`: on which
  // dates, by a schedule that is right.
  void begin_owing(const test::model_database& database, season of, const std::map<game_id, et_date>& played);
  void check_owed(const test::model_database& database);

 private:
  struct memory {
    game_state state = game_state::planned;
    bool played = false;                  // something showed it, and the engine has written since
    bool shown = false, refused = false;  // in this run
    std::set<et_date> refused_on, off_date_on;
    et_date closed_on{};
    int checks = 0;  // since then
  };
  struct reading {
    std::optional<served_schedule> said;  // none: the stored plan
  };
  void read_plan(const test::model_database& database, const test::model_transaction& commit);
  void check_change(const ledger_entry& now, const test::model_transaction& commit);
  void check_unavailable(const ledger_entry& now, const memory& known);
  void check_cancelled(const ledger_entry& now, const memory& known);
  void check_patience(const ledger_entry& now, const memory& known);
  void check_planned(const ledger_entry& entry, listing says, bool asked, bool asks_all);
  void check_absent(const ledger_entry& entry, bool asked);
  bool is_season_over(const served_schedule& said) const;
  bool is_called_final(const game_id& id) const;
  bool answered_for_another(const game_id& of) const;
  // What this run's schedule says; nullopt: not listed, or no schedule was read.
  const served_schedule* said_of(const game_id& id) const;
  std::optional<listing> listing_of(const game_id& id) const;

  note_function note_;
  std::function<et_date()> today_;
  std::map<game_id, memory> games_;

  // Of the run.
  disposition_settings settings_;
  std::map<season, reading> readings_;
  std::set<game_id> answered_, newly_unavailable_, checked_;
  bool fetching_ = false;

  std::set<game_id> owed_;
  std::map<std::string, std::size_t> counted_;
};

}  // namespace nba::simulation
