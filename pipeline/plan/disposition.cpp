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
  out.writes_ledger = !same_occasion;
  if (confirmations >= settings.unavailable_confirmations) {
    out.what = disposition::kind::terminal;
    out.state = game_state::unavailable;
    out.writes_ledger = true;
  }
  return out;
}

}  // namespace

disposition dispose(const failure& why, const ledger_entry& known, utc_time now, const disposition_settings& settings) {
  disposition out;
  out.attempts = known.attempts + 1;
  out.reason = describe(why);
  switch (why.kind) {
    case failure_class::unavailable:
      return unavailable(why, known, now, settings);
    case failure_class::not_final:
      out.state = game_state::not_final;
      // Asking again changes nothing that the ledger does not know already.
      out.attempts = 0;
      out.writes_ledger = known.state != game_state::not_final;
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
    case failure_class::throttled:
    case failure_class::edge_blocked:
    case failure_class::storage:
    case failure_class::configuration:
      // Not the game's fault: the ledger stays, the run says that it did not do its job.
      out.writes_ledger = false;
      out.counts_as_failure = true;
      return out;
    case failure_class::transient:
    case failure_class::contract_drift:
    case failure_class::rejected:
    case failure_class::internal:
      break;
  }
  out.what = disposition::kind::park;
  out.state = game_state::parked;
  out.counts_as_failure = true;
  return out;
}

}  // namespace nba
