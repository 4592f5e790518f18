#include "pipeline/plan/daily.hpp"

#include "tests/unit/plan/builders.hpp"

#include <map>
#include <random>

using namespace nba;
using namespace nba::test;

namespace {

std::set<et_date> dates(std::initializer_list<const char*> texts) {
  std::set<et_date> all;
  for (const auto* text : texts) all.insert(on(text));
  return all;
}

}  // namespace

TEST_CASE("without a stored date a daily run takes only its target") {
  for (const auto& window : {plan_daily(std::nullopt, on("2025-01-14"), 14),
                             plan_daily(std::nullopt, on("2025-01-14"), 14, dates({"2025-01-01", "2025-01-14"}))}) {
    REQUIRE(window);
    CHECK(window->dates == date_range{on("2025-01-14"), on("2025-01-14")});
    CHECK_FALSE(window->truncated);
  }
}

TEST_CASE("nothing to do when the stored date has reached the target") {
  CHECK_FALSE(plan_daily(on("2025-01-14"), on("2025-01-14"), 14));
  CHECK_FALSE(plan_daily(on("2025-01-15"), on("2025-01-14"), 14));
  CHECK_FALSE(plan_daily(on("2025-01-14"), on("2025-01-14"), 14, {}));
}

TEST_CASE("with a stored date every date after it is taken, oldest first, at most catch_up_days") {
  const auto window = [](const char* stored, const char* target, int days) {
    const auto made = plan_daily(on(stored), on(target), days);
    REQUIRE(made);
    return std::pair{made->dates, made->truncated};
  };
  CHECK(window("2025-01-13", "2025-01-14", 14) == std::pair{date_range{on("2025-01-14"), on("2025-01-14")}, false});
  CHECK(window("2024-12-31", "2025-01-14", 14) == std::pair{date_range{on("2025-01-01"), on("2025-01-14")}, false});
  CHECK(window("2024-12-30", "2025-01-14", 14) == std::pair{date_range{on("2024-12-31"), on("2025-01-13")}, true});
  CHECK(window("2024-02-27", "2024-03-05", 3) == std::pair{date_range{on("2024-02-28"), on("2024-03-01")}, true});
  CHECK(window("2025-01-01", "2025-01-14", 0) == std::pair{date_range{on("2025-01-02"), on("2025-01-02")}, true});
  CHECK(window("2025-01-01", "2025-01-14", -3) == std::pair{date_range{on("2025-01-02"), on("2025-01-02")}, true});
}

TEST_CASE("with a ledger only untried dates count, so a held date does not keep yesterday away") {
  // The mark is stuck before 1 January because of one parked game; three weeks later:
  const auto held = plan_daily(on("2024-12-31"), on("2025-01-21"), 14, dates({"2025-01-21"}));
  REQUIRE(held);
  CHECK(held->dates == date_range{on("2025-01-01"), on("2025-01-21")});
  CHECK_FALSE(held->truncated);
  // The window in calendar days would never have got there.
  CHECK(plan_daily(on("2024-12-31"), on("2025-01-21"), 14)->dates.last < on("2025-01-21"));

  const auto untried = dates({"2024-12-25", "2025-01-03", "2025-01-05", "2025-01-06", "2025-02-01"});
  const auto cut = plan_daily(on("2025-01-01"), on("2025-01-20"), 2, untried);
  REQUIRE(cut);
  CHECK(cut->dates == date_range{on("2025-01-02"), on("2025-01-05")});
  CHECK(cut->truncated);
  const auto exact = plan_daily(on("2025-01-01"), on("2025-01-20"), 3, untried);
  REQUIRE(exact);
  CHECK(exact->dates == date_range{on("2025-01-02"), on("2025-01-20")});
  CHECK_FALSE(exact->truncated);
  CHECK(plan_daily(on("2025-01-01"), on("2025-01-20"), 0, untried)->dates.last == on("2025-01-04"));
}

