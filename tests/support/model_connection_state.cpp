// Dead letters, watermarks, runs, locks and reports.
#include "tests/support/model_connection.hpp"

#include <algorithm>
#include <tuple>

namespace nba::test {

// ---- dead letters ---------------------------------------------------------------------------------------------------

void model_connection::resolve(const game_id& id, std::string_view resolution, std::string_view reason) {
  for (auto& letter : db_.letters_) {
    if (letter.game_id != id || letter.resolved_at) continue;
    letter.resolved_at = db_.now_();
    letter.resolution = resolution;
    letter.reason = reason;
  }
}

result<void> model_connection::park(const dead_letter& letter, const std::string&) {
  return transact(call_of(model_call::park, {letter.game_id}), [&](model_transaction&) -> result<void> {
    auto& entry = row(letter.game_id);
    const bool reopened = letter.reopens && entry.state != game_state::done;
    if (!may_become(entry.state, game_state::parked) && !reopened) return {};
    entry.state = game_state::parked;
    entry.closing.reset();
    if (entry.played_evidence.empty()) entry.played_evidence = letter.played_evidence;
    ++entry.attempts;
    entry.error_class = letter.error_class;
    entry.error = letter.error;
    entry.updated_at = db_.now_();
    const auto open = std::find_if(db_.letters_.begin(), db_.letters_.end(), [&](const dead_letter& each) {
      return each.game_id == letter.game_id && !each.resolved_at;
    });
    if (open == db_.letters_.end()) {
      db_.letters_.push_back(letter);
      db_.letters_.back().dead_letter_id = static_cast<std::int64_t>(db_.letters_.size());
      return {};
    }
    const bool better = open->payload.empty() && !letter.payload.empty();
    auto kept = better ? letter : *open;
    kept.dead_letter_id = open->dead_letter_id;
    kept.attempts = open->attempts + letter.attempts;
    kept.first_failed_at = open->first_failed_at;
    kept.last_failed_at = letter.last_failed_at;
    kept.last_error = better || letter.error == open->error ? std::string{} : letter.error;
    *open = std::move(kept);
    return {};
  });
}

result<std::vector<dead_letter>> model_connection::read_dead_letters(bool include_resolved) {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::vector<dead_letter>> {
    auto letters = db_.letters_;
    if (!include_resolved) std::erase_if(letters, [](const auto& letter) { return letter.resolved_at.has_value(); });
    for (auto& letter : letters) letter.payload.clear();
    std::sort(letters.begin(), letters.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.resolved_at.has_value(), b.last_failed_at, b.dead_letter_id) <
             std::tuple(b.resolved_at.has_value(), a.last_failed_at, a.dead_letter_id);
    });
    return letters;
  });
}

result<std::optional<dead_letter>> model_connection::read_dead_letter(std::int64_t dead_letter_id) {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::optional<dead_letter>> {
    for (const auto& letter : db_.letters_)
      if (letter.dead_letter_id == dead_letter_id) return std::optional{letter};
    return std::optional<dead_letter>{};
  });
}

result<bool> model_connection::resolve_dead_letter(const game_id& id, std::string_view resolution,
                                                   std::string_view reason) {
  return transact(call_of(model_call::resolve, {id}), [&](model_transaction&) -> result<bool> {
    const bool open = std::any_of(db_.letters_.begin(), db_.letters_.end(),
                                  [&](const auto& letter) { return letter.game_id == id && !letter.resolved_at; });
    if (!open) return false;
    resolve(id, resolution, reason);
    if (auto& entry = row(id); resolution == "waived" && may_become(entry.state, game_state::waived)) {
      entry.state = game_state::waived;
      entry.closing = closed_by(closing_ground::waived, std::string{reason}, db_.now_());
    }
    return true;
  });
}

// ---- watermarks -----------------------------------------------------------------------------------------------------

