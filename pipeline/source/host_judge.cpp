#include "pipeline/source/host_judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nba {

host_judge::host_judge(judge_settings settings, const canary& witnesses) : settings_(settings) {
  for (auto& one : lines_) one.witnesses = witnesses;
}

// ---- answers to requests -----------------------------------------------------------------------------------------

void host_judge::succeeded(ticket which, const std::optional<game_id>& game, endpoint what) {
  if (const auto found = records_.find(which); found != records_.end()) {
    if (found->second.throttles > 0) ++throttled_through_;
    records_.erase(found);
  }
  if (!game) return;
  auto& line = line_of(what);
  line.failed.clear();
  line.down = false;
  line.bad_answers = 0;
  line.witnesses.answered_well(*game);
}

host_judge::ruling host_judge::failed(ticket which, const std::optional<game_id>& game, endpoint what,
                                      const classified& answer, time_point now) {
  auto& one = records_[which];
  one.game = game;
  one.endpoint = one.line = what;
  one.answer = answer;
  if (answer.what == verdict::throttled)
    ++one.throttles, ++one.throttles_in_a_row;
  else
    ++one.tries;
  if (!game) return document_failed(which, one);
  switch (answer.what) {
    case verdict::throttled:
      return throttled(which, one);
    case verdict::refused:
      return refused(which, one, now);
    case verdict::empty_500:
      // A hiccup the first times; one that repeats is how a missing game sometimes answers.
      if (one.tries >= settings_.tries_max) return refused(which, one, now);
      break;
    default:
      break;
  }
  return troubled(which, one);
}

// A document that nothing can be compared with: its answers speak for themselves.
host_judge::ruling host_judge::document_failed(ticket which, const record& one) {
  if (one.answer.what == verdict::throttled && one.throttles <= settings_.throttles_max)
    return {which, order::again, one.tries, {}};
  const bool final = one.answer.what == verdict::refused || one.answer.what == verdict::throttled;
  if (!final && one.tries < settings_.tries_max) return {which, order::later, one.tries, {}};
  return fail(which, one.answer.why);
}

host_judge::ruling host_judge::throttled(ticket which, record& one) {
  if (one.throttles > settings_.throttles_max) return fail(which, one.answer.why);
  const bool suspicious = line_of(one.line).down || one.throttles_in_a_row >= settings_.throttles_to_suspect;
  if (suspicious && can_be_judged(one)) return hold(which, one);
  return {which, one.singled_out ? order::apart : order::again, one.tries, {}};
}

host_judge::ruling host_judge::refused(ticket which, record& one, time_point now) {
  auto& line = line_of(one.line);
  if (!out_ && !line.down && line.witnesses.share(now))
    return fail(which, resolve_refusal_beside_canary(one.answer.why));
  if (can_be_judged(one)) return hold(which, one);
  // Without a game known to exist nobody can tell; the game is not blamed for it.
  const auto& why = one.answer.why;
  return fail(which, {failure_class::edge_blocked, why.message + "; no known game to compare with", why.where});
}

// Neither a refusal nor throttling: anything from a timeout to a page where a document was due.
host_judge::ruling host_judge::troubled(ticket which, record& one) {
  auto& line = line_of(one.line);
  if (!are_many(line.failed)) line.failed.insert(*one.game);
  const bool last = one.tries >= settings_.tries_max;
  const bool suspicious = line.down || are_many(line.failed) || one.tries >= settings_.tries_max - 1;
  if (suspicious && can_be_judged(one)) return hold(which, one);
  if (last) return fail(which, one.answer.why);
  return {which, order::later, one.tries, {}};
}

// Whether there is somebody to compare with. While the host is down nobody is judged, and any answer is welcome.
bool host_judge::can_be_judged(const record& one) const {
  auto games = accused(one.line);
  games.insert(*one.game);
  return line_of(one.line).down || choose(one.line, games);
}

host_judge::ruling host_judge::hold(ticket which, record& one) {
  one.held = true;
  one.host_was_down = line_of(one.line).down;
  return {which, order::hold, one.tries, {}};
}

