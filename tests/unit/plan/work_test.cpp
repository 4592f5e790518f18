#include "pipeline/plan/work.hpp"

#include "tests/unit/plan/builders.hpp"

#include <string>

using namespace nba;
using namespace nba::test;

namespace {

constexpr auto today = "2025-01-15";

// Keeps the season open: a game of June that is not due.
planned_game finals() { return game(numbered(407, game_type::playoffs), "2025-06-22", game_status::scheduled); }

work_plan plan(std::vector<planned_game> games, const std::vector<ledger_entry>& ledger, const scope& limits = {},
               std::string_view now = today) {
  auto work = plan_work(schedule_of(std::move(games)), ledger, limits, on(now));
  REQUIRE_MESSAGE(work, describe(work.error()));
  return *std::move(work);
}

scope in_mode(reprocess mode) {
  scope limits;
  limits.types = {game_type::regular};
  limits.reprocess = mode;
  return limits;
}

// Where one game of the scope ended up.
std::string place(const work_plan& work) {
  REQUIRE(work.in_scope() == 1);
  if (!work.to_fetch.empty()) return "fetch";
  if (!work.to_derive.empty()) return "derive";
  if (!work.not_ready.empty()) return "not ready: " + std::string{to_string(work.not_ready.front().state)};
  if (!work.newly_cancelled.empty()) return "cancelled";
  return work.already_terminal == 1 ? "terminal" : "not selected";
}

std::string update_of(const work_plan& work) {
  REQUIRE(work.ledger_updates.size() <= 1);
  return work.ledger_updates.empty() ? "none" : std::string{to_string(work.ledger_updates.front().state)};
}

// Ways the schedule may show a game.
enum class shown { final_, final_without_score, live, scheduled, postponed, cancelled, undecided };

planned_game as(shown how, std::string_view date) {
  auto one = game(numbered(100), date, game_status::scheduled);
  switch (how) {
    case shown::final_:
      return game(numbered(100), date);
    case shown::final_without_score:
      one.status = game_status::final;
      break;
    case shown::live:
      one.status = game_status::live;
      break;
    case shown::scheduled:
      break;
    case shown::postponed:
      one.postponed = true;
      break;
    case shown::cancelled:
      one.cancelled = true;
      break;
    case shown::undecided:
      one.home_team_id = 0;
      break;
  }
  return one;
}

constexpr auto past = "2025-01-10";
constexpr auto future = "2025-01-20";

}  // namespace

TEST_CASE("a game that no ledger knows: schedule and date decide") {
  struct line {
    shown how;
    const char* date;
    const char* expected;
  };
  const std::vector<line> table{
      {shown::final_, past, "fetch"},
      {shown::final_, today, "fetch"},
      {shown::final_, future, "fetch"},  // a final score outweighs the date
      {shown::final_without_score, past, "fetch"},
      {shown::final_without_score, today, "fetch"},
      {shown::final_without_score, future, "not ready: not_final"},
      {shown::live, past, "fetch"},
      {shown::live, today, "fetch"},
      {shown::live, future, "not ready: not_final"},
      {shown::scheduled, past, "fetch"},  // the schedule may be stale
      {shown::scheduled, "2025-01-14", "fetch"},
      {shown::scheduled, today, "not ready: not_final"},
      {shown::scheduled, future, "not ready: not_final"},
      {shown::postponed, past, "not ready: not_final"},  // seen once
      {shown::postponed, future, "not ready: not_final"},
      {shown::cancelled, past, "cancelled"},
      {shown::cancelled, future, "cancelled"},
      {shown::undecided, past, "not ready: not_final"},
      {shown::undecided, future, "not ready: not_final"},
  };
  for (const auto& [how, date, expected] : table) {
    CAPTURE(static_cast<int>(how));
    CAPTURE(date);
    CHECK(place(plan({as(how, date), finals()}, {}, in_mode(reprocess::missing))) == expected);
  }
}

