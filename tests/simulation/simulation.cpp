#include "tests/simulation/simulation.hpp"

#include "actors/jobs/stored_payload_client.hpp"
#include "pipeline/plan/daily_mark.hpp"
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
      invariants_(database_, log, [this] { return league_.today(); }) {
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
  rig.dispositions.patience_days = dice_.between(1, 4);
  rig.dispositions.unavailable_spacing = dice_.chance(500) ? 0min : 60min;
  rig.canary_game = *game_id::parse(canary_digits);
  rig.drain_deadline = dice_.chance(100) ? 200ms : 30'000ms;
  rig.metrics_interval = dice_.chance(200) ? 10'000ms : 0ms;
  out.chunk_days = dice_.pick(std::vector<int>{1, 3, 7});
  out.load_slowness = dice_.pick(std::vector<std::size_t>{1, 1, 4, 16});
  out.starve = dice_.chance(400);
  out.order = draw_order();
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

job_order simulation::draw_order() {
  if (dice_.chance(150)) {
    auto retry = draw_retry();
    if (!retry.seasons.empty()) return retry;
  }
  if (dice_.chance(60)) {
    auto named = draw_closed();
    if (!named.seasons.empty()) return named;
  }
  if (dice_.chance(60)) return {job_order::kind::derive, {{the_season, {}}}};
  if (dice_.chance(400)) return {job_order::kind::daily, {}, dice_.pick(std::vector<int>{1, 3, 7, 30})};
  return draw_backfill();
}

job_order simulation::draw_backfill() {
  job_order out;
  const auto mode = dice_.chance(700) ? reprocess::missing : dice_.chance(600) ? reprocess::all : reprocess::parked;
  const auto all = league_.seasons();
  const bool one_alone = all.size() > 1 && dice_.chance(300);
  for (const auto of : all) {
    if (one_alone && of != the_season) continue;
    scope limits;
    limits.reprocess = mode;
    std::vector<game_id> known;
    for (const auto& entry : database_->ledger())
      if (entry.id.in_season() == of) known.push_back(entry.id);
    if (!known.empty() && dice_.chance(200)) limits.since = dice_.pick(known);
    const auto first_day = *parse_date(std::to_string(of.start_year) + "-10-22");
    if (dice_.chance(150)) limits.from = first_day + date::days{dice_.between(0, 30)};
    if (dice_.chance(150)) limits.to = limits.from.value_or(first_day) + date::days{dice_.between(0, 30)};
    out.seasons.push_back({of, limits});
  }
  return out;
}

// Some of the games with an open dead letter, parked still or not; no seasons when there is none.
job_order simulation::draw_retry() {
  job_order out{job_order::kind::retry};
  std::set<game_id> games;
  for (const auto& letter : database_->dead_letters()) {
    if (letter.resolved_at || dice_.chance(300)) continue;
    games.insert(letter.game_id);
    if (dice_.chance(800) && starts_from_payload(letter)) out.payloads[letter.game_id] = letter.payload;
  }
  out.seasons = scopes_of(games);
  return out;
}

// `backfill --game`: some of the games that were given up; no seasons when there is none.
job_order simulation::draw_closed() {
  std::set<game_id> games;
  for (const auto& entry : database_->ledger())
    if (is_closed(entry.state) && entry.id.in_season() == the_season && dice_.chance(600)) games.insert(entry.id);
  job_order out;
  out.seasons = scopes_of(games);
  for (auto& one : out.seasons) one.limits.reopens = true;
  return out;
}

// `watermark set` and `watermark reset`.
void simulation::move_marks(store& person) {
  const auto ledger = database_->ledger();
  if (!ledger.empty() && dice_.chance(100)) {
    const auto& id = dice_.pick(ledger).id;
    const auto key = watermark_key(lane_of(id));
    const bool reset = dice_.chance(300);
    log_.happened("the mark " + key + " is set by hand: " + (reset ? "none" : id.str()));
    (void)person.decree_watermark(lane_stage, key, reset ? std::nullopt : std::optional{id.str()});
  }
  if (dice_.chance(80)) {
    // Beyond yesterday as a run with a wrong clock leaves it; a person is not allowed to.
    const auto day = format_date(league_.today() + date::days{dice_.between(-20, 2)});
    const bool reset = dice_.chance(300);
    log_.happened("the daily date is set by hand: " + (reset ? "none" : day));
    (void)person.decree_watermark("schedule", "daily", reset ? std::nullopt : std::optional{day});
  }
}

// A daily date that lies ahead is an error of every daily run until somebody does what it says.
void simulation::mend_daily_mark(store& person) {
  const auto mark = judge_daily_mark(database_->watermark("schedule", "daily"), league_.today() - date::days{1});
  if (mark.usable() || (!faultless_ && dice_.chance(500))) return;
  log_.happened("the daily date is reset: " + mark.problem);
  (void)person.decree_watermark("schedule", "daily", std::nullopt);
}

// What people do between runs.
void simulation::decrees() {
  auto person = database_->connect();
  mend_daily_mark(*person);
  for (const auto& entry : database_->ledger()) {
    database_->accept(entry.id);
    if (faultless_) continue;
    if (dice_.chance(20)) database_->reject(entry.id, {failure_class::internal, "a value is out of range"});
    if (entry.state == game_state::parked && dice_.chance(50)) {
      log_.happened("game " + entry.id.str() + " is waived");
      (void)person->resolve_dead_letter(entry.id, "waived", "simulation");
    }
  }
  if (!faultless_) move_marks(*person);
}

// What a game's travel row says follows the schedule, whenever it changed.
void simulation::check_travel() {
  auto reader = database_->connect();
  for (const auto of : league_.seasons()) {
    const auto games = reader->read_plan(of);
    const auto ledger = reader->read_ledger(of);
    const auto stored = reader->read_travel(of);
    if (!games || !ledger || !stored) invariants_.fail("the model store cannot be read");
    std::map<game_id, std::vector<travel_row>> rows;
    for (const auto& record : *stored) rows[record.game_id].push_back(record.row);
    const season_travel travel{*games};
    for (const auto& entry : *ledger)
      if (entry.state == game_state::done && rows[entry.id] != travel.rows_of(entry.id))
        invariants_.fail("the travel rows of game " + entry.id.str() + " are those of an older schedule");
  }
}

void simulation::run_once(run_settings settings) {
  log_.begin_run(log_.run() + 1);
  crash_now_ = false;
  ++figures_.runs;
  const std::string name{to_string(settings.order.what)};
  ++figures_.orders[name];
  log_.happened(name);
  std::string ending;
  {
    engine_run one(settings, database_, league_, invariants_, log_, crash_now_, dice_.next());
    try {
      const auto* report = one.drive([this] { return store_weather_.faults() > 0; });
      ending = report ? std::string{to_string(report->ending)} : "nothing to do";
      if (faultless_ && report && report->ending != run_ending::completed)
        invariants_.fail("without faults the run ended " + ending + ": " + report->ending_reason);
    } catch (const run_over& over) {
      log_.happened(over.why);
      ending = over.crashed ? "crashed" : "failed";
      if (over.crashed) ++figures_.crashes;
      if (faultless_) invariants_.fail("without faults the run failed: " + over.why);
    }
  }
  ++figures_.endings[ending];
  if (settings.first_stop_at) ++figures_.stops;
}

figures simulation::run() {
  const int safety_runs = dice_.between(2, 9);
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
  if (dice_.chance(500)) run_daily_alone();
  run_until_converged();
  figures_.steps = log_.steps();
  figures_.hash = log_.hash();
  figures_.closings = invariants_.closings().counted();
  return figures_;
}

run_settings simulation::draw_faultless(job_order order) {
  auto settings = draw_settings();
  settings.order = std::move(order);
  settings.crash_at = settings.first_stop_at = settings.second_stop_at = std::nullopt;
  settings.steps_max = liveness_steps_base + liveness_steps_per_game * league_.games();
  return settings;
}

// Nobody but the nightly job: it comes back to everything that was played and tried, sooner or later.
void simulation::run_daily_alone() {
  invariants_.closings().begin_owing(*database_, the_season, league_.dates_played());
  for (const int days : days_of_daily_runs) {
    league_.pass_calm_days(days);
    run_once(draw_faultless({job_order::kind::daily, {}, 400}));
  }
  invariants_.closings().check_owed(*database_);
  invariants_.after_step();
}

void simulation::run_until_converged() {
  for (int i = 0; i < liveness_runs; ++i) {
    job_order order;
    scope limits;
    if (i == 1) limits.reprocess = reprocess::all;
    for (const auto of : league_.seasons()) order.seasons.push_back({of, limits});
    if (i == liveness_runs - 1) order = {job_order::kind::daily, {}, 400};
    run_once(draw_faultless(std::move(order)));
    check_travel();  // after each: the second run writes every game's rows again
  }
  // A date that a person has set ahead stands.
  const auto set_ahead = parse_date(database_->watermark("schedule", "daily").value_or(""));
  const auto yesterday = league_.today() - date::days{1};
  invariants_.check_converged(league_.playable(), std::max(yesterday, set_ahead.value_or(yesterday)));
}

}  // namespace nba::simulation
