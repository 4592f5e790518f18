// Faults, plan, ledger and games.
#include "tests/support/model_connection.hpp"

#include <set>

namespace nba::test {

// ---- faults ---------------------------------------------------------------------------------------------------------

std::optional<model_fault> model_connection::find_fault(const model_transaction& call) {
  for (auto one = db_.limited_faults_.begin(); one != db_.limited_faults_.end(); ++one) {
    if (one->what != call.what) continue;
    const auto fault = one->fault;
    if (--one->times == 0) db_.limited_faults_.erase(one);
    return fault;
  }
  if (call.what == model_call::games)
    for (const auto& id : call.games)
      if (const auto found = db_.rejected_.find(id); found != db_.rejected_.end()) return model_fault{found->second};
  return db_.faults_ ? db_.faults_(call) : std::nullopt;
}

void model_connection::wait_at_gate(std::unique_lock<std::recursive_mutex>& guard) {
  ++db_.at_gate_;
  db_.gate_changed_.notify_all();
  db_.gate_changed_.wait(guard, [this] { return !db_.gate_closed_; });
  --db_.at_gate_;
}

// ---- plan and ledger ------------------------------------------------------------------------------------------------

ledger_entry& model_connection::row(const game_id& id) {
  auto& entry = db_.ledger_[id];
  if (entry.id.empty()) {
    entry.id = id;
    if (const auto planned = db_.plan_.find(id); planned != db_.plan_.end()) entry.date = planned->second.date;
  }
  return entry;
}

result<void> model_connection::write_plan(nba::season season, std::span<const planned_game> games) {
  return transact(call_of(model_call::plan), [&](model_transaction& call) -> result<void> {
    for (const auto& game : games)
      if (game.id.in_season() != season)
        return failure{failure_class::internal, "game " + game.id.str() + " is not of this season", "write_plan"};
    for (const auto& game : games) {
      db_.plan_[game.id] = game;
      auto& entry = row(game.id);
      entry.date = game.date;
      if (has_result(game) && entry.played_evidence.empty() && entry.state != game_state::done)
        entry.played_evidence =
            "the schedule: " + std::to_string(*game.home_score) + "-" + std::to_string(*game.away_score);
      call.games.push_back(game.id);
    }
    return {};
  });
}

result<std::vector<planned_game>> model_connection::read_plan(nba::season season) {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::vector<planned_game>> {
    std::vector<planned_game> games;
    for (const auto& [id, game] : db_.plan_)
      if (id.in_season() == season) games.push_back(game);
    return games;
  });
}

result<void> model_connection::write_reading(const schedule_reading& reading) {
  return transact(call_of(model_call::plan), [&](model_transaction&) -> result<void> {
    db_.readings_[reading.season] = reading;
    return {};
  });
}

result<std::optional<schedule_reading>> model_connection::read_reading(nba::season season) {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::optional<schedule_reading>> {
    const auto found = db_.readings_.find(season);
    return found == db_.readings_.end() ? std::nullopt : std::optional{found->second};
  });
}

result<std::vector<ledger_entry>> model_connection::read_ledger(nba::season season) {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::vector<ledger_entry>> {
    std::vector<ledger_entry> entries;
    for (const auto& [id, entry] : db_.ledger_)
      if (id.in_season() == season) entries.push_back(entry);
    return entries;
  });
}

result<void> model_connection::write_states(std::span<const state_change> changes, const std::string&) {
  std::vector<game_id> games;
  for (const auto& change : changes) games.push_back(change.game_id);
  return transact(call_of(model_call::states, games), [&](model_transaction&) -> result<void> {
    for (const auto& change : changes)
      if (change.state == game_state::loaded || change.state == game_state::done)
        return failure{failure_class::internal, "only rows make a game loaded or done", "write_states"};
    for (const auto& change : changes) {
      auto& entry = row(change.game_id);
      const bool reopened = change.reopens && entry.state != game_state::done;
      if (!may_become(entry.state, change.state) && !reopened) continue;
      entry.state = change.state;
      entry.closing = change.closing;
      if (entry.played_evidence.empty()) entry.played_evidence = change.played_evidence;
      entry.attempts = change.attempts;
      entry.error_class = change.error_class;
      entry.error = change.error;
      entry.updated_at = db_.now_();
      if (is_terminal(change.state)) resolve(change.game_id, "retried", "");
    }
    return {};
  });
}

// ---- games ----------------------------------------------------------------------------------------------------------