TEST_CASE("the mark moves to the last date before the first open one") {
  const date_range window{on("2025-01-10"), on("2025-01-14")};
  CHECK(daily_through_date(window, {}) == on("2025-01-14"));
  CHECK(daily_through_date(window, dates({"2025-01-09", "2025-01-15"})) == on("2025-01-14"));
  CHECK(daily_through_date(window, dates({"2025-01-14"})) == on("2025-01-13"));
  CHECK(daily_through_date(window, dates({"2025-01-12", "2025-01-14"})) == on("2025-01-11"));
  CHECK_FALSE(daily_through_date(window, dates({"2025-01-10"})));
  CHECK_FALSE(daily_through_date({on("2025-01-14"), on("2025-01-10")}, {}));
}

TEST_CASE("open dates have a game that is neither terminal nor postponed") {
  auto postponed = game(numbered(1), "2025-01-01", game_status::scheduled);
  postponed.postponed = true;
  auto cancelled = game(numbered(2), "2025-01-02", game_status::scheduled);
  cancelled.cancelled = true;
  const auto made = find_open_dates(
      schedule_of({postponed, cancelled, game(numbered(3), "2025-01-03"), game(numbered(4), "2025-01-04"),
                   game(numbered(5), "2025-01-05"), game(numbered(6), "2025-01-06"), game(numbered(7), "2025-01-07"),
                   game(numbered(8), "2025-01-08"), game(numbered(9, game_type::preseason), "2025-01-09"),
                   game(numbered(10), "2025-01-10")}),
      {row(numbered(1), "2025-01-01", game_state::postponed), row(numbered(3), "2025-01-03", game_state::done),
       row(numbered(4), "2025-01-04", game_state::parked, 2), row(numbered(5), "2025-01-05", game_state::loaded),
       row(numbered(6), "2025-01-06", game_state::unavailable),
       row(numbered(7), "2025-01-07", game_state::not_final, 1),
       // The ledger's date and state are from before the game moved.
       row(numbered(8), "2024-12-01", game_state::postponed),
       // Not listed any more: counts on its own date, unless postponed or terminal.
       row(numbered(20), "2025-01-20", game_state::planned), row(numbered(21), "2025-01-21", game_state::postponed),
       row(numbered(22), "2025-01-22", game_state::cancelled), row(id("0022300001"), "2025-01-23", game_state::planned),
       row(numbered(24, game_type::preseason), "2025-01-24", game_state::planned)},
      {game_type::regular});
  CHECK(made.open == dates({"2025-01-04", "2025-01-05", "2025-01-07", "2025-01-08", "2025-01-10", "2025-01-20"}));
  CHECK(made.untried == dates({"2025-01-05", "2025-01-08", "2025-01-10", "2025-01-20"}));
}

TEST_CASE("a season whose schedule did not come holds the dates on which it may have games") {
  const std::set<game_type> regular{game_type::regular};
  missing_season missing{*parse_season("2024-25"), {failure_class::transient, "503"}, {}};
  // No answer: nothing is known, not even in August.
  CHECK(first_date_held(missing, on("2024-08-01"), regular) == on("2024-08-01"));
  missing.why.kind = failure_class::contract_drift;
  CHECK(first_date_held(missing, on("2024-10-30"), regular) == on("2024-10-30"));
  // No such schedule, and nothing of it was ever planned.
  missing.why.kind = failure_class::rejected;
  CHECK(first_date_held(missing, on("2024-09-15"), regular) == on("2024-10-01"));
  CHECK(first_date_held(missing, on("2024-10-25"), regular) == on("2024-10-25"));
  CHECK(first_date_held(missing, on("2025-06-30"), regular) == on("2025-06-30"));
  CHECK_FALSE(first_date_held(missing, on("2025-07-01"), regular));
  // No such schedule any more: the ledger knows the games.
  missing.ledger = {row(numbered(1), "2024-10-22", game_state::done),
                    row(numbered(2), "2025-01-05", game_state::parked, 2),
                    row(numbered(3), "2025-01-09", game_state::planned),
                    row(numbered(4, game_type::preseason), "2024-10-05", game_state::planned)};
  CHECK(first_date_held(missing, on("2024-10-01"), regular) == on("2025-01-05"));
  CHECK(first_date_held(missing, on("2025-01-06"), regular) == on("2025-01-09"));
  CHECK_FALSE(first_date_held(missing, on("2025-01-10"), regular));
}

