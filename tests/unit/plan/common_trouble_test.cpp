#include "pipeline/plan/common_trouble.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

using namespace nba;

namespace {

game_id game(int number) {
  const auto digits = std::to_string(number);
  return game_id::parse("00224" + std::string(5 - digits.size(), '0') + digits).value();
}

// The place of a game that is asked for after everything else.
constexpr std::uint64_t later = 1'000'000;

const failure no_actions{failure_class::contract_drift, "required key missing", "game.actions"};
failure player(int index) {
  return {failure_class::contract_drift, "expected an integer",
          "game.homeTeam.players[" + std::to_string(index) + "].statistics.points"};
}
failure rule(const std::string& name) { return {failure_class::rejected, "4 and 5", name}; }

bool all_own(const std::vector<common_trouble::settled>& list) {
  return std::all_of(list.begin(), list.end(), [](const auto& one) { return one.shared.empty(); });
}
bool all_shared(const std::vector<common_trouble::settled>& list) {
  return std::none_of(list.begin(), list.end(), [](const auto& one) { return one.shared.empty(); });
}

}  // namespace

TEST_SUITE("common trouble: refused documents") {
  TEST_CASE("the reason is class and place, whatever the index") {
    CHECK(reason_of(player(3)) == reason_of(player(11)));
    CHECK(reason_of(player(3)) == "contract_drift game.homeTeam.players[].statistics.points");
    CHECK(reason_of(rule("two_teams")) != reason_of(rule("five_starters")));
    CHECK(reason_of({failure_class::rejected, "", "x"}) != reason_of({failure_class::contract_drift, "", "x"}));
    CHECK(reason_of({failure_class::internal, "odd"}) == "internal");
    CHECK(reason_of(player(3)) != reason_of({failure_class::contract_drift, "", "game.awayTeam.players[3]"}));
  }

  TEST_CASE("a game waits until another one is accepted, and is to blame then") {
    common_trouble c;
    CHECK(c.refused(game(1), no_actions, 0).empty());
    CHECK(c.refused(game(2), rule("two_teams"), 0).empty());
    CHECK(c.waiting() == 2);
    const auto settled = c.accepted(later);
    REQUIRE(settled.size() == 2);
    CHECK(settled[0].game == game(1));
    CHECK(all_own(settled));
    CHECK(c.waiting() == 0);
    CHECK(c.accepted(later).empty());
    CHECK_FALSE(c.documents_changed());
  }

  TEST_CASE("a game that was asked for before another one was refused does not speak for it, but ends the row") {
    common_trouble c;
    for (int number = 1; number <= 7; ++number) CHECK(c.refused(game(number), no_actions, 20).empty());
    CHECK(c.accepted(19).empty());
    CHECK(c.waiting() == 7);
    for (int number = 8; number <= 14; ++number) CHECK(c.refused(game(number), no_actions, 30).empty());
    CHECK_FALSE(c.documents_changed());
    // The eighth of a row: none is to blame, those before the row neither.
    const auto settled = c.refused(game(15), no_actions, 30);
    CHECK(settled.size() == 15);
    CHECK(all_shared(settled));
    CHECK(c.documents_changed()->games == 8);
  }

  TEST_CASE("a game speaks for those that were refused before it was asked for, and for no others") {
    common_trouble c;
    c.refused(game(1), no_actions, 5);
    c.refused(game(2), no_actions, 9);
    c.refused(game(3), no_actions, 7);
    CHECK(c.accepted(4).empty());
    const auto settled = c.accepted(7);
    REQUIRE(settled.size() == 2);
    CHECK(settled[0].game == game(1));
    CHECK(settled[1].game == game(3));
    CHECK(all_own(settled));
    CHECK(c.waiting() == 1);
    CHECK(c.accepted(9).size() == 1);
  }

  TEST_CASE("so many in a row for the same reason: the documents have changed, and nobody is to blame") {
    common_trouble c;
    for (int number = 1; number < 8; ++number) CHECK(c.refused(game(number), player(number), 0).empty());
    CHECK_FALSE(c.documents_changed());
    const auto settled = c.refused(game(8), player(8), 0);
    CHECK(settled.size() == 8);
    CHECK(all_shared(settled));
    REQUIRE(c.documents_changed());
    CHECK(c.documents_changed()->games == 8);
    CHECK(c.documents_changed()->reason == reason_of(player(1)));
    CHECK(c.documents_changed()->example.find("players[8]") != std::string::npos);
    // What was under way is not to blame either, whatever is wrong with it; what is accepted changes nothing.
    CHECK(c.accepted(later).empty());
    const auto late = c.refused(game(9), rule("two_teams"), 0);
    CHECK(late.size() == 1);
    CHECK(all_shared(late));
    CHECK(c.documents_changed()->games == 8);
  }

  TEST_CASE("an accepted game in between begins a new row") {
    common_trouble c;
    for (int number = 1; number <= 100; ++number) {
      CHECK(c.refused(game(number), no_actions, 0).empty());
      if (number % 7 == 0) CHECK(c.accepted(later).size() == 7);
    }
    CHECK_FALSE(c.documents_changed());
  }

  TEST_CASE("refused for many reasons, and none accepted: so many are too many, too") {
    common_trouble c;
    std::vector<common_trouble::settled> settled;
    for (int number = 1; number <= 24; ++number) {
      CHECK(settled.empty());
      settled = c.refused(game(number), rule("rule " + std::to_string(number % 6)), 0);
    }
    CHECK(settled.size() == 24);
    CHECK(all_shared(settled));
    REQUIRE(c.documents_changed());
    CHECK(c.documents_changed()->reason == "several reasons");
  }

  TEST_CASE("at the end three alike are shared, two are their own; so are three of two kinds") {
    for (int games = 0; games <= 7; ++games)
      for (int others = 0; others <= 2; ++others) {
        CAPTURE(games);
        CAPTURE(others);
        common_trouble c;
        for (int number = 1; number <= games; ++number) c.refused(game(number), no_actions, 0);
        for (int number = 1; number <= others; ++number) c.refused(game(50 + number), rule("two_teams"), 0);
        const auto settled = c.all_have_spoken();
        CHECK(settled.size() == static_cast<std::size_t>(games + others));
        CHECK((games >= 3 ? all_shared(settled) : all_own(settled)));
        CHECK(c.documents_changed().has_value() == (games >= 3));
        CHECK(c.waiting() == 0);
        CHECK(c.all_have_spoken().empty());
      }
  }

  TEST_CASE("at the end of a run that accepted others, whenever that was, three alike are their own") {
    common_trouble c;
    c.accepted(0);
    for (int number = 1; number <= 7; ++number) CHECK(c.refused(game(number), no_actions, 10).empty());
    const auto settled = c.all_have_spoken();
    CHECK(settled.size() == 7);
    CHECK(all_own(settled));
    CHECK_FALSE(c.documents_changed());
  }

  TEST_CASE("where it is switched off each game is to blame at once") {
    common_trouble c({.alike_max = 0});
    for (int number = 1; number <= 100; ++number) {
      const auto settled = c.refused(game(number), no_actions, 0);
      REQUIRE(settled.size() == 1);
      CHECK(all_own(settled));
    }
    CHECK(c.all_have_spoken().empty());
    CHECK_FALSE(c.documents_changed());
  }

  TEST_CASE("of a season in which one game in ten is bad, each bad one is to blame") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      CAPTURE(seed);
      std::mt19937_64 random(seed);
      common_trouble c;
      std::set<game_id> bad, blamed;
      const auto take = [&](const std::vector<common_trouble::settled>& list) {
        CHECK(all_own(list));
        for (const auto& one : list) blamed.insert(one.game);
      };
      for (int number = 1; number <= 1'230; ++number)
        if (number < 1'230 && random() % 10 == 0) {
          bad.insert(game(number));
          take(c.refused(game(number), no_actions, 0));
        } else {
          take(c.accepted(later));
        }
      CHECK(blamed == bad);
      CHECK_FALSE(c.documents_changed());
    }
  }
}

