#include "actors/run/dead_runs.hpp"

#include "actors/snapshot_json.hpp"
#include "pipeline/events.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace nba {
namespace {

// As far as its last snapshot tells.
void complete_from_snapshot(run_row& row) {
  const auto last = snapshot_from_json(row.snapshot);
  if (!last) return;
  row.games = last->job.games_done;
  row.failures = last->job.games_failed;
}

}  // namespace

lock_sight sight_of(std::string_view run_id, std::span<const named_lock> locks) {
  auto best = lock_sight::none;
  for (const auto& [stage, key, holder] : locks) {
    if (holder.run_id != run_id) continue;
    const auto seen = holder.seen_dead ? lock_sight::dead : holder.seen_alive ? lock_sight::alive : lock_sight::unseen;
    best = std::max(best, seen);
  }
  return best;
}

utc_time heard_last(const run_row& row) { return row.ended_at.value_or(row.snapshot_at.value_or(row.started_at)); }

void note_dead_runs(store& database, const run_row& own, event_sink* log) {
  const auto rows = database.read_runs(runs_searched_for_dead, run_detail::row);
  if (!rows) return;
  std::optional<std::vector<named_lock>> locks;  // read after the rows
  for (const auto& row : *rows) {
    if (row.ended_at || row.job != own.job || row.run_id == own.run_id) continue;
    if (!locks) {
      auto held = database.read_locks();
      if (!held) return;
      locks = std::move(*held);
    }
    if (!is_dead(sight_of(row.run_id, *locks))) continue;
    auto dead = database.read_run(row.run_id);
    if (!dead || !*dead || (*dead)->ended_at) continue;
    auto noted = **std::move(dead);
    noted.ended_at = heard_last(noted);
    complete_from_snapshot(noted);
    noted.reason = fmt::format(
        "it was killed, or its machine went down: it has no end and holds no lock; noted by run {}", own.run_id);
    // Two runs of a job may begin at once; one of them says it.
    const auto ended = database.end_dead_run(noted);
    if (ended && *ended && log)
      log->write(events::run_died(noted.job, noted.run_id, unless_empty(noted.arguments), noted.host, noted.pid,
                                  noted.started_at, *noted.ended_at));
  }
}

}  // namespace nba