host_judge::ruling host_judge::fail(ticket which, failure why) {
  const auto found = records_.find(which);
  const auto tries = found->second.tries > 0 ? found->second.tries : std::max(found->second.throttles, 1);
  records_.erase(found);
  return {which, order::fail, tries, std::move(why)};
}

void host_judge::forget(ticket which) { records_.erase(which); }

bool host_judge::is_singled_out(ticket which) const {
  const auto found = records_.find(which);
  return found != records_.end() && found->second.singled_out;
}

// ---- the canary --------------------------------------------------------------------------------------------------

std::set<game_id> host_judge::accused(endpoint what) const {
  std::set<game_id> games;
  for (const auto& [which, one] : records_)
    if (one.held && one.line == what) games.insert(*one.game);
  return games;
}

bool host_judge::are_many(const std::set<game_id>& games) const {
  return games.size() >= static_cast<std::size_t>(std::max(settings_.suspects, 1));
}

// A game that is known, else one of several that are accused: they cannot all be missing. While the host is down and
// only one game is known, that one and the accused by turns: it may be the one that is not there any more.
std::optional<host_judge::question> host_judge::choose(endpoint what, const std::set<game_id>& accused) const {
  const auto& line = line_of(what);
  std::vector<game_id> pool;
  for (const auto& id : line.witnesses.candidates())
    if (!accused.contains(id)) pool.push_back(id);
  const bool unsure = pool.empty() ? accused.size() > 1 : pool.size() == 1 && line.down;
  if (unsure) pool.insert(pool.end(), accused.begin(), accused.end());
  if (pool.empty()) return std::nullopt;
  const auto turn = line.down ? static_cast<std::size_t>(std::max(line.bad_answers - 1, 0)) : 0;
  return question{pool[unsure ? turn % pool.size() : 0], what};
}

std::optional<host_judge::question> host_judge::next_question() {
  if (out_) return std::nullopt;
  const auto held = std::find_if(records_.begin(), records_.end(), [](const auto& entry) { return entry.second.held; });
  if (held == records_.end()) return std::nullopt;
  const auto what = held->second.line;
  out_ = choose(what, accused(what));
  // Whom it was to be compared with is accused too, or gone: its own document answers as well, and blames nobody.
  if (!out_) out_ = question{*held->second.game, what};
  out_throttles_ = 0;
  return out_;
}

std::optional<host_judge::question> host_judge::probe_instead_of(const game_id& game, endpoint what) {
  if (out_) return out_;
  auto games = accused(what);
  games.insert(game);
  auto chosen = choose(what, games);
  if (!chosen || chosen->game == game) return std::nullopt;
  out_ = std::move(chosen);
  out_throttles_ = 0;
  return out_;
}

host_judge::verdict_of_canary host_judge::canary_said(const classified& answer, time_point now) {
  if (!out_) return {};
  if (answer.what == verdict::ok) return canary_was_good(now);
  if (answer.what == verdict::throttled && ++out_throttles_ <= settings_.throttles_max) {
    verdict_of_canary out;
    out.ask_again = true;
    return out;
  }
  return canary_was_bad(answer);
}

host_judge::verdict_of_canary host_judge::canary_was_good(time_point now) {
  const auto asked = *std::exchange(out_, std::nullopt);
  opinions_ = 0;
  if (out_throttles_ > 0) ++throttled_through_;
  auto& line = line_of(asked.endpoint);
  line.down = false;
  line.bad_answers = 0;
  const bool several = are_many(accused(asked.endpoint));
  line.failed.clear();
  line.witnesses.answered_well(asked.game);
  line.witnesses.vouched(now);
  std::vector<ticket> judged;
  for (auto& [which, one] : records_) {
    if (!one.held || one.line != asked.endpoint) continue;
    one.held = false;
    // Its own document has come: that says as little against it as one that came while the host was down.
    if (one.game == asked.game && one.endpoint == asked.endpoint) one.host_was_down = true;
    // One game that is missing is nothing special. Several at once may be what is left of a block that is over.
    if (several && one.answer.what == verdict::refused && !std::exchange(one.asked_twice, true))
      one.host_was_down = true;
    judged.push_back(which);
  }
  verdict_of_canary out;
  for (const auto which : judged) out.rulings.push_back(beside_good_canary(which, records_.at(which)));
  return out;
}

