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

// Off its date since the day before, seen once.
ledger_entry seen_once(const game_id& of, std::string_view date, closing_ground ground, std::string_view seen_on,
                       game_state state = game_state::planned) {
  auto entry = row(of, date, state, 1);
  entry.closing = seen_again(std::nullopt, ground, "seen", at(std::string{seen_on} + "T13:00:00Z"));
  return entry;
}

}  // namespace

TEST_CASE("a postponed game is cancelled once the season has been over for a week, not before") {
  auto one = scoreless(1);
  one.postponed = true;
  const std::vector<ledger_entry> known{row(one.id, "2025-01-10", game_state::postponed)};
  CHECK(plan({one}, known, week_after).newly_cancelled.empty());
  const auto work = plan({one}, known, season_over);
  REQUIRE(work.newly_cancelled.size() == 1);
  CHECK(work.newly_cancelled.front().state == game_state::cancelled);
  CHECK(work.newly_cancelled.front().reason ==
        "postponed from 2025-01-10, no new date yet; not played by the season's end");
  REQUIRE(work.newly_cancelled.front().ground);
  CHECK(is_inferred(*work.newly_cancelled.front().ground));  // an alarm
  REQUIRE(work.ledger_updates.size() == 1);
  CHECK(work.ledger_updates.front().state == game_state::cancelled);
  CHECK(work.ledger_updates.front().error_class == failure_class::cancelled);
  REQUIRE(work.ledger_updates.front().closing);
  CHECK(work.ledger_updates.front().closing->closed_at);
}

TEST_CASE("a postponement counts from the second day on, before the season's end and after it") {
  auto one = scoreless(1);
  one.postponed = true;
  for (const auto* day : {"2025-01-12", season_over}) {
    CAPTURE(day);
    const auto first = plan({one}, {}, day);
    REQUIRE(first.not_ready.size() == 1);
    CHECK(first.not_ready.front().suspicion);
    CHECK(first.not_ready.front().state == game_state::not_final);
    REQUIRE(first.ledger_updates.size() == 1);
    CHECK(first.ledger_updates.front().state == game_state::planned);
    // The same day again: nothing new.
    auto known = row(one.id, "2025-01-10", game_state::planned);
    known.closing = first.ledger_updates.front().closing;
    CHECK(plan({one}, {known}, day).ledger_updates.empty());
    CHECK(plan({one}, {known}, day).not_ready.size() == 1);
    // The next one.
    const auto next = format_date(on(day) + date::days{1});
    const auto second = plan({one}, {known}, next);
    const bool over = on(day) > on("2025-06-01");
    CHECK(second.newly_cancelled.size() == (over ? 1 : 0));
    REQUIRE(second.ledger_updates.size() == 1);
    CHECK(second.ledger_updates.front().state == (over ? game_state::cancelled : game_state::postponed));
    CHECK(second.ledger_updates.front().closing->occasions == 2);
    // Or it was a slip of one morning.
    const auto back = plan({game(one.id, "2025-01-10")}, {known}, next);
    CHECK(back.to_fetch.size() == 1);
    REQUIRE(back.ledger_updates.size() == 1);
    CHECK(back.ledger_updates.front().state == game_state::planned);
    CHECK_FALSE(back.ledger_updates.front().closing);
  }
}

TEST_CASE("a game that an outdated schedule calls scheduled is fetched, however long the season is over") {
  CHECK(plan({scoreless(1)}, {}, season_over).to_fetch.size() == 1);
  CHECK(plan({scoreless(1)}, {row(numbered(1), "2025-01-10", game_state::parked, 3)}, "2026-01-01").to_fetch.size() ==
        1);
}

TEST_CASE("a game that is listed to be played is never cancelled, however often its documents had no score") {
  for (const auto status : {game_status::scheduled, game_status::live, game_status::final}) {
    auto one = game(numbered(1), "2025-01-10", status);
    one.home_score = one.away_score = status == game_status::final ? std::optional{0} : std::nullopt;
    auto tried = row(one.id, "2025-01-10", game_state::not_final, 9);
    tried.updated_at = at("2025-08-01T12:00:00Z");
    const auto work = plan({one}, {tried}, "2026-01-01");
    CHECK(work.to_fetch.size() == 1);
    CHECK(work.newly_cancelled.empty());
  }
}

TEST_CASE("a game whose teams were never decided is cancelled after the season") {
  auto one = scoreless(1);
  one.home_team_id = 0;
  CHECK(plan({one}, {}, week_after).not_ready.size() == 1);
  CHECK(plan({one}, {}, season_over).newly_cancelled.size() == 1);
}

TEST_CASE("a playoff game that vanishes is not needed from its date on, when its series is decided, and no alarm") {
  std::vector<planned_game> series;
  for (int i = 101; i <= 104; ++i)
    series.push_back(game(numbered(i, game_type::playoffs), "2025-04-2" + std::to_string(i - 100)));
  const auto fifth = numbered(105, game_type::playoffs);
  const std::vector<ledger_entry> gone{row(fifth, "2025-04-29", game_state::planned)};
  for (const auto* day : {"2025-04-28", "2025-04-29"}) {
    CAPTURE(day);
    const auto work = plan(series, gone, day);
    REQUIRE(work.not_ready.size() == 1);
    CHECK(work.not_ready.front().reason == "planned for 2025-04-29, no longer in the schedule");
    CHECK(work.ledger_updates.empty());
  }
  const auto work = plan(series, gone, "2025-04-30");
  REQUIRE(work.newly_cancelled.size() == 1);
  CHECK(work.newly_cancelled.front().id == fifth);
  CHECK(work.newly_cancelled.front().ground == closing_ground::not_needed);
  CHECK(work.newly_cancelled.front().reason ==
        "planned for 2025-04-29 if necessary: its series was decided without it");
  // Listed still, as games that are played only if necessary are.
  auto listed = game(fifth, "2025-04-29", game_status::scheduled);
  CHECK(plan(
            [&] {
              auto all = series;
              all.push_back(listed);
              return all;
            }(),
            gone, "2025-04-30")
            .to_fetch.size() == 5);
  listed.if_necessary = true;
  auto all = series;
  all.push_back(listed);
  CHECK(plan(all, gone, "2025-04-29").newly_cancelled.empty());
  CHECK(plan(all, gone, "2025-04-30").newly_cancelled.size() == 1);
  // The series goes on: it is missed as any other game is.
  series.pop_back();
  CHECK(plan(series, gone, "2025-04-30").newly_cancelled.empty());
  CHECK(plan(series, gone, "2025-04-30").not_ready.front().suspicion);
}

