#include "pipeline/source/host_judge.hpp"
#include "tests/unit/source/court.hpp"

using namespace nba;
using namespace nba::test::court_room;

TEST_SUITE("host judge: one bad game between good ones") {
  TEST_CASE("it is tried again, and blamed when the canary was good before and after its last try") {
    for (const auto& how : {page, broken}) {
      court c;
      CHECK(c.fails(1, how).what == order::later);
      CHECK_FALSE(c.judge.next_question());
      CHECK(c.fails(1, how).what == order::later);
      CHECK(c.fails(1, how).what == order::hold);
      CHECK(only_order(c.canary_says(good)) == order::later);
      CHECK(c.fails(1, how).what == order::hold);
      const auto verdict = c.canary_says(good);
      REQUIRE(only_order(verdict) == order::fail);
      CHECK(verdict.rulings.front().tries == 4);
      CHECK(verdict.rulings.front().why.kind == how.why.kind);
      CHECK(verdict.rulings.front().why.where == "there");
      CHECK(verdict.rulings.front().why.message.find("answers for other games") != std::string::npos);
      CHECK_FALSE(verdict.blocked);
      CHECK_FALSE(c.judge.next_question());
    }
  }

  TEST_CASE("with one try only it is blamed at once when the canary is good") {
    court c(known, {.tries_max = 1});
    CHECK(c.fails(1, page).what == order::hold);
    CHECK(only_order(c.canary_says(good)) == order::fail);
  }

  TEST_CASE("good documents in between are no reason to let it off") {
    court c;
    order last{};
    for (int i = 0; i < 4; ++i) {
      c.comes(10 + i);
      last = c.fails(1, page).what;
      if (last == order::hold) last = only_order(c.canary_says(good));
    }
    CHECK(last == order::fail);
  }

  TEST_CASE("a failed try that is followed by a good one is forgotten") {
    court c;
    c.fails(1, broken);
    c.fails(1, broken);
    c.comes(1);
    CHECK(c.fails(1, broken).what == order::later);
    CHECK(c.fails(1, broken).tries == 2);
  }

  TEST_CASE("without a game to compare with it speaks for itself") {
    court c(std::nullopt);
    for (int i = 0; i < 3; ++i) CHECK(c.fails(1, page).what == order::later);
    const auto last = c.fails(1, page);
    CHECK(last.what == order::fail);
    CHECK(last.why.kind == failure_class::contract_drift);
    CHECK(last.tries == 4);
  }
}