host_judge::ruling host_judge::beside_good_canary(ticket which, record& one) {
  if (std::exchange(one.host_was_down, false)) {
    if (one.answer.what != verdict::throttled) one.tries = std::max(one.tries - 1, 0);
    one.throttles_in_a_row = 0;
    return {which, order::again, one.tries, {}};
  }
  const auto& why = one.answer.why;
  const bool last = one.tries >= settings_.tries_max;
  switch (one.answer.what) {
    case verdict::refused:
      return fail(which, resolve_refusal_beside_canary(why));
    case verdict::throttled:
      one.throttles_in_a_row = 0;
      if (one.singled_out && one.through_before == throttled_through_)
        return fail(which,
                    {failure_class::transient,
                     fmt::format("{}, {} times, while the host answers for other games", why.message, one.throttles),
                     why.where});
      one.singled_out = true;
      one.through_before = throttled_through_;
      return {which, order::again, one.tries, {}};
    case verdict::empty_500:
      if (last) return fail(which, resolve_refusal_beside_canary(why));
      break;
    default:
      if (last) return fail(which, {why.kind, why.message + "; the host answers for other games", why.where});
      break;
  }
  return {which, order::later, one.tries, {}};
}

host_judge::verdict_of_canary host_judge::canary_was_bad(const classified& answer) {
  const auto asked = *std::exchange(out_, std::nullopt);
  auto& line = line_of(asked.endpoint);
  line.witnesses.did_not_answer(asked.game);
  const bool anybody_waits = !accused(asked.endpoint).empty();
  if (!line.down && anybody_waits && ++opinions_ < settings_.opinions) {
    // A bad answer may be a hiccup, or that game's own trouble. A refusal of the same game would be the same again.
    const auto other = choose(asked.endpoint, accused(asked.endpoint));
    if (other && (other->game != asked.game || answer.what != verdict::refused)) return {};
  }
  opinions_ = 0;
  if (!line.down && answer.what == verdict::refused && one_has_another_game(asked.endpoint))
    return not_the_hosts(asked.endpoint);
  line.down = true;
  ++line.bad_answers;
  for (auto& [which, one] : records_)
    if (one.held && one.line == asked.endpoint) one.host_was_down = true;
  verdict_of_canary out;
  out.blocked = true;
  return out;
}

// Few games got documents of others, and that is all that is held against the host.
bool host_judge::one_has_another_game(endpoint what) const {
  const auto games = accused(what);
  return !games.empty() && !are_many(games) && !are_many(line_of(what).failed) &&
         std::all_of(records_.begin(), records_.end(), [&](const auto& entry) {
           const auto& one = entry.second;
           return !one.held || one.line != what || one.answer.what == verdict::another_game;
         });
}

// The known games are not there, which says nothing about a document that is: it is the document of another game.
host_judge::verdict_of_canary host_judge::not_the_hosts(endpoint what) {
  verdict_of_canary out;
  std::vector<ticket> judged;
  for (auto& [which, one] : records_)
    if (one.line == what && std::exchange(one.held, false)) judged.push_back(which);
  for (const auto which : judged) {
    const auto& one = records_.at(which);
    out.rulings.push_back(one.tries >= settings_.tries_max ? fail(which, one.answer.why)
                                                           : ruling{which, order::later, one.tries, {}});
  }
  return out;
}

std::vector<host_judge::ticket> host_judge::canary_lost() {
  out_.reset();
  opinions_ = 0;
  std::vector<ticket> held;
  for (const auto& [which, one] : records_)
    if (one.held) held.push_back(which);
  for (const auto which : held) records_.erase(which);
  return held;
}

}  // namespace nba