TEST_CASE("a game that vanishes is postponed from the second day after its date on, and cancelled after the season") {
  for (const auto& of : {numbered(7), numbered(101, game_type::playoffs)}) {
    const auto gone = [&](game_state state) { return std::vector<ledger_entry>{row(of, "2025-01-10", state, 1)}; };
    const auto before = plan({}, gone(game_state::planned), "2025-01-10");
    REQUIRE(before.not_ready.size() == 1);
    CHECK(before.not_ready.front().state == game_state::not_final);
    CHECK_FALSE(before.not_ready.front().suspicion);
    CHECK(before.ledger_updates.empty());
    for (const auto state : {game_state::planned, game_state::not_final, game_state::parked}) {
      const auto first = plan({}, gone(state), "2025-01-11");
      REQUIRE(first.not_ready.size() == 1);
      CHECK(first.not_ready.front().suspicion);
      REQUIRE(first.ledger_updates.size() == 1);
      CHECK(first.ledger_updates.front().state == state);
      CHECK(first.ledger_updates.front().attempts == 1);
      const std::vector<ledger_entry> once{seen_once(of, "2025-01-10", closing_ground::absent, "2025-01-11", state)};
      const auto second = plan({}, once, "2025-01-12");
      REQUIRE(second.not_ready.size() == 1);
      CHECK(second.not_ready.front().state == game_state::postponed);
      REQUIRE(second.ledger_updates.size() == 1);
      CHECK(second.ledger_updates.front().state == game_state::postponed);
      CHECK(plan({}, once, "2025-01-11").ledger_updates.empty());
      CHECK(plan({}, once, season_over).newly_cancelled.size() == 1);
      CHECK(plan({}, gone(state), season_over).newly_cancelled.empty());
    }
    CHECK(plan({}, gone(game_state::postponed), week_after).newly_cancelled.empty());
    const auto closed = plan({}, gone(game_state::postponed), season_over);
    REQUIRE(closed.newly_cancelled.size() == 1);
    CHECK(closed.newly_cancelled.front().ground == closing_ground::absent);
    const auto known = plan({}, gone(game_state::postponed), "2025-02-01");
    CHECK(known.not_ready.size() == 1);
    CHECK(known.ledger_updates.empty());
    // Listed again with a new date.
    const auto back = plan({game(of, "2025-03-01", game_status::scheduled)}, gone(game_state::postponed), "2025-02-01");
    REQUIRE(back.ledger_updates.size() == 1);
    CHECK(back.ledger_updates.front().state == game_state::planned);
  }
}

TEST_CASE("terminal games may vanish, except played ones") {
  for (const auto state : {game_state::waived, game_state::unavailable, game_state::cancelled}) {
    const auto work = plan({}, {row(numbered(7), "2025-01-10", state)}, "2025-02-01");
    CHECK(work.already_terminal == 1);
    CHECK(work.ledger_updates.empty());
  }
}

TEST_CASE("a schedule that lacks many games which are stored is refused, whatever the scope and mode") {
  for (const auto state : {game_state::done, game_state::loaded})
    for (const auto mode : {reprocess::missing, reprocess::parked, reprocess::all}) {
      scope limits;
      limits.types = {game_type::playoffs};
      limits.reprocess = mode;
      std::vector<ledger_entry> ledger{row(numbered(1), "2024-10-22", game_state::planned)};
      for (int i = 8; i <= 13; ++i) ledger.push_back(row(numbered(i), "2024-10-22", state));
      const auto work = plan_work(schedule_of({finals()}), ledger, limits, on("2025-07-01"));
      REQUIRE_FALSE(work);
      CHECK(to_string(work.error().kind) == "contract_drift");
      CHECK(work.error().where == "leagueSchedule.gameDates");
      CHECK(work.error().message ==
            "the schedule of 2024-25 lists 1 games but lacks 6 that were played and stored (the first is 0022400008): "
            "it is incomplete. Nothing was changed; try again later");
    }
}

TEST_CASE("a few stored games may leave the schedule: they stay what they are, and are named") {
  std::vector<ledger_entry> ledger;
  for (int i = 1; i <= 5; ++i) ledger.push_back(row(numbered(i), "2024-10-22", game_state::done));
  const auto work = plan({}, ledger, season_over);
  CHECK(work.unlisted_stored.size() == 5);
  CHECK(work.already_terminal == 5);
  CHECK(work.already_closed == 0);
  CHECK(work.ledger_updates.empty());
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
          ledger.push_back(row(one.id, "2025-01-10", game_state::postponed));
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
    games.back().cancelled = true;
  }
  const auto work = plan(games, {}, season_over);
  CHECK(work.newly_cancelled.size() == 171);
  for (const auto& one : work.newly_cancelled) CHECK_FALSE(is_inferred(*one.ground));
}
