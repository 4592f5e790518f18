#include "tests/simulation/simulation.hpp"

#include "tests/simulation/engine_run.hpp"

namespace nba::simulation {

using namespace nba::test;
using namespace std::chrono_literals;

simulation::simulation(std::uint64_t seed, trace& log)
    : dice_(seed),
      log_(log),
      league_(dice_.next(), log),
      store_weather_(dice_.next()),
      database_(model_database::make()),
      invariants_(database_, log) {
  database_->set_clock([this] { return league_.now(); });
  database_->inject([this](const model_transaction& call) {
    invariants_.before_transaction(call);
    auto fault = store_weather_.fault(call);
    if (fault) invariants_.will_fail(call);
    return fault;
  });
  database_->on_commit([this](const model_database& database, const model_transaction& commit) {
    invariants_.after_commit(database, commit);
    if (!store_weather_.crashes_after(commit)) return;
    crash_now_ = true;
    database_->sever_connections();
  });
}

simulation::~simulation() {
  database_->inject(nullptr);
  database_->on_commit(nullptr);
}

run_settings simulation::draw_settings() {
  run_settings out;
  auto& rig = out.rig;
  rig.seed = dice_.next() | 1;
  rig.parallel = dice_.between(1, 4);
  const auto limits = [&](std::size_t usual_bytes) {
    // Now and then bytes are what is short, down to where every game is larger than its link.
    const std::size_t bytes = dice_.chance(200) ? 1'000 : dice_.chance(300) ? 2 * usual_bytes : 8 * usual_bytes;
    return link_limits{1 + dice_.below(5), bytes};
  };
  rig.fetch = limits(game_fetch_bytes);
  rig.transform = limits(1u << 13);
  rig.load = limits(1u << 18);
  rig.derive = limits(1u << 18);
  rig.finish = limits(1u << 18);
  rig.recover.games_max = 1 + dice_.below(3);
  rig.transform_workers = 1 + dice_.below(3);
  rig.derive_workers = 1 + dice_.below(2);
  rig.load_connections = 1 + dice_.below(3);
  rig.batch_games_max = 1 + dice_.below(5);
  rig.records_max = 1 + dice_.below(6);
  rig.store_tries_max = dice_.between(2, 5);
  rig.retry.tries_max = dice_.between(1, 4);
  rig.retry.throttles_max = dice_.between(1, 6);
  rig.retry.backoff_first = std::chrono::milliseconds{dice_.between(50, 1'500)};
  rig.budget.requests_per_minute = dice_.chance(300) ? dice_.between(30, 600) : 0;
  rig.budget.burst = dice_.between(1, 8);
  rig.budget.in_flight_max = dice_.between(1, 6);
  rig.budget.throttles_max = dice_.between(2, 6);
  rig.budget.block_probes_max = dice_.between(1, 4);
  rig.dispositions.unavailable_confirmations = dice_.between(1, 3);
  rig.dispositions.unavailable_spacing = dice_.chance(500) ? 0min : 60min;
  rig.canary_game = *game_id::parse(canary_digits);
  rig.drain_deadline = dice_.chance(100) ? 200ms : 30'000ms;
  rig.metrics_interval = dice_.chance(200) ? 10'000ms : 0ms;
  rig.progress = dice_.chance(200);
  out.chunk_days = dice_.pick(std::vector<int>{1, 3, 7});
  out.load_slowness = dice_.pick(std::vector<std::size_t>{1, 1, 4, 16});
  out.starve = dice_.chance(400);
  out.mode = dice_.chance(700) ? reprocess::missing : dice_.chance(600) ? reprocess::all : reprocess::parked;
  out.steps_max = safety_steps_max;
  const auto point = [&] { return dice_.below(dice_.chance(500) ? 200 : 900); };
  if (dice_.chance(350)) out.crash_at = point();
  if (dice_.chance(300)) {
    out.first_stop_at = point();
    if (dice_.chance(400)) out.second_stop_at = *out.first_stop_at + dice_.below(200);
  }
  if (dice_.chance(400)) out.steps_after_report = dice_.below(300);
  return out;
}

// What people do between runs.
void simulation::decrees() {
  auto person = database_->connect();
  for (const auto& entry : database_->ledger()) {
    database_->accept(entry.id);
    if (faultless_) continue;
    if (dice_.chance(20)) database_->reject(entry.id, {failure_class::internal, "a value is out of range"});
    if (entry.state == game_state::parked && dice_.chance(50)) {
      log_.happened("game " + entry.id.str() + " is waived");
      (void)person->resolve_dead_letter(entry.id, "waived", "simulation");
    }
  }
}

void simulation::run_once(run_settings settings) {
  log_.begin_run(log_.run() + 1);
  crash_now_ = false;
  ++figures_.runs;
  std::string ending;
  {
    engine_run one(settings, database_, league_, invariants_, log_, crash_now_, dice_.next());
    try {
      const auto& report = one.drive([this] { return store_weather_.faults() > 0; });
      ending = to_string(report.ending);
      if (faultless_ && report.ending != run_ending::completed)
        invariants_.fail("without faults the run ended " + ending + ": " + report.ending_reason);
    } catch (const run_over& over) {
      log_.happened(over.why);
      ending = over.crashed ? "crashed" : "not begun";
      if (over.crashed) ++figures_.crashes;
      if (faultless_) invariants_.fail("without faults the run could not begin: " + over.why);
    }
  }
  ++figures_.endings[ending];
  if (settings.first_stop_at) ++figures_.stops;
}

figures simulation::run() {
  const int safety_runs = dice_.between(2, 6);
  for (int i = 0; i < safety_runs; ++i) {
    league_.change_weather();
    store_weather_.change();
    decrees();
    run_once(draw_settings());
    league_.pass_days();
  }
  faultless_ = true;
  league_.calm(dice_.chance(500));
  store_weather_.calm();
  decrees();
  for (int i = 0; i < liveness_runs; ++i) {
    auto settings = draw_settings();
    settings.mode = i == 1 ? reprocess::all : reprocess::missing;
    settings.crash_at = settings.first_stop_at = settings.second_stop_at = std::nullopt;
    settings.steps_max = liveness_steps_base + liveness_steps_per_game * league_.games();
    run_once(settings);
  }
  invariants_.check_converged(league_.playable());
  figures_.steps = log_.steps();
  figures_.hash = log_.hash();
  return figures_;
}

}  // namespace nba::simulation
