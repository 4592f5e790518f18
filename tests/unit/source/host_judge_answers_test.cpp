// What the judge makes of refusals, throttling and documents of other games.
#include "pipeline/source/host_judge.hpp"
#include "tests/unit/source/court.hpp"

using namespace nba;
using namespace nba::test::court_room;

TEST_SUITE("host judge: documents of other games") {
  TEST_CASE("one game that gets another one's is tried again and then blamed, as for a page") {
    court c;
    CHECK(c.fails(1, mixed_up).what == order::later);
    CHECK(c.fails(1, mixed_up).what == order::later);
    CHECK(c.fails(1, mixed_up).what == order::hold);
    CHECK(only_order(c.canary_says(good)) == order::later);
    CHECK(c.fails(1, mixed_up).what == order::hold);
    const auto verdict = c.canary_says(good);
    REQUIRE(only_order(verdict) == order::fail);
    CHECK(verdict.rulings.front().why.kind == failure_class::rejected);
    CHECK(verdict.rulings.front().why.where == "there");
  }

  TEST_CASE("one or two such games are blamed where no known game is there any more") {
    for (const int games : {1, 2}) {
      court c;
      CAPTURE(games);
      for (int turn = 0; turn < 2; ++turn)
        for (int number = 1; number <= games; ++number) CHECK(c.fails(number, mixed_up).what == order::later);
      for (const auto last : {order::later, order::fail}) {
        for (int number = 1; number <= games; ++number) CHECK(c.fails(number, mixed_up).what == order::hold);
        const auto verdict = c.canary_says(refusal);
        CHECK_FALSE(verdict.blocked);
        REQUIRE(verdict.rulings.size() == static_cast<std::size_t>(games));
        for (const auto& one : verdict.rulings) CHECK(one.what == last);
        CHECK_FALSE(c.judge.is_down(endpoint::boxscore));
      }
      CHECK_FALSE(c.judge.next_question());
    }
  }

  TEST_CASE("of three in a row, or beside other trouble, the refused canary makes it the host's") {
    court three;
    for (int number = 1; number <= 2; ++number) CHECK(three.fails(number, mixed_up).what == order::later);
    CHECK(three.fails(3, mixed_up).what == order::hold);
    CHECK(three.canary_says(refusal).blocked);
    court other;
    for (int turn = 0; turn < 3; ++turn) other.fails(1, mixed_up);
    for (int turn = 0; turn < 3; ++turn) other.fails(2, page);
    CHECK(other.canary_says(refusal).blocked);
  }

  TEST_CASE("a canary that gets another game's document too makes it the host's, at the first game") {
    court c;
    for (int turn = 0; turn < 3; ++turn) c.fails(1, mixed_up);
    CHECK_FALSE(c.canary_says(mixed_up).blocked);
    CHECK_FALSE(c.canary_says(mixed_up).blocked);
    CHECK(c.canary_says(mixed_up).blocked);
    CHECK(only_order(c.canary_says(good)) == order::again);
  }
}

TEST_SUITE("host judge: refusals") {
  TEST_CASE("one good canary is enough, and it is of the kind of document that was refused") {
    for (const auto what : {endpoint::boxscore, endpoint::playbyplay}) {
      court c;
      CHECK(c.fails(1, refusal, what).what == order::hold);
      CHECK(c.judge.next_question()->endpoint == what);
      const auto verdict = c.judge.canary_said(good, start);
      CHECK(only_order(verdict) == order::fail);
      CHECK(verdict.rulings.front().why.kind == failure_class::unavailable);
      // It speaks for a few later ones of that kind too.
      for (int i = 0; i < canary::shares_max; ++i) CHECK(c.fails(2 + i, refusal, what).what == order::fail);
      CHECK(c.fails(20, refusal, what).what == order::hold);
    }
  }

  TEST_CASE("a host that refuses every play-by-play while it serves box scores is blocked; no game is blamed") {
    court c;
    for (int number = 1; number <= 12; ++number) {
      c.comes(number);
      const auto ruling = c.fails(number, refusal, endpoint::playbyplay);
      CHECK(ruling.what == order::hold);
      if (const auto question = c.judge.next_question()) {
        CHECK(question->endpoint == endpoint::playbyplay);
        const auto verdict = c.judge.canary_said(refusal, start);
        for (const auto& one : verdict.rulings) CHECK(one.what != order::fail);
        CHECK(verdict.blocked);
      }
    }
  }

  TEST_CASE("several in a row are asked for once more: the canary may speak for a host whose block is over") {
    court c;
    for (int number = 1; number <= 3; ++number) CHECK(c.fails(number, refusal).what == order::hold);
    for (const auto& one : c.canary_says(good).rulings) CHECK(one.what == order::again);
    c.comes(1);
    CHECK(c.fails(2, refusal).what == order::fail);  // the canary has just spoken
    CHECK(c.fails(3, refusal).why.kind == failure_class::unavailable);
  }

  TEST_CASE("an empty 500 is a hiccup at first; when it repeats the host has no such game") {
    court c;
    const auto empty = answer(verdict::empty_500);
    c.fails(1, empty);
    c.fails(1, empty);
    CHECK(c.fails(1, empty).what == order::hold);
    CHECK(only_order(c.canary_says(good)) == order::later);
    // The canary has just spoken, so that it is not asked once more.
    const auto last = c.fails(1, empty);
    CHECK(last.what == order::fail);
    CHECK(last.why.kind == failure_class::unavailable);
  }

  TEST_CASE("a game is not its own canary: nobody can tell") {
    court c(game(1));
    const auto ruling = c.fails(1, refusal);
    CHECK(ruling.what == order::fail);
    CHECK(ruling.why.kind == failure_class::edge_blocked);
  }
}