TEST_CASE("ledger state, schedule and mode decide where a game goes") {
  struct line {
    game_state state;
    shown how;
    const char* date;
    const char* missing;
    const char* parked;
    const char* all;
    const char* update;  // in mode missing
  };
  const std::vector<line> table{
      {game_state::planned, shown::final_, past, "fetch", "not selected", "fetch", "none"},
      // Seen once: more evidence, the same state.
      {game_state::planned, shown::postponed, past, "not ready: not_final", "not selected", "not ready: not_final",
       "planned"},
      {game_state::planned, shown::cancelled, past, "cancelled", "not selected", "cancelled", "cancelled"},
      {game_state::planned, shown::scheduled, future, "not ready: not_final", "not selected", "not ready: not_final",
       "none"},

      {game_state::loaded, shown::final_, past, "derive", "not selected", "fetch", "none"},
      {game_state::loaded, shown::scheduled, past, "derive", "not selected", "fetch", "none"},
      {game_state::loaded, shown::postponed, past, "derive", "not selected", "derive", "none"},
      {game_state::loaded, shown::scheduled, future, "derive", "not selected", "derive", "none"},
      {game_state::loaded, shown::cancelled, past, "derive", "not selected", "derive", "none"},

      {game_state::done, shown::final_, past, "terminal", "terminal", "fetch", "none"},
      {game_state::done, shown::scheduled, past, "terminal", "terminal", "fetch", "none"},
      {game_state::done, shown::scheduled, future, "terminal", "terminal", "terminal", "none"},
      {game_state::done, shown::postponed, past, "terminal", "terminal", "terminal", "none"},
      {game_state::done, shown::cancelled, past, "terminal", "terminal", "terminal", "none"},

      {game_state::parked, shown::final_, past, "fetch", "fetch", "fetch", "none"},
      {game_state::parked, shown::scheduled, past, "fetch", "fetch", "fetch", "none"},
      {game_state::parked, shown::scheduled, future, "not ready: not_final", "not ready: not_final",
       "not ready: not_final", "none"},
      {game_state::parked, shown::postponed, past, "not ready: not_final", "not ready: not_final",
       "not ready: not_final", "parked"},
      {game_state::parked, shown::cancelled, past, "cancelled", "cancelled", "cancelled", "cancelled"},

      {game_state::waived, shown::final_, past, "terminal", "terminal", "fetch", "none"},
      {game_state::waived, shown::postponed, past, "terminal", "terminal", "terminal", "none"},
      {game_state::unavailable, shown::final_, past, "terminal", "terminal", "fetch", "none"},
      // Nobody is unavailable against a schedule that does not call the game final.
      {game_state::unavailable, shown::final_without_score, past, "terminal", "terminal", "fetch", "none"},
      {game_state::unavailable, shown::scheduled, past, "fetch", "terminal", "fetch", "planned"},
      {game_state::unavailable, shown::scheduled, future, "not ready: not_final", "terminal", "not ready: not_final",
       "planned"},
      {game_state::unavailable, shown::live, past, "fetch", "terminal", "fetch", "planned"},
      {game_state::unavailable, shown::cancelled, past, "terminal", "terminal", "terminal", "none"},

      {game_state::postponed, shown::final_, past, "fetch", "not selected", "fetch", "planned"},
      {game_state::postponed, shown::scheduled, past, "fetch", "not selected", "fetch", "planned"},
      {game_state::postponed, shown::scheduled, future, "not ready: not_final", "not selected", "not ready: not_final",
       "planned"},
      {game_state::postponed, shown::undecided, past, "not ready: not_final", "not selected", "not ready: not_final",
       "planned"},
      {game_state::postponed, shown::postponed, past, "not ready: postponed", "not selected", "not ready: postponed",
       "none"},
      {game_state::postponed, shown::cancelled, past, "cancelled", "not selected", "cancelled", "cancelled"},

      // Played after all: the way back from a wrong conclusion.
      {game_state::cancelled, shown::final_, past, "fetch", "terminal", "fetch", "planned"},
      {game_state::cancelled, shown::final_without_score, past, "fetch", "terminal", "fetch", "planned"},
      {game_state::cancelled, shown::scheduled, future, "not ready: not_final", "terminal", "not ready: not_final",
       "planned"},
      {game_state::cancelled, shown::postponed, past, "not ready: not_final", "terminal", "not ready: not_final",
       "planned"},
      {game_state::cancelled, shown::cancelled, past, "terminal", "terminal", "terminal", "none"},

      {game_state::not_final, shown::final_, past, "fetch", "not selected", "fetch", "none"},
      {game_state::not_final, shown::live, past, "fetch", "not selected", "fetch", "none"},
      {game_state::not_final, shown::live, today, "fetch", "not selected", "fetch", "none"},
      {game_state::not_final, shown::scheduled, future, "not ready: not_final", "not selected", "not ready: not_final",
       "none"},
      {game_state::not_final, shown::postponed, past, "not ready: not_final", "not selected", "not ready: not_final",
       "not_final"},
  };
  for (const auto& each : table) {
    CAPTURE(to_string(each.state));
    CAPTURE(static_cast<int>(each.how));
    CAPTURE(each.date);
    const std::vector<planned_game> games{as(each.how, each.date), finals()};
    const std::vector<ledger_entry> ledger{row(numbered(100), each.date, each.state, 1)};
    const auto missing = plan(games, ledger, in_mode(reprocess::missing));
    CHECK(place(missing) == each.missing);
    CHECK(update_of(missing) == each.update);
    CHECK(place(plan(games, ledger, in_mode(reprocess::parked))) == each.parked);
    CHECK(place(plan(games, ledger, in_mode(reprocess::all))) == each.all);
  }
}