TEST_SUITE("common trouble: games that the host does not have") {
  TEST_CASE("more than the bound and more than half of those asked are the host's") {
    const common_settings settings{.missing_max = 10};
    for (int asked = 0; asked <= 60; ++asked)
      for (int missing = 0; missing <= asked; ++missing) {
        CAPTURE(asked);
        CAPTURE(missing);
        CHECK(are_the_hosts(missing, asked, settings) == (missing > 10 && 2 * missing > asked));
      }
  }

  TEST_CASE("each waits until all have spoken; the whole run is compared") {
    for (int served = 0; served <= 40; ++served)
      for (int gone = 0; gone <= 30; ++gone) {
        CAPTURE(served);
        CAPTURE(gone);
        common_trouble c;
        for (int number = 1; number <= gone; ++number) c.missing(game(number));
        for (int number = 1; number <= served; ++number)
          if (number % 3 == 0)
            c.answered();
          else
            CHECK(c.accepted(later).empty());
        CHECK(c.waiting() == static_cast<std::size_t>(gone));
        const auto settled = c.all_have_spoken();
        CHECK(settled.size() == static_cast<std::size_t>(gone));
        const bool hosts = gone > 10 && gone > served;
        CHECK((hosts ? all_shared(settled) : all_own(settled)));
        CHECK(c.host_refuses_games() == hosts);
        CHECK_FALSE(c.documents_changed());
      }
  }

  TEST_CASE("what was settled before counts when more are missing later") {
    common_trouble c;
    for (int number = 1; number <= 6; ++number) c.missing(game(number));
    CHECK(all_own(c.all_have_spoken()));
    for (int number = 7; number <= 11; ++number) c.missing(game(number));
    const auto settled = c.all_have_spoken();
    CHECK(settled.size() == 5);
    CHECK(all_shared(settled));
    CHECK(settled.front().shared.find("11 of 11") != std::string::npos);
  }

  TEST_CASE("refused documents say that the host has them") {
    common_trouble c({.alike_max = 100});
    for (int number = 1; number <= 12; ++number) c.missing(game(number));
    for (int number = 21; number <= 32; ++number) c.refused(game(number), rule("rule " + std::to_string(number)), 0);
    CHECK(all_own(c.all_have_spoken()));
  }
}
