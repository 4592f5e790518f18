#include "actors/job_actor.hpp"

#include "actors/actor_support.hpp"
#include "actors/job_end.hpp"
#include "pipeline/events.hpp"

#include <algorithm>
#include <utility>

namespace nba {
namespace {

using self_ptr = job_self;

void log(self_ptr self, const log_event& event) {
  if (self->state.options.log) self->state.options.log->write(event);
}

std::int64_t count(std::size_t value) { return static_cast<std::int64_t>(value); }

// ---- admission ---------------------------------------------------------------------------------------------------

bool admit(self_ptr self, const chunk_admission::admitted& next) {
  auto& s = self->state;
  const auto& id = next.game.id;
  const bool recover = s.options.recover.contains(id);
  auto& credit = recover ? s.recover_credit : s.fetch_credit;
  const auto bytes = recover ? 0 : game_fetch_bytes;
  if (!credit.has_room(bytes)) return false;
  credit.take(bytes);
  auto job = std::make_shared<game_job>();
  job->game = next.game;
  job->chunk = next.chunk;
  job->recover = recover;
  job->place = s.games_admitted++;
  if (const auto again = s.options.derive_again.find(id); again != s.options.derive_again.end())
    job->again = again->second;
  if (const auto known = s.options.known.find(id); known != s.options.known.end())
    job->known = known->second;
  else
    job->known.id = id;
  if (next.opens_chunk) {
    const auto dates = s.admission->dates_of(next.chunk);
    log(self, events::chunk_start(next.chunk, dates.first, dates.last));
  }
  if (recover)
    self->send(s.children.load, recover_game{std::move(job)});
  else
    self->send(s.children.fetch, fetch_game{std::move(job)});
  return true;
}

void settle(self_ptr self, std::vector<common_trouble::settled> verdicts);

void pump(self_ptr self) {
  auto& s = self->state;
  while (!s.stopping && !s.ended && s.records.size() < s.options.records_max) {
    if (!s.held) s.held = s.admission->next();
    if (!s.held || !admit(self, *s.held)) break;
    s.held.reset();
  }
  // Nothing is under way but what waits for the others. Those that are still to come may speak, however many chunks the
  // waiting ones keep open; when there are none, all have spoken.
  const std::size_t held = s.held ? 1 : 0;
  const bool next_waits_for_credit = s.held && !s.stopping;
  if (!s.ended && !next_waits_for_credit && !s.waiting.empty() && s.admission->in_flight() - held == s.waiting.size()) {
    if (!s.stopping && s.admission->open_one_more()) return pump(self);
    return settle(self, s.common.all_have_spoken());
  }
  end_if_over(self);
}

void finish(self_ptr self, const game_id& id, game_end how) {
  auto& s = self->state;
  if (how == game_end::failed) ++s.report.failures;
  if (const auto end = s.admission->finish(id, how))
    log(self, events::chunk_end.at(end->failures == 0 ? event_level::info : event_level::warn, end->number,
                                   end->dates.first, end->dates.last, end->games, end->failures, end->not_reached));
  pump(self);
}

// ---- ends of games -----------------------------------------------------------------------------------------------

void game_is_done(self_ptr self, const game_done& message) {
  auto& s = self->state;
  if (message.job->recover)
    ++s.report.recovered;
  else if (message.outcome == write_outcome::inserted)
    ++s.report.inserted;
  else if (message.outcome == write_outcome::replaced)
    ++s.report.replaced;
  else
    ++s.report.unchanged;
  s.report.rows_written += count(message.rows_written);
  self->send(s.children.watermark, game_terminal{message.job->game.id});
  finish(self, message.job->game.id, game_end::settled);
}

void report_failed_game(self_ptr self, const game_failed& failed, const disposition& what) {
  auto& s = self->state;
  const auto& game = failed.job->game;
  reported_game line{game.id, game.date, what.state, failed.stage, what.summary, what.newly_closed};
  const bool parked = what.what == disposition::kind::park;
  const bool terminal = what.what == disposition::kind::terminal;
  if (parked) {
    log(self, events::game_parked(game.id, game.date, failed.stage, failed.why.kind, what.reason, failed.tries));
    s.report.parked.push_back(std::move(line));
  } else {
    // A closing is loud once: asked about again, and still closed, it is no news.
    const auto level = what.counts_as_failure ? event_level::error : terminal ? event_level::info : event_level::warn;
    log(self, (terminal ? events::game_closed : events::game_not_ready)
                  .at(level, game.id, game.date, std::nullopt, failed.stage, failed.why.kind, what.state, what.reason));
    auto& list = terminal ? s.report.closed : what.counts_as_failure ? s.report.failed : s.report.not_ready;
    list.push_back(std::move(line));
  }
  const auto kind = failed.why.kind;
  if (kind == failure_class::edge_blocked || kind == failure_class::throttled) s.host_lost = what.reason;
  if (terminal) self->send(s.children.watermark, game_terminal{game.id});
  finish(self, game.id, what.counts_as_failure ? game_end::failed : game_end::settled);
}

failed_game as_failed(const job_state& s, const job_state::undecided& one, const std::string& shared) {
  const auto& job = *one.failed.job;
  const bool may_close = !s.options.closes_nothing.contains(job.game.id.in_season());
  const bool from_store = job.recover && one.failed.stage == "load";
  return {job.game, job.known, one.played_evidence, may_close, shared, from_store};
}

// `shared`: why the game is not to blame; empty: it is looked at alone.
void decide(self_ptr self, const job_state::undecided& one, const std::string& shared) {
  auto& s = self->state;
  const auto& message = one.failed;
  const auto& game = message.job->game;
  const auto what = dispose(message.why, as_failed(s, one, shared), s.options.now(), s.options.dispositions);
  if (!what.writes_ledger) return report_failed_game(self, message, what);
  // A retry can start from all documents only; anything else is kept for people, and has no digest.
  const bool whole = message.payloads && s.options.games->is_whole(*message.payloads);
  record_outcome record{game.id, {}, message.answers ? message.answers : message.payloads};
  if (what.what == disposition::kind::park) {
    dead_letter letter;
    letter.game_id = game.id;
    letter.stage = message.stage;
    letter.error_class = message.why.kind;
    letter.error = what.reason;
    letter.attempts = message.tries;
    if (whole) letter.payload_sha256 = payload_digest(*message.payloads);
    letter.first_failed_at = letter.last_failed_at = s.options.now();
    letter.played_evidence = one.played_evidence;
    letter.reopens = what.reopens;
    record.what = std::move(letter);
  } else {
    state_change change{game.id, what.state, what.attempts, message.why.kind, what.reason, what.closing};
    change.played_evidence = one.played_evidence;
    change.reopens = what.reopens;
    record.what = std::move(change);
  }
  s.records.emplace(game.id, job_state::record{message, what});
  self->send(s.children.load, std::move(record));
}

// ---- games that wait for what becomes of others ------------------------------------------------------------------

// It keeps no slot of its chunk meanwhile.
void hold(self_ptr self, job_state::undecided one) {
  auto& s = self->state;
  const auto id = one.failed.job->game.id;
  s.waiting.emplace(id, std::move(one));
  s.admission->sleep(id);
}

// Takes the game when only others can tell whether it is to blame.
bool waits_for_others(self_ptr self, job_state::undecided& one) {
  auto& s = self->state;
  const auto id = one.failed.job->game.id;
  const auto why = one.failed.why;
  if (one.failed.stage == "transform") {
    // One that is parked has its dead letter, and is often asked for because of it: it says nothing new.
    if (!speaks_of_documents(why.kind) || one.failed.job->known.state == game_state::parked) {
      s.common.answered();
      return false;
    }
    hold(self, std::move(one));
    settle(self, s.common.refused(id, why, s.games_admitted));
    return true;
  }
  if (why.kind != failure_class::unavailable) return false;
  const auto alone = dispose(why, as_failed(s, one, ""), s.options.now(), s.options.dispositions);
  if (!alone.counts_refusal) return false;
  one.failed.payloads = one.failed.answers = nullptr;  // no dead letter will need them, and there may be many
  hold(self, std::move(one));
  s.common.missing(id);
  pump(self);
  return true;
}

// Nothing more is asked for: it would be refused alike.
void stop_asking(self_ptr self, const common_trouble::change& why) {
  auto& s = self->state;
  s.documents_changed = "the documents of " + std::to_string(why.games) +
                        " games in a row were refused, and none was accepted: their shape has changed (" + why.reason +
                        ")";
  log(self, events::documents_changed(
                why.games, why.reason, why.example,
                "no game is parked for it, and nothing more is asked for; look for a newer version of this program. If "
                "these games are really so: retry.alike_max = 0"));
  s.admission->stop();
  self->send(s.children.fetch, drop_unfetched{});
}

void tell_of_refusals(self_ptr self) {
  auto& s = self->state;
  if (s.host_lost.empty())
    log(self, events::host_refuses_games(
                  s.common.missing_games(), s.common.asked(),
                  "it counts against no game. If they are really not there, ask for a few at a time: --game"));
  s.host_lost = "the host has nothing for " + std::to_string(s.common.missing_games()) + " of " +
                std::to_string(s.common.asked()) + " games that it was asked for";
}

// The host has nothing for it, and the run was stopped: how others fare is known of a part of them only, too little to
// tell trouble of the host from an absence. It counts against nobody.
void leave_open(self_ptr self, const game_failed& failed) {
  auto& s = self->state;
  const auto& game = failed.job->game;
  s.gave_up_games = true;
  s.report.not_ready.push_back({game.id, game.date, failed.job->known.state, failed.stage,
                                "the host has no data for it, and the run was stopped before others could tell why"});
  finish(self, game.id, game_end::not_reached);
}

void settle(self_ptr self, std::vector<common_trouble::settled> verdicts) {
  auto& s = self->state;
  if (const auto& change = s.common.documents_changed(); change && s.documents_changed.empty())
    stop_asking(self, *change);
  if (s.common.host_refuses_games()) tell_of_refusals(self);
  std::vector<std::pair<job_state::undecided, std::string>> ready;
  for (auto& one : verdicts) {
    auto node = s.waiting.extract(one.game);
    if (node.empty()) throw invariant_violation("a verdict on game " + one.game.str() + " that waits for none");
    ready.emplace_back(std::move(node.mapped()), std::move(one.shared));
  }
  for (const auto& [one, shared] : ready)
    if (s.stopping && shared.empty() && one.failed.why.kind == failure_class::unavailable)
      leave_open(self, one.failed);
    else
      decide(self, one, shared);
  pump(self);
}

void game_has_failed(self_ptr self, const game_failed& message) {
  auto& s = self->state;
  if (s.ended) return;  // the report is made; an abort blames no game
  const auto& game = message.job->game;
  if (message.interrupted) {
    s.gave_up_games = true;
    s.report.not_ready.push_back({game.id, game.date, message.job->known.state, message.stage, message.why.message});
    return finish(self, game.id, game_end::not_reached);
  }
  job_state::undecided one{message, {}};
  // Only a finished game's documents become rows.
  if (message.stage == "load" || message.stage == "derive") one.played_evidence = "its documents gave its rows";
  if (message.payloads) one.played_evidence = self->state.options.games->evidence_of_play(*message.payloads);
  if (!waits_for_others(self, one)) decide(self, one, "");
}

// ---- stopping ----------------------------------------------------------------------------------------------------

void drain(self_ptr self) {
  auto& s = self->state;
  log(self, events::drain_start(s.admission->in_flight() - (s.held ? 1 : 0)));
  self->send(s.children.fetch, drop_unfetched{});
  self->delayed_send(self, s.options.drain_deadline, drain_deadline{});
  pump(self);
}

void stop(self_ptr self, int number) {
  auto& s = self->state;
  if (number >= 2) return abandon_run(self, run_ending::aborted, "stopped at once by a second signal");
  if (s.stopping) return;
  s.stopping = true;
  s.admission->stop();
  if (s.promise) drain(self);
}

// ---- what others may know -----------------------------------------------------------------------------------------

job_status status_of(const job_state& s) {
  job_status out;
  out.games_total = count(s.admission->total());
  out.games_done = s.report.done();
  out.games_failed = s.report.failures;
  // Not by the report's lists: those also name, once the run is over, what it never came to.
  out.games_not_ready = count(s.admission->finished()) - out.games_done - out.games_failed;
  out.chunks_total = count(s.admission->chunks_total());
  out.chunks_ended = count(s.admission->chunks_ended());
  out.rows_written = s.report.rows_written;
  out.inserted = s.report.inserted;
  out.replaced = s.report.replaced;
  out.unchanged = s.report.unchanged;
  out.recovered = s.report.recovered;
  out.parked = count(s.report.parked.size());
  out.closed = count(s.report.closed.size());
  out.left = count(s.report.failed.size());
  out.elapsed = elapsed_of(s);
  out.draining = s.stopping;
  out.chunks = s.admission->open_chunks();
  return out;
}

}  // namespace

job_actor::behavior_type make_job(self_ptr self, job_options options) {
  install_handlers(self);
  auto& s = self->state;
  s.options = std::move(options);
  s.common = common_trouble{s.options.common};
  s.fetch_credit = link_account{"fetch", s.options.fetch_limits};
  s.recover_credit = link_account{"recover", s.options.recover_limits};
  s.admission = std::make_unique<chunk_admission>(std::move(s.options.chunks), s.options.parallel,
                                                  s.options.parallel * open_chunks_per_slot);
  s.report.games_total = count(s.admission->total());
  // CAF 0.17 never answers the promise of an actor that died, and the engine waits for the report.
  self->set_exception_handler([self](std::exception_ptr& raised) {
    auto why = error_of(raised);
    abandon_run(self, run_ending::broken, "the job broke off: " + self->system().render(why));
    return why;
  });
  self->set_down_handler([self](const caf::down_msg& message) {
    if (message.reason == caf::exit_reason::user_shutdown) return;
    abandon_run(self, run_ending::broken, "an actor died: " + self->system().render(message.reason));
  });
  return {
      [self](const start_run& message) {
        auto& state = self->state;
        state.children = message.children;
        self->monitor(state.children.fetch);
        self->monitor(state.children.transform);
        self->monitor(state.children.load);
        self->monitor(state.children.derive);
        self->monitor(state.children.watermark);
        state.promise = self->make_response_promise<run_finished>();
        state.started = std::chrono::steady_clock::now();
        const auto promise = *state.promise;
        if (state.ended)
          deliver_report(self);  // told to abort before it began
        else if (state.stopping)
          drain(self);  // told to stop before it began
        else
          pump(self);
        return promise;
      },
      [self](const credit_return& message) {
        auto& state = self->state;
        (message.link == link::fetch ? state.fetch_credit : state.recover_credit).give_back(message.bytes);
        pump(self);
      },
      [self](const game_done& message) { game_is_done(self, message); },
      [self](const game_failed& message) { game_has_failed(self, message); },
      [self](const documents_accepted& message) {
        if (!self->state.ended) settle(self, self->state.common.accepted(message.job->place));
      },
      [self](const game_sleeping& message) {
        auto& admission = *self->state.admission;
        message.sleeping ? admission.sleep(message.id) : admission.wake(message.id);
        pump(self);
      },
      [self](const outcome_recorded& message) {
        auto node = self->state.records.extract(message.id);
        if (node.empty()) throw invariant_violation("a record of game " + message.id.str() + " that nobody asked for");
        report_failed_game(self, node.mapped().failed, node.mapped().what);
      },
      [self](const storage_down& message) { abandon_run(self, run_ending::storage_lost, describe(message.why)); },
      [self](const stop_request& message) { stop(self, message.number); },
      [self](const drain_deadline&) {
        abandon_run(self, run_ending::aborted, "the drain took longer than its deadline");
      },
      [self](const job_query&) { return status_of(self->state); },
  };
}

}  // namespace nba