TEST_CASE("of games that are named all are tried but those that are terminal or not due, and no other is touched") {
  const std::vector<planned_game> games{as(shown::final_, past), game(numbered(101), past), finals()};
  for (const auto& [state, expected] :
       std::vector<std::pair<game_state, const char*>>{{game_state::planned, "fetch"},
                                                       {game_state::parked, "fetch"},
                                                       {game_state::not_final, "fetch"},
                                                       {game_state::postponed, "fetch"},
                                                       {game_state::loaded, "derive"},
                                                       {game_state::done, "terminal"},
                                                       {game_state::waived, "terminal"},
                                                       {game_state::unavailable, "terminal"}}) {
    CAPTURE(to_string(state));
    const std::vector<ledger_entry> ledger{row(numbered(100), past, state, 1),
                                           row(numbered(101), past, game_state::parked, 1)};
    scope named;
    named.only = {numbered(100)};
    CHECK(place(plan(games, ledger, named)) == expected);
  }
}

TEST_CASE("reasons are sentences a person can act on") {
  const auto reason = [](planned_game one, std::string_view now = today) {
    const auto work = plan({std::move(one), finals()}, {}, in_mode(reprocess::missing), now);
    if (!work.newly_cancelled.empty()) return work.newly_cancelled.front().reason;
    REQUIRE(work.not_ready.size() == 1);
    return work.not_ready.front().reason;
  };
  CHECK(reason(as(shown::scheduled, future)) == "scheduled for 2025-01-20");
  CHECK(reason(as(shown::scheduled, today)) == "scheduled for 2025-01-15 (today)");
  CHECK(reason(as(shown::undecided, future)) == "scheduled for 2025-01-20, teams not decided");
  auto if_necessary = as(shown::undecided, future);
  if_necessary.if_necessary = true;
  CHECK(reason(if_necessary) == "scheduled for 2025-01-20, if necessary, teams not decided");
  CHECK(reason(as(shown::undecided, past)) == "planned for 2025-01-10, teams not decided");
  CHECK(reason(as(shown::postponed, past)) ==
        "postponed from 2025-01-10, no new date yet (seen on 1 of 2 days: it stays expected)");
  CHECK(reason(as(shown::cancelled, past)) == "the schedule says cancelled");
}

TEST_CASE("a ledger update keeps the attempts and says why") {
  auto parked = row(numbered(100), past, game_state::parked, 4);
  parked.closing = seen_again(std::nullopt, closing_ground::postponed, "PPD", at("2025-01-14T12:00:00Z"));
  const auto work = plan({as(shown::postponed, past), finals()}, {parked});
  REQUIRE(work.ledger_updates.size() == 1);
  const auto& update = work.ledger_updates.front();
  CHECK(update.id == numbered(100));
  CHECK(update.state == game_state::postponed);
  CHECK(update.attempts == 4);
  CHECK(update.error_class == failure_class::postponed);
  CHECK(update.error == "postponed from 2025-01-10, no new date yet");
  const auto again =
      plan({as(shown::scheduled, future), finals()}, {row(numbered(100), past, game_state::postponed, 4)});
  REQUIRE(again.ledger_updates.size() == 1);
  CHECK(again.ledger_updates.front().state == game_state::planned);
  CHECK(again.ledger_updates.front().attempts == 4);
  CHECK_FALSE(again.ledger_updates.front().error_class);
  CHECK(again.ledger_updates.front().error.empty());
}

TEST_CASE("all lists are in date and id order") {
  const auto work = plan({game(numbered(3), "2024-10-22"), game(numbered(1), "2024-10-23"),
                          game(numbered(2), "2024-10-22"), game(numbered(5), "2025-02-02", game_status::scheduled),
                          game(numbered(4), "2025-02-03", game_status::scheduled), finals()},
                         {});
  CHECK(ids_of(work.to_fetch) == std::vector<std::string>{"0022400002", "0022400003", "0022400001"});
  CHECK(ids_of(work.not_ready) == std::vector<std::string>{"0022400005", "0022400004", "0042400407"});
}

TEST_CASE("rows of another season do not matter") {
  const auto work =
      plan({game(numbered(1), past), finals()}, {row(id("0022300001"), "2023-11-01", game_state::done),
                                                 row(id("0022300002"), "2023-11-01", game_state::planned)});
  CHECK(work.in_scope() == 2);
}
