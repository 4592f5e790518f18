#include "pipeline/plan/disposition.hpp"

namespace nba {
namespace {

disposition unavailable(const failure& why, const ledger_entry& known, utc_time now,
                        const disposition_settings& settings) {
  const bool confirmed_before = known.error_class == failure_class::unavailable && known.attempts > 0;
  const bool same_occasion = confirmed_before && now - known.updated_at < settings.unavailable_spacing;
  const int confirmations = same_occasion ? known.attempts : (confirmed_before ? known.attempts : 0) + 1;
  const auto count =
      std::to_string(confirmations) + " of " + std::to_string(settings.unavailable_confirmations) + " confirmations";
  disposition out;
  out.attempts = confirmations;
  out.reason = why.message + " (" + count + ")";
  out.summary = "the host has no data for it (" + count + ")";
  out.writes_ledger = !same_occasion;
  // One that is terminal stays so, though more confirmations may be wanted now than when it became it.
  if (confirmations >= settings.unavailable_confirmations || known.state == game_state::unavailable) {
    out.what = disposition::kind::terminal;
    out.state = game_state::unavailable;
    out.writes_ledger = true;
  }
  return out;
}

bool blames_the_game(failure_class kind) {
  switch (kind) {
    case failure_class::transient:
    case failure_class::contract_drift:
    case failure_class::rejected:
    case failure_class::internal:
      return true;
    default:
      return false;
  }
}

// Not the game's fault: the ledger stays, the run says that it did not do its job.
bool blames_the_run(failure_class kind) {
  switch (kind) {
    case failure_class::throttled:
    case failure_class::edge_blocked:
    case failure_class::storage:
    case failure_class::configuration:
      return true;
    default:
      return false;
  }
}

// A game that no run has to come back to was asked for once more (`--reprocess all`). What it has stays.
bool keeps_its_state(const failure& why, const ledger_entry& known) {
  if (!is_terminal(known.state)) return false;
  const bool confirms = (why.kind == failure_class::unavailable && known.state == game_state::unavailable) ||
                        (why.kind == failure_class::cancelled && known.state == game_state::cancelled);
  return !confirms;
}

disposition decide(const failure& why, const ledger_entry& known, utc_time now, const disposition_settings& settings) {
  disposition out;
  out.attempts = known.attempts + 1;
  out.reason = describe(why);
  out.counts_as_failure = blames_the_game(why.kind) || blames_the_run(why.kind);
  if (keeps_its_state(why, known)) {
    out.state = known.state;
    out.attempts = known.attempts;
    out.writes_ledger = false;
    out.reason += "; the game stays " + std::string(to_string(known.state));
    return out;
  }
  if (blames_the_run(why.kind)) {
    out.state = known.state;
    out.writes_ledger = false;
    return out;
  }
  switch (why.kind) {
    case failure_class::unavailable:
      return unavailable(why, known, now, settings);
    case failure_class::not_final:
      // Written every time: that it was asked after the season's end, and when, is what cancels it (plan_work).
      out.state = game_state::not_final;
      return out;
    case failure_class::postponed:
      out.state = game_state::postponed;
      out.attempts = 0;
      out.writes_ledger = known.state != game_state::postponed;
      return out;
    case failure_class::cancelled:
      out.what = disposition::kind::terminal;
      out.state = game_state::cancelled;
      return out;
    default:
      out.what = disposition::kind::park;
      out.state = game_state::parked;
      return out;
  }
}

}  // namespace

disposition dispose(const failure& why, const ledger_entry& known, utc_time now, const disposition_settings& settings) {
  auto out = decide(why, known, now, settings);
  if (out.summary.empty()) out.summary = out.reason;
  return out;
}

}  // namespace nba