result<std::optional<watermark_row>> model_connection::read_watermark(std::string_view stage, std::string_view key) {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::optional<watermark_row>> {
    const auto found = db_.watermarks_.find({std::string(stage), std::string(key)});
    return found == db_.watermarks_.end() ? std::optional<watermark_row>{} : std::optional{found->second};
  });
}

result<std::vector<watermark_row>> model_connection::read_watermarks() {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::vector<watermark_row>> {
    std::vector<watermark_row> rows;
    for (const auto& [name, mark] : db_.watermarks_) rows.push_back(mark);
    return rows;
  });
}

result<std::string> model_connection::advance_watermark(std::string_view stage, std::string_view key,
                                                        std::string_view value) {
  auto wanted = call_of(model_call::watermark);
  wanted.watermark = watermark_row{std::string(stage), std::string(key), std::string(value), {}};
  return transact(wanted, [&](model_transaction& call) -> result<std::string> {
    auto& mark = db_.watermarks_[{std::string(stage), std::string(key)}];
    if (!mark.stage.empty()) call.watermark_before = mark.value;
    if (mark.stage.empty() || value > mark.value)
      mark = {std::string(stage), std::string(key), std::string(value), db_.now_()};
    call.watermark = mark;
    return mark.value;
  });
}

result<std::optional<std::string>> model_connection::decree_watermark(std::string_view stage, std::string_view key,
                                                                      const std::optional<std::string>& value) {
  auto call = call_of(model_call::decree);
  call.watermark = watermark_row{std::string(stage), std::string(key), value.value_or(""), db_.now_()};
  return transact(call, [&](model_transaction&) -> result<std::optional<std::string>> {
    const std::pair name{std::string(stage), std::string(key)};
    std::optional<std::string> before;
    if (const auto found = db_.watermarks_.find(name); found != db_.watermarks_.end()) before = found->second.value;
    if (value)
      db_.watermarks_[name] = {name.first, name.second, *value, db_.now_()};
    else
      db_.watermarks_.erase(name);
    return before;
  });
}

// ---- runs, locks, reports -------------------------------------------------------------------------------------------

result<void> model_connection::put_run(const run_row& run) {
  return transact(call_of(model_call::run), [&](model_transaction&) -> result<void> {
    const auto known = std::find_if(db_.runs_.begin(), db_.runs_.end(),
                                    [&](const run_row& each) { return each.run_id == run.run_id; });
    if (known == db_.runs_.end())
      db_.runs_.push_back(run);
    else
      *known = run;
    return {};
  });
}

result<std::optional<run_row>> model_connection::last_run(std::string_view job) {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::optional<run_row>> {
    for (auto run = db_.runs_.rbegin(); run != db_.runs_.rend(); ++run)
      if (job.empty() || run->job == job) return std::optional{*run};
    return std::optional<run_row>{};
  });
}

result<std::vector<run_row>> model_connection::read_runs(std::size_t runs_max, run_detail) {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::vector<run_row>> {
    const auto count = std::min(runs_max, db_.runs_.size());
    return std::vector<run_row>(db_.runs_.rbegin(), db_.runs_.rbegin() + static_cast<std::ptrdiff_t>(count));
  });
}

result<std::optional<run_row>> model_connection::read_run(std::string_view run_id) {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::optional<run_row>> {
    for (const auto& run : db_.runs_)
      if (run.run_id == run_id) return std::optional{run};
    return std::optional<run_row>{};
  });
}

result<std::map<std::string, utc_time>> model_connection::last_successes() {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::map<std::string, utc_time>> {
    std::map<std::string, utc_time> ends;
    for (const auto& run : db_.runs_)
      if (run.exit_code == 0 && run.ended_at) ends[run.job] = std::max(ends[run.job], *run.ended_at);
    return ends;
  });
}

result<void> model_connection::write_snapshot(const std::string& run_id, std::string_view snapshot, utc_time at) {
  return transact(call_of(model_call::run), [&](model_transaction&) -> result<void> {
    for (auto& run : db_.runs_)
      if (run.run_id == run_id && !run.ended_at) run.snapshot = snapshot, run.snapshot_at = at;
    return {};
  });
}

