#include "pipeline/plan/holders.hpp"

#include "tests/unit/plan/builders.hpp"

using namespace nba;
using namespace nba::test;

namespace {

report_context context() {
  report_context made;
  made.today = on("2025-01-15");
  return made;
}

ledger_entry failed(int number, const char* date, game_state state, int attempts, failure_class kind,
                    std::string error = {}) {
  auto entry = row(numbered(number), date, state, attempts);
  entry.error_class = kind;
  entry.error = std::move(error);
  return entry;
}

}  // namespace

TEST_CASE("every open game has a reason a person understands") {
  auto with = context();
  with.parked_stages[numbered(2)] = "transform";
  const auto why = [&](const ledger_entry& entry) { return explain(entry, with); };
  CHECK(why(row(numbered(1), "2025-02-01", game_state::planned)) == "not played yet: scheduled for 2025-02-01");
  CHECK(why(row(numbered(1), "2025-01-15", game_state::not_final, 1)) == "not played yet: scheduled for 2025-01-15");
  CHECK(why(row(numbered(1), "2025-01-14", game_state::planned)) == "never tried");
  CHECK(why(row(numbered(1), "2025-01-14", game_state::not_final, 2)) == "no final score when last tried (attempts 2)");
  CHECK(why(failed(1, "2025-01-14", game_state::planned, 1, failure_class::unavailable)) ==
        "the host did not have it when last asked (attempts 1)");
  auto refused = failed(1, "2025-01-14", game_state::planned, 5, failure_class::unavailable, "403");
  refused.closing = closing_evidence{closing_ground::refused, "403", 2, {}, {}};
  CHECK(why(refused) == "the host has no data for it (2 of 3 confirmations)");
  refused.closing = closing_evidence{closing_ground::absent, "planned for 2025-01-14, no longer in the schedule", 1};
  CHECK(why(refused) == "planned for 2025-01-14, no longer in the schedule (seen on 1 of 2 days)");
  CHECK(why(failed(1, "2025-01-14", game_state::planned, 1, failure_class::transient, "timeout after 30 s")) ==
        "tried without success: transient: timeout after 30 s (attempts 1)");
  CHECK(why(failed(2, "2025-01-14", game_state::parked, 2, failure_class::rejected,
                   "rejected: 110 points, players have 108 (player_points_reconcile)")) ==
        "parked in transform: rejected: 110 points, players have 108 (player_points_reconcile) (attempts 2)");
  CHECK(why(failed(3, "2025-01-14", game_state::parked, 1, failure_class::contract_drift, "no game.actions")) ==
        "parked: contract_drift: no game.actions (attempts 1)");
  CHECK(why(row(numbered(3), "2025-01-14", game_state::parked, 1)) == "parked (attempts 1)");
  CHECK(why(row(numbered(1), "2025-01-14", game_state::loaded)) == "loaded, but its derived rows are not written yet");
  CHECK(why(row(numbered(1), "2025-01-11", game_state::postponed)) == "postponed from 2025-01-11, no new date yet");
  CHECK(why(failed(1, "2025-01-11", game_state::postponed, 0, failure_class::postponed,
                   "postponed from 2025-01-11, no new date yet")) == "postponed from 2025-01-11, no new date yet");
  CHECK(why(failed(1, "2025-01-11", game_state::postponed, 0, failure_class::postponed,
                   "planned for 2025-01-11, no longer in the schedule")) ==
        "postponed: planned for 2025-01-11, no longer in the schedule");
  CHECK(why(row(numbered(1), "2025-01-11", game_state::waived)) == "waived: no evidence was kept");
  CHECK(why(failed(1, "2025-01-11", game_state::unavailable, 3, failure_class::unavailable, "403")) ==
        "unavailable: 403");
  CHECK(why(row(numbered(1), "2025-01-11", game_state::done)) == "done");
}

TEST_CASE("lanes are summed up one by one") {
  const std::vector<ledger_entry> ledger{
      row(numbered(1), "2024-11-12", game_state::done),
      row(numbered(2), "2024-11-12", game_state::waived),
      failed(3, "2024-11-13", game_state::parked, 2, failure_class::rejected, "no starters"),
      row(numbered(61), "2024-10-22", game_state::done),
      row(numbered(62), "2025-03-01", game_state::planned),
      row(numbered(101, game_type::playoffs), "2025-04-19", game_state::planned),
      row(numbered(1, game_type::cup), "2024-12-17", game_state::unavailable)};
  const auto lanes = summarize_lanes(ledger, context());
  REQUIRE(lanes.size() == 3);

  const auto& regular = lanes[0];
  CHECK(watermark_key(regular.lane) == "2024-25");
  CHECK(regular.planned == 5);
  CHECK(regular.terminal == 3);
  CHECK(regular.watermark == numbered(2));
  CHECK(regular.lag == 3);
  REQUIRE(regular.holder);
  CHECK(regular.holder->id == numbered(3));
  CHECK(regular.holder_reason == "parked: rejected: no starters (attempts 2)");
  CHECK(regular.terminal_above_holder == 1);
  CHECK(regular.through_date == on("2024-11-12"));
  CHECK(regular.by_state.at(game_state::done) == 2);
  CHECK(regular.by_state.at(game_state::parked) == 1);

  const auto& playoffs = lanes[1];
  CHECK(watermark_key(playoffs.lane) == "2024-25/playoffs");
  CHECK_FALSE(playoffs.watermark);
  CHECK_FALSE(playoffs.through_date);
  CHECK(playoffs.lag == 1);

  const auto& cup = lanes[2];
  CHECK(cup.watermark == numbered(1, game_type::cup));
  CHECK_FALSE(cup.holder);
  CHECK(cup.holder_reason.empty());
  CHECK(cup.lag == 0);
  CHECK(summarize_lanes({}, context()).empty());
}