TEST_CASE("day after day, with games that fail for good and outages, the daily run reaches every game") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::vector<planned_game> games;
    std::set<game_id> broken;  // park at every try
    const auto first = on("2024-10-22");
    for (int i = 1; i <= 300; ++i) {
      auto one = game(numbered(i), "2024-10-22");
      one.date = first + date::days{static_cast<int>(random() % 120)};
      if (random() % 40 == 0) broken.insert(one.id);
      games.push_back(one);
    }
    const auto season_schedule = schedule_of(games);
    std::map<game_id, ledger_entry> ledger;
    const auto rows = [&] {
      std::vector<ledger_entry> all;
      for (const auto& [of, entry] : ledger) all.push_back(entry);
      return all;
    };
    std::optional<et_date> stored = first - date::days{1};
    const std::set<game_type> types{game_type::regular};
    for (auto target = first; target <= first + date::days{130}; target += date::days{1}) {
      if (target < first + date::days{120} && random() % 4 == 0) continue;  // the machine is off
      const auto before = find_open_dates(season_schedule, rows(), types);
      const auto window = plan_daily(stored, target, 5, before.untried);
      REQUIRE(window);
      for (const auto& one : season_schedule.games) {
        if (one.date < window->dates.first || one.date > window->dates.last) continue;
        auto& entry = ledger[one.id];
        if (entry.state == game_state::done) continue;
        entry = row(one.id, format_date(one.date), broken.contains(one.id) ? game_state::parked : game_state::done,
                    entry.attempts + 1);
      }
      const auto after = find_open_dates(season_schedule, rows(), types);
      if (const auto through = daily_through_date(window->dates, after.open)) {
        REQUIRE(*through > *stored);
        stored = through;
      }
      for (const auto& one : season_schedule.games)
        if (one.date <= *stored) REQUIRE(is_terminal(ledger.at(one.id).state));
    }
    for (const auto& one : season_schedule.games) {
      REQUIRE(ledger.contains(one.id));
      CHECK(ledger.at(one.id).state == (broken.contains(one.id) ? game_state::parked : game_state::done));
    }
  }
}

TEST_CASE("a date belongs to one season, or to two while the old one may still be on") {
  const auto names = [](const char* day) {
    std::string joined;
    for (const auto& one : seasons_of(on(day))) joined += to_string(one) + " ";
    return joined;
  };
  CHECK(names("2024-10-22") == "2023-24 2024-25 ");
  CHECK(names("2024-11-01") == "2024-25 ");
  CHECK(names("2024-12-31") == "2024-25 ");
  CHECK(names("2025-01-01") == "2024-25 ");
  CHECK(names("2025-06-22") == "2024-25 ");
  CHECK(names("2025-09-14") == "2024-25 ");
  CHECK(names("2025-09-15") == "2024-25 2025-26 ");
  CHECK(names("2025-10-31") == "2024-25 2025-26 ");
  CHECK(names("2020-10-11") == "2019-20 2020-21 ");  // the finals of 2019-20
  CHECK(names("1999-12-25") == "1999-00 ");
}

TEST_CASE("the through-date is the last game date before the first open game") {
  const auto through = [](std::vector<ledger_entry> ledger) { return through_date(ledger); };
  const auto done = [](int number, const char* day) { return row(numbered(number), day, game_state::done); };
  CHECK_FALSE(through({}));
  CHECK_FALSE(through({row(numbered(1), "2024-10-22", game_state::planned)}));
  CHECK(through({done(1, "2024-10-22"), done(2, "2024-10-24")}) == on("2024-10-24"));
  // No games on the 23rd: the last date that has any.
  CHECK(through({done(1, "2024-10-22"), row(numbered(2), "2024-10-24", game_state::parked)}) == on("2024-10-22"));
  // A date with one open game is open.
  CHECK_FALSE(through({done(1, "2024-10-22"), row(numbered(2), "2024-10-22", game_state::loaded)}));
  // An open game of the future does not count against the dates before it, whatever the order of rows and ids.
  CHECK(through({row(numbered(1), "2025-04-13", game_state::planned), done(3, "2024-10-23"), done(2, "2024-10-22")}) ==
        on("2024-10-23"));
  CHECK(through({row(numbered(1), "2024-10-22", game_state::unavailable), done(2, "2024-10-23"),
                 row(numbered(3), "2024-10-24", game_state::postponed)}) == on("2024-10-23"));
}

