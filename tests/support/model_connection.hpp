// One connection to a model_database. Internal to the model store.
#pragma once

#include "tests/support/model_store.hpp"

namespace nba::test {

// Whether the ledger may go from one state to the other: nothing but new rows moves a done game, and no terminal state
// gives way to an open one.
inline bool may_become(game_state from, game_state to) {
  return from != game_state::done && (is_terminal(to) || !is_terminal(from));
}

class model_connection : public store {
 public:
  model_connection(std::shared_ptr<model_database> database, std::size_t number)
      : database_(std::move(database)), db_(*database_), number_(number) {}

  std::string_view backend() const override { return "model"; }
  std::string description() const override { return "in memory"; }
  result<void> reconnect() override {
    std::lock_guard guard(db_.mutex_);
    model_transaction call;
    call.what = model_call::reconnect;
    call.connection = number_;
    if (number_ < db_.severed_) return failure{failure_class::storage, "the connection is gone", "model"};
    if (auto fault = find_fault(call)) return fault->why;
    ++db_.counters_.reconnects;
    broken_ = false;
    return {};
  }

  result<std::vector<migration_step>> migrate() override { return check_schema(); }
  result<std::vector<migration_step>> check_schema() override {
    return std::vector<migration_step>{{1, "model", true}};
  }

  result<lock_attempt> try_lock(std::string_view stage, std::string_view key, const std::string& run_id,
                                const lock_holder* gone) override;
  result<void> check_locks() override { return {}; }
  // Nothing is lost, taken away or damaged in the model.
  void fence(std::vector<lock_token>) override {}
  result<void> beat(std::span<const lock_token>) override { return {}; }
  result<std::vector<named_lock>> read_locks() override { return std::vector<named_lock>{}; }
  result<bool> break_lock(const named_lock&) override { return false; }

  result<void> write_plan(nba::season season, std::span<const planned_game> games) override;
  result<std::vector<planned_game>> read_plan(nba::season season) override;
  result<void> write_reading(const schedule_reading& reading) override;
  result<std::optional<schedule_reading>> read_reading(nba::season season) override;
  result<std::vector<ledger_entry>> read_ledger(nba::season season) override;
  result<void> write_states(std::span<const state_change> changes, const std::string& run_id) override;

  result<std::vector<write_outcome>> write_games(std::span<const game_write> writes,
                                                 const std::string& run_id) override;
  result<game_rows> read_game(const game_id& id) override;
  result<derived_rows> read_derived(const game_id& id) override;
  result<table_rows> read_table(const table_slice& slice) override;
  result<std::vector<derived_state>> read_derived_states(nba::season season) override;
  result<std::vector<travel_record>> read_travel(nba::season season) override;

  result<std::optional<stored_check>> check_stored(const game_id& id) override {
    return std::optional{stored_check{id, game_state::done, true}};
  }
  result<std::vector<stored_check>> count_stored(std::optional<nba::season>) override {
    return std::vector<stored_check>{};
  }
  result<bool> adopt_stored(const game_id&) override { return false; }
  result<stored_check> reopen_damaged(const game_id& id, const std::string&) override { return stored_check{id}; }

  result<void> park(const dead_letter& letter, const std::string& run_id) override;
  result<std::vector<dead_letter>> read_dead_letters(bool include_resolved) override;
  result<std::optional<dead_letter>> read_dead_letter(std::int64_t dead_letter_id) override;
  result<bool> resolve_dead_letter(const game_id& id, std::string_view resolution, std::string_view reason) override;

  result<std::optional<watermark_row>> read_watermark(std::string_view stage, std::string_view key) override;
  result<std::vector<watermark_row>> read_watermarks() override;
  result<std::string> advance_watermark(std::string_view stage, std::string_view key, std::string_view value) override;
  result<std::optional<std::string>> decree_watermark(std::string_view stage, std::string_view key,
                                                      const std::optional<std::string>& value) override;

  result<void> start_run(const run_row& run) override { return put_run(run); }
  result<void> end_run(const run_row& run) override { return put_run(run); }
  result<std::optional<run_row>> last_run(std::string_view job) override;
  result<std::map<std::string, utc_time>> last_successes() override;
  result<std::vector<run_row>> read_runs(std::size_t runs_max, run_detail detail) override;
  result<std::optional<run_row>> read_run(std::string_view run_id) override;
  result<void> write_snapshot(const std::string& run_id, std::string_view snapshot, utc_time at) override;

  result<void> change_alerts(utc_time now, const std::function<void(alert_book&)>& decide) override;
  result<std::vector<alert_record>> read_alerts(std::size_t alerts_max) override;

  result<std::vector<season_progress_row>> read_progress(std::optional<nba::season> only) override;
  result<std::vector<table_count>> count_rows() override;
  result<std::vector<std::vector<std::string>>> query_text(const std::string&, std::size_t) override {
    return failure{failure_class::configuration, "the model has no SQL", "query_text"};
  }

 private:
  // Runs one transaction: asks for faults, calls `work`, tells the observer. `work` changes nothing when it fails.
  template <class Work>
  auto transact(model_transaction call, Work work) -> decltype(work(call)) {
    std::unique_lock guard(db_.mutex_);
    call.connection = number_;
    if (broken_ || number_ < db_.severed_) return failure{failure_class::storage, "the connection is gone", "model"};
    if (call.what == model_call::games) wait_at_gate(guard);
    const auto fault = find_fault(call);
    if (fault && !fault->after_commit) return fail(*fault);
    auto outcome = work(call);
    if (!outcome) return outcome;
    ++db_.counters_.transactions;
    if (db_.observer_ && call.what != model_call::read && call.what != model_call::read_game) db_.observer_(db_, call);
    if (fault) return fail(*fault);
    return outcome;
  }
  failure fail(const model_fault& fault) {
    ++db_.counters_.failed;
    if (fault.breaks_connection) broken_ = true;
    return fault.why;
  }
  std::optional<model_fault> find_fault(const model_transaction& call);
  void wait_at_gate(std::unique_lock<std::recursive_mutex>& guard);
  result<void> put_run(const run_row& run);
  ledger_entry& row(const game_id& id);
  void resolve(const game_id& id, std::string_view resolution, std::string_view reason);
  write_outcome write(const core_write& one, const std::string& run_id);
  write_outcome write(const derived_write& one, const std::string& run_id);

  static model_transaction call_of(model_call what, std::vector<game_id> games = {}) {
    model_transaction call;
    call.what = what;
    call.games = std::move(games);
    return call;
  }

  std::shared_ptr<model_database> database_;
  model_database& db_;
  std::size_t number_;
  bool broken_ = false;
};

}  // namespace nba::test
