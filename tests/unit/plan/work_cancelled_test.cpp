// Games without a score, games the schedule no longer lists, and schedules that are not to be believed.
#include "pipeline/plan/work.hpp"
#include "tests/unit/plan/builders.hpp"

using namespace nba;
using namespace nba::test;

namespace {

constexpr auto last_date = "2025-06-22";   // of the schedule
constexpr auto week_after = "2025-06-29";  // not over yet
constexpr auto season_over = "2025-06-30";

planned_game finals() { return game(numbered(407, game_type::playoffs), last_date); }

work_plan plan(std::vector<planned_game> games, const std::vector<ledger_entry>& ledger, std::string_view now) {
  games.push_back(finals());
  scope limits;
  limits.types = {game_type::regular, game_type::playoffs};
  auto work = plan_work(schedule_of(std::move(games)), ledger, limits, on(now));
  REQUIRE_MESSAGE(work, describe(work.error()));
  std::erase_if(work->to_fetch, [](const auto& one) { return one.id == finals().id; });
  return *std::move(work);
}

planned_game scoreless(int number) { return game(numbered(number), "2025-01-10", game_status::scheduled); }

ledger_entry tried(int number, std::string_view when, game_state state = game_state::not_final, int attempts = 2) {
  auto entry = row(numbered(number), "2025-01-10", state, attempts);
  entry.updated_at = at(when);
  return entry;
}

}  // namespace

TEST_CASE("a postponed game is cancelled once the season has been over for a week, not before") {
  auto one = scoreless(1);
  one.postponed = true;
  CHECK(plan({one}, {}, week_after).newly_cancelled.empty());
  const auto work = plan({one}, {}, season_over);
  REQUIRE(work.newly_cancelled.size() == 1);
  CHECK(work.newly_cancelled.front().state == game_state::cancelled);
  CHECK(work.newly_cancelled.front().reason == "postponed from 2025-01-10 and not played by the season's end");
  REQUIRE(work.ledger_updates.size() == 1);
  CHECK(work.ledger_updates.front().state == game_state::cancelled);
  CHECK(work.ledger_updates.front().error_class == failure_class::cancelled);
}

TEST_CASE("a game that an outdated schedule calls scheduled is fetched, however long the season is over") {
  CHECK(plan({scoreless(1)}, {}, season_over).to_fetch.size() == 1);
  CHECK(plan({scoreless(1)}, {row(numbered(1), "2025-01-10", game_state::parked, 3)}, "2026-01-01").to_fetch.size() ==
        1);
}

TEST_CASE("a game is cancelled when it was tried after the season and its payload still had no score") {
  const auto after_season = "2025-06-30T12:00:00Z";
  CHECK(plan({scoreless(1)}, {tried(1, after_season)}, season_over).newly_cancelled.size() == 1);
  // Tried before the end, never tried, or ended otherwise: once more.
  CHECK(plan({scoreless(1)}, {tried(1, "2025-06-23T03:59:59Z")}, season_over).to_fetch.size() == 1);
  CHECK(plan({scoreless(1)}, {tried(1, after_season, game_state::not_final, 0)}, season_over).to_fetch.size() == 1);
  CHECK(plan({scoreless(1)}, {tried(1, after_season, game_state::parked)}, season_over).to_fetch.size() == 1);
  CHECK(plan({scoreless(1)}, {tried(1, after_season, game_state::planned)}, season_over).to_fetch.size() == 1);
  CHECK(plan({scoreless(1)}, {tried(1, after_season)}, week_after).to_fetch.size() == 1);
  // And a score in the schedule outweighs it all.
  CHECK(plan({game(numbered(1), "2025-01-10")}, {tried(1, after_season)}, season_over).to_fetch.size() == 1);
}

TEST_CASE("a game whose teams were never decided is cancelled after the season") {
  auto one = scoreless(1);
  one.home_team_id = 0;
  CHECK(plan({one}, {}, week_after).not_ready.size() == 1);
  CHECK(plan({one}, {}, season_over).newly_cancelled.size() == 1);
}

TEST_CASE("a playoff game that vanishes is cancelled two days after its date") {
  const auto fifth = numbered(105, game_type::playoffs);
  const auto gone = row(fifth, "2025-04-29", game_state::planned);
  for (const auto* day : {"2025-04-28", "2025-04-29", "2025-04-30", "2025-05-01"}) {
    const auto work = plan({}, {gone}, day);
    CAPTURE(day);
    REQUIRE(work.not_ready.size() == 1);
    CHECK(work.not_ready.front().reason == "planned for 2025-04-29, no longer in the schedule");
    CHECK(work.not_ready.front().state == game_state::not_final);
    CHECK(work.ledger_updates.empty());
  }
  const auto work = plan({}, {gone}, "2025-05-02");
  REQUIRE(work.newly_cancelled.size() == 1);
  CHECK(work.newly_cancelled.front().id == fifth);
  // One that was really postponed waits for its new date.
  CHECK(plan({}, {row(fifth, "2025-04-29", game_state::postponed)}, "2025-05-10").not_ready.size() == 1);
  CHECK(plan({}, {row(fifth, "2025-04-29", game_state::postponed)}, season_over).newly_cancelled.size() == 1);
}

