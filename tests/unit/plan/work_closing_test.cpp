// The way back: closed games that are opened or asked about again, and games that were played whatever a schedule says.
#include "pipeline/plan/work.hpp"
#include "tests/unit/plan/builders.hpp"

#include <map>
#include <random>

using namespace nba;
using namespace nba::test;

namespace {

constexpr auto today = "2025-01-15";
constexpr auto past = "2025-01-10";

// Keeps the season open.
planned_game finals() { return game(numbered(407, game_type::playoffs), "2025-06-22", game_status::scheduled); }

work_plan plan(schedule listed, const std::vector<ledger_entry>& ledger, const scope& limits,
               std::string_view now = today) {
  auto work = plan_work(listed, ledger, limits, on(now));
  REQUIRE_MESSAGE(work, describe(work.error()));
  return *std::move(work);
}

work_plan plan(std::vector<planned_game> games, const std::vector<ledger_entry>& ledger, const scope& limits = {},
               std::string_view now = today) {
  games.push_back(finals());
  auto regular = limits;
  if (!regular.only) regular.types = {game_type::regular};
  return plan(schedule_of(std::move(games)), ledger, regular, now);
}

ledger_entry closed(game_state state, closing_ground ground, std::string_view when = "2025-01-14") {
  auto entry = row(numbered(1), past, state, 3);
  entry.error_class = failure_class::unavailable;
  entry.error = "because";
  entry.closing = closed_by(ground, "because", at(std::string{when} + "T13:00:00Z"));
  return entry;
}

planned_game listed(game_status status) { return game(numbered(1), past, status); }

planned_game off_date() {
  auto one = listed(game_status::scheduled);
  one.postponed = true;
  return one;
}

}  // namespace

TEST_CASE("an opened game is new to the ledger: no attempts, no error, no evidence") {
  const auto work = plan({listed(game_status::scheduled)}, {closed(game_state::unavailable, closing_ground::refused)});
  CHECK(work.to_fetch.size() == 1);
  REQUIRE(work.reopened.size() == 1);
  CHECK(work.reopened.front().state == game_state::unavailable);
  CHECK_FALSE(work.reopened.front().reason.empty());
  REQUIRE(work.ledger_updates.size() == 1);
  const auto& update = work.ledger_updates.front();
  CHECK(update.reopens);
  CHECK(update.state == game_state::planned);
  CHECK(update.attempts == 0);
  CHECK_FALSE(update.error_class);
  CHECK(update.error.empty());
  CHECK_FALSE(update.closing);
}

TEST_CASE("a cancelled game that the schedule has a result of is opened, and the report says which") {
  const auto work = plan({listed(game_status::final)}, {closed(game_state::cancelled, closing_ground::cancelled)});
  CHECK(work.to_fetch.size() == 1);
  REQUIRE(work.reopened.size() == 1);
  CHECK(work.reopened.front().reason == "the schedule has a result: 110-101");
}

TEST_CASE("what a game was closed for does not open it") {
  auto cancelled = listed(game_status::scheduled);
  cancelled.cancelled = true;
  const auto stays = [](const planned_game& shown, const ledger_entry& entry, std::string_view now = today) {
    const auto work = plan({shown}, {entry}, {}, now);
    return work.already_closed == 1 && work.already_terminal == 1 && work.ledger_updates.empty();
  };
  // Closed yesterday and asked about twice since: nothing is due.
  auto refused = closed(game_state::unavailable, closing_ground::refused);
  refused.closing->checks = 2;
  CHECK(stays(listed(game_status::final), refused));
  CHECK(stays(cancelled, closed(game_state::cancelled, closing_ground::cancelled)));
  auto absent = closed(game_state::cancelled, closing_ground::absent);
  absent.closing->checks = 4;
  CHECK(stays(off_date(), absent, "2025-07-01"));
  CHECK(stays(listed(game_status::scheduled), closed(game_state::waived, closing_ground::waived)));
}

TEST_CASE("an old copy of a schedule opens nothing and closes nothing") {
  for (const auto& entry :
       {closed(game_state::unavailable, closing_ground::refused), closed(game_state::cancelled, closing_ground::absent),
        row(numbered(1), past, game_state::planned), row(numbered(1), past, game_state::postponed)})
    for (const auto& shown : {off_date(), listed(game_status::scheduled)}) {
      auto copy = schedule_of({shown, finals()});
      copy.may_close = false;
      scope regular;
      regular.types = {game_type::regular};
      const auto work = plan(copy, {entry}, regular, "2025-01-14");
      CHECK(work.ledger_updates.empty());
      CHECK(work.newly_cancelled.empty());
      CHECK(work.reopened.empty());
      CHECK(work.in_scope() == 1);
    }
}

