// The store, on either database.
//
// Purpose: everything that is the same for both: statements, ledger rules, reports. What differs is the session.
// See storage/store.hpp for what each call promises.
// Threads: one thread at a time.
#pragma once

#include "pipeline/failpoint.hpp"
#include "storage/schema_drift.hpp"
#include "storage/snapshot.hpp"
#include "storage/sql/game_batch.hpp"
#include "storage/sql/run_locks.hpp"
#include "storage/sql/session.hpp"
#include "storage/sql/sql_error.hpp"
#include "storage/sql/upsert.hpp"
#include "storage/store.hpp"
#include "storage/stored_faults.hpp"

#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nba::sql {

class sql_store final : public store {
 public:
  explicit sql_store(std::shared_ptr<session> db);

  std::string_view backend() const override { return db_->dialect().name; }
  std::string description() const override { return db_->description(); }
  result<void> reconnect() override;

  result<std::vector<migration_step>> migrate() override;
  result<std::vector<migration_step>> check_schema() override;
  result<void> check_place() override;
  result<std::optional<read_only_reason>> why_read_only() override;
  result<database_contents> read_contents() override;
  result<database_contents> claim(std::optional<data_kind> kind, std::string_view made_by) override;
  result<std::vector<std::string>> find_damage(bool thorough) override;
  result<lock_attempt> try_lock(std::string_view stage, std::string_view key, const std::string& run_id,
                                const lock_holder* gone) override;
  result<void> check_locks() override;
  void fence(std::vector<lock_token> held) override { fence_ = std::move(held); }
  result<void> beat(std::span<const lock_token> held) override;
  result<std::vector<named_lock>> read_locks() override;
  result<bool> break_lock(const named_lock& held) override;

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
  result<std::vector<derived_state>> read_derived_states(nba::season season) override;
  result<std::vector<travel_record>> read_travel(nba::season season) override;

  result<std::optional<stored_check>> check_stored(const game_id& id) override;
  result<std::vector<stored_check>> count_stored(std::optional<nba::season> only) override;
  result<bool> adopt_stored(const game_id& id) override;
  result<stored_check> reopen_damaged(const game_id& id, const std::string& run_id) override;

  result<void> park(const dead_letter& letter, const std::string& run_id) override;
  result<std::vector<dead_letter>> read_dead_letters(bool include_resolved) override;
  result<std::optional<dead_letter>> read_dead_letter(std::int64_t dead_letter_id) override;
  result<bool> resolve_dead_letter(const game_id& id, std::string_view resolution, std::string_view reason) override;

  result<std::optional<watermark_row>> read_watermark(std::string_view stage, std::string_view key) override;
  result<std::vector<watermark_row>> read_watermarks() override;
  result<std::string> advance_watermark(std::string_view stage, std::string_view key, std::string_view value) override;
  result<std::optional<std::string>> decree_watermark(std::string_view stage, std::string_view key,
                                                      const std::optional<std::string>& value) override;

  result<void> start_run(const run_row& run) override;
  result<void> end_run(const run_row& run) override;
  result<bool> end_dead_run(const run_row& run) override;
  result<std::optional<run_row>> last_run(std::string_view job) override;
  result<std::map<std::string, utc_time>> last_successes() override;
  result<std::vector<run_row>> read_runs(std::size_t runs_max, run_detail detail) override;
  result<std::optional<run_row>> read_run(std::string_view run_id) override;
  result<void> write_snapshot(const std::string& run_id, std::string_view snapshot, utc_time at) override;

  result<void> change_alerts(utc_time now, const std::function<void(alert_book&)>& decide) override;
  result<std::vector<alert_record>> read_alerts(std::size_t alerts_max) override;

  result<std::vector<season_progress_row>> read_progress(std::optional<nba::season> only) override;
  result<std::vector<season_stamp>> read_season_stamps() override;
  result<std::vector<table_count>> count_rows() override;
  result<table_rows> read_table(const table_slice& slice) override;
  result<std::vector<std::vector<std::string>>> query_text(const std::string& sql, std::size_t rows_max) override;

  // See storage/stored_faults.hpp.
  result<stored_faults> find_faults(std::optional<nba::season> only);
  result<stored_faults> mend_faults(std::optional<nba::season> only, bool delete_orphans, const std::string& run_id);
  result<std::int64_t> adopt_people();

  // See storage/schema_drift.hpp.
  result<std::vector<schema_drift>> find_drift();
  result<std::vector<std::string>> remake_schema();

  // See storage/snapshot.hpp.
  result<std::unique_ptr<snapshot>> begin_snapshot();
  void end_snapshot() noexcept;

 private:
  // lost: a failure has ended the transaction.
  enum class snapshot_state { none, open, lost };

  // Runs `work` and answers its value; what it throws becomes a failure and leaves no transaction open.
  template <class Work>
  auto answer(Work&& work) -> result<std::invoke_result_t<Work>>;
  // The same in one transaction, or in that of the snapshot. A deadlock or serialization failure runs it again.
  template <class Work>
  auto transact(transaction_mode mode, Work&& work) -> result<std::invoke_result_t<Work>>;
  // A write, with the failpoints around its commit.
  template <class Work>
  auto write(commit_points points, Work&& work) -> result<std::invoke_result_t<Work>>;

  static void pause_before_retry(int attempt);
  failure describe_current_exception() const;

  std::shared_ptr<session> db_;
  snapshot_state snapshot_ = snapshot_state::none;
  upsert plan_rows_;
  upsert ledger_plan_rows_;
  people_upserts people_;
  std::vector<lock_token> fence_;
};

template <class Work>
auto sql_store::answer(Work&& work) -> result<std::invoke_result_t<Work>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (...) {
    auto failed = describe_current_exception();
    db_->rollback();
    if (snapshot_ == snapshot_state::open) snapshot_ = snapshot_state::lost;
    return failed;
  }
}

template <class Work>
auto sql_store::transact(transaction_mode mode, Work&& work) -> result<std::invoke_result_t<Work>> {
  constexpr int attempts_max = 5;
  return answer([&]() -> std::invoke_result_t<Work> {
    if (snapshot_ != snapshot_state::none) {
      if (snapshot_ == snapshot_state::lost || mode == transaction_mode::write)
        throw refused({snapshot_ == snapshot_state::lost ? failure_class::storage : failure_class::internal,
                       snapshot_ == snapshot_state::lost ? "the snapshot was lost by the failure of an earlier read"
                                                         : "nothing is written while a snapshot is read",
                       "snapshot"});
      return work();
    }
    for (int attempt = 1;; ++attempt) {
      try {
        db_->begin(mode);
        if (mode == transaction_mode::write && !fence_.empty()) check_fence(*db_, fence_);
        if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
          work();
          db_->commit();
          return;
        } else {
          auto value = work();
          db_->commit();
          return value;
        }
      } catch (const sql_error& error) {
        if (error.kind() != error_kind::conflict || attempt == attempts_max) throw;
        db_->rollback();
        pause_before_retry(attempt);
      }
    }
  });
}

template <class Work>
auto sql_store::write(commit_points points, Work&& work) -> result<std::invoke_result_t<Work>> {
  auto outcome = transact(transaction_mode::write, [&]() -> std::invoke_result_t<Work> {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      work();
      points.before.hit();
    } else {
      auto value = work();
      points.before.hit();
      return value;
    }
  });
  if (outcome) points.after.hit();
  return outcome;
}

}  // namespace nba::sql