TEST_CASE("a regular game that vanishes is postponed from its date on, and cancelled after the season") {
  const auto gone = [](game_state state) {
    return std::vector<ledger_entry>{row(numbered(7), "2025-01-10", state, 1)};
  };
  const auto before = plan({}, gone(game_state::planned), "2025-01-10");
  REQUIRE(before.not_ready.size() == 1);
  CHECK(before.not_ready.front().state == game_state::not_final);
  CHECK(before.ledger_updates.empty());
  for (const auto state : {game_state::planned, game_state::not_final, game_state::parked}) {
    const auto after = plan({}, gone(state), "2025-01-11");
    REQUIRE(after.not_ready.size() == 1);
    CHECK(after.not_ready.front().state == game_state::postponed);
    REQUIRE(after.ledger_updates.size() == 1);
    CHECK(after.ledger_updates.front().state == game_state::postponed);
    CHECK(plan({}, gone(state), week_after).newly_cancelled.empty());
    CHECK(plan({}, gone(state), season_over).newly_cancelled.size() == 1);
  }
  const auto known = plan({}, gone(game_state::postponed), "2025-02-01");
  CHECK(known.not_ready.size() == 1);
  CHECK(known.ledger_updates.empty());
  // Listed again with a new date.
  const auto back =
      plan({game(numbered(7), "2025-03-01", game_status::scheduled)}, gone(game_state::postponed), "2025-02-01");
  REQUIRE(back.ledger_updates.size() == 1);
  CHECK(back.ledger_updates.front().state == game_state::planned);
}

TEST_CASE("terminal games may vanish, except played ones") {
  for (const auto state : {game_state::waived, game_state::unavailable, game_state::cancelled}) {
    const auto work = plan({}, {row(numbered(7), "2025-01-10", state)}, "2025-02-01");
    CHECK(work.already_terminal == 1);
    CHECK(work.ledger_updates.empty());
  }
}

TEST_CASE("a schedule that lacks a game which is stored is refused, whatever the scope and mode") {
  for (const auto state : {game_state::done, game_state::loaded})
    for (const auto mode : {reprocess::missing, reprocess::parked, reprocess::all}) {
      scope limits;
      limits.types = {game_type::playoffs};
      limits.reprocess = mode;
      const auto work = plan_work(schedule_of({finals()}),
                                  {row(numbered(9), "2024-10-22", state), row(numbered(8), "2024-10-22", state),
                                   row(numbered(1), "2024-10-22", game_state::planned)},
                                  limits, on("2025-07-01"));
      REQUIRE_FALSE(work);
      CHECK(to_string(work.error().kind) == "contract_drift");
      CHECK(work.error().where == "leagueSchedule.gameDates");
      CHECK(work.error().message ==
            "the schedule of 2024-25 lists 1 games but lacks 2 that were played and stored (the first is 0022400008): "
            "it is incomplete. Nothing was changed; try again later");
    }
}

TEST_CASE("fifty games may be cancelled at once for being gone or without teams, fifty-one are a broken schedule") {
  for (const bool vanished : {true, false})
    for (const int count : {50, 51}) {
      std::vector<ledger_entry> ledger;
      std::vector<planned_game> games;
      for (int i = 1; i <= count; ++i) {
        auto one = scoreless(i);
        one.home_team_id = 0;
        if (vanished)
          ledger.push_back(row(one.id, "2025-01-10", game_state::planned));
        else
          games.push_back(one);
      }
      const auto work = plan(games, ledger, season_over);
      if (count == 50) {
        CHECK(work.newly_cancelled.size() == 50);
        CHECK(work.ledger_updates.size() == 50);
        CHECK(work.not_ready.empty());
      } else {
        CHECK(work.newly_cancelled.empty());
        CHECK(work.ledger_updates.empty());
        REQUIRE(work.not_ready.size() == 51);
        CHECK(work.not_ready.front().state == game_state::not_final);
        CHECK(work.not_ready.front().reason.find("51 games at once look like a broken schedule") != std::string::npos);
      }
    }
}

TEST_CASE("what the schedule says in so many words is not bounded") {
  std::vector<planned_game> games;
  for (int i = 1; i <= 171; ++i) {  // 2019-20
    games.push_back(scoreless(i));
    (i % 2 ? games.back().cancelled : games.back().postponed) = true;
  }
  CHECK(plan(games, {}, season_over).newly_cancelled.size() == 171);
}
