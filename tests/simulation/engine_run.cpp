#include "tests/simulation/engine_run.hpp"

#include "actors/job_planning.hpp"
#include "pipeline/plan/schedule.hpp"

#include <algorithm>

namespace nba::simulation {

using namespace nba::test;

namespace {

const season the_season{2024};

}  // namespace

engine_run::engine_run(const run_settings& settings, std::shared_ptr<model_database> database, league& world,
                       invariants& judge, trace& log, bool& crash_now, std::uint64_t seed)
    : settings_(settings),
      database_(std::move(database)),
      league_(world),
      judge_(judge),
      log_(log),
      crash_now_(crash_now),
      dice_(seed),
      rig_(settings.rig, database_,
           [this](const http_request& request) {
             auto response = league_.answer(request);
             judge_.on_answer(request.url, response);
             return response;
           }),
      connection_(database_->connect()) {
  rig_.http->on_submit([this](const http_request& request) { judge_.on_request(request.url); });
}

engine_run::~engine_run() {
  judge_.forget_rig();
  rig_.http->on_submit(nullptr);
  release_all();
}

// ---- steps ----------------------------------------------------------------------------------------------------------

void engine_run::step() {
  ++steps_;
  if (steps_ > settings_.steps_max) judge_.fail("the run did not end within its bound of steps");
  if (settings_.crash_at && steps_ > *settings_.crash_at) throw run_over{true, "cut"};
  stop_if_due();
  if (settings_.starve) starve();
  const bool moved = rig_.step();
  log_.step();
  if (log_.verbose()) {
    const auto events = rig_.log->all();
    for (; events_shown_ < events.size(); ++events_shown_) {
      std::string line = events[events_shown_].name;
      for (const auto& [name, value] : events[events_shown_].fields)
        line += " " + name + "=" + field(events[events_shown_], name);
      log_.note(line);
    }
  }
  if (crash_now_) throw run_over{true, "cut after a commit"};
  judge_.after_step();
  if (!moved) judge_.fail("the run is stuck: nothing is left that could happen");
}

// As the engine's stop handler does it.
void engine_run::stop_if_due() {
  const auto& due = stops_ == 0 ? settings_.first_stop_at : settings_.second_stop_at;
  if (stops_ >= 2 || !due || steps_ < *due) return;
  ++stops_;
  log_.happened("stop request " + std::to_string(stops_));
  if (!rig_.job) return rig_.http->cancel_all();
  rig_.stop(stops_);
  judge_.stop_sent(stops_);
  if (stops_ >= 2) rig_.http->cancel_all();
}

std::vector<caf::actor> engine_run::stages() const {
  const auto& c = rig_.children;
  std::vector<caf::actor> out{caf::actor_cast<caf::actor>(rig_.budget)};
  if (!rig_.job) return out;
  for (const auto& one : {caf::actor_cast<caf::actor>(rig_.job), caf::actor_cast<caf::actor>(c.fetch),
                          caf::actor_cast<caf::actor>(c.transform), caf::actor_cast<caf::actor>(c.load),
                          caf::actor_cast<caf::actor>(c.derive), caf::actor_cast<caf::actor>(c.watermark)})
    out.push_back(one);
  const auto add_workers = [&](const auto& workers) {
    for (const auto& worker : workers) out.push_back(caf::actor_cast<caf::actor>(worker));
  };
  if (!has_ended(c.transform)) add_workers(state_of<transform_state>(c.transform).workers);
  if (!has_ended(c.derive)) add_workers(state_of<derive_state>(c.derive).workers);
  if (!has_ended(c.watermark) && state_of<watermark_state>(c.watermark).writer)
    out.push_back(caf::actor_cast<caf::actor>(state_of<watermark_state>(c.watermark).writer));
  return out;
}

void engine_run::starve() {
  if (!held_.empty() && (steps_ >= held_until_ || !rig_.world.has_ready())) release_all();
  if (!held_.empty() || !dice_.chance(10)) return;
  const auto all = stages();
  held_.push_back(dice_.pick(all));
  held_until_ = steps_ + 1 + dice_.below(100);
  rig_.world.hold(held_.back());
  if (!rig_.world.has_ready()) release_all();  // it was the only one with something to do
}

void engine_run::release_all() {
  for (const auto& one : held_) rig_.world.release(one);
  held_.clear();
}

// ---- planning, as the job runner does it ----------------------------------------------------------------------------

template <class Value>
Value engine_run::must_have(result<Value> outcome, const char* what) {
  if (crash_now_) throw run_over{true, "cut after a commit"};
  if (!outcome) throw run_over{false, std::string{what} + ": " + describe(outcome.error())};
  return std::move(*outcome);
}

void engine_run::must_have(result<void> outcome, const char* what) {
  if (crash_now_) throw run_over{true, "cut after a commit"};
  if (!outcome) throw run_over{false, std::string{what} + ": " + describe(outcome.error())};
}

schedule engine_run::fetch_schedule() {
  const auto reply = rig_.world.ask_later<document_reply>(
      rig_.documents, document_request{endpoint::schedule, schedule_url(small_urls, the_season)});
  while (!*reply) step();
  auto body = must_have((*reply)->body, "schedule");
  return must_have(parse_schedule(body->view(), the_season), "schedule");
}

run_input engine_run::plan() {
  lock_ = must_have(connection_->try_lock(lane_stage, to_string(the_season), "run"), "lock");
  if (std::holds_alternative<lock_holder>(lock_)) judge_.fail("the lock of a run that is gone is still held");
  const auto second = connection_->try_lock(lane_stage, to_string(the_season), "another run");
  if (second && !std::holds_alternative<lock_holder>(*second)) judge_.fail("two runs hold one lock");

  job_plan plan;
  auto& one = plan.seasons.emplace_back();
  one.season = the_season;
  one.limits.reprocess = settings_.mode;
  one.schedule = fetch_schedule();
  must_have(connection_->write_plan(the_season, one.schedule.games), "plan");
  one.ledger = must_have(connection_->read_ledger(the_season), "ledger");
  must_have(plan_chunks(plan, league_.today(), settings_.chunk_days), "work");
  const auto& work = one.work;
  if (!work.ledger_updates.empty()) {
    must_have(connection_->write_states(planned_changes(work), "run"), "states");
    one.ledger = must_have(connection_->read_ledger(the_season), "ledger");
  }
  const auto marks = must_have(connection_->read_watermarks(), "watermarks");
  judge_.begin_run(settings_.mode, work);
  auto input = make_input("run", settings_.rig.parallel, plan, marks);
  log_.note("planned: " + std::to_string(work.to_fetch.size()) + " to fetch, " + std::to_string(work.to_derive.size()) +
            " to derive, " + std::to_string(work.not_ready.size()) + " not ready, " +
            std::to_string(work.already_terminal) + " terminal");
  return input;
}

// ---- a run ----------------------------------------------------------------------------------------------------------

const run_report& engine_run::drive(const std::function<bool()>& lost_writes) {
  auto input = plan();
  rig_.make_children(std::move(input), [this] { return league_.now(); });
  rig_.load_slowness = settings_.load_slowness;
  rig_.start();
  judge_.watch(rig_);
  while (!rig_.finished()) step();
  release_all();
  const auto& report = rig_.report();
  log_.happened("the run is " + std::string{to_string(report.ending)} + " " + report.ending_reason + ": " +
                std::to_string(report.done()) + " done, " + std::to_string(report.parked.size()) + " parked, " +
                std::to_string(report.not_ready.size()) + " not ready, " + std::to_string(report.unavailable.size()) +
                " unavailable, " + std::to_string(report.failed.size()) + " failed");
  judge_.end_run(lost_writes());
  finish_checkpoint();
  for (std::size_t i = 0; i < settings_.steps_after_report && rig_.world.has_ready(); ++i) step();
  return report;
}

// A checkpoint that is no lane, as `schedule daily` moves it after a run.
void engine_run::finish_checkpoint() {
  const auto ending = rig_.report().ending;
  if (ending == run_ending::storage_lost || ending == run_ending::aborted) return;
  const auto value = format_date(league_.today());
  const auto reply = rig_.world.ask_later<watermarks_flushed>(rig_.children.watermark,
                                                              advance_checkpoint{{"schedule", "daily", value, {}}});
  while (!*reply) step();
  if (!(*reply)->why && database_->watermark("schedule", "daily") != value)
    judge_.fail("a checkpoint was called durable and is not stored");
}

}  // namespace nba::simulation
