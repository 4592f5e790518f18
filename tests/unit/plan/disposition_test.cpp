#include "pipeline/plan/disposition.hpp"

#include <doctest/doctest.h>

#include <utility>
#include <vector>

using nba::closed_by;
using nba::closing_ground;
using nba::dispose;
using nba::disposition;
using nba::failure_class;
using nba::game_state;
using nba::ledger_entry;
using kind = nba::disposition::kind;
using namespace std::chrono_literals;

namespace {

const nba::utc_time now = *nba::parse_timestamp("2025-01-10T12:00:00Z");

ledger_entry row(game_state state = game_state::planned, int attempts = 0,
                 std::optional<failure_class> error_class = std::nullopt, nba::utc_time updated_at = now - 24h) {
  ledger_entry entry;
  entry.id = *nba::game_id::parse("0022400061");
  entry.state = state;
  entry.attempts = attempts;
  entry.error_class = error_class;
  entry.updated_at = updated_at;
  return entry;
}

// Of the day before, final with a result.
nba::planned_game game(nba::game_status status = nba::game_status::final) {
  nba::planned_game made;
  made.id = *nba::game_id::parse("0022400061");
  made.date = *nba::parse_date("2025-01-09");
  made.status = status;
  made.home_team_id = 1;
  made.away_team_id = 2;
  if (status == nba::game_status::final) {
    made.home_score = 110;
    made.away_score = 101;
  }
  return made;
}

disposition of(failure_class why, const ledger_entry& known = row(), const nba::planned_game& shown = game()) {
  return dispose({why, "because", "somewhere"}, {shown, known}, now, {});
}

// Refused before, `occasions` times, the last one at `when`.
ledger_entry refused(int occasions, nba::utc_time when = now - 24h) {
  auto entry = row(game_state::planned, occasions, failure_class::unavailable, when);
  entry.closing = nba::closing_evidence{closing_ground::refused, "because", occasions, when, when};
  return entry;
}

// Closed three days ago and due to be asked about again.
ledger_entry closed(game_state state, closing_ground ground) {
  auto entry = row(state, 3, failure_class::unavailable);
  entry.closing = closed_by(ground, "because", now - 72h);
  entry.closing->checks = 1;
  return entry;
}

}  // namespace

