// What became of each day.
#include "cli/page/calendar.hpp"
#include "tests/unit/cli/page_scenes.hpp"

#include <doctest/doctest.h>

#include <set>

namespace nba::cli {
namespace {

et_date calendar_date(std::string_view text) { return parse_date(text).value(); }

ledger_entry calendar_game(int number, std::string_view date, game_state state) {
  ledger_entry entry;
  entry.id = *game_id::parse("002240000" + std::to_string(number));
  entry.date = calendar_date(date);
  entry.state = state;
  return entry;
}

day_state state_of_day(std::vector<game_state> states, bool busy = false, std::string_view today = "2024-12-01") {
  season_report report;
  report.season = season{2024};
  for (std::size_t i = 0; i < states.size(); ++i)
    report.ledger.push_back(calendar_game(static_cast<int>(i), "2024-11-12", states[i]));
  std::vector<date_range> ranges;
  if (busy) ranges.push_back({calendar_date("2024-11-10"), calendar_date("2024-11-16")});
  return make_calendar(report, ranges, calendar_date(today)).begin()->second.state;
}

TEST_CASE("a day is in one state, the one that needs a person first") {
  using enum game_state;
  CHECK(state_of_day({done, done}) == day_state::done);
  CHECK(state_of_day({done, cancelled}) == day_state::done);
  CHECK(state_of_day({waived, unavailable}) == day_state::closed);
  CHECK(state_of_day({done, parked, planned}, true) == day_state::set_aside);
  CHECK(state_of_day({done, planned}, true) == day_state::under_way);
  CHECK(state_of_day({done, not_final}) == day_state::not_final);
  CHECK(state_of_day({done, planned}) == day_state::missing);
  CHECK(state_of_day({loaded}) == day_state::missing);
  CHECK(state_of_day({planned}, false, "2024-11-12") == day_state::to_come);
  CHECK(state_of_day({done, done}, true) == day_state::done);
}

TEST_CASE("a day says in words what is behind its mark") {
  calendar_day day;
  day.games = 12, day.done = 10, day.set_aside = 1, day.closed = 1;
  day.state = day_state::set_aside;
  CHECK(describe(calendar_date("2024-11-12"), day) ==
        "Tuesday 12 November 2024: 10 of 12 games here, 1 set aside, 1 closed");
  CHECK(describe(calendar_date("2024-11-12"), calendar_day{1}) == "Tuesday 12 November 2024: 1 game to come");
}

TEST_CASE("every state has a name, a word and an explanation of its own") {
  std::set<std::string_view> names, words;
  for (const auto state : all_day_states()) {
    names.insert(name_of(state));
    words.insert(describe(state));
    CHECK_FALSE(explain(state).empty());
  }
  CHECK(names.size() == 7);
  CHECK(words.size() == 7);
}

TEST_CASE("the fingerprint changes with a game, with the day and with open chunks, and else not") {
  season_report report;
  report.ledger.push_back(calendar_game(1, "2024-11-12", game_state::planned));
  const auto today = calendar_date("2024-11-12");
  const auto before = fingerprint(report, {}, today);
  CHECK(before == fingerprint(report, {}, today));
  CHECK(before != fingerprint(report, {}, today + date::days{1}));
  CHECK(before != fingerprint(report, {{today, today}}, today));
  report.ledger[0].state = game_state::done;
  CHECK(before != fingerprint(report, {}, today));
}

}  // namespace
}  // namespace nba::cli
