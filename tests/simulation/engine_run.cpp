#include "tests/simulation/engine_run.hpp"

#include "actors/run/run_input.hpp"
#include "actors/run/travel_refresh.hpp"
#include "pipeline/packed_payloads.hpp"
#include "pipeline/plan/schedule.hpp"
#include "tests/support/model_http.hpp"

#include <algorithm>

namespace nba::simulation {

using namespace nba::test;

std::string_view to_string(job_order::kind value) {
  switch (value) {
    case job_order::kind::backfill:
      return "backfill";
    case job_order::kind::daily:
      return "daily";
    case job_order::kind::retry:
      return "retry";
    case job_order::kind::derive:
      return "derive";
  }
  return "?";
}

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
             auto response = answer(request);
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

// ---- steps
// ----------------------------------------------------------------------------------------------------------

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
  std::vector<caf::actor> out{caf::actor_cast<caf::actor>(rig_.budget), caf::actor_cast<caf::actor>(rig_.documents)};
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

// What the stored payload client of `dlq retry` does, without its thread.
http_response engine_run::answer(const http_request& request) {
  for (const auto& [id, packed] : settings_.order.payloads)
    for (const auto& document : small_games()->documents_of(id)) {
      if (document.url != request.url) continue;
      auto stored = unpack_payloads(packed);
      if (!stored) judge_.fail("the payload of a dead letter cannot be read: " + describe(stored.error()));
      log_.happened("from its dead letter: " + request.url);
      auto answer = ok_answer(stored->bodies[document.endpoint]);
      answer.stored = true;
      return answer;
    }
  return league_.answer(request);
}

// ---- planning, as the job runner does it
// ----------------------------------------------------------------------------

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

void engine_run::lock(const lock_name& name) {
  const auto& [stage, key] = name;
  auto held = must_have(connection_->try_lock(stage, key, "run"), "lock");
  if (std::holds_alternative<lock_holder>(held)) judge_.fail("the lock of a run that is gone is still held");
  locks_.push_back(std::move(held));
  const auto second = connection_->try_lock(stage, key, "another run");
  if (second && !std::holds_alternative<lock_holder>(*second)) judge_.fail("two runs hold one lock");
}

result<schedule> engine_run::ask_for_schedule(endpoint what, const std::string& url, season of) {
  const auto reply = rig_.ask_for({what, url});
  while (!*reply) step();
  if (!(*reply)->body) return (*reply)->body.error();
  return parse_schedule((*(*reply)->body)->view(), of);
}

result<std::optional<schedule_ways::stored_plan>> engine_run::read_stored(season of) {
  auto reading = must_have(connection_->read_reading(of), "reading");
  auto plan = schedule_of_plan(of, must_have(connection_->read_plan(of), "stored plan"));
  if (!reading || !plan) return std::optional<schedule_ways::stored_plan>{};
  return std::optional{schedule_ways::stored_plan{*std::move(plan), *std::move(reading)}};
}

result<schedule> engine_run::find_schedule(season of) {
  auto& closings = judge_.closings();
  if (settings_.order.what == job_order::kind::retry || derive_) {
    closings.schedule_found(of, nullptr);
    return schedule_of_plan(of, must_have(connection_->read_plan(of), "stored plan"));
  }
  schedule_ways ways;
  ways.stats = [this](season wanted) {
    return ask_for_schedule(endpoint::schedule, schedule_url(small_urls, wanted), wanted);
  };
  ways.current_urls = current_schedule_urls(small_urls);
  ways.current = [this](season wanted, const std::string& url) {
    return ask_for_schedule(endpoint::current_schedule, url, wanted);
  };
  ways.stored = [this](season wanted) { return read_stored(wanted); };
  ways.stopped = [this] { return stops_ > 0; };
  league_.forget_served();
  auto found = nba::find_schedule(ways, of, league_.now());
  const auto* served = league_.served(of);
  const bool taken = found && found->value.origin != schedule_origin::stored;
  if (served && served->is_usable() && !taken) judge_.fail("a schedule was served whole and is not taken");
  if (!found) return std::move(found).error();
  log_schedule(*rig_.log, *found);
  const auto origin = found->value.origin;
  log_.happened("the schedule of " + to_string(of) + " comes from " + std::string{to_string(origin)});
  closings.schedule_found(of, taken ? served : nullptr);
  return std::move(found->value);
}

void engine_run::write_plan(season_plan& one) {
  auto& schedule = one.schedule;
  if (schedule.origin == schedule_origin::stored) return;
  note_unlisted(schedule, must_have(connection_->read_plan(one.season), "stored plan"));
  must_have(connection_->write_plan(one.season, schedule.games), "plan");
  must_have(connection_->write_reading({one.season, schedule.origin, league_.now(), schedule.games.size(),
                                        schedule.left_out_count, schedule.left_out}),
            "reading");
}

// What a job asks for. False when there is nothing to do.
bool engine_run::ask(job& wanted) {
  auto step = wanted.prepare({connection_.get(), "run", league_.now(), nullptr});
  if (crash_now_) throw run_over{true, "cut after a commit"};
  if (const auto* error = std::get_if<job_error>(&step)) throw run_over{false, describe(error->why)};
  for (auto& one : std::get<job_request>(step).seasons) {
    plan_.seasons.emplace_back();
    plan_.seasons.back().season = one.season;
    plan_.seasons.back().limits = std::move(one.limits);
  }
  return !plan_.seasons.empty();
}

bool engine_run::plan() {
  judge_.closings().begin_run(settings_.rig.dispositions);
  std::set<game_id> by_name;
  for (const auto& one : settings_.order.seasons)
    if (one.limits.reopens) by_name.insert(one.limits.only->begin(), one.limits.only->end());
  judge_.expect_reopened(std::move(by_name));
  const bool daily = settings_.order.what == job_order::kind::daily;
  if (daily) {
    daily_.emplace(daily_order{.catch_up_days = settings_.order.catch_up_days});
    lock(daily_lock());
  } else if (settings_.order.what == job_order::kind::derive) {
    derive_.emplace(derive_order{.season = settings_.order.seasons.front().season});
    for (const auto& name : locks_of({settings_.order.seasons.front().season})) lock(name);
  } else {
    for (const auto& one : settings_.order.seasons) {
      lock(season_lock(one.season));
      plan_.seasons.emplace_back();
      plan_.seasons.back().season = one.season;
      plan_.seasons.back().limits = one.limits;
    }
    if (settings_.order.what == job_order::kind::retry) lock(daily_lock());
  }
  const auto marks = must_have(connection_->read_watermarks(), "watermarks");
  if (daily_ && !ask(*daily_)) return false;
  if (derive_ && !ask(*derive_)) return false;

  std::vector<season_plan> found;
  for (auto& one : plan_.seasons) {
    auto schedule = find_schedule(one.season);
    if (crash_now_) throw run_over{true, "cut after a commit"};
    if (daily && !schedule) {
      plan_.missing.push_back({one.season, schedule.error(), {}});
      continue;
    }
    one.schedule = must_have(std::move(schedule), "schedule");
    found.push_back(std::move(one));
  }
  plan_.seasons = std::move(found);
  if (plan_.seasons.empty()) throw run_over{false, "no schedule"};
  for (auto& one : plan_.seasons) {
    write_plan(one);
    one.ledger = must_have(connection_->read_ledger(one.season), "ledger");
  }
  for (auto& one : plan_.missing) one.ledger = must_have(connection_->read_ledger(one.season), "ledger");
  if (daily_) daily_->narrow(plan_.seasons);
  must_have(plan_chunks(plan_, league_.now(), settings_.chunk_days), "work");
  for (auto& one : plan_.seasons) {
    if (one.work.ledger_updates.empty()) continue;
    must_have(connection_->write_states(planned_changes(one.work), "run"), "states");
    one.ledger = must_have(connection_->read_ledger(one.season), "ledger");
  }
  judge_.begin_run(plan_, daily_ ? daily_->window() : std::nullopt);
  input_ = make_input("run", settings_.rig.parallel, plan_, marks);
  for (const auto& one : plan_.seasons)
    log_.note("planned of " + to_string(one.season) + ": " + std::to_string(one.work.to_fetch.size()) + " to fetch, " +
              std::to_string(one.work.to_derive.size()) + " to derive, " + std::to_string(one.work.not_ready.size()) +
              " not ready, " + std::to_string(one.work.already_terminal) + " terminal");
  return true;
}

// ---- a run
// ----------------------------------------------------------------------------------------------------------

const run_report* engine_run::drive(const std::function<bool()>& lost_writes) {
  if (!plan()) return nullptr;
  const auto travel = input_.travel;
  rig_.make_children(input_, [this] { return league_.now(); });
  input_.travel = travel;
  rig_.load_slowness = settings_.load_slowness;
  rig_.start();
  judge_.watch(rig_);
  while (!rig_.finished()) step();
  release_all();
  const auto& report = rig_.report();
  log_.happened("the run is " + std::string{nba::to_string(report.ending)} + " " + report.ending_reason + ": " +
                std::to_string(report.done()) + " done, " + std::to_string(report.parked.size()) + " parked, " +
                std::to_string(report.not_ready.size()) + " not ready, " + std::to_string(report.closed.size()) +
                " closed, " + std::to_string(report.failed.size()) + " failed");
  judge_.end_run(lost_writes());
  follow_up();
  for (std::size_t i = 0; i < settings_.steps_after_report && rig_.world.has_ready(); ++i) step();
  return &report;
}

// What the job runner does when the actors have reported.
void engine_run::follow_up() {
  const auto& report = rig_.report();
  if (report.ending == run_ending::storage_lost || report.ending == run_ending::aborted) return;
  for (auto& one : plan_.seasons) {
    one.ledger = must_have(connection_->read_ledger(one.season), "ledger after the run");
    if (derive_) continue;  // asks no source
    const auto moved = must_have(
        refresh_travel(*connection_, one, *input_.travel.at(one.season), *small_games(), "cdn", "run"), "travel");
    if (moved > 0) log_.happened("travel of " + std::to_string(moved) + " games is written again");
  }
  const auto through = daily_ ? daily_->checkpoint(plan_, report) : std::nullopt;
  if (!through) return;
  const auto [daily_stage, daily_key] = daily_lock();
  const auto reply = rig_.world.ask_later<watermarks_flushed>(
      rig_.children.watermark, advance_checkpoint{{daily_stage, daily_key, *through, {}}});
  while (!*reply) step();
  if (!(*reply)->why && database_->watermark(daily_stage, daily_key) != *through)
    judge_.fail("a checkpoint was called durable and is not stored");
}

}  // namespace nba::simulation
