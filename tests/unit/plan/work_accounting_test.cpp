// Invariants 1, 3 and 7 as properties over random seasons: every game is accounted for, exactly once.
#include "pipeline/plan/work.hpp"
#include "tests/unit/plan/builders.hpp"

#include <map>
#include <random>

using namespace nba;
using namespace nba::test;

namespace {

struct world {
  std::vector<planned_game> games;
  std::vector<ledger_entry> ledger;
};

template <class T>
T pick(std::mt19937& random, std::initializer_list<T> from) {
  return *(from.begin() + random() % from.size());
}

world random_world(std::mt19937& random, et_date today) {
  world made;
  // Around today, or all in the past so that the season is over.
  const int days_back = pick(random, {30, 100});
  for (int i = 1; i <= 120; ++i) {
    const auto type = pick(random, {game_type::regular, game_type::playoffs, game_type::cup, game_type::preseason});
    auto one = game(numbered(i, type), "2025-01-01",
                    pick(random, {game_status::scheduled, game_status::live, game_status::final}));
    one.date = today + date::days{static_cast<int>(random() % 61) - days_back};
    if (random() % 6 == 0) one.home_score = one.away_score = std::nullopt;
    if (!has_result(one)) {
      one.postponed = random() % 5 == 0;
      one.cancelled = random() % 12 == 0;
      one.if_necessary = random() % 4 == 0;
      if (random() % 5 == 0) one.home_team_id = one.away_team_id = 0;
    }
    const bool listed = random() % 8 != 0;
    if (random() % 5 != 0) {
      auto state = static_cast<game_state>(random() % 9);
      // A schedule without a stored game is refused as a whole: that has a test of its own.
      if (!listed && (state == game_state::done || state == game_state::loaded)) state = game_state::planned;
      auto entry = row(one.id, format_date(one.date), state, static_cast<int>(random() % 4));
      entry.updated_at = utc_time{date::sys_days{(today - date::days{random() % 30}).time_since_epoch()}};
      made.ledger.push_back(std::move(entry));
    }
    if (listed) made.games.push_back(std::move(one));
  }
  std::shuffle(made.ledger.begin(), made.ledger.end(), random);
  return made;
}

}  // namespace

TEST_CASE("every game of the scope is in exactly one place, and every list keeps its promise") {
  for (unsigned seed = 1; seed <= 600; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto today = on("2025-04-20") + date::days{static_cast<int>(random() % 100)};
    const auto made = random_world(random, today);
    scope limits;
    limits.reprocess = pick(random, {reprocess::missing, reprocess::parked, reprocess::all});
    if (random() % 3 == 0) limits.from = today - date::days{10};
    if (random() % 3 == 0) limits.to = today + date::days{10};
    if (random() % 3 == 0) limits.since = numbered(60);
    const auto season_schedule = schedule_of(made.games);
    const auto planned = plan_work(season_schedule, made.ledger, limits, today);
    REQUIRE(planned);
    const auto& work = *planned;

    std::map<game_id, game_state> states;
    std::map<game_id, et_date> expected;  // the games of the scope
    for (const auto& entry : made.ledger) {
      states[entry.id] = entry.state;
      if (limits.includes(entry.id, entry.date)) expected[entry.id] = entry.date;
    }
    for (const auto& one : made.games) {
      expected.erase(one.id);
      if (limits.includes(one)) expected[one.id] = one.date;
    }
    CHECK(work.in_scope() == expected.size());

    std::map<game_id, int> seen;
    const auto note = [&](const auto& list) {
      for (const auto& one : list) {
        ++seen[one.id];
        REQUIRE(expected.contains(one.id));
      }
    };
    note(work.to_fetch);
    note(work.to_derive);
    note(work.not_ready);
    note(work.newly_cancelled);
    for (const auto& [of, times] : seen) REQUIRE(times == 1);

    // Whatever is not in a list is terminal, or not asked for.
    for (const auto& [of, date] : expected) {
      if (seen.contains(of)) continue;
      const auto state = states.contains(of) ? states.at(of) : game_state::planned;
      REQUIRE((is_terminal(state) || (limits.reprocess == reprocess::parked && state != game_state::parked)));
    }
    for (const auto& one : work.to_fetch) {
      const auto state = states.contains(one.id) ? states.at(one.id) : game_state::planned;
      if (limits.reprocess == reprocess::missing) REQUIRE((state != game_state::done && state != game_state::waived));
      if (limits.reprocess != reprocess::all) REQUIRE(state != game_state::loaded);
      REQUIRE((has_result(one) || one.date <= today));
    }
    for (const auto& one : work.to_derive) REQUIRE(states.at(one.id) == game_state::loaded);
    for (const auto& one : work.not_ready) REQUIRE_FALSE(one.reason.empty());

    // Updates: only real changes, only of games that stay behind, never of a terminal or loaded row.
    std::map<game_id, ledger_update> updated;
    for (const auto& update : work.ledger_updates) {
      REQUIRE(updated.emplace(update.id, update).second);
      const auto state = states.contains(update.id) ? states.at(update.id) : game_state::planned;
      REQUIRE((state != update.state || update.closing));
      REQUIRE(is_terminal(state) == update.reopens);
      REQUIRE((state != game_state::loaded && state != game_state::done && state != game_state::waived));
    }
    for (const auto& one : work.newly_cancelled) {
      const auto& update = updated.at(one.id);
      REQUIRE(update.state == game_state::cancelled);
      REQUIRE((update.closing && update.closing->closed_at && update.closing->ground == *one.ground));
    }
    for (const auto& one : work.reopened) REQUIRE(updated.at(one.id).reopens);
    // A game with a result is never closed, whatever else is said of it.
    for (const auto& one : made.games)
      if (has_result(one) && updated.contains(one.id)) REQUIRE_FALSE(is_terminal(updated.at(one.id).state));
    for (const auto& one : work.not_ready) {
      const auto state = states.contains(one.id) ? states.at(one.id) : game_state::planned;
      REQUIRE((state == game_state::postponed || updated.contains(one.id)) ==
              (one.state == game_state::postponed || updated.contains(one.id)));
    }

    // Planning again with the updates written changes nothing more.
    auto ledger = made.ledger;
    for (const auto& [of, update] : updated) {
      auto found =
          std::find_if(ledger.begin(), ledger.end(), [&, wanted = of](const auto& e) { return e.id == wanted; });
      if (found == ledger.end())
        found = ledger.insert(ledger.end(), row(of, format_date(expected.at(of)), update.state));
      found->state = update.state;
      found->closing = update.closing;
    }
    if (limits.reprocess == reprocess::parked) continue;  // updated rows are no longer parked, so no longer selected
    const auto again = plan_work(season_schedule, ledger, limits, today);
    REQUIRE(again);
    CHECK(again->ledger_updates.empty());
    if (limits.reprocess == reprocess::all) continue;  // tries a game it has just cancelled once more
    CHECK(ids_of(again->to_fetch) == ids_of(work.to_fetch));
    CHECK(again->already_terminal == work.already_terminal + work.newly_cancelled.size());
  }
}