TEST_CASE("a closed game is asked about when it is due, by every run, and stays closed until something comes") {
  const auto entry = closed(game_state::unavailable, closing_ground::refused, "2025-01-10");
  CHECK(plan({listed(game_status::final)}, {entry}, {}, "2025-01-10").already_closed == 1);
  for (const auto* day : {"2025-01-11", "2025-01-12", "2025-03-01"}) {
    const auto work = plan({listed(game_status::final)}, {entry}, {}, day);
    CHECK(work.to_fetch.size() == 1);
    CHECK(work.ledger_updates.empty());
    CHECK(work.reopened.empty());
  }
}

TEST_CASE("a closed game is opened by name, whatever it was closed for, and tried at once") {
  scope named;
  named.only = {numbered(1)};
  named.reopens = true;
  named.types = {game_type::regular};
  auto cancelled = listed(game_status::scheduled);
  cancelled.cancelled = true;
  for (const auto& shown : {listed(game_status::final), listed(game_status::scheduled), off_date(), cancelled})
    for (const auto& [state, ground] :
         std::vector<std::pair<game_state, closing_ground>>{{game_state::unavailable, closing_ground::refused},
                                                            {game_state::cancelled, closing_ground::cancelled},
                                                            {game_state::cancelled, closing_ground::postponed},
                                                            {game_state::waived, closing_ground::waived}}) {
      const auto work = plan({shown}, {closed(state, ground)}, named);
      CHECK(work.to_fetch.size() == 1);
      CHECK(work.reopened.size() == 1);
      REQUIRE(work.ledger_updates.size() == 1);
      CHECK(work.ledger_updates.front().reopens);
    }
  // One that is done is not done again, one that lies ahead waits.
  CHECK(plan({listed(game_status::final)}, {row(numbered(1), past, game_state::done)}, named).already_terminal == 1);
  const auto ahead = plan({game(numbered(1), "2025-02-01", game_status::scheduled)},
                          {closed(game_state::waived, closing_ground::waived)}, named);
  CHECK(ahead.not_ready.size() == 1);
  CHECK(ahead.reopened.size() == 1);
  // Without the wish to open, a name alone (dlq retry) opens nothing.
  named.reopens = false;
  CHECK(
      plan({listed(game_status::final)}, {closed(game_state::waived, closing_ground::waived)}, named).already_closed ==
      1);
}

TEST_CASE("a game that was once shown to be played is fetched, whatever the schedule says of it later") {
  auto cancelled = listed(game_status::scheduled);
  cancelled.cancelled = true;
  auto undecided = listed(game_status::scheduled);
  undecided.home_team_id = undecided.away_team_id = 0;
  for (const auto& shown : {off_date(), cancelled, undecided, listed(game_status::scheduled)})
    for (const auto state :
         {game_state::planned, game_state::parked, game_state::not_final, game_state::postponed, game_state::cancelled})
      for (const auto* day : {today, "2025-08-01"}) {
        auto entry = row(numbered(1), past, state, 1);
        entry.played_evidence = "the schedule: 110-101";
        const auto work = plan({shown}, {entry}, {}, day);
        CHECK(work.to_fetch.size() == 1);
        CHECK(work.newly_cancelled.empty());
      }
}

TEST_CASE("a game that was played and vanished is fetched by what is known of it, or named") {
  auto entry = row(numbered(1), past, game_state::planned);
  entry.played_evidence = "the schedule: 110-101";
  auto lacking = schedule_of({finals()});
  scope regular;
  regular.types = {game_type::regular};
  for (const auto* day : {today, "2025-08-01"}) {
    const auto named = plan(lacking, {entry}, regular, day);
    REQUIRE(named.not_ready.size() == 1);
    CHECK(named.not_ready.front().suspicion);
    CHECK(named.not_ready.front().reason ==
          "planned for 2025-01-10, no longer in the schedule, and played all the same (the schedule: 110-101)");
    CHECK(named.ledger_updates.empty());
    auto known = lacking;
    known.unlisted = {listed(game_status::final)};
    const auto work = plan(known, {entry}, regular, day);
    CHECK(work.to_fetch == known.unlisted);
  }
}

TEST_CASE("an entry that the schedule's parser left out is no absence") {
  auto odd = schedule_of({finals()});
  odd.left_out.push_back({numbered(1).str(), left_out_reason::unreadable, "homeTeam is missing"});
  scope regular;
  regular.types = {game_type::regular};
  for (const auto* day : {today, "2025-08-01"}) {
    const auto work = plan(odd, {row(numbered(1), past, game_state::planned)}, regular, day);
    REQUIRE(work.not_ready.size() == 1);
    CHECK(work.not_ready.front().suspicion);
    CHECK(work.ledger_updates.empty());
  }
  CHECK(plan(odd, {row(numbered(1), past, game_state::done)}, regular).unlisted_stored.empty());
}

