// What is checked at every transaction and every request.
#include "tests/simulation/invariants.hpp"

#include "pipeline/source/classify.hpp"

#include <algorithm>

namespace nba::simulation {

using namespace nba::test;

namespace {

std::string text_of(const model_transaction& call) {
  static constexpr const char* names[] = {"reconnect", "plan",    "read",      "states", "games", "read_game",
                                          "park",      "resolve", "watermark", "decree", "run",   "lock"};
  std::string out = names[static_cast<std::size_t>(call.what)];
  for (const auto& id : call.core) out += " core " + id.str();
  for (const auto& id : call.derived) out += " derived " + id.str();
  if (call.core.empty() && call.derived.empty() && call.what != model_call::plan)
    for (const auto& id : call.games) out += " " + id.str();
  if (call.watermark) out += " " + call.watermark->key + " " + call.watermark->value;
  return out;
}

bool contains(const std::vector<game_id>& ids, const game_id& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

void invariants::note(std::string what) {
  if (found_.empty()) found_ = std::move(what);
}

// A mark may lie over a terminal game, and over one that was terminal when the run began: a corrected game is `loaded`
// until its derived rows come.
bool invariants::may_be_passed(const ledger_entry& entry) const {
  if (is_terminal(entry.state)) return true;
  const auto before = at_start_.find(entry.id);
  return before != at_start_.end() && is_terminal(before->second.state);
}

void invariants::check_mark(const model_database& database, const watermark_row& mark, const std::string& before) {
  if (mark.value < before) return note("the watermark " + mark.key + " goes back from " + before + " to " + mark.value);
  if (mark.stage != lane_stage) return check_daily_mark(database, mark);
  for (const auto& entry : database.ledger())
    if (watermark_key(lane_of(entry.id)) == mark.key && entry.id.str() > before && entry.id.str() <= mark.value &&
        !may_be_passed(entry))
      return note("the watermark " + mark.key + " = " + mark.value + " lies over " + entry.id.str() + ", which is " +
                  std::string{to_string(entry.state)});
}

void invariants::check_daily_mark(const model_database& database, const watermark_row& mark) {
  const auto date = parse_date(mark.value);
  if (!window_ || !date || *date < window_->first || *date > window_->last)
    return note("the daily date is to be " + mark.value + ", outside of the run's window");
  for (const auto& entry : database.ledger())
    if (entry.date >= window_->first && entry.date <= *date && entry.state != game_state::postponed &&
        !is_terminal(entry.state))
      return note("the daily date " + mark.value + " lies over game " + entry.id.str() + " of " +
                  format_date(entry.date) + ", which is " + std::string{to_string(entry.state)});
}

void invariants::before_transaction(const model_transaction& wanted) {
  if (wanted.what != model_call::watermark) return;
  const auto& mark = *wanted.watermark;
  if (wanted.connection != checkpoint_connection_)
    note("a checkpoint is written by connection " + std::to_string(wanted.connection) +
         ", which is not the checkpoint writer's");
  const std::pair name{mark.stage, mark.key};
  const auto& stored = marks_[name];
  check_mark(*database_, mark, stored);
  const auto lost = lost_marks_.find(name);
  const bool asked_again = lost != lost_marks_.end() && lost->second == mark.value;
  if (mark.stage == lane_stage && mark.value == stored && !asked_again)
    note("the watermark " + mark.key + " is written twice: " + mark.value);
}

void invariants::will_fail(const model_transaction& wanted) {
  log_.happened("storage fault: " + text_of(wanted));
  if (wanted.watermark) lost_marks_[{wanted.watermark->stage, wanted.watermark->key}] = wanted.watermark->value;
}

void invariants::check_game(const model_database& database, const model_transaction& commit, const game_id& id) {
  const auto entry = database.ledger(id);
  auto& before = games_[id];
  const auto name = "game " + id.str();
  const auto writes = database.core_writes(id);
  const bool by_rows = commit.what == model_call::games && contains(commit.core, id);
  const bool new_rows = writes != before.core_writes;
  if (new_rows && !by_rows) note(name + " got core rows from a transaction that has none");
  if (new_rows && (writes != before.core_writes + 1 || entry.payload_sha256 == before.digest))
    note(name + " was rewritten with the documents it already had");
  // Schedule or host contradict a verdict that was inferred; a person's word and rows stand.
  const bool may_reopen = before.state == game_state::unavailable || before.state == game_state::cancelled ||
                          (before.state == game_state::waived && by_name_.contains(id));
  const bool reopened = may_reopen && (commit.what == model_call::states || commit.what == model_call::park);
  if (is_terminal(before.state) && !is_terminal(entry.state) && !reopened &&
      !(by_rows && (new_rows || before.state != game_state::done)))
    note(name + " was " + std::string{to_string(before.state)} + " and became " + std::string{to_string(entry.state)} +
         " without new rows");
  if (entry.state == game_state::done) {
    if (!database.has_core_rows(id) || !database.has_derived_rows(id)) note(name + " is done without its rows");
    const bool derived = commit.what == model_call::games && contains(commit.derived, id);
    if (before.state != game_state::done && !derived)
      note(name + " became done without its derived rows in the same transaction");
    if (entry.payload_sha256.empty() || entry.rules_version == 0) note(name + " is done without digest or version");
    if (before.state != game_state::done || derived) became_done_.insert(id);  // also: derived again
  }
  if (entry.state == game_state::loaded && !database.has_core_rows(id)) note(name + " is loaded without core rows");
  if (entry.state == game_state::parked && commit.what == model_call::park) parked_.insert(id);
  before = {entry.state, entry.payload_sha256, writes};
}

void invariants::after_commit(const model_database& database, const model_transaction& commit) {
  if (commit.what != model_call::run && commit.what != model_call::lock) log_.happened("commit: " + text_of(commit));
  for (const auto& id : commit.games) check_game(database, commit, id);
  closings_.after_commit(database, commit);
  for (const auto* ids : {&commit.core, &commit.derived})
    for (const auto& id : *ids)
      if (std::count(ids->begin(), ids->end(), id) > 1) note("game " + id.str() + " is twice in one transaction");
  if (commit.what == model_call::watermark) {
    auto& stored = marks_[{commit.watermark->stage, commit.watermark->key}];
    check_mark(database, *commit.watermark, stored);
    stored = commit.watermark->value;
  }
  // A person's word stands, also when it goes back.
  if (commit.what == model_call::decree)
    marks_[{commit.watermark->stage, commit.watermark->key}] = commit.watermark->value;
  if (commit.what == model_call::park) {
    std::set<game_id> open;
    for (const auto& letter : database.dead_letters())
      if (!letter.resolved_at && !open.insert(letter.game_id).second)
        note("game " + letter.game_id.str() + " has two open dead letters");
  }
}

// ---- requests -------------------------------------------------------------------------------------------------------

// The game on whose behalf this document is being asked for; empty for the canary, and for a game that failed
// meanwhile.
std::optional<game_id> invariants::asking_game(const std::string& url) const {
  if (!rig_ || has_ended(rig_->documents)) return std::nullopt;
  std::optional<game_id> game;
  for (const auto& [ticket, one] : state_of<document_state>(rig_->documents).book->requests()) {
    if (one.what.url != url || one.now != request_book::phase::in_flight) continue;
    if (one.is_canary || !one.whom) return std::nullopt;  // cannot be told apart
    game = one.game;
  }
  return game;
}

void invariants::on_request(const std::string& url) {
  log_.happened("request: " + url);
  const auto game = asking_game(url);
  if (!game) return;
  const auto before = at_start_.find(*game);
  const auto state = before == at_start_.end() ? game_state::planned : before->second.state;
  if (!to_fetch_.contains(*game))
    return note("game " + game->str() + ", which was " + std::string{to_string(state)} +
                ", is asked for but is not in the work set");
  if (mode_ != reprocess::all && (state == game_state::done || state == game_state::loaded))
    note("game " + game->str() + " is asked for, but it was " + std::string{to_string(state)} + " when the run began");
  if (served_.contains(url)) note("the document " + url + " was served in this run and is asked for again");
}

void invariants::on_answer(const std::string& url, const http_response& response) {
  const bool box = url.find("/boxscore_") != std::string::npos;
  const auto what = box ? endpoint::boxscore : endpoint::playbyplay;
  const auto game = asking_game(url);
  const auto digits = url.find("_0");
  const auto id = digits == std::string::npos ? std::nullopt : game_id::parse(url.substr(digits + 1, 10));
  if (id) closings_.on_answer(*id, what, response, game.has_value());
  if (game && classify(what, response, response.stored ? std::nullopt : game).what == verdict::ok) served_.insert(url);
}

}  // namespace nba::simulation
