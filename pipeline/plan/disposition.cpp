#include "pipeline/plan/disposition.hpp"

#include <utility>

namespace nba {
namespace {

bool blames_the_game(failure_class kind) { return traits_of(kind).fate == game_fate::parks; }

// Not the game's fault: the ledger stays, the run says that it did not do its job.
bool blames_the_run(failure_class kind) { return traits_of(kind).fate == game_fate::stays; }

std::string_view status_text(game_status value) {
  switch (value) {
    case game_status::scheduled:
      return "scheduled";
    case game_status::live:
      return "live";
    case game_status::final:
      return "final without a score";
  }
  return "scheduled";
}

class decision {
 public:
  decision(const failure& why, const failed_game& of, utc_time now, const disposition_settings& settings)
      : why_(why), of_(of), known_(of.known), now_(now), settings_(settings) {
    out_.attempts = known_.attempts + 1;
    out_.reason = describe(why);
    out_.closing = known_.closing;
    out_.counts_as_failure = blames_the_game(why.kind) || blames_the_run(why.kind);
  }

  disposition make() {
    decide();
    if (out_.summary.empty()) out_.summary = out_.reason;
    return std::move(out_);
  }

 private:
  bool was_played() const { return shows_played(of_.game, &known_) || !of_.played_evidence.empty(); }
  bool is_out_of_patience() const { return et_date_of(now_) >= of_.game.date + date::days{settings_.patience_days}; }

  void decide() {
    if (!of_.shared.empty()) return shared();
    if (is_terminal(known_.state)) return decide_terminal();
    if (blames_the_run(why_.kind)) return keep();
    if (of_.from_store) return fetch_again();
    switch (why_.kind) {
      case failure_class::unavailable:
        return refused();
      case failure_class::not_final:
        return not_final();
      case failure_class::postponed:
      case failure_class::cancelled:
        // No document says this today, and one alone would not be enough.
        out_.state = known_.state;
        return;
      default:
        return park();
    }
  }

  // Asked for again by another run, whatever would have become of it.
  void shared() {
    keep();
    out_.counts_as_failure = true;
    out_.reason += "; " + of_.shared;
    if (is_terminal(known_.state)) {
      out_.reason += "; the game stays " + std::string(to_string(known_.state));
      return;
    }
    // What its documents show is not forgotten.
    out_.writes_ledger =
        !of_.played_evidence.empty() && known_.played_evidence.empty() && known_.state != game_state::loaded;
  }

  void keep() {
    out_.state = known_.state;
    out_.attempts = known_.attempts;
    out_.writes_ledger = false;
  }

  // It is `loaded`, with rows that nothing can be derived of. No more: the next run that fetches replaces them.
  void fetch_again() {
    out_.state = game_state::planned;
    out_.counts_as_failure = true;
    out_.reason += "; the next backfill fetches it again";
  }

  void park() {
    out_.what = disposition::kind::park;
    out_.state = game_state::parked;
    out_.closing.reset();
    out_.counts_as_failure = true;
  }

  // A game that no run has to come back to was asked for once more: by `--reprocess all`, or because it was closed and
  // the question is open (is_check_due, a schedule that says otherwise).
  void decide_terminal() {
    if (is_closed(known_.state) && known_.state != game_state::waived && !blames_the_run(why_.kind)) {
      // The host has documents of it after all; those that are not final say something only of a game whose absence
      // they refute, or that they show to have been played.
      const bool refuted = known_.state == game_state::unavailable || !of_.played_evidence.empty();
      if (why_.kind == failure_class::rejected || (why_.kind == failure_class::not_final && refuted)) {
        out_.reopens = true;
        out_.closing.reset();
        return why_.kind == failure_class::rejected ? park() : not_final();
      }
      if (!blames_the_game(why_.kind)) return checked();
    }
    keep();
    out_.reason += "; the game stays " + std::string(to_string(known_.state));
  }

  // Asked about once more, and nothing has changed.
  void checked() {
    keep();
    out_.what = disposition::kind::terminal;
    out_.state = known_.state;
    out_.reason += "; the game stays " + std::string(to_string(known_.state));
    if (!known_.closing || !is_check_due(*known_.closing, et_date_of(now_))) return;
    out_.writes_ledger = true;
    ++out_.closing->checks;
  }

  void refused() {
    const bool refused_before = known_.closing && known_.closing->ground == closing_ground::refused;
    if (known_.state == game_state::parked) out_.state = game_state::parked;  // its dead letter is open
    const bool called_final = has_result(of_.game) || (of_.game.status == game_status::final && was_played());
    if (!called_final || !of_.may_close) {
      // Nothing says that there has to be anything.
      if (refused_before && !called_final) out_.closing.reset();
      const auto said = called_final ? std::string{"the schedule is an old copy"}
                                     : "the schedule says " + std::string{status_text(of_.game.status)};
      out_.reason = why_.message + " (no verdict: " + said + ")";
      out_.summary = "the host does not have it yet; " + said;
      return;
    }
    out_.counts_refusal = true;
    auto evidence =
        seen_again(known_.closing, closing_ground::refused, why_.message, now_, settings_.unavailable_spacing);
    const auto count = std::to_string(evidence.occasions) + " of " +
                       std::to_string(settings_.unavailable_confirmations) + " confirmations";
    out_.reason = why_.message + " (" + count + ")";
    out_.summary = "the host has no data for it (" + count + ")";
    if (evidence.occasions < settings_.unavailable_confirmations) {
      // A second try on the same day is the same occasion.
      if (refused_before && *known_.closing == evidence && known_.error_class == failure_class::unavailable) keep();
      out_.closing = std::move(evidence);
      return;
    }
    out_.what = disposition::kind::terminal;
    out_.state = game_state::unavailable;
    out_.newly_closed = out_.counts_as_failure = true;
    out_.closing = closed_by(closing_ground::refused, why_.message, now_, evidence);
  }

  void not_final() {
    if (known_.closing && known_.closing->ground == closing_ground::refused) out_.closing.reset();
    const bool called_final = of_.game.status == game_status::final || was_played();
    if (called_final && is_out_of_patience()) {
      const auto shown = !of_.played_evidence.empty()      ? of_.played_evidence
                         : has_result(of_.game)            ? std::string{"the schedule has a result"}
                         : !known_.played_evidence.empty() ? known_.played_evidence
                                                           : std::string{"the schedule calls it final"};
      out_.reason +=
          "; " + shown + ", and its documents are not final after " + std::to_string(settings_.patience_days) + " days";
      return park();
    }
    out_.state = game_state::not_final;
  }

  const failure& why_;
  const failed_game& of_;
  const ledger_entry& known_;
  const utc_time now_;
  const disposition_settings& settings_;
  disposition out_;
};

}  // namespace

disposition dispose(const failure& why, const failed_game& of, utc_time now, const disposition_settings& settings) {
  return decision{why, of, now, settings}.make();
}

}  // namespace nba