TEST_CASE("gaps are the open games in date order, and planned minus terminal in number") {
  const std::vector<ledger_entry> ledger{
      row(numbered(3), "2025-01-10", game_state::planned), row(numbered(1), "2025-01-12", game_state::parked, 1),
      row(numbered(2), "2025-01-10", game_state::loaded), row(numbered(4), "2025-01-09", game_state::cancelled)};
  const auto gaps = find_gaps(ledger, context());
  CHECK(ids_of(gaps) == std::vector<std::string>{"0022400002", "0022400003", "0022400001"});
  CHECK(gaps[2].attempts == 1);
  CHECK(gaps[2].state == game_state::parked);
  CHECK(gaps[1].reason == "never tried");
  const auto lanes = summarize_lanes(ledger, context());
  CHECK(gaps.size() == lanes[0].planned - lanes[0].terminal);
}

TEST_CASE("closed games are listed with ground and evidence, in date order; done ones are not among them") {
  auto refused = row(numbered(1), "2025-01-12", game_state::unavailable);
  refused.closing = closed_by(closing_ground::refused, "403 for the box score", at("2025-01-15T12:00:00Z"));
  auto waived = row(numbered(2), "2025-01-10", game_state::waived);
  waived.closing = closed_by(closing_ground::waived, "the league says so", at("2025-01-15T12:00:00Z"));
  const std::vector<ledger_entry> ledger{
      refused, waived,
      failed(3, "2025-01-11", game_state::cancelled, 0, failure_class::cancelled, "the schedule says cancelled"),
      row(numbered(4), "2025-01-09", game_state::done), row(numbered(5), "2025-01-09", game_state::postponed)};
  const auto closed = find_closed(ledger);
  CHECK(ids_of(closed) == std::vector<std::string>{"0022400002", "0022400003", "0022400001"});
  CHECK(closed[0].reason == "the league says so");
  CHECK_FALSE(closed[0].next_check);
  CHECK(closed[1].reason == "the schedule says cancelled");
  CHECK_FALSE(closed[1].evidence);
  CHECK(closed[2].next_check == on("2025-01-16"));
  const auto lanes = summarize_lanes(ledger, context());
  CHECK(lanes[0].done == 1);
  CHECK(lanes[0].closed() == 3);
}

TEST_CASE("a planned game without a ledger row is not done, and a row without a planned game stays") {
  const std::vector<planned_game> plan{game(numbered(1), "2025-01-10"), game(numbered(2), "2025-01-11")};
  const std::vector<ledger_entry> ledger{row(numbered(9), "2025-01-12", game_state::postponed),
                                         row(numbered(1), "2025-01-10", game_state::done)};
  const auto complete = complete_ledger(plan, ledger);
  CHECK(ids_of(complete) == std::vector<std::string>{"0022400001", "0022400002", "0022400009"});
  CHECK(complete[0].state == game_state::done);
  CHECK(complete[1].state == game_state::planned);
  CHECK(complete[1].date == on("2025-01-11"));
  CHECK(complete[2].state == game_state::postponed);
}

TEST_CASE("the report says how to release what holds a lane") {
  const auto hint = [](const ledger_entry& holder, std::optional<game_id> since = std::nullopt) {
    const std::vector<ledger_entry> ledger{holder};
    std::string text;
    for (const auto& [what, command] : release_ways(summarize_lanes(ledger, context()).front(), context(), since))
      text += what + ": " + command + '\n';
    return text;
  };
  CHECK(hint(row(numbered(5), "2025-01-10", game_state::parked, 1)) ==
        "try it again: nba-scraper dlq retry 0022400005\n"
        "give it up: nba-scraper dlq waive 0022400005 --reason TEXT\n");
  CHECK(hint(row(numbered(5), "2025-01-10", game_state::planned), numbered(60)) ==
        "run a backfill without --since: nba-scraper schedule backfill --season 2024-25\n"
        "give it up: nba-scraper dlq waive 0022400005 --reason TEXT\n");
  // `--since` excludes its own id.
  CHECK(hint(row(numbered(5), "2025-01-10", game_state::planned), numbered(5)).find("without --since") !=
        std::string::npos);
  CHECK(hint(row(numbered(5), "2025-01-10", game_state::parked, 1), numbered(4)).starts_with("try it again"));
  const std::string backfill = "run a backfill: nba-scraper schedule backfill --season 2024-25";
  CHECK(hint(row(numbered(5), "2025-01-10", game_state::planned), numbered(60, game_type::playoffs)) ==
        backfill + "\n");
  CHECK(hint(row(numbered(5, game_type::preseason), "2025-01-10", game_state::planned)) ==
        backfill + " --game-types preseason\n");
  CHECK(hint(row(numbered(5), "2025-01-20", game_state::loaded)) == backfill + "\n");
  // Only time helps.
  CHECK(hint(row(numbered(5), "2025-01-20", game_state::planned)).empty());
  CHECK(hint(row(numbered(5), "2025-01-10", game_state::postponed)).empty());
  CHECK(hint(row(numbered(5), "2025-01-10", game_state::done)).empty());
}
