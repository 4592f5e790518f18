#include "tests/simulation/closings.hpp"

#include <algorithm>
#include <utility>

namespace nba::simulation {

using namespace nba::test;

namespace {

// The judge's own copies of what docs/adr/0092 decides.
constexpr std::size_t days_off_date_needed = 2;
constexpr int days_after_season = 7;
constexpr int checked_after[] = {1, 3, 7, 30};

bool is_given_up(game_state value) { return value == game_state::unavailable || value == game_state::cancelled; }

bool shows_the_end(endpoint what, std::string_view body) {
  const auto has = [&](std::string_view text) { return body.find(text) != std::string_view::npos; };
  if (what == endpoint::playbyplay) return has(R"("actionType":"game","subType":"end")");
  return has(R"("gameStatus":3,)") && !has(R"("score":0,"periods")");
}

std::string name_of(const game_id& id) { return "game " + id.str(); }

}  // namespace

closing_judge::closing_judge(note_function note, std::function<et_date()> today)
    : note_(std::move(note)), today_(std::move(today)) {}

const served_schedule* closing_judge::said_of(const game_id& id) const {
  const auto found = readings_.find(id.in_season());
  return found == readings_.end() || !found->second.said ? nullptr : &*found->second.said;
}

std::optional<listing> closing_judge::listing_of(const game_id& id) const {
  const auto* said = said_of(id);
  if (!said) return std::nullopt;
  const auto found = said->games.find(id);
  return found == said->games.end() ? std::nullopt : std::optional{found->second};
}

bool closing_judge::is_season_over(const served_schedule& said) const {
  return today_() > said.last_date + date::days{days_after_season};
}

// By this run's schedule. One that does not list the game, or not so that it could be used, has nothing to say against
// an earlier one's result.
bool closing_judge::is_called_final(const game_id& id) const {
  if (!said_of(id)) return false;
  const auto says = listing_of(id);
  const auto known = games_.find(id);
  const bool played = known != games_.end() && known->second.played;
  if (says == listing::final) return true;
  return played && (!says || says == listing::left_out || says == listing::without_score);
}

bool closing_judge::answered_for_another(const game_id& of) const {
  return std::any_of(answered_.begin(), answered_.end(), [&](const game_id& id) { return id != of; });
}

// ---- a run ----------------------------------------------------------------------------------------------------------

void closing_judge::begin_run(const disposition_settings& settings) {
  settings_ = settings;
  readings_.clear();
  answered_.clear();
  newly_unavailable_.clear();
  checked_.clear();
  fetching_ = false;
  for (auto& [id, known] : games_) known.shown = known.refused = false;
}

void closing_judge::schedule_found(season of, const served_schedule* said) {
  readings_[of] = {said ? std::optional{*said} : std::nullopt};
}

void closing_judge::on_answer(const game_id& of, endpoint what, const http_response& response, bool by_game) {
  const auto judged = classify(what, response, response.stored ? std::nullopt : std::optional{of}).what;
  if (judged == verdict::ok) {
    answered_.insert(of);
    if (by_game && shows_the_end(what, response.body->view())) games_[of].shown = true;
  } else if (judged == verdict::refused || judged == verdict::empty_500) {
    games_[of].refused = true;
  }
}

void closing_judge::planned(const model_database& database, const job_plan& plan,
                            const std::function<bool(const ledger_entry&)>& in_scope) {
  for (const auto& one : plan.seasons) {
    const auto found = readings_.find(one.season);
    if (found == readings_.end() || !found->second.said) continue;
    std::set<game_id> to_fetch;
    for (const auto& game : one.work.to_fetch) to_fetch.insert(game.id);
    for (const auto& entry : database.ledger()) {
      if (entry.id.in_season() != one.season || !in_scope(entry)) continue;
      if (const auto says = listing_of(entry.id))
        check_planned(entry, *says, to_fetch.contains(entry.id), one.limits.reprocess == reprocess::all);
      else
        check_absent(entry, to_fetch.contains(entry.id));
    }
    for (const auto& game : one.work.newly_cancelled) {
      const auto says = listing_of(game.id);
      const bool by_word = says == listing::cancelled || says == listing::without_teams;
      if (!by_word && !(game.ground && is_inferred(*game.ground)))
        note_(name_of(game.id) + " was cancelled for what is missing, and it is no alarm");
    }
  }
  fetching_ = true;
}

// One that was played is fetched, listed or not.
void closing_judge::check_absent(const ledger_entry& entry, bool asked) {
  const bool tried = entry.state != game_state::planned || entry.attempts > 0 || entry.closing;
  const bool open = !is_terminal(entry.state) && entry.state != game_state::loaded;
  if (games_[entry.id].played && tried && open && !asked)
    note_(name_of(entry.id) + " was played and is not done, the schedule lacks it, and it is not fetched");
}

// What the run's schedule contradicts is no more.
void closing_judge::check_planned(const ledger_entry& entry, listing says, bool asked, bool asks_all) {
  auto& known = games_[entry.id];
  const auto stays = name_of(entry.id) + " stays " + std::string{to_string(entry.state)};
  if (is_normal(says) && entry.state == game_state::cancelled)
    return note_(stays + ", and the schedule lists it to be played");
  if (is_normal(says) && entry.state == game_state::postponed) return note_(stays + ", and the schedule lists it");
  if (entry.state == game_state::unavailable && (says == listing::scheduled || says == listing::live))
    return note_(stays + ", and the schedule has no result of it");
  if (is_normal(says) && !is_terminal(entry.state)) known.off_date_on.clear();
  if (entry.state != game_state::unavailable || says != listing::final) return;
  const bool due = known.checks < static_cast<int>(std::size(checked_after)) &&
                   known.closed_on + date::days{checked_after[known.checks]} <= today_();
  const auto since =
      stays + " since " + format_date(known.closed_on) + " after " + std::to_string(known.checks) + " checks";
  if (due && !asked) note_(since + ", and is not asked about again");
  if (asked && !due && !asks_all) note_(since + ", and is asked about too early");
}

void closing_judge::end_run(const model_database& database, const run_report& report) {
  std::set<game_id> letters, alarms;
  for (const auto& letter : database.dead_letters())
    if (!letter.resolved_at) letters.insert(letter.game_id);
  for (const auto& game : report.closed)
    if (game.alarm) alarms.insert(game.id);
  for (const auto& entry : database.ledger()) {
    const auto what = name_of(entry.id) + " is " + std::string{to_string(entry.state)};
    if (is_closed(entry.state) && !(entry.closing && entry.closing->closed_at && !entry.closing->text.empty()))
      note_(what + " without evidence");
    if (entry.state == game_state::parked && !letters.contains(entry.id)) note_(what + " without a dead letter");
  }
  const bool whole = is_whole(report.ending);
  for (const auto& id : newly_unavailable_)
    if (whole && !alarms.contains(id)) note_(name_of(id) + " became unavailable in this run, and it is no alarm");
}

// ---- commits --------------------------------------------------------------------------------------------------------

void closing_judge::after_commit(const model_database& database, const model_transaction& commit) {
  if (commit.what == model_call::plan) return read_plan(database, commit);
  for (const auto& id : commit.games) check_change(database.ledger(id), commit);
}

// A schedule has become the plan: what it says is known from now on.
void closing_judge::read_plan(const model_database& database, const model_transaction& commit) {
  if (commit.games.empty()) return;
  const auto of = commit.games.front().in_season();
  const auto found = readings_.find(of);
  if (found == readings_.end() || !found->second.said) return note_("a plan was written, and no schedule was read");
  const auto& said = *found->second.said;
  const auto today = today_();
  for (const auto& [id, says] : said.games)
    if (says == listing::final) games_[id].played = true;
  for (const auto& entry : database.ledger()) {
    if (entry.id.in_season() != of) continue;
    const auto says = listing_of(entry.id);
    const bool absent = !says && (entry.date < today || entry.state == game_state::postponed || is_season_over(said));
    if (absent || says == listing::postponed) games_[entry.id].off_date_on.insert(today);
  }
}

void closing_judge::check_change(const ledger_entry& now, const model_transaction& commit) {
  auto& known = games_[now.id];
  const auto before = std::exchange(known.state, now.state);
  if (commit.what != model_call::states && commit.what != model_call::park) {
    if (now.state == game_state::done) {
      known.refused_on.clear();
      known.off_date_on.clear();
    }
    return;
  }
  if (fetching_ && known.shown) known.played = true;
  const bool called_final = is_called_final(now.id);
  if (fetching_ && known.refused && called_final && answered_for_another(now.id)) known.refused_on.insert(today_());
  if (is_given_up(before) && !is_terminal(now.state)) ++counted_["opened"];
  if (before == game_state::postponed && now.state != before) ++counted_["dated again"];
  if (now.state != before && (is_given_up(now.state) || now.state == game_state::postponed))
    ++counted_[std::string{to_string(now.state)}];
  if (now.state == before) {
    // Written twice when the answer to the first time was lost.
    const bool again = newly_unavailable_.contains(now.id) || !checked_.insert(now.id).second;
    if (is_given_up(now.state) && fetching_ && !again) ++known.checks, ++counted_["checked"];
  } else if (is_given_up(now.state)) {
    known.closed_on = today_();
    known.checks = 0;
    now.state == game_state::unavailable ? check_unavailable(now, known) : check_cancelled(now, known);
  } else if (now.state == game_state::postponed) {
    if (!said_of(now.id)) note_(name_of(now.id) + " is postponed on the word of an old schedule");
    if (known.played) note_(name_of(now.id) + " was played, and is postponed");
    if (known.off_date_on.size() < days_off_date_needed)
      note_(name_of(now.id) + " is postponed, and was off its date on " + std::to_string(known.off_date_on.size()) +
            " days");
  }
  if (now.state == game_state::not_final && fetching_) check_patience(now, known);
  const bool answered = commit.what == model_call::park || (now.state == game_state::not_final && fetching_);
  if (answered || (is_given_up(before) && !is_terminal(now.state))) known.refused_on.clear();
}

void closing_judge::check_unavailable(const ledger_entry& now, const memory& known) {
  const auto what = name_of(now.id) + " is unavailable";
  newly_unavailable_.insert(now.id);
  if (!is_called_final(now.id)) return note_(what + ", and the schedule does not say final");
  if (!answered_for_another(now.id)) return note_(what + ", and the host answered for no other game");
  const auto needed = static_cast<std::size_t>(std::max(settings_.unavailable_confirmations, 1));
  if (known.refused_on.size() < needed)
    note_(what + " after refusals on " + std::to_string(known.refused_on.size()) + " of " + std::to_string(needed) +
          " days");
}

void closing_judge::check_cancelled(const ledger_entry& now, const memory& known) {
  const auto what = name_of(now.id) + " is cancelled";
  const auto* said = said_of(now.id);
  if (!said) return note_(what + " on the word of an old schedule");
  if (known.played) return note_(what + ", and it was played");
  const auto says = listing_of(now.id);
  if (says == listing::cancelled) return;
  if (!is_season_over(*said)) return note_(what + " before the season's end, and the schedule does not say so");
  if (says == listing::without_teams) return;
  if (says && says != listing::postponed) return note_(what + ", and the schedule lists it");
  if (known.off_date_on.size() < days_off_date_needed)
    note_(what + ", and was off its date on " + std::to_string(known.off_date_on.size()) + " days");
}

void closing_judge::check_patience(const ledger_entry& now, const memory& known) {
  const auto says = listing_of(now.id);
  const bool called_final = says == listing::final || says == listing::without_score || known.played;
  if (called_final && today_() >= now.date + date::days{settings_.patience_days})
    note_(name_of(now.id) + " of " + format_date(now.date) + " was played, its documents are not final after " +
          std::to_string(settings_.patience_days) + " days, and it is not parked");
}

// ---- what daily runs owe --------------------------------------------------------------------------------------------

void closing_judge::begin_owing(const model_database& database, season of, const std::map<game_id, et_date>& played) {
  owed_.clear();
  // What lies before the first date that a run tried was never asked for.
  std::optional<et_date> first_tried;
  for (const auto& entry : database.ledger()) {
    const bool tried = entry.state != game_state::planned || entry.attempts > 0 || entry.closing;
    if (entry.id.in_season() != of || !tried) continue;
    const auto found = played.find(entry.id);
    const auto date = found == played.end() ? entry.date : found->second;
    first_tried = std::min(first_tried.value_or(date), date);
  }
  for (const auto& entry : database.ledger()) {
    const auto found = played.find(entry.id);
    if (entry.id.in_season() != of || found == played.end() || !first_tried || found->second < *first_tried) continue;
    const bool asked_often =
        entry.state == game_state::unavailable && games_[entry.id].checks >= static_cast<int>(std::size(checked_after));
    if (entry.state != game_state::waived && !asked_often) owed_.insert(entry.id);
  }
}

void closing_judge::check_owed(const model_database& database) {
  for (const auto& id : owed_)
    if (const auto entry = database.ledger(id); entry.state != game_state::done)
      note_("daily runs do not come back to " + name_of(id) + " of " + format_date(entry.date) +
            ", which was played and is " + std::string{to_string(entry.state)});
}

}  // namespace nba::simulation