result<void> model_connection::change_alerts(utc_time, const std::function<void(alert_book&)>& decide) {
  return transact(call_of(model_call::alerts), [&](model_transaction&) -> result<void> {
    decide(db_.alerts_);
    std::int64_t last = 0;
    for (const auto& alert : db_.alerts_.alerts) last = std::max(last, alert.alert_id);
    for (auto& alert : db_.alerts_.alerts)
      if (alert.alert_id == 0) alert.alert_id = ++last;
    return {};
  });
}

result<std::vector<alert_record>> model_connection::read_alerts(std::size_t alerts_max) {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::vector<alert_record>> {
    const auto& all = db_.alerts_.alerts;
    const auto count = std::min(alerts_max, all.size());
    return std::vector<alert_record>(all.end() - static_cast<std::ptrdiff_t>(count), all.end());
  });
}

result<lock_attempt> model_connection::try_lock(std::string_view stage, std::string_view key, const std::string& run_id,
                                                const lock_holder*) {
  class held_lock : public run_lock {
   public:
    explicit held_lock(std::function<void()> release) : release_(std::move(release)) {}
    ~held_lock() override { release_(); }

   private:
    std::function<void()> release_;
  };
  const std::pair name{std::string(stage), std::string(key)};
  return transact(call_of(model_call::lock), [&](model_transaction&) -> result<lock_attempt> {
    if (const auto holder = db_.locks_.find(name); holder != db_.locks_.end()) return lock_attempt{holder->second};
    db_.locks_[name] = {run_id, "model", 1, db_.now_()};
    return lock_attempt{std::make_unique<held_lock>([database = database_, name] {
      std::lock_guard guard(database->mutex_);
      database->locks_.erase(name);
    })};
  });
}

result<std::vector<season_progress_row>> model_connection::read_progress(std::optional<nba::season> only) {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::vector<season_progress_row>> {
    std::map<lane, season_progress_row> lanes;
    for (const auto& [id, entry] : db_.ledger_) {
      if (only && id.in_season() != *only) continue;
      auto& row = lanes[lane_of(id)];
      row.season = id.in_season();
      row.type = id.type();
      ++row.planned;
      row.last_game_id = id.str();
      static constexpr std::pair<game_state, std::int64_t season_progress_row::*> columns[]{
          {game_state::done, &season_progress_row::done},
          {game_state::loaded, &season_progress_row::loaded},
          {game_state::parked, &season_progress_row::parked},
          {game_state::waived, &season_progress_row::waived},
          {game_state::unavailable, &season_progress_row::unavailable},
          {game_state::postponed, &season_progress_row::postponed},
          {game_state::cancelled, &season_progress_row::cancelled},
          {game_state::not_final, &season_progress_row::not_final}};
      for (const auto& [state, column] : columns)
        if (entry.state == state) ++(row.*column);
    }
    std::vector<season_progress_row> rows;
    for (auto& [name, row] : lanes) {
      row.watermark = db_.watermark("backfill", watermark_key(name));
      for (const auto& [id, entry] : db_.ledger_)
        if (lane_of(id) == name && (!row.watermark || id.str() > *row.watermark)) ++row.lag_games;
      rows.push_back(row);
    }
    return rows;
  });
}

result<std::vector<table_count>> model_connection::count_rows() {
  return transact(call_of(model_call::read), [&](model_transaction&) -> result<std::vector<table_count>> {
    const auto count = [](std::size_t value) { return static_cast<std::int64_t>(value); };
    std::int64_t core = 0, derived = 0;
    for (const auto& [id, record] : db_.games_) {
      core += record.core ? 1 : 0;
      derived += record.derived ? 1 : 0;
    }
    return std::vector<table_count>{{"schedule_games", count(db_.plan_.size())},
                                    {"ingest_games", count(db_.ledger_.size())},
                                    {"games", core},
                                    {"outcomes", derived},
                                    {"dead_letters", count(db_.letters_.size())}};
  });
}

}  // namespace nba::test