TEST_SUITE("disposition of a failed game") {
  TEST_CASE("every verdict has a reason for the ledger and one for the screen") {
    for (const auto why :
         {failure_class::throttled, failure_class::transient, failure_class::edge_blocked, failure_class::unavailable,
          failure_class::not_final, failure_class::postponed, failure_class::cancelled, failure_class::contract_drift,
          failure_class::rejected, failure_class::storage, failure_class::configuration, failure_class::internal})
      for (const auto state : {game_state::planned, game_state::done, game_state::unavailable}) {
        CAPTURE(nba::to_string(why));
        CHECK_FALSE(of(why, row(state)).reason.empty());
        CHECK_FALSE(of(why, row(state)).summary.empty());
      }
  }

  TEST_CASE("the game's own fault parks it and counts as a failure") {
    for (const auto why :
         {failure_class::transient, failure_class::contract_drift, failure_class::rejected, failure_class::internal}) {
      CAPTURE(nba::to_string(why));
      const auto what = of(why, row(game_state::planned, 2));
      CHECK(what.what == kind::park);
      CHECK(what.state == game_state::parked);
      CHECK(what.attempts == 3);
      CHECK(what.writes_ledger);
      CHECK(what.counts_as_failure);
      CHECK(what.reason == std::string(nba::to_string(why)) + ": because (somewhere)");
    }
  }

  TEST_CASE("what is nobody's fault blames no game: the ledger stays, the run has failed") {
    for (const auto why : {failure_class::throttled, failure_class::edge_blocked, failure_class::storage,
                           failure_class::configuration}) {
      CAPTURE(nba::to_string(why));
      const auto what = of(why);
      CHECK(what.what == kind::not_ready);
      CHECK(what.attempts == 0);
      CHECK_FALSE(what.writes_ledger);
      CHECK(what.counts_as_failure);
    }
  }

  TEST_CASE("a final game is unavailable only after refusals on three days, loud once") {
    const auto first = of(failure_class::unavailable);
    CHECK(first.what == kind::not_ready);
    CHECK(first.state == game_state::planned);
    CHECK(first.attempts == 1);
    CHECK(first.writes_ledger);
    CHECK_FALSE(first.counts_as_failure);
    CHECK(first.reason == "because (1 of 3 confirmations)");
    REQUIRE(first.closing);
    CHECK(first.closing->occasions == 1);
    CHECK_FALSE(first.closing->closed_at);

    const auto second = of(failure_class::unavailable, refused(1));
    CHECK(second.what == kind::not_ready);
    CHECK(second.closing->occasions == 2);

    const auto third = of(failure_class::unavailable, refused(2));
    CHECK(third.what == kind::terminal);
    CHECK(third.state == game_state::unavailable);
    CHECK(third.writes_ledger);
    CHECK(third.newly_closed);
    CHECK(third.counts_as_failure);
    CHECK(third.closing->closed_at == now);
    CHECK(third.closing->ground == closing_ground::refused);
  }

  TEST_CASE("asking again on the same day, or too soon, confirms nothing and writes nothing") {
    for (const auto when : {now - 59min, now - 6h}) {  // 6 in the morning in New York
      const auto what = of(failure_class::unavailable, refused(2, when));
      CHECK(what.what == kind::not_ready);
      CHECK(what.attempts == 2);
      CHECK_FALSE(what.writes_ledger);  // a written row would push the next occasion away for ever
    }
    CHECK(of(failure_class::unavailable, refused(2, now - 8h)).what == kind::terminal);  // the evening before
  }

  TEST_CASE("no number of refusals makes a game unavailable that the schedule does not call final") {
    using nba::game_status;
    auto scoreless = game();
    scoreless.home_score = scoreless.away_score = 0;
    for (const auto& shown : {game(game_status::scheduled), game(game_status::live), scoreless})
      for (int before = 0; before < 20; ++before) {
        const auto what = of(failure_class::unavailable, before == 0 ? row() : refused(before), shown);
        CHECK(what.what == kind::not_ready);
        CHECK_FALSE(is_terminal(what.state));
        CHECK_FALSE(what.counts_as_failure);
        CHECK(what.writes_ledger);
        CHECK(what.attempts == before + 1);  // it was tried
        CHECK_FALSE(what.closing);           // and earlier refusals do not count either
      }
  }

  TEST_CASE("a schedule that may not close games adds to nobody's evidence") {
    nba::failed_game failed{game(), refused(2)};
    failed.may_close = false;
    const auto what = dispose({failure_class::unavailable, "because"}, failed, now, {});
    CHECK(what.what == kind::not_ready);
    CHECK(what.closing == refused(2).closing);
  }

  TEST_CASE("refusals of another kind of suspicion, and attempts, are no confirmations") {
    auto absent = row(game_state::parked, 7, failure_class::transient);
    absent.closing = nba::closing_evidence{closing_ground::absent, "gone", 1, now - 24h, now - 24h};
    const auto what = of(failure_class::unavailable, absent);
    CHECK(what.what == kind::not_ready);
    CHECK(what.state == game_state::parked);  // its dead letter is open
    CHECK(what.closing->occasions == 1);
    CHECK(what.closing->ground == closing_ground::refused);
  }

  TEST_CASE("a closed game that is asked about again stays closed in silence, and the question is counted") {
    const std::vector<std::pair<game_state, closing_ground>> closings{
        {game_state::unavailable, closing_ground::refused},
        {game_state::cancelled, closing_ground::absent},
        {game_state::cancelled, closing_ground::postponed}};
    for (const auto& [state, ground] : closings) {
      CAPTURE(nba::to_string(state));
      const auto known = closed(state, ground);
      const auto again = of(failure_class::unavailable, known);
      CHECK(again.what == kind::terminal);
      CHECK(again.state == state);
      CHECK_FALSE(again.newly_closed);
      CHECK_FALSE(again.counts_as_failure);
      CHECK(again.writes_ledger);
      CHECK(again.closing->checks == 2);
      CHECK(again.closing->closed_at == known.closing->closed_at);
      // Not due (--reprocess all): nothing is counted.
      auto fresh = known;
      fresh.closing->checks = 2;
      CHECK_FALSE(of(failure_class::unavailable, fresh).writes_ledger);
    }
  }

  TEST_CASE("what the host sends of a closed game opens it") {
    const auto unavailable = closed(game_state::unavailable, closing_ground::refused);
    const auto cancelled = closed(game_state::cancelled, closing_ground::absent);
    for (const auto& known : {unavailable, cancelled}) {
      const auto wrong = of(failure_class::rejected, known);
      CHECK(wrong.what == kind::park);
      CHECK(wrong.reopens);
      CHECK_FALSE(wrong.closing);
    }
    const auto stale = of(failure_class::not_final, unavailable);
    CHECK(stale.what == kind::not_ready);
    CHECK(stale.state == game_state::not_final);
    CHECK(stale.reopens);
    // Documents of a cancelled game that say "not begun" are what one expects of it ...
    CHECK(of(failure_class::not_final, cancelled).state == game_state::cancelled);
    // ... unless they show that it was played.
    nba::failed_game played{game(nba::game_status::scheduled), cancelled, "the play-by-play has the end of the game"};
    const auto reopened = dispose({failure_class::not_final, "because"}, played, now, {});
    CHECK(reopened.reopens);
    CHECK(reopened.state == game_state::not_final);
    CHECK(dispose({failure_class::not_final, "because"}, played, now + 72h, {}).what == kind::park);
  }

  TEST_CASE("trouble of a host says nothing of a closed game") {
    for (const auto why : {failure_class::throttled, failure_class::edge_blocked, failure_class::transient,
                           failure_class::contract_drift}) {
      const auto what = of(why, closed(game_state::unavailable, closing_ground::refused));
      CHECK(what.state == game_state::unavailable);
      CHECK_FALSE(what.writes_ledger);
      CHECK_FALSE(what.reopens);
    }
  }

  TEST_CASE("a game that was played and whose documents are not final is parked when patience is over") {
    using nba::game_status;
    const auto late = now + 48h;  // the third day after its date
    auto scoreless = game();
    scoreless.home_score = scoreless.away_score = 0;
    for (const auto& shown : {game(), scoreless}) {
      CHECK(of(failure_class::not_final, row(), shown).what == kind::not_ready);
      const nba::failed_game stale{shown, row(game_state::not_final, 2)};
      CHECK(dispose({failure_class::not_final, "status 1"}, stale, late - 24h, {}).what == kind::not_ready);
      const auto parked = dispose({failure_class::not_final, "status 1"}, stale, late, {});
      CHECK(parked.what == kind::park);
      CHECK(parked.counts_as_failure);
      CHECK(parked.reason.find("not final after 3 days") != std::string::npos);
    }
    // The schedule says that it is still to come: only what the documents show counts.
    nba::failed_game open{game(game_status::scheduled), row()};
    CHECK(dispose({failure_class::not_final, "status 1"}, open, late + 1000h, {}).what == kind::not_ready);
    open.played_evidence = "the play-by-play has the end of the game";
    CHECK(dispose({failure_class::not_final, "status 1"}, open, late, {}).what == kind::park);
    open.played_evidence.clear();
    open.known.played_evidence = "the schedule: 110-101";
    CHECK(dispose({failure_class::not_final, "status 1"}, open, late, {}).what == kind::park);
    // A setting.
    nba::disposition_settings patient;
    patient.patience_days = 10;
    CHECK(dispose({failure_class::not_final, "status 1"}, {game(), row()}, late, patient).what == kind::not_ready);
  }

  TEST_CASE("a game that is not over stays in the plan, and the ledger notes when it was asked") {
    const auto first = of(failure_class::not_final);
    CHECK(first.what == kind::not_ready);
    CHECK(first.state == game_state::not_final);
    CHECK(first.attempts == 1);
    CHECK(first.writes_ledger);
    CHECK_FALSE(first.counts_as_failure);
    const auto again = of(failure_class::not_final, row(game_state::not_final, 1, failure_class::not_final));
    CHECK(again.attempts == 2);
    CHECK(again.writes_ledger);
  }

  TEST_CASE("no document alone postpones or cancels a game") {
    for (const auto why : {failure_class::postponed, failure_class::cancelled}) {
      const auto what = of(why, row(game_state::not_final, 1));
      CHECK(what.what == kind::not_ready);
      CHECK(what.state == game_state::not_final);
      CHECK_FALSE(what.counts_as_failure);
    }
  }

  TEST_CASE("a game that is done keeps its state whatever a later run meets, and the report says so") {
    for (const auto why :
         {failure_class::transient, failure_class::contract_drift, failure_class::rejected, failure_class::internal,
          failure_class::unavailable, failure_class::not_final, failure_class::postponed, failure_class::cancelled}) {
      CAPTURE(nba::to_string(why));
      const auto what = of(why, row(game_state::done));
      CHECK(what.what == kind::not_ready);
      CHECK(what.state == game_state::done);
      CHECK_FALSE(what.writes_ledger);
      CHECK(what.reason.find("stays done") != std::string::npos);
    }
    CHECK(of(failure_class::rejected, row(game_state::done)).counts_as_failure);
    CHECK_FALSE(of(failure_class::not_final, row(game_state::done)).counts_as_failure);
  }

  TEST_CASE("rows of the database that nothing can be derived of park no game: it is fetched again, and counts") {
    for (const auto why : {failure_class::rejected, failure_class::contract_drift, failure_class::internal}) {
      CAPTURE(nba::to_string(why));
      nba::failed_game failed{game(), row(game_state::loaded)};
      failed.from_store = true;
      const auto what = dispose({why, "because", "stored_rows"}, failed, now, {});
      CHECK(what.what == kind::not_ready);
      CHECK(what.state == game_state::planned);
      CHECK(what.writes_ledger);
      CHECK(what.counts_as_failure);
      CHECK(what.reason.find("the next backfill fetches it again") != std::string::npos);
      failed.known.state = game_state::done;
      CHECK_FALSE(dispose({why, "because", "stored_rows"}, failed, now, {}).writes_ledger);
    }
  }

  TEST_CASE("what many games suffer alike changes no game, whatever it is, and counts") {
    for (const auto why :
         {failure_class::throttled, failure_class::transient, failure_class::edge_blocked, failure_class::unavailable,
          failure_class::not_final, failure_class::postponed, failure_class::cancelled, failure_class::contract_drift,
          failure_class::rejected, failure_class::storage, failure_class::configuration, failure_class::internal})
      for (const auto& known :
           {row(), row(game_state::done), row(game_state::parked, 3), row(game_state::loaded), refused(2),
            row(game_state::not_final), closed(game_state::unavailable, closing_ground::refused)}) {
        CAPTURE(nba::to_string(why));
        CAPTURE(nba::to_string(known.state));
        nba::failed_game failed{game(), known, "its documents show it"};
        failed.shared = "so are others";
        const auto what = dispose({why, "because", "somewhere"}, failed, now, {});
        CHECK(what.what == kind::not_ready);
        CHECK(what.state == known.state);
        CHECK(what.attempts == known.attempts);
        CHECK(what.closing == known.closing);
        // But that it was played is written down.
        const bool open = !is_terminal(known.state) && known.state != game_state::loaded;
        CHECK(what.writes_ledger == open);
        auto told_before = failed;
        told_before.known.played_evidence = "the schedule has a result";
        CHECK_FALSE(dispose({why, "because", "somewhere"}, told_before, now, {}).writes_ledger);
        failed.played_evidence.clear();
        CHECK_FALSE(dispose({why, "because", "somewhere"}, failed, now, {}).writes_ledger);
        CHECK_FALSE(what.newly_closed);
        CHECK_FALSE(what.reopens);
        CHECK_FALSE(what.counts_refusal);
        CHECK(what.counts_as_failure);
        CHECK(what.reason.find("because") != std::string::npos);
        CHECK(what.reason.find("so are others") != std::string::npos);
      }
  }

  TEST_CASE("a refusal counts when the schedule has a result, on a new day, and not otherwise") {
    const auto counts = [](const ledger_entry& known, nba::game_status status = nba::game_status::final,
                           bool may_close = true, failure_class why = failure_class::unavailable) {
      nba::failed_game failed{game(status), known};
      failed.may_close = may_close;
      return dispose({why, "because", "somewhere"}, failed, now, {}).counts_refusal;
    };
    CHECK(counts(row()));
    CHECK(counts(refused(1)));
    CHECK(counts(refused(2)));
    CHECK_FALSE(counts(row(), nba::game_status::scheduled));
    CHECK_FALSE(counts(row(), nba::game_status::live));
    CHECK_FALSE(counts(refused(2), nba::game_status::final, false));
    CHECK_FALSE(counts(closed(game_state::unavailable, closing_ground::refused)));
    CHECK_FALSE(counts(row(game_state::done)));
    CHECK_FALSE(counts(row(), nba::game_status::final, true, failure_class::rejected));
  }

  TEST_CASE("other terminal states give way to no state that is open") {
    for (const auto state : {game_state::waived, game_state::unavailable, game_state::cancelled}) {
      CAPTURE(nba::to_string(state));
      const auto what = of(failure_class::transient, row(state));
      CHECK(what.state == state);
      CHECK_FALSE(what.writes_ledger);
      CHECK(what.counts_as_failure);
    }
  }
}
