#include "cli/watch/watched_runs.hpp"

#include "actors/snapshot_json.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace nba::cli {

std::string_view to_string(watched_run::phase value) {
  switch (value) {
    case watched_run::phase::under_way:
      return "under_way";
    case watched_run::phase::silent:
      return "silent";
    case watched_run::phase::ended:
      return "ended";
    case watched_run::phase::died:
      return "died";
  }
  return "ended";
}

watched_run::phase phase_of(const run_row& row, lock_sight sight, bool is_quiet) {
  if (row.ended_at) return is_noted_dead(row) ? watched_run::phase::died : watched_run::phase::ended;
  if (is_dead(sight)) return watched_run::phase::died;
  return sight == lock_sight::unseen && is_quiet ? watched_run::phase::silent : watched_run::phase::under_way;
}

bool run_watch::is_quiet(const run_row& row, const std::vector<named_lock>& locks, clock::time_point now) {
  if (patience_.count() == 0) return false;
  auto sign = row.snapshot_at ? format_timestamp(*row.snapshot_at) : std::string();
  for (const auto& lock : locks)
    if (lock.holder.run_id == row.run_id && lock.holder.heartbeat_at)
      sign += ' ' + format_timestamp(*lock.holder.heartbeat_at);
  auto& known = signs_[row.run_id];
  if (known.since == clock::time_point{} || known.value != sign) known = {std::move(sign), now};
  return now - known.since >= patience_;
}

// Asked for once a run.
result<std::string> run_watch::report_of(nba::store& database, const run_row& ended) {
  if (const auto known = reports_.find(ended.run_id); known != reports_.end()) return known->second;
  auto whole = database.read_run(ended.run_id);
  if (!whole) return std::move(whole).error();
  return *whole ? std::move((*whole)->report) : std::string{};
}

result<std::vector<watched_run>> run_watch::read(nba::store& database, clock::time_point now) {
  auto rows = database.read_runs(runs_watched_max, run_detail::row);
  if (!rows) return std::move(rows).error();
  const auto locks = database.read_locks();
  if (!locks) return locks.error();
  for (const auto& lock : *locks) {
    const auto& id = lock.holder.run_id;
    if (lock.holder.seen_dead ||
        std::any_of(rows->begin(), rows->end(), [&](const run_row& row) { return row.run_id == id; }))
      continue;
    auto older = database.read_run(id);  // or one that has begun meanwhile
    if (!older) return std::move(older).error();
    if (*older) rows->push_back(**std::move(older));
  }
  std::map<std::string, sign_of_life> kept;
  std::map<std::string, std::string> reports;
  std::vector<watched_run> out;
  for (auto& row : *rows) {
    auto& one = out.emplace_back();
    if (!row.ended_at) {
      auto again = database.read_run(row.run_id);
      if (!again) return std::move(again).error();
      if (*again) row = **std::move(again);
    }
    const auto sight = row.ended_at ? lock_sight::none : sight_of(row.run_id, *locks);
    one.state = phase_of(row, sight, !row.ended_at && is_quiet(row, *locks, now));
    one.heard_at = row.snapshot_at;
    if (one.state == watched_run::phase::under_way || one.state == watched_run::phase::silent) {
      if (auto newest = snapshot_from_json(row.snapshot)) one.snapshot = std::move(*newest);
      if (const auto sign = signs_.find(row.run_id); sign != signs_.end()) kept.insert(*sign);
    }
    row.report.clear();
    row.snapshot.clear();
    if (row.ended_at) {
      auto report = report_of(database, row);
      if (!report) return std::move(report).error();
      row.report = reports[row.run_id] = std::move(*report);
    }
    one.row = std::move(row);
  }
  signs_ = std::move(kept);
  reports_ = std::move(reports);
  std::sort(out.begin(), out.end(), [](const watched_run& a, const watched_run& b) {
    return std::tie(a.row.started_at, a.row.run_id) > std::tie(b.row.started_at, b.row.run_id);
  });
  return out;
}

}  // namespace nba::cli