TEST_CASE("a daily run takes earlier games that could be finished, and no others") {
  scope window;
  window.from = on("2025-01-14");
  window.to = on("2025-01-14");
  window.earlier_untried.emplace();
  const auto takes = [&](const planned_game& shown, const std::vector<ledger_entry>& ledger,
                         std::string_view now = today) {
    const auto work = plan({shown}, ledger, window, now);
    return work.in_scope() == 1;
  };
  const auto in_state = [](game_state state, int attempts = 1) {
    return std::vector<ledger_entry>{row(numbered(1), past, state, attempts)};
  };
  const auto final = listed(game_status::final);
  const auto scheduled = listed(game_status::scheduled);
  CHECK_FALSE(takes(final, {}));
  for (const auto state : {game_state::planned, game_state::parked, game_state::not_final, game_state::postponed}) {
    CAPTURE(to_string(state));
    CHECK(takes(final, in_state(state)));
    CHECK(takes(scheduled, in_state(state)) == (state == game_state::postponed));  // it has a date again
  }
  CHECK(takes(scheduled, in_state(game_state::loaded)));
  CHECK_FALSE(takes(final, in_state(game_state::done)));
  CHECK_FALSE(takes(final, in_state(game_state::waived)));
  CHECK(takes(final, in_state(game_state::cancelled)));
  CHECK(takes(scheduled, in_state(game_state::unavailable)));
  CHECK_FALSE(takes(final, in_state(game_state::unavailable)));  // from an older version: no evidence, no question
  CHECK(takes(final, {closed(game_state::unavailable, closing_ground::refused)}));  // due today
  CHECK_FALSE(takes(off_date(), in_state(game_state::postponed)));
  CHECK(takes(off_date(), in_state(game_state::postponed), "2025-07-01"));  // the season is over
  // Nobody has tried it: only on the dates that the run has room for.
  CHECK_FALSE(takes(final, in_state(game_state::planned, 0)));
  window.earlier_untried->insert(on(past));
  CHECK(takes(final, in_state(game_state::planned, 0)));
  window.earlier_untried.reset();
  CHECK_FALSE(takes(final, in_state(game_state::parked)));
}

// The invariant of closings, over schedules that lack, repeat and contradict and hosts that refuse, day after day: a
// played game is never terminal without its rows, and every other one is in some list.
TEST_CASE("whatever schedules say for a while, a played game is not lost") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::map<game_id, ledger_entry> ledger;
    scope regular;
    regular.types = {game_type::regular};
    std::map<game_id, int> closed_on_day;
    for (int day = 0; day < 200; ++day) {
      const auto now = on("2025-01-15") + date::days{day};
      const bool honest = day >= 190;
      std::vector<planned_game> games{finals()};
      for (int i = 1; i <= 8; ++i) {
        auto one = game(numbered(i), past);
        const auto whim = honest ? 99 : static_cast<int>(random() % 12);
        if (whim == 0) continue;  // absent
        if (whim <= 3) one.status = game_status::scheduled;
        if (whim <= 4) one.home_score = one.away_score = std::nullopt;
        one.postponed = whim == 3;
        one.cancelled = whim == 2 && random() % 20 == 0;
        games.push_back(one);
        auto& entry = ledger.try_emplace(one.id, row(one.id, past, game_state::planned)).first->second;
        if (has_result(one) && entry.state != game_state::done) entry.played_evidence = "the schedule: 110-101";
      }
      std::vector<ledger_entry> rows;
      for (const auto& [of, entry] : ledger) rows.push_back(entry);
      const auto work = plan(schedule_of(games), rows, regular, format_date(now));
      for (const auto& update : work.ledger_updates) {
        auto& entry = ledger[update.id];
        entry.id = update.id;
        entry.state = update.state;
        entry.closing = update.closing;
        entry.attempts = update.attempts;
      }
      for (const auto& one : work.newly_cancelled) {
        CHECK(ledger.at(one.id).played_evidence.empty());
        CHECK(ledger.at(one.id).closing->closed_at);
      }
      if (honest) {
        for (const auto& one : work.to_fetch) ledger[one.id].state = game_state::done;
        continue;
      }
      for (const auto& one : work.to_fetch) ++ledger[one.id].attempts;  // the host refuses
    }
    for (const auto& [of, entry] : ledger) CHECK(entry.state == game_state::done);
  }
}
