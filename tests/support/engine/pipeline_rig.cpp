#include "tests/support/engine/pipeline_rig.hpp"

#include <algorithm>
#include <stdexcept>

namespace nba::test {
namespace {

void must(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error(what);
}

}  // namespace

// ---- observing ------------------------------------------------------------------------------------------------------

void recording_sink::write(const log_event& event) {
  std::lock_guard guard(mutex_);
  events_.push_back(event);
}

std::vector<log_event> recording_sink::named(std::string_view name) const {
  std::lock_guard guard(mutex_);
  std::vector<log_event> found;
  for (const auto& event : events_)
    if (event.name == name) found.push_back(event);
  return found;
}

std::vector<log_event> recording_sink::all() const {
  std::lock_guard guard(mutex_);
  return events_;
}

std::string field(const log_event& event, std::string_view key) {
  for (const auto& [name, value] : event.fields) {
    if (name != key) continue;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
    if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
    return std::get<bool>(value) ? "true" : "false";
  }
  return {};
}

std::shared_ptr<std::vector<std::string>> watch_rules(model_database& database, std::vector<planned_game> plan) {
  auto violations = std::make_shared<std::vector<std::string>>();
  std::set<game_id> terminal_before;
  for (const auto& game : plan)
    if (is_terminal(database.ledger(game.id).state)) terminal_before.insert(game.id);
  database.on_commit([=, plan = std::move(plan)](const model_database& db, const model_transaction& commit) {
    if (commit.watermark) {
      const auto& mark = *commit.watermark;
      if (commit.watermark_before && *commit.watermark_before > mark.value)
        violations->push_back("the watermark " + mark.key + " went back to " + mark.value);
      for (const auto& game : plan)
        if (mark.stage == lane_stage && watermark_key(lane_of(game.id)) == mark.key && game.id.str() <= mark.value &&
            !is_terminal(db.ledger(game.id).state) && !terminal_before.contains(game.id))
          violations->push_back("the watermark " + mark.value + " stands over " + game.id.str() + ", which is open");
    }
    for (const auto& id : commit.games)
      if (db.ledger(id).state == game_state::done && (!db.has_core_rows(id) || !db.has_derived_rows(id)))
        violations->push_back("game " + id.str() + " is done without its rows");
  });
  return violations;
}

// ---- wiring ---------------------------------------------------------------------------------------------------------

pipeline_rig::pipeline_rig(const rig_options& options, std::shared_ptr<model_database> shared,
                           model_http::server server)
    : world(options.seed), database(std::move(shared)), options_(options), user_(world.make_probe()) {
  http->serve(std::move(server));

  budget_options pacing;
  pacing.host = host_of(small_urls.cdn);
  pacing.settings = options.budget;
  pacing.waiting_max = waiting_requests_max(options.fetch.games_max);
  pacing.log = log;
  pacing.now = world.clock();
  budget = world.spawn(make_budget, std::move(pacing));
  documents = world.spawn(make_documents, make_document_options(),
                          std::map<std::string, budget_actor>{{host_of(small_urls.cdn), budget}});
}

pipeline_rig::pipeline_rig(const rig_options& options, std::shared_ptr<model_database> shared,
                           std::vector<planned_game> plan, small_host& host, std::function<utc_time()> now)
    : pipeline_rig(options, std::move(shared), [&host](const http_request& request) { return host.answer(request); }) {
  auto connection = database->connect();
  (void)connection->write_plan(season{2024}, plan);
  for (const auto& game : plan) host.dates[game.id] = game.date;
  violations_ = watch_rules(*database, plan);
  make_children(plan_work_of(plan), std::move(now));
}

pipeline_rig::~pipeline_rig() {
  database->sever_connections();  // nothing is written while the actors end
  http->cancel_all();
}

document_options pipeline_rig::make_document_options() {
  document_options asking;
  asking.book.games = small_games();
  asking.book.retry = options_.retry;
  asking.book.seed = options_.seed;
  asking.book.waiting_max = waiting_requests_max(options_.fetch.games_max);
  asking.canary_game = options_.canary_game;
  asking.client = http;
  asking.now = world.clock();
  return asking;
}

// The simplest plan: everything that is open, or everything.
run_input pipeline_rig::plan_work_of(const std::vector<planned_game>& plan) {
  const season of_season{2024};
  run_input input;
  input.run_id = "run";
  input.parallel = options_.parallel;
  std::map<lane, std::pair<std::vector<game_id>, std::vector<game_id>>> lanes;
  std::vector<planned_game> work;
  for (const auto& game : plan) {
    const auto entry = database->ledger(game.id);
    auto& [planned, terminal] = lanes[lane_of(game.id)];
    planned.push_back(game.id);
    if (is_terminal(entry.state)) terminal.push_back(game.id);
    input.known.emplace(game.id, entry);
    if (entry.state == game_state::loaded && !options_.reprocess_all) input.recover.insert(game.id);
    if (!is_terminal(entry.state) || options_.reprocess_all) work.push_back(game);
  }
  if (!work.empty()) input.chunks = small_chunks(work);
  for (auto& [name, ids] : lanes)
    input.lanes.push_back({name, contiguous_tracker{ids.first, ids.second},
                           database->watermark(lane_stage, watermark_key(name)).value_or("")});
  input.travel.emplace(of_season, std::make_shared<season_travel>(plan));
  return input;
}

// As the engine does it, with actors that are not detached and pauses of zero where they would block.
void pipeline_rig::make_children(const run_input& input, std::function<utc_time()> now) {
  stage_parts parts;
  parts.bounds = {options_.fetch,   options_.transform, options_.load,
                  options_.recover, options_.derive,    options_.finish};
  parts.detached = false;
  parts.documents = documents;
  parts.known_good = draw_known_good(input.known, et_date_of(now()));
  parts.job.dispositions = options_.dispositions;
  parts.job.common = options_.common;
  parts.job.records_max = options_.records_max;
  parts.job.drain_deadline = options_.drain_deadline;
  parts.job.games = parts.fetch.games = parts.transform.games = small_games();
  parts.fetch.source = "sim";
  parts.job.now = std::move(now);
  parts.transform.workers = options_.transform_workers;
  parts.transform.rules_version = parts.load.rules_version = options_.rules_version;
  parts.load.batch_games_max = options_.batch_games_max;
  parts.load.store_tries_max = options_.store_tries_max;
  parts.load.store_backoff_first = parts.watermark.write_backoff_first = std::chrono::milliseconds{0};
  parts.derive.workers = options_.derive_workers;
  parts.job.log = parts.watermark.log = log;
  checkpoint_connection = database->connections();
  parts.checkpoint_store = database->connect();
  for (std::size_t i = 0; i < options_.load_connections; ++i) parts.stores.push_back(database->connect());
  auto made = spawn_stages(world.system(), input, std::move(parts));
  job = std::move(made.job);
  children = std::move(made.children);
  world.adopt(job);
  world.adopt(children.watermark);
  world.adopt(children.derive);
  world.adopt(children.load);
  world.adopt(children.transform);
  world.adopt(children.fetch);

  if (options_.metrics_interval.count() == 0) return;
  metrics_sources sources{
      {children.fetch, children.transform, children.load, children.derive, children.watermark, budget},
      {budget},
      children.watermark,
      job};
  metrics_options watching;
  watching.snapshot_interval = watching.log_interval = options_.metrics_interval;
  watching.log = log;
  watching.board = board;
  watching.now = world.clock();
  metrics = world.spawn(make_metrics, std::move(watching), std::move(sources));
}

// ---- stepping -------------------------------------------------------------------------------------------------------

std::shared_ptr<std::optional<document_reply>> pipeline_rig::ask_for(wanted_document what) {
  auto answer = std::make_shared<std::optional<document_reply>>();
  const auto asker = world.spawn([answer](caf::event_based_actor* self) -> caf::behavior {
    return {[self, answer](const document_reply& reply) {
      *answer = reply;
      self->quit();
    }};
  });
  world.send(asker, documents, document_request{{std::move(what)}, std::nullopt});
  return answer;
}

void pipeline_rig::start() { report_ = world.ask_later<run_finished>(job, start_run{children}); }

bool pipeline_rig::step() {
  auto& random = world.random();
  const bool slow = load_slowness > 1 && children.load && !has_ended(children.load);
  if (slow) {
    const bool lets_pass = random() % load_slowness == 0;
    for (const auto& worker : state_of<load_state>(children.load).workers)
      lets_pass ? world.release(worker) : world.hold(worker);
  }
  const auto waiting = http->waiting_count();
  const bool host_first = waiting > 0 && random() % 3 == 0;
  // A short timer may come before messages that are ready. The long ones (drain deadline, flush) are for what is stuck:
  // fired while work is left, they would only show that the test's clock runs faster than its actors.
  const auto next_timer = world.next_timer();
  const bool is_short = next_timer && *next_timer - world.clock()() < std::chrono::seconds{5};
  const bool timer_first = random() % 128 == 0 && is_short;
  bool moved = false;
  if (timer_first) moved = world.fire_next_timer();
  if (!moved && host_first) moved = http->answer_at(random() % waiting);
  if (!moved) moved = world.step();
  if (!moved && waiting > 0) moved = http->answer_at(random() % waiting);
  if (!moved && slow) {  // only the held workers are left
    for (const auto& worker : state_of<load_state>(children.load).workers) world.release(worker);
    moved = world.step();
  }
  if (!moved) moved = world.fire_next_timer();
  if (moved) check_bounds();
  return moved;
}

const run_report& pipeline_rig::finish(std::size_t steps_max) {
  for (std::size_t steps = 0; !finished(); ++steps) {
    if (steps > steps_max) throw std::runtime_error("the run did not end within its bound of steps");
    if (!step()) throw std::runtime_error("the run is stuck: nothing is left that could happen");
  }
  return report();
}

// ---- what must hold at every moment ---------------------------------------------------------------------------------

void pipeline_rig::check_link(const std::string& name, const link_account& sender, const link_account& receiver) {
  const auto& limits = receiver.limits();
  must(receiver.games() <= limits.games_max, name + " holds more games than its bound");
  must(receiver.bytes() <= limits.bytes_max || receiver.games() == 1, name + " holds more bytes than its bound");
  must(sender.games() <= limits.games_max, "more games are on their way to " + name + " than it may hold");
  must(sender.games() >= receiver.games(), name + " holds games that its sender does not know of");
  must(sender.bytes() >= receiver.bytes(), name + " holds bytes that its sender does not know of");
  auto& games = peaks_.games[name];
  games = std::max(games, receiver.games());
  auto& bytes = peaks_.bytes[name];
  bytes = std::max(bytes, receiver.bytes());
}

// No more requests are with the client, and no more permits out, than the budget allows.
void pipeline_rig::check_host() {
  const auto slots = static_cast<std::size_t>(std::max(options_.budget.in_flight_max, 1));
  must(http->waiting_count() <= slots, "more requests are in flight than the host's budget allows");
  if (has_ended(budget)) return;
  const auto& b = state_of<budget_state>(budget);
  if (!b.budget) return;  // not initialised yet
  must(static_cast<std::size_t>(b.budget->in_flight()) == b.account.games(), "budget: permits and slots differ");
  must(b.waiting.size() <= b.options.waiting_max, "budget: more requests wait than its bound");
}

void pipeline_rig::check_bounds() {
  if (violations_ && !violations_->empty()) throw std::logic_error(violations_->front());
  check_host();
  if (!job) return;  // no plan yet
  if (has_ended(job) || has_ended(children.fetch) || has_ended(children.transform) || has_ended(children.load) ||
      has_ended(children.derive))
    return;
  const auto& j = state_of<job_state>(job);
  const auto& f = state_of<fetch_state>(children.fetch);
  const auto& t = state_of<transform_state>(children.transform);
  const auto& l = state_of<load_state>(children.load);
  const auto& d = state_of<derive_state>(children.derive);
  if (t.workers.empty() || l.workers.empty() || d.workers.empty()) return;  // not initialised yet
  if (!j.admission || !f.documents) return;

  check_link("fetch", j.fetch_credit, f.account);
  check_link("recover", j.recover_credit, l.recover);
  check_link("transform", f.outbox.credit(), t.account);
  check_link("load", t.outbox.credit(), l.core);
  check_link("derive", l.outbox.credit(), d.account);
  check_link("finish", d.outbox.credit(), l.finish);

  // Every game in a stage holds a slot of it, and every slot is held by a game.
  must(f.account.games() == f.games.size() + f.outbox.waiting(), "fetch: slots and games differ");
  const auto busy = [](const auto& stage) { return stage.workers.size() - stage.idle.count(); };
  must(t.account.games() == t.waiting.size() + busy(t) + t.outbox.waiting(), "transform: slots and games differ");
  must(d.account.games() == d.waiting.size() + busy(d) + d.outbox.waiting(), "derive: slots and games differ");
  must(t.outbox.waiting() == t.outbox_costs.size(), "transform: the outbox and its costs differ");
  must(l.outbox.waiting() == l.outbox_links.size(), "load: the outbox and its links differ");

  const auto bodies = http->held_bodies();
  peaks_.bodies = std::max(peaks_.bodies, bodies.bodies);
  peaks_.body_bytes = std::max(peaks_.body_bytes, bodies.bytes);
  peaks_.rows = std::max(peaks_.rows, database->held_rows());
  peaks_.records = std::max(peaks_.records, j.records.size());
  must(j.records.size() <= j.admission->in_flight(), "job: more records than games in flight");
  // Beyond the bound only chunks are open whose games wait for what becomes of others, or are being written down.
  must(j.admission->chunks_open() <=
           static_cast<std::size_t>(j.options.parallel * open_chunks_per_slot) + j.waiting.size() + j.records.size(),
       "job: more chunks are open than its bound");

  // Chunks that wake up may exceed --parallel for a while, but then no further one opens.
  const auto awake = j.admission->chunks_awake();
  peaks_.chunks_awake = std::max(peaks_.chunks_awake, awake);
}

void pipeline_rig::check_all_returned() {
  load_slowness = 1;
  for (const auto& worker : state_of<load_state>(children.load).workers) world.release(worker);
  while (http->answer_at(0)) {
  }
  world.settle();
  const auto& j = state_of<job_state>(job);
  const auto& f = state_of<fetch_state>(children.fetch);
  const auto& t = state_of<transform_state>(children.transform);
  const auto& l = state_of<load_state>(children.load);
  const auto& d = state_of<derive_state>(children.derive);
  for (const auto* account :
       {&j.fetch_credit, &j.recover_credit, &f.account, &f.outbox.credit(), &t.account, &t.outbox.credit(), &l.core,
        &l.recover, &l.finish, &l.outbox.credit(), &d.account, &d.outbox.credit()}) {
    must(account->games() == 0, "a link still has games out");
    must(account->bytes() == 0, "a link still has bytes out");
  }
  must(j.records.empty(), "outcomes are still to be recorded");
  must(f.games.empty() && t.waiting.empty() && d.waiting.empty() && l.core_waiting.empty() &&
           l.recover_waiting.empty() && l.derived_waiting.empty() && l.records_waiting.empty(),
       "games are still in a stage");
  must(t.idle.count() == t.workers.size() && d.idle.count() == d.workers.size() && l.idle.count() == l.workers.size(),
       "a worker is still busy");
  must(state_of<document_state>(documents).askers.empty(), "documents are still asked for");
  must(http->held_bodies().bodies == 0, "bodies are still held");
  must(database->held_rows() == 0, "rows are still held");
}

}  // namespace nba::test
