#include "cli/metrics/families.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace nba::cli {
namespace {

using run_phase = watched_run::phase;

std::string_view state_label(run_phase value) {
  switch (value) {
    case run_phase::under_way:
      return "under_way";
    case run_phase::silent:
      return "silent";
    case run_phase::ended:
      return "ended";
    case run_phase::died:
      return "died";
  }
  return "ended";
}
const std::vector<std::string_view> state_labels{"under_way", "silent", "ended", "died"};

constexpr std::string_view budget_prefix = "budget:";

// What a stage is called: a budget is the stage `budget` of its host.
metric_labels labels_of_stage(const std::string& name) {
  if (!name.starts_with(budget_prefix)) return {{"stage", name}};
  return {{"stage", "budget"}, {"host", name.substr(budget_prefix.size())}};
}

double as_value(std::int64_t value) { return static_cast<double>(value); }
double as_value(std::size_t value) { return static_cast<double>(value); }

// One that was killed has no exit code: nobody saw one.
void add_ended(family_builder& to, const run_row& row) {
  to.add(metrics::last_exit_code, row.job, *row.exit_code);
  to.add(metrics::last_end, row.job, *row.ended_at);
  to.add(metrics::last_duration, row.job, std::chrono::duration<double>(*row.ended_at - row.started_at).count());
  to.add(metrics::last_games, row.job, as_value(row.games));
  to.add(metrics::last_failures, row.job, as_value(row.failures));
}

utc_time last_sign_of(const watched_run& run) {
  auto out = run.row.started_at;
  for (const auto& at : {run.row.ended_at, run.row.snapshot_at, run.heard_at})
    if (at) out = std::max(out, *at);
  return out;
}

void add_games(family_builder& to, const job_status& job, const std::string& task) {
  const auto done = job.inserted + job.replaced + job.unchanged + job.recovered;
  const auto others = job.parked + job.closed + job.left;
  const std::pair<const char*, std::int64_t> outcomes[] = {
      {"inserted", job.inserted},   {"replaced", job.replaced},
      {"unchanged", job.unchanged}, {"recovered", job.recovered},
      {"parked", job.parked},       {"closed", job.closed},
      {"failed", job.left},         {"not_ready", std::max<std::int64_t>(job.games_ended() - done - others, 0)},
  };
  to.add(metrics::run_planned, task, as_value(job.games_total));
  for (const auto& [outcome, games] : outcomes) to.add(metrics::run_games, task, as_value(games), {{"class", outcome}});
  const auto open = static_cast<std::int64_t>(job.chunks.size());
  to.add(metrics::run_chunks, task, as_value(job.chunks_ended), {{"state", "ended"}});
  to.add(metrics::run_chunks, task, as_value(open), {{"state", "open"}});
  to.add(metrics::run_chunks, task, as_value(std::max<std::int64_t>(job.chunks_total - job.chunks_ended - open, 0)),
         {{"state", "to_come"}});
  to.add(metrics::run_rows, task, as_value(job.rows_written));
  to.add(metrics::run_draining, task, job.draining ? 1 : 0);
}

void add_stage(family_builder& to, const stage_status& stage, const std::string& task) {
  if (stage.name.starts_with(budget_prefix)) return;  // its host says the same
  const metric_labels labels{{"stage", stage.name}};
  const auto seconds = [](std::chrono::nanoseconds value) { return std::chrono::duration<double>(value).count(); };
  to.add(metrics::mailbox_items, task, as_value(stage.depth), labels);
  to.add(metrics::mailbox_bound, task, as_value(stage.bound), labels);
  to.add(metrics::mailbox_peak, task, as_value(stage.depth_max), labels);
  to.add(metrics::mailbox_bytes, task, as_value(stage.bytes), labels);
  to.add(metrics::mailbox_bytes_bound, task, as_value(stage.bytes_bound), labels);
  to.add(metrics::credit_games, task, as_value(stage.credit), labels);
  to.add(metrics::credit_bytes, task, as_value(stage.bytes_bound - std::min(stage.bytes, stage.bytes_bound)), labels);
  const std::pair<const char*, std::uint64_t> ways[] = {{"in", stage.in}, {"out", stage.out}, {"failed", stage.failed}};
  for (const auto& [way, games] : ways)
    to.add(metrics::stage_games, task, static_cast<double>(games), {{"stage", stage.name}, {"class", way}});
  to.add(metrics::stage_workers, task, as_value(stage.workers), labels);
  to.add(metrics::stage_busy, task, stage.recent.busy_pct / 100, labels);
  to.add(metrics::stage_busy_seconds, task, seconds(stage.busy), labels);
  to.add(metrics::stage_cpu_seconds, task, seconds(stage.cpu), labels);
  to.add(metrics::stage_service, task, stage.service, labels);
}

void add_host(family_builder& to, const host_status& host, const std::string& task) {
  const metric_labels labels{{"host", host.host}};
  to.add(metrics::requests, task, static_cast<double>(host.answers.good), {{"host", host.host}, {"class", "ok"}});
  for (const auto& traits : failure_table)
    if (const auto answers = host.answers.of(traits.kind); answers > 0)
      to.add(metrics::requests, task, static_cast<double>(answers),
             {{"host", host.host}, {"class", std::string{traits.name}}});
  to.add_one_hot(metrics::host_state_, task, to_string(host.state),
                 {to_string(host_state::open), to_string(host_state::throttled), to_string(host_state::blocked),
                  to_string(host_state::half_open), to_string(host_state::given_up)},
                 labels);
  to.add(metrics::budget_tokens, task, host.tokens, labels);
  if (host.requests_per_minute > 0) to.add(metrics::budget_pace, task, host.requests_per_minute / 60, labels);
  to.add(metrics::budget_window, task, host.window, labels);
  to.add(metrics::budget_in_flight, task, as_value(host.in_flight), labels);
  to.add(metrics::budget_waiting, task, as_value(host.waiting), labels);
  to.add(metrics::budget_probes, task, host.failed_probes, labels);
}

// Of each task the one to show: that which the scope names, else the newest under way, else the newest.
std::map<std::string, const watched_run*> runs_to_show(const watch_facts& facts, const metrics_scope& scope) {
  std::map<std::string, const watched_run*> chosen;
  const auto rank = [&scope](const watched_run& run) {
    if (!scope.run_id.empty() && run.row.run_id == scope.run_id) return 2;
    return run.state == run_phase::under_way ? 1 : 0;
  };
  for (const auto& run : facts.runs) {  // the newest first
    if (!scope.every_task && run.row.job != scope.task) continue;
    const auto [known, is_new] = chosen.emplace(run.row.job, &run);
    if (!is_new && rank(run) > rank(*known->second)) known->second = &run;
  }
  return chosen;
}

// Hosts at rest: as the run that asks them says, else as the database keeps it.
void add_pauses(family_builder& to, const watch_facts& facts, const metrics_scope& scope,
                const std::map<std::string, const watched_run*>& shown) {
  std::set<std::string> told;
  for (const auto& [task, run] : shown) {
    if (run->state != run_phase::under_way || !run->snapshot) continue;
    for (const auto& host : run->snapshot->hosts) {
      if (host.answers != answer_tally{} || host.pause) told.insert(host.host);
      if (host.pause && host.pause->until > facts.at)
        to.add(metrics::host_pause_until, task, host.pause->until, {{"host", host.host}});
    }
  }
  for (const auto& pause : facts.status.pauses)
    if (pause.until > facts.at && !told.contains(pause.host))
      to.add(metrics::host_pause_until, scope.task, pause.until, {{"host", pause.host}});
}

}  // namespace