TEST_SUITE("host judge: throttling") {
  TEST_CASE("one game that is throttled for ever is blamed; the canary was good twice meanwhile") {
    court c;
    CHECK(c.fails(1, slow_down).what == order::again);
    CHECK_FALSE(c.judge.is_singled_out(2));
    CHECK(c.fails(1, slow_down).what == order::hold);
    CHECK(only_order(c.canary_says(good)) == order::again);
    CHECK(c.judge.is_singled_out(2));
    CHECK(c.fails(1, slow_down).what == order::apart);
    CHECK(c.fails(1, slow_down).what == order::hold);
    const auto verdict = c.canary_says(good);
    REQUIRE(only_order(verdict) == order::fail);
    CHECK(verdict.rulings.front().why.kind == failure_class::transient);
    CHECK(verdict.rulings.front().tries == 4);
  }

  TEST_CASE("a throttled answer is no try: as many are left as before") {
    court c(std::nullopt, {.tries_max = 2});
    for (int i = 0; i < 5; ++i) CHECK(c.fails(1, slow_down).tries == 0);
    CHECK(c.fails(1, broken).what == order::later);
    CHECK(c.fails(1, slow_down).tries == 1);
    const auto last = c.fails(1, broken);
    CHECK(last.what == order::fail);
    CHECK(last.tries == 2);
  }

  TEST_CASE("two such games are blamed both") {
    court c;
    int blamed = 0;
    for (int round = 0; round < 4; ++round)
      for (const int number : {1, 2})
        if (c.fails(number, slow_down).what == order::hold)
          for (const auto& one : c.canary_says(good).rulings) blamed += one.what == order::fail ? 1 : 0;
    CHECK(blamed == 2);
  }

  TEST_CASE("while other throttled requests come through, the host is merely slow") {
    court c;
    for (int i = 0; i < 20; ++i) {
      const auto ruling = c.fails(1, slow_down);
      REQUIRE(ruling.what != order::fail);
      c.fails(2 + i, slow_down);
      c.comes(2 + i);
      if (ruling.what == order::hold) CHECK(only_order(c.canary_says(good)) == order::again);
    }
    const auto last = c.fails(1, slow_down);
    CHECK(last.what == order::fail);  // the bound; it is put down to the host
    CHECK(last.why.kind == failure_class::throttled);
  }

  TEST_CASE("a canary that is throttled is asked again, but not for ever") {
    court c(known, {.throttles_max = 2});
    c.fails(1, refusal);
    REQUIRE(c.judge.next_question());
    CHECK(c.judge.canary_said(slow_down, start).ask_again);
    CHECK(c.judge.canary_said(slow_down, start).ask_again);
    CHECK_FALSE(c.judge.canary_said(slow_down, start).ask_again);
    CHECK(c.judge.next_question());
  }

  TEST_CASE("a host that throttles everything and then goes away blames nobody") {
    court c;
    c.fails(1, slow_down);
    CHECK(c.fails(1, slow_down).what == order::hold);
    c.canary_says(broken);
    c.canary_says(broken);
    CHECK(c.canary_says(broken).blocked);
    CHECK(c.fails(2, slow_down).what == order::hold);
    for (const auto& one : c.canary_says(good).rulings) CHECK(one.what == order::again);
    CHECK_FALSE(c.judge.is_singled_out(2));
  }
}