TEST_CASE("a daily run asks for the seasons of its window, and of the target it does not reach") {
  const daily_window whole{{on("2024-10-20"), on("2024-12-01")}, false};
  CHECK(seasons_of(whole, on("2024-12-01")) == std::set<season>{{2023}, {2024}});
  const daily_window cut{{on("2024-06-01"), on("2024-06-14")}, true};
  CHECK(seasons_of(cut, on("2024-12-01")) == std::set<season>{{2023}, {2024}});
  CHECK(seasons_of(cut, on("2024-06-20")) == std::set<season>{{2023}});
  // Nobody ran it for a year: a season that lies wholly between belongs to it.
  const daily_window old{{on("2023-07-21"), on("2023-08-03")}, true};
  CHECK(seasons_of(old, on("2025-01-01")) == std::set<season>{{2022}, {2023}, {2024}});
}

TEST_CASE("a single sight of a postponement holds its date") {
  auto postponed = game(numbered(1), "2025-01-01", game_status::scheduled);
  postponed.postponed = true;
  const std::set<game_type> regular{game_type::regular};
  CHECK(find_open_dates(schedule_of({postponed}), {}, regular).open == dates({"2025-01-01"}));
  const auto seen = row(numbered(1), "2025-01-01", game_state::planned);
  CHECK(find_open_dates(schedule_of({postponed}), {seen}, regular).open == dates({"2025-01-01"}));
  const auto known = row(numbered(1), "2025-01-01", game_state::postponed);
  CHECK(find_open_dates(schedule_of({postponed}), {known}, regular).open.empty());
}

TEST_CASE("a game that was played holds its date, also when the schedule calls it cancelled") {
  auto cancelled = game(numbered(1), "2025-01-14", game_status::scheduled);
  cancelled.cancelled = true;
  const std::set<game_type> regular{game_type::regular};
  auto entry = row(numbered(1), "2025-01-14", game_state::parked);
  CHECK(find_open_dates(schedule_of({cancelled}), {entry}, regular).open.empty());
  entry.played_evidence = "the play-by-play has the end of the game";
  CHECK(find_open_dates(schedule_of({cancelled}), {entry}, regular).open == dates({"2025-01-14"}));
}

TEST_CASE("without a mark a daily run goes on where the last done game is") {
  const std::set<game_type> regular{game_type::regular};
  CHECK_FALSE(last_done_date({}, regular));
  CHECK_FALSE(last_done_date({row(numbered(1), "2025-01-01", game_state::parked)}, regular));
  CHECK(last_done_date(
            {row(numbered(1), "2025-01-03", game_state::done), row(numbered(2), "2025-01-01", game_state::done),
             row(numbered(3), "2025-01-04", game_state::unavailable),
             row(numbered(4, game_type::preseason), "2025-01-05", game_state::done)},
            regular) == on("2025-01-03"));
}

TEST_CASE("what a stopped run left untried is taken later; what lies before everything that was tried is not") {
  const std::set<game_type> regular{game_type::regular};
  const auto listed =
      schedule_of({game(numbered(1), "2025-01-01"), game(numbered(2), "2025-01-02"), game(numbered(3), "2025-01-02"),
                   game(numbered(4), "2025-01-03"), game(numbered(5), "2025-01-04", game_status::scheduled),
                   game(numbered(6), "2025-01-05"), game(numbered(7), "2025-01-09")});
  std::vector<ledger_entry> ledger;
  for (const auto& one : listed.games) ledger.push_back(row(one.id, format_date(one.date), game_state::planned));
  const auto found = [&](int dates_max) {
    return earlier_untried_dates(listed, ledger, regular, on("2025-01-08"), dates_max);
  };
  CHECK(found(14).empty());  // nothing was ever tried
  ledger[1].state = game_state::done;
  CHECK(found(14) == dates({"2025-01-02", "2025-01-03", "2025-01-05"}));
  CHECK(found(2) == dates({"2025-01-02", "2025-01-03"}));
  CHECK(found(0).empty());
  for (auto& entry : ledger) entry.attempts = 1;  // tried: not its business
  CHECK(found(14).empty());
}