write_outcome model_connection::write(const core_write& one, const std::string&) {
  const auto& id = one.rows->game.game_id;
  auto& entry = row(id);
  auto& record = db_.games_[id];
  if (record.core && entry.payload_sha256 == one.payload_sha256) {
    if (entry.state != game_state::done) entry.state = game_state::loaded;
    return write_outcome::unchanged;
  }
  const auto outcome = record.core ? write_outcome::replaced : write_outcome::inserted;
  record.core = std::make_shared<game_rows>(*one.rows);
  record.derived = nullptr;
  ++record.core_writes;
  entry.state = game_state::loaded;
  entry.payload_sha256 = one.payload_sha256;
  entry.rules_version = 0;
  entry.closing.reset();
  entry.error_class.reset();
  entry.error.clear();
  entry.updated_at = db_.now_();
  return outcome;
}

write_outcome model_connection::write(const derived_write& one, const std::string&) {
  auto& entry = row(one.game_id);
  auto& record = db_.games_[one.game_id];
  const auto outcome = record.derived ? write_outcome::replaced : write_outcome::inserted;
  if (one.tables == derived_table_set::all() || !record.derived) {
    record.derived = std::make_shared<derived_rows>(*one.rows);
  } else if (one.tables.contains<travel_row>()) {  // the only part that the engine writes alone
    auto changed = std::make_shared<derived_rows>(*record.derived);
    changed->travel = one.rows->travel;
    record.derived = std::move(changed);
  }
  entry.state = game_state::done;
  entry.rules_version = one.rules_version;
  entry.attempts = 0;
  entry.closing.reset();
  entry.error_class.reset();
  entry.error.clear();
  entry.updated_at = db_.now_();
  resolve(one.game_id, "retried", "");
  return outcome;
}

result<std::vector<write_outcome>> model_connection::write_games(std::span<const game_write> writes,
                                                                 const std::string& run_id) {
  model_transaction wanted = call_of(model_call::games);
  for (const auto& one : writes) {
    if (const auto* core = std::get_if<core_write>(&one))
      wanted.core.push_back(core->rows->game.game_id);
    else
      wanted.derived.push_back(std::get<derived_write>(one).game_id);
  }
  wanted.games = wanted.core;
  wanted.games.insert(wanted.games.end(), wanted.derived.begin(), wanted.derived.end());
  return transact(wanted, [&](model_transaction& call) -> result<std::vector<write_outcome>> {
    std::set<game_id> arriving(call.core.begin(), call.core.end());
    for (const auto& id : call.derived)
      if (!db_.has_core_rows(id) && !arriving.contains(id))
        return failure{failure_class::internal, "game " + id.str() + " has no core rows", "write_games"};
    std::vector<write_outcome> outcomes;
    for (const auto& one : writes) {
      if (const auto* core = std::get_if<core_write>(&one)) db_.seen_rows_.push_back(core->rows);
      outcomes.push_back(std::visit([&](const auto& each) { return write(each, run_id); }, one));
    }
    ++db_.counters_.games_transactions;
    db_.counters_.games_per_transaction.push_back(writes.size());
    return outcomes;
  });
}

result<game_rows> model_connection::read_game(const game_id& id) {
  return transact(call_of(model_call::read_game, {id}), [&](model_transaction&) -> result<game_rows> {
    const auto found = db_.games_.find(id);
    if (found == db_.games_.end() || !found->second.core)
      return failure{failure_class::internal, "game " + id.str() + " has no rows", "read_game"};
    return *found->second.core;
  });
}

result<derived_rows> model_connection::read_derived(const game_id& id) {
  return transact(call_of(model_call::read_game, {id}), [&](model_transaction&) -> result<derived_rows> {
    const auto found = db_.games_.find(id);
    if (found == db_.games_.end() || !found->second.derived)
      return failure{failure_class::internal, "game " + id.str() + " has no derived rows", "read_derived"};
    return *found->second.derived;
  });
}

result<table_rows> model_connection::read_table(const table_slice& slice) {
  return failure{failure_class::configuration, "the model store exports nothing", slice.table};
}

result<std::vector<derived_state>> model_connection::read_derived_states(nba::season season) {
  return transact(call_of(model_call::read_game), [&](model_transaction&) -> result<std::vector<derived_state>> {
    std::vector<derived_state> states;
    for (const auto& [id, record] : db_.games_)
      if (const auto state = db_.ledger(id).state;
          (state == game_state::loaded || state == game_state::done) && id.in_season() == season)
        states.push_back({id, state, record.derived ? derived_table_set::all() : derived_table_set{}});
    return states;
  });
}

result<std::vector<travel_record>> model_connection::read_travel(nba::season season) {
  return transact(call_of(model_call::read_game), [&](model_transaction&) -> result<std::vector<travel_record>> {
    std::vector<travel_record> records;
    for (const auto& [id, record] : db_.games_)
      if (record.derived && id.in_season() == season)
        for (const auto& row : record.derived->travel) records.push_back({id, row});
    return records;
  });
}

}  // namespace nba::test
