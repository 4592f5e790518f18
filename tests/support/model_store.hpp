// A store in memory: the semantics of storage/store.hpp without a database.
//
// Purpose: actor tests and the deterministic simulation. A `model_database` is the database; every connection to it is
// a `store`. Every call is one transaction: it happens whole or not at all, and what is committed can be watched.
// Threads: as with the real ones: connections may be used at once, each by one thread at a time.
#pragma once

#include "storage/store.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nba::test {

// What a transaction is for.
enum class model_call {
  reconnect,
  plan,
  read,
  states,
  games,
  read_game,
  park,
  resolve,
  watermark,
  decree,
  run,
  lock,
  alerts,
};

// One transaction, before it runs (faults) or when it has committed (observers).
struct model_transaction {
  model_call what = model_call::read;
  std::size_t connection = 0;          // which one, in the order of connect()
  std::vector<game_id> core, derived;  // games: whose rows it writes
  std::vector<game_id> games;          // every game it touches
  // watermark: what is wanted (fault), what is stored (observer); decree: what it is set to, empty for a reset.
  std::optional<watermark_row> watermark;
  std::optional<std::string> watermark_before;
};

// What goes wrong with a transaction.
struct model_fault {
  failure why;
  bool after_commit = false;       // the transaction commits, but its answer is lost
  bool breaks_connection = false;  // every later call fails until reconnect
};

class model_database : public std::enable_shared_from_this<model_database> {
 public:
  static std::shared_ptr<model_database> make() { return std::shared_ptr<model_database>(new model_database); }

  std::unique_ptr<store> connect();
  // How many connections were made: the number of the next one.
  std::size_t connections() const;
  // The database's wall clock; utc_now when none is set.
  void set_clock(std::function<utc_time()> now);

  // -- faults

  using fault_source = std::function<std::optional<model_fault>(const model_transaction&)>;
  // Asked before every transaction. Replaces the one before.
  void inject(fault_source faults);
  // The next `times` transactions of this kind fail.
  void fail_next(model_call what, int times, model_fault fault);
  // Every transaction that writes rows of this game fails, until `accept`.
  void reject(const game_id& id, failure why);
  void accept(const game_id& id);

  // A closed gate holds every games transaction (on its own thread: never on the testing scheduler) until it is opened.
  void close_gate();
  void open_gate();
  std::size_t waiting_at_gate() const;

  // Every connection that is open now is gone for good, as when its process was killed.
  void sever_connections();

  // -- observing

  // Called after every commit, in order, with the database as it is then. Replaces the one before.
  void on_commit(std::function<void(const model_database&, const model_transaction&)> observer);

  struct counters {
    std::size_t transactions = 0;        // committed, reads included
    std::size_t games_transactions = 0;  // committed calls of write_games
    std::vector<std::size_t> games_per_transaction;
    std::size_t failed = 0;  // ended by a fault
    std::size_t reconnects = 0;
  };
  counters count() const;
  // Rows given to write_games that somebody still holds (the database keeps copies).
  std::size_t held_rows() const;

  ledger_entry ledger(const game_id& id) const;  // a row in state planned when there is none
  std::vector<ledger_entry> ledger() const;
  bool has_core_rows(const game_id& id) const;
  bool has_derived_rows(const game_id& id) const;
  std::optional<std::string> watermark(std::string_view stage, std::string_view key) const;
  // With payloads, in the order in which they were made.
  std::vector<dead_letter> dead_letters() const;
  // How often the core rows of a game were written (unchanged ones not counted).
  std::size_t core_writes(const game_id& id) const;

 private:
  friend class model_connection;
  struct game_record {
    std::shared_ptr<const game_rows> core;
    std::shared_ptr<const derived_rows> derived;
    std::size_t core_writes = 0;
  };
  using name_pair = std::pair<std::string, std::string>;

  model_database() = default;

  // Everything below happens under the lock. The observer calls back into the readers above, hence recursive.
  mutable std::recursive_mutex mutex_;
  std::condition_variable_any gate_changed_;
  bool gate_closed_ = false;
  std::size_t at_gate_ = 0;

  std::map<game_id, planned_game> plan_;
  std::map<season, schedule_reading> readings_;
  std::map<game_id, ledger_entry> ledger_;
  std::map<game_id, game_record> games_;
  std::vector<dead_letter> letters_;
  std::map<name_pair, watermark_row> watermarks_;
  std::vector<run_row> runs_;
  alert_book alerts_;
  std::map<name_pair, lock_holder> locks_;

  fault_source faults_;
  struct limited_fault {
    model_call what;
    int times;
    model_fault fault;
  };
  std::vector<limited_fault> limited_faults_;
  std::map<game_id, failure> rejected_;
  std::function<void(const model_database&, const model_transaction&)> observer_;
  counters counters_;
  std::function<utc_time()> now_ = utc_now;
  std::size_t connections_ = 0;
  std::size_t severed_ = 0;  // connections numbered below this are gone
  mutable std::vector<std::weak_ptr<const game_rows>> seen_rows_;
};

}  // namespace nba::test
