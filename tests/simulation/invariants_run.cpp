// What is checked after every step and at the end of a run.
#include "tests/simulation/invariants.hpp"

#include <algorithm>

namespace nba::simulation {

using namespace nba::test;

namespace {

// Steps between two questions for a stage's status.
constexpr std::size_t question_every = 300;

std::string number(std::size_t value) { return std::to_string(value); }

bool is_clean(run_ending ending) { return is_whole(ending) || ending == run_ending::interrupted; }

}  // namespace

invariants::invariants(std::shared_ptr<model_database> database, trace& log, std::function<et_date()> today)
    : database_(std::move(database)),
      log_(log),
      closings_([this](std::string what) { note(std::move(what)); }, std::move(today)) {}

void invariants::fail(const std::string& what) const { throw violation(what); }

void invariants::begin_run(const job_plan& plan, std::optional<date_range> window) {
  seasons_.clear();
  for (const auto& one : plan.seasons) seasons_.emplace(one.season, one.limits);
  mode_ = plan.seasons.front().limits.reprocess;
  window_ = window;
  at_start_.clear();
  for (const auto& entry : database_->ledger()) at_start_.emplace(entry.id, entry);
  marks_at_start_ = marks_;
  to_fetch_.clear();
  to_derive_.clear();
  not_ready_.clear();
  for (const auto& one : plan.seasons) {
    for (const auto& game : one.work.to_fetch) to_fetch_.insert(game.id);
    for (const auto& game : one.work.to_derive) to_derive_.insert(game.id);
    not_ready_.insert(not_ready_.end(), one.work.not_ready.begin(), one.work.not_ready.end());
  }
  for (const auto* ids : {&to_fetch_, &to_derive_})
    for (const auto& id : *ids)
      if (!selected(at_start_.at(id)) && !is_earlier(at_start_.at(id)))
        fail("game " + id.str() + " is in the work set and nobody asked for it");
  became_done_.clear();
  parked_.clear();
  served_.clear();
  lost_marks_.clear();
  closings_.planned(*database_, plan,
                    [this](const ledger_entry& entry) { return selected(entry) || is_earlier(entry); });
  if (!found_.empty()) fail(found_);
}

void invariants::watch(pipeline_rig& rig) {
  rig_ = &rig;
  checkpoint_connection_ = rig.checkpoint_connection;
  resolved_seen_ = counted_seen_ = 0;
  durable_seen_.clear();
  question_.reset();
  next_question_at_ = log_.steps() + question_every;
  stops_ = 0;
}

void invariants::forget_rig() {
  rig_ = nullptr;
  checkpoint_connection_.reset();
  question_.reset();
  at_start_.clear();
  window_.reset();
}

// ---- after every step -----------------------------------------------------------------------------------------------

void invariants::after_step() {
  if (!found_.empty()) fail(found_);
  if (!rig_) return;
  check_watermark();
  check_counts();
  check_control();
}

void invariants::check_watermark() {
  if (has_ended(rig_->children.watermark)) return;
  const auto& state = state_of<watermark_state>(rig_->children.watermark);
  if (state.writing != (state.account.games() == 1)) fail("watermark: the write in flight and its slot differ");
  std::size_t resolved = 0;
  durable_seen_.resize(state.options.lanes.size());
  for (std::size_t i = 0; i < state.options.lanes.size(); ++i) {
    const auto& lane = state.options.lanes[i];
    resolved += lane.tracker.resolved();
    if (lane.durable == durable_seen_[i]) continue;
    durable_seen_[i] = lane.durable;
    if (lane.durable > marks_[{lane_stage, watermark_key(lane.lane)}])
      fail("the watermark " + lane.durable + " was published and is not stored");
  }
  if (resolved == resolved_seen_) return;
  resolved_seen_ = resolved;
  for (const auto& [id, entry] : at_start_) {
    const auto lane = state.by_lane.find(lane_of(id));
    if (lane == state.by_lane.end() || !lane->second->tracker.is_resolved(id)) continue;
    const auto now = games_.find(id);
    const bool terminal = now != games_.end() && is_terminal(now->second.state);
    if (!terminal && !is_terminal(entry.state))
      fail("the watermark actor takes game " + id.str() + " for terminal; the ledger does not");
  }
}

void invariants::check_counts() {
  if (has_ended(rig_->job)) return;
  const auto& report = state_of<job_state>(rig_->job).report;
  const auto counted = static_cast<std::size_t>(report.inserted + report.replaced + report.recovered);
  if (counted == counted_seen_) return;
  counted_seen_ = counted;
  if (counted > became_done_.size())
    fail("the job counts " + number(counted) + " games as written and done, committed are " +
         number(became_done_.size()));
}

void invariants::check_control() {
  const auto& now = log_.steps();
  if (question_ && *question_->answer) question_.reset();
  if (question_ && now - question_->asked_at > control_steps_max)
    fail(std::string{question_->whom} + " did not tell its status in " + number(control_steps_max) + " steps");
  if (!question_ && now >= next_question_at_ && !rig_->finished()) ask_for_status();
  if (stops_ == 0 || rig_->finished() || has_ended(rig_->job)) return;
  const auto& job = state_of<job_state>(rig_->job);
  if (!rig_->world.is_ready(rig_->job) && !(stops_ >= 2 ? job.ended : job.stopping))
    fail("the job has taken stop request " + std::to_string(stops_) + " and does not follow it");
  if (now - stopped_at_ <= control_steps_max) return;
  if (!job.stopping) fail("the stop request did not reach the job");
  if (stops_ >= 2) fail("the run did not end after a second stop request");
}

void invariants::ask_for_status() {
  const auto& c = rig_->children;
  next_question_at_ = log_.steps() + question_every;
  question asked;
  asked.asked_at = log_.steps();
  const auto ask = [&](const auto& stage, const char* whom) {
    asked.whom = whom;
    if (!has_ended(stage)) asked.answer = rig_->world.ask_later<stage_status>(stage, status_query{});
  };
  switch (questions_++ % 5) {
    case 0:
      ask(c.load, "load");
      break;
    case 1:
      ask(c.fetch, "fetch");
      break;
    case 2:
      ask(c.derive, "derive");
      break;
    case 3:
      ask(c.transform, "transform");
      break;
    default:
      ask(c.watermark, "watermark");
  }
  if (asked.answer) question_ = std::move(asked);
}

void invariants::stop_sent(int number_of_stop) {
  stops_ = number_of_stop;
  stopped_at_ = log_.steps();
}

// ---- at the end of a run --------------------------------------------------------------------------------------------

void invariants::end_run(bool lost_writes) {
  const auto& report = rig_->report();
  if (report.ending == run_ending::broken) fail("the run broke: " + report.ending_reason);
  if (report.ending == run_ending::storage_lost && !lost_writes)
    fail("the run ended for a database that did nothing wrong: " + report.ending_reason);
  if ((report.ending == run_ending::interrupted || report.ending == run_ending::aborted) && stops_ == 0)
    fail("the run was stopped, and nobody told it to");
  check_accounts(report);
  closings_.end_run(*database_, report);
  if (!found_.empty()) fail(found_);
  if (is_clean(report.ending)) {
    check_clean_end(report);
    check_marks(report);
  }
}

void invariants::check_accounts(const run_report& report) {
  std::set<game_id> named;
  for (const auto* list : {&report.parked, &report.closed, &report.not_ready, &report.failed})
    for (const auto& game : *list) {
      if (!named.insert(game.id).second) fail("game " + game.id.str() + " is named twice in the report");
      if (game.reason.empty()) fail("game " + game.id.str() + " is named without a reason");
      if (!to_fetch_.contains(game.id) && !to_derive_.contains(game.id))
        fail("game " + game.id.str() + " is named but is not in the work set");
    }
  if (report.games_total != static_cast<std::int64_t>(to_fetch_.size() + to_derive_.size()))
    fail("the report is about " + std::to_string(report.games_total) + " games, the work set has " +
         number(to_fetch_.size() + to_derive_.size()));
  if (report.done() + static_cast<std::int64_t>(named.size()) != report.games_total)
    fail("done and named games are not all games: " + std::to_string(report.done()) + " + " + number(named.size()) +
         " of " + std::to_string(report.games_total));
  for (const auto& game : not_ready_) named.insert(game.id);
  for (const auto& [id, before] : at_start_) {
    const auto entry = database_->ledger(id);
    if (selected(before) && !is_terminal(entry.state) && !named.contains(id))
      fail("game " + id.str() + " is " + std::string{to_string(entry.state)} + " and named nowhere: a silent skip");
  }
  for (const auto& game : report.parked)
    if (!parked_.contains(game.id)) fail("game " + game.id.str() + " is called parked; no transaction parked it");
  for (const auto& game : report.closed)
    if (!is_terminal(database_->ledger(game.id).state))
      fail("game " + game.id.str() + " is called terminal; the ledger does not say so");
}

// Whether the run has to do with a game, by what was asked of it; says it in other words than scope::includes does.
bool invariants::selected(const ledger_entry& entry) const {
  const auto found = seasons_.find(entry.id.in_season());
  if (found == seasons_.end()) return false;
  const auto& limits = found->second;
  if (limits.only && limits.only->count(entry.id) == 0) return false;
  if (limits.types.count(entry.id.type()) == 0) return false;
  if (limits.from && entry.date < *limits.from) return false;
  if (limits.to && entry.date > *limits.to) return false;
  if (limits.since && limits.since->type() == entry.id.type() && entry.id.str() <= limits.since->str()) return false;
  return limits.reprocess != reprocess::parked || entry.state == game_state::parked;
}

// A daily run's games before its window: it may take them, and nobody asked for all of them.
bool invariants::is_earlier(const ledger_entry& entry) const {
  const auto found = seasons_.find(entry.id.in_season());
  return found != seasons_.end() && found->second.earlier_untried && found->second.from &&
         entry.date < *found->second.from && found->second.types.count(entry.id.type()) > 0;
}

void invariants::check_clean_end(const run_report& report) {
  rig_->check_all_returned();
  if (!found_.empty()) fail(found_);
  const auto& job = state_of<job_state>(rig_->job);
  for (const auto& game : job.admission->unfinished())
    if (!job.held || job.held->game.id != game.id)
      fail("the run ended " + std::string{to_string(report.ending)} + " while game " + game.id.str() +
           " was under way");
  std::map<game_id, game_state> said;
  for (const auto* list : {&report.parked, &report.closed, &report.not_ready, &report.failed})
    for (const auto& game : *list) said[game.id] = game.state;
  for (const auto& [id, before] : at_start_) {
    const auto state = database_->ledger(id).state;
    if (const auto found = said.find(id); found != said.end()) {
      if (found->second != state)
        fail("the report calls game " + id.str() + " " + std::string{to_string(found->second)} + ", the ledger says " +
             std::string{to_string(state)});
    } else if (state == game_state::loaded && before.state != game_state::loaded) {
      fail("the run ended " + std::string{to_string(report.ending)} + " and left game " + id.str() + " half written");
    }
  }
}

void invariants::check_marks(const run_report& report) {
  std::map<std::string, std::string> expected;  // by key
  std::set<std::string> held;
  for (const auto& entry : database_->ledger()) {
    if (!seasons_.contains(entry.id.in_season())) continue;
    const auto key = watermark_key(lane_of(entry.id));
    if (!may_be_passed(entry)) held.insert(key);
    if (!held.contains(key)) expected[key] = entry.id.str();
  }
  for (const auto& [name, value] : marks_at_start_)
    if (name.first == lane_stage) expected[name.second] = std::max(expected[name.second], value);
  for (const auto& [key, value] : expected)
    if (database_->watermark(lane_stage, key).value_or("") != value)
      fail("after a clean run the watermark " + key + " is \"" + database_->watermark(lane_stage, key).value_or("") +
           "\" and should be \"" + value + "\"");
  for (const auto& mark : report.watermarks)
    if (database_->watermark(mark.stage, mark.key) != mark.value)
      fail("the report says that the watermark " + mark.key + " is " + mark.value);
}

// ---- at the end of everything ---------------------------------------------------------------------------------------

void invariants::check_converged(const std::map<game_id, std::string>& playable, et_date daily) {
  std::map<std::string, std::string> last;
  for (const auto& entry : database_->ledger()) {
    auto& mark = last[watermark_key(lane_of(entry.id))];
    mark = std::max(mark, entry.id.str());
    if (!is_terminal(entry.state))
      fail("without faults game " + entry.id.str() + " stays " + std::string{to_string(entry.state)});
  }
  for (const auto& [id, digest] : playable) {
    const auto entry = database_->ledger(id);
    if (entry.state != game_state::done)
      fail("without faults game " + id.str() + " is " + std::string{to_string(entry.state)} + ", not done");
    if (entry.payload_sha256 != digest) fail("game " + id.str() + " is done with documents of another day");
  }
  for (const auto& [key, value] : last)
    if (database_->watermark(lane_stage, key) != value)
      fail("without faults the watermark " + key + " stays at " +
           database_->watermark(lane_stage, key).value_or("nothing") + " before " + value);
  if (const auto mark = database_->watermark("schedule", "daily"); mark != format_date(daily))
    fail("without faults the daily date stays at " + mark.value_or("nothing") + " before " + format_date(daily));
  for (const auto& letter : database_->dead_letters())
    if (!letter.resolved_at) fail("game " + letter.game_id.str() + " is done and its dead letter is open");
}

}  // namespace nba::simulation