void add_snapshot(family_builder& to, const run_snapshot& snapshot, const std::string& task) {
  add_games(to, snapshot.job, task);
  for (const auto& stage : snapshot.stages) add_stage(to, stage, task);
  if (const auto* fetch = snapshot.stage("fetch"))
    to.add(metrics::run_bytes, task, static_cast<double>(fetch->bytes_total));
  for (const auto& host : snapshot.hosts) add_host(to, host, task);
  if (!snapshot.limit.stage.empty()) to.add(metrics::run_limit_stage, task, 1, labels_of_stage(snapshot.limit.stage));
}

void add_runs(family_builder& to, const watch_facts& facts, const metrics_scope& scope) {
  const auto shown = runs_to_show(facts, scope);
  std::map<std::string, int> under_way;
  std::set<std::string> has_ended;
  for (const auto& run : facts.runs) {
    if (!scope.every_task && run.row.job != scope.task) continue;
    under_way[run.row.job] += run.state == run_phase::under_way ? 1 : 0;
    if (run.row.ended_at && run.row.exit_code && has_ended.insert(run.row.job).second) add_ended(to, run.row);
  }
  for (const auto& [task, count] : under_way) to.add(metrics::runs_under_way, task, count);
  for (const auto& [task, run] : shown) {
    to.add_one_hot(metrics::run_state, task, state_label(run->state), state_labels);
    to.add(metrics::run_started, task, run->row.started_at);
    to.add(metrics::run_heard, task, last_sign_of(*run));
    if (run->state == run_phase::under_way && run->snapshot) add_snapshot(to, *run->snapshot, task);
  }
  add_pauses(to, facts, scope, shown);
}

}  // namespace nba::cli
