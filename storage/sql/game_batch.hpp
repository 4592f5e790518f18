// Several games' rows in one transaction: what store::write_games does.
//
// Steps: the ledger's rows are locked in id order (two loaders never wait for each other in a circle); what happens to
// each game is decided from them; rows to be replaced are deleted; teams and players are upserted; all rows go through
// the bulk path, table by table; the ledger follows.
// Threads: one thread at a time, inside a write transaction.
// Errors: sql_error; refused for writes that break the store's contract.
#pragma once

#include "storage/sql/ledger_rules.hpp"
#include "storage/sql/people.hpp"
#include "storage/sql/session.hpp"
#include "storage/store.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace nba::sql {

class game_batch {
 public:
  game_batch(session& db, people_upserts& people, std::string run_id)
      : db_(db), people_(people), run_id_(std::move(run_id)) {}

  // `distrust_ledger`: delete whatever rows the games have, even where the ledger knows of none.
  std::vector<write_outcome> run(std::span<const game_write> writes, bool distrust_ledger);

 private:
  // What the transaction does to one game.
  struct plan {
    ledger_row before;
    ledger_row after;
    et_date date{};                          // for a ledger row that is missing
    const core_write* core = nullptr;        // rows to be written
    const derived_write* derived = nullptr;  // rows to be written
    std::string stored;                      // what the ledger says is stored (storage/stored_rows.hpp)
  };

  void lock_ledger(std::span<const game_write> writes);
  std::size_t read_ledger_rows();
  void add_missing_ledger_rows();
  write_outcome decide(const core_write& write);
  write_outcome decide(const derived_write& write);
  bool has_rows_of(const core_write& write);
  void delete_rows(bool distrust_ledger);
  void insert_rows();
  void note_stored(plan& game, const stored_rows& written, bool core);
  void update_ledger();

  session& db_;
  people_upserts& people_;
  std::string run_id_;
  utc_time now_ = utc_now();
  std::map<game_id, plan> games_;
};

}  // namespace nba::sql