TEST_SUITE("host judge: trouble of the host") {
  TEST_CASE("the third game in a row to fail is held, and the canary asked") {
    court c;
    CHECK(c.fails(1, broken).what == order::later);
    CHECK(c.fails(1, broken).what == order::later);  // the same game is no second witness
    CHECK(c.fails(2, page).what == order::later);    // alike is: no document
    CHECK(c.fails(3, answer(verdict::empty_500)).what == order::hold);
    const auto question = c.judge.next_question();
    REQUIRE(question);
    CHECK(question->game == known);
    CHECK(question->endpoint == endpoint::boxscore);
    CHECK_FALSE(c.judge.next_question());  // one at a time
  }

  TEST_CASE("a document in between begins a new row") {
    court c;
    for (int number = 1; number <= 50; ++number) {
      CHECK(c.fails(number, broken).what == order::later);
      if (number % 2 == 0) c.comes(100 + number);
    }
  }

  TEST_CASE("a bad canary is asked twice more, then the host is down and nobody is blamed") {
    court c;
    for (int number = 1; number <= 3; ++number) c.fails(number, broken);
    const auto first = c.canary_says(broken);
    CHECK(first.rulings.empty());
    CHECK_FALSE(first.blocked);
    CHECK_FALSE(c.canary_says(page).blocked);
    const auto third = c.canary_says(broken);
    CHECK(third.rulings.empty());
    CHECK(third.blocked);
    CHECK(c.judge.is_down(endpoint::boxscore));
    // What was under way and fails now is held too; each probe that fails is another pause.
    CHECK(c.fails(4, page).what == order::hold);
    CHECK(c.canary_says(page).blocked);
    CHECK(c.fails(5, refusal).what == order::hold);
    const auto over = c.canary_says(good);
    REQUIRE(over.rulings.size() == 3);
    for (const auto& one : over.rulings) {
      CHECK(one.what == order::again);
      CHECK(one.tries == 0);  // it counts for nothing
    }
    CHECK_FALSE(c.judge.is_down(endpoint::boxscore));
  }

  TEST_CASE("a refusal of the only known game needs no second opinion") {
    court c;
    c.fails(1, refusal);
    CHECK(c.canary_says(refusal).blocked);
  }

  TEST_CASE("with several known games the second opinion is another one's") {
    court c;
    c.comes(50);
    c.comes(51);
    c.fails(1, refusal);
    CHECK(c.judge.next_question()->game == game(51));
    CHECK_FALSE(c.judge.canary_said(refusal, start).blocked);
    CHECK(c.judge.next_question()->game == game(50));
    CHECK(only_order(c.judge.canary_said(good, start)) == order::fail);
  }

  TEST_CASE("from the first request on, without any known game: several that fail are the host's") {
    court c(std::nullopt);
    CHECK(c.fails(1, broken).what == order::later);
    CHECK(c.fails(2, broken).what == order::later);
    CHECK(c.fails(3, broken).what == order::later);  // alone it could only be compared with itself
  }

  TEST_CASE("from the first request on, when the known game is one of those that fail") {
    court c(game(1));
    c.fails(1, page);
    c.fails(2, page);
    CHECK(c.fails(3, page).what == order::hold);
    CHECK(c.judge.next_question()->game == game(1));
    c.judge.canary_said(page, start);
    c.canary_says(page);
    CHECK(c.canary_says(page).blocked);
    CHECK(c.fails(1, page).what == order::hold);
    CHECK(c.fails(2, page).what == order::hold);
    CHECK(c.canary_says(good).rulings.size() == 3);
  }

  TEST_CASE("a probe that could only ask for a game that is gone asks for others by turns") {
    court c;
    for (int number = 1; number <= 3; ++number) c.fails(number, page);
    for (int number = 1; number <= 2; ++number) CHECK(c.fails(number, page).what == order::hold);
    CHECK(c.canary_says(refusal).blocked);
    std::set<game_id> asked;
    for (int probe = 0; probe < 4; ++probe) {
      const auto question = c.judge.next_question();
      REQUIRE(question);
      asked.insert(question->game);
      CHECK(c.judge.canary_said(refusal, start).blocked);
    }
    CHECK(asked == std::set<game_id>{known, game(1), game(2), game(3)});
  }

  TEST_CASE("trouble with one kind of document is not made good by the other kind") {
    court c;
    for (int number = 1; number <= 3; ++number) {
      c.comes(number);
      const auto ruling = c.fails(number, page, endpoint::playbyplay);
      CHECK(ruling.what == (number < 3 ? order::later : order::hold));
    }
    const auto question = c.judge.next_question();
    REQUIRE(question);
    CHECK(question->endpoint == endpoint::playbyplay);
    c.judge.canary_said(page, start);
    c.canary_says(page);
    CHECK(c.canary_says(page).blocked);
    CHECK(c.judge.is_down(endpoint::playbyplay));
    CHECK_FALSE(c.judge.is_down(endpoint::boxscore));
    // A box score that comes does not end it, and one that fails is no part of it.
    c.comes(20);
    CHECK(c.judge.is_down(endpoint::playbyplay));
    CHECK(c.fails(21, page).what == order::later);
  }

  TEST_CASE("games that are held for both kinds of documents get two canaries, one after the other") {
    court c(known, {.tries_max = 1});
    c.fails(1, page, endpoint::playbyplay);
    c.fails(2, page);
    CHECK(c.judge.next_question()->endpoint == endpoint::playbyplay);
    CHECK(c.judge.canary_said(good, start).rulings.size() == 1);
    CHECK(c.judge.next_question()->endpoint == endpoint::boxscore);
    CHECK(c.judge.canary_said(good, start).rulings.size() == 1);
    CHECK_FALSE(c.judge.next_question());
  }

  TEST_CASE("when the canary is lost, all who were held are named once") {
    court c;
    for (int number = 1; number <= 4; ++number) c.fails(number, refusal);
    REQUIRE(c.judge.next_question());
    CHECK(c.judge.canary_lost() == std::vector<host_judge::ticket>{2, 4, 6, 8});
    CHECK(c.judge.canary_lost().empty());
    CHECK_FALSE(c.judge.out());
    CHECK_FALSE(c.judge.next_question());
  }

  TEST_CASE("who is forgotten gets no ruling") {
    court c;
    c.fails(1, refusal);
    c.fails(2, refusal);
    REQUIRE(c.judge.next_question());
    c.judge.forget(2);
    const auto verdict = c.judge.canary_said(good, start);
    REQUIRE(verdict.rulings.size() == 1);
    CHECK(verdict.rulings.front().which == 4);
  }
}

TEST_SUITE("host judge: probes") {
  TEST_CASE("a game's own request does not decide whether its host is open") {
    court c;
    const auto question = c.judge.probe_instead_of(game(1), endpoint::playbyplay);
    REQUIRE(question);
    CHECK(question->game == known);
    CHECK(question->endpoint == endpoint::playbyplay);
    CHECK(c.judge.out());
    // Nobody was held: there is nothing to rule, and nothing more to ask.
    CHECK(c.judge.canary_said(broken, start).rulings.empty());
    CHECK_FALSE(c.judge.next_question());
  }

  TEST_CASE("a question that waits for its permit is asked with the probe's") {
    court c;
    c.fails(1, refusal);
    REQUIRE(c.judge.next_question());
    CHECK(c.judge.probe_instead_of(game(2), endpoint::playbyplay)->endpoint == endpoint::boxscore);
  }

  TEST_CASE("it does where no other game is known") {
    CHECK_FALSE(court(std::nullopt).judge.probe_instead_of(game(1), endpoint::boxscore));
    CHECK_FALSE(court(game(1)).judge.probe_instead_of(game(1), endpoint::boxscore));
  }
}

TEST_SUITE("host judge: documents") {
  TEST_CASE("a document beside the games speaks for itself") {
    court c(known, {.tries_max = 3, .throttles_max = 2});
    const auto fails = [&](const classified& how) {
      return c.judge.failed(1, std::nullopt, endpoint::schedule, how, start).what;
    };
    SUBCASE("refused") { CHECK(fails(refusal) == order::fail); }
    SUBCASE("tried again") {
      CHECK(fails(page) == order::later);
      CHECK(fails(broken) == order::later);
      CHECK(fails(answer(verdict::empty_500)) == order::fail);
    }
    SUBCASE("throttled") {
      CHECK(fails(slow_down) == order::again);
      CHECK(fails(slow_down) == order::again);
      CHECK(fails(slow_down) == order::fail);
    }
    CHECK_FALSE(c.judge.next_question());
  }
}
