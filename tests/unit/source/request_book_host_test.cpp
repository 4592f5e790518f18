// What becomes of documents that are asked for, when a host refuses them or is in trouble: one event after the other,
// without actors.
#include "tests/unit/source/request_desk.hpp"

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

TEST_SUITE("request book: refusals") {
  TEST_CASE("a refusal while the canary answers means that the host has no such game") {
    request_desk f(with_canary(9));
    f.start(1);
    f.grant_all();
    f.answer(events(1), document_of(1));
    f.answer(box(1), refused);
    CHECK(f.failed.empty());  // nobody is blamed yet
    const auto ask = f.take_ask();
    REQUIRE(ask);
    CHECK(ask->urgent);
    f.grant(ask->which);
    f.answer(box(9), document_of(9));
    const auto failed = f.take_failed();
    REQUIRE(failed);
    CHECK(f.why(*failed).kind == failure_class::unavailable);

    // For a while the canary speaks for other games too.
    f.start(2);
    f.grant_all();
    f.answer(events(2), document_of(2));
    f.answer(box(2), refused);
    REQUIRE(f.failed.size() == 1);
    CHECK(f.take_failed()->body.error().kind == failure_class::unavailable);
    CHECK(f.submitted[box(9)] == 1);

    // But not for ever.
    f.advance(31s);
    f.start(3);
    f.grant_all();
    f.answer(box(3), refused);
    CHECK(f.failed.empty());
  }

  TEST_CASE("refusals that wait for the canary share its answer") {
    request_desk f(with_canary(9));
    for (int i = 1; i <= 2; ++i) f.start(i);
    f.grant_all();
    for (int i = 1; i <= 2; ++i) {
      f.answer(box(i), refused);
      f.answer(events(i), refused);
    }
    CHECK(f.grant_all() == 1);
    f.answer(box(9), document_of(9));
    CHECK(f.failed.size() == 2);
    CHECK(f.book.requests().empty());
  }

  TEST_CASE("a game whose documents came is the one to compare others with") {
    request_desk f;
    f.start(1);
    f.grant_all();
    f.answer_game(1);
    f.start(2);
    f.grant_all();
    f.answer(box(2), refused);
    CHECK(f.grant_all() == 1);
    CHECK(f.submitted[box(1)] == 2);
    f.answer(box(1), document_of(1));
    REQUIRE(f.failed.size() == 1);
    CHECK(f.take_failed()->body.error().kind == failure_class::unavailable);
  }

  TEST_CASE("a game never serves as its own canary") {
    request_desk f(with_canary(1));
    f.start(1);
    f.grant_all();
    f.answer(box(1), document_of(1));
    f.answer(events(1), refused);
    // Nobody can tell: the game is not blamed.
    const auto failed = f.take_failed();
    REQUIRE(failed);
    CHECK(f.why(*failed).kind == failure_class::edge_blocked);
  }

  TEST_CASE("when the canary is refused too, the host is blocked and no game is blamed") {
    request_desk f(with_canary(9));
    f.start(1);
    f.grant_all();
    f.answer(events(1), document_of(1));
    f.answer(box(1), refused);
    (void)f.signals();
    f.grant_all();
    f.answer(box(9), refused);
    CHECK(f.signals() == signal_list{budget_signal::blocked});
    CHECK(f.failed.empty());
    // The canary is the probe; the game waits for it.
    const auto probe = f.take_ask();
    REQUIRE(probe);
    CHECK(probe->urgent);
    CHECK(f.asks.empty());
    SUBCASE("denied") {
      f.deny(probe->which);
      const auto failed = f.take_failed();
      REQUIRE(failed);
      CHECK(f.why(*failed).kind == failure_class::edge_blocked);
    }
    SUBCASE("recovered") {
      f.grant(probe->which);
      f.answer(box(9), document_of(9));
      CHECK(f.failed.empty());  // its refusal came while everything was refused
      CHECK(f.grant_all() == 1);
      f.answer(box(1), document_of(1));
      CHECK(f.complete.size() == 1);
    }
    SUBCASE("the client is told to stop") {
      f.grant(probe->which);
      f.cancel_all();
      REQUIRE(f.failed.size() == 1);
      CHECK(f.take_failed()->interrupted);
      CHECK(f.book.requests().empty());
    }
  }

  TEST_CASE("a refusal that comes while the edge is known to block says nothing about its game") {
    request_desk f(with_canary(9));
    f.start(1);
    f.start(2);
    f.grant_all();
    for (const int number : {1, 2}) f.answer(events(number), document_of(number));
    f.answer(box(1), refused);
    f.grant_all();
    f.answer(box(9), refused);
    f.answer(box(2), refused);  // it was under way when the block began
    f.grant_all();
    f.answer(box(9), document_of(9));
    CHECK(f.failed.empty());
    CHECK(f.grant_all() == 2);
    for (const int number : {1, 2}) f.answer(box(number), document_of(number));
    CHECK(f.complete.size() == 2);
  }

  TEST_CASE("when the canary's permit is denied, everything that waits for it fails unblamed") {
    request_desk f(with_canary(9));
    f.start(1);
    f.start(2);
    f.grant_all();
    f.answer(box(1), refused);
    f.answer(box(2), refused);
    const auto ask = f.take_ask();
    REQUIRE(ask);
    f.deny(ask->which);
    for (int i = 0; i < 2; ++i) {
      const auto failed = f.take_failed();
      REQUIRE(failed);
      CHECK(f.why(*failed).kind == failure_class::edge_blocked);
    }
  }

  TEST_CASE("a canary that fails in another way is asked again, and in the end the host is in trouble, not the game") {
    request_desk f(with_canary(9, 2));
    f.start(1);
    f.grant_all();
    f.answer(events(1), document_of(1));
    f.answer(box(1), refused);
    (void)f.signals();
    for (int i = 0; i < 3; ++i) {
      CHECK(f.grant_all() == 1);
      f.answer(box(9), error_answer(http_error::timeout));
    }
    CHECK(f.signals() == signal_list{budget_signal::failure, budget_signal::failure, budget_signal::blocked});
    CHECK(f.failed.empty());
    CHECK(f.grant_all() == 1);  // the probe
    f.answer(box(9), document_of(9));
    CHECK(f.grant_all() == 1);
    f.answer(box(1), document_of(1));
    CHECK(f.complete.size() == 1);
  }

  TEST_CASE("a canary that is throttled without end lets nobody wait for ever") {
    auto options = with_canary(9, 1);
    options.retry.throttles_max = 1;
    request_desk f(options);
    f.start(1);
    f.grant_all();
    f.answer(events(1), document_of(1));
    f.answer(box(1), refused);
    (void)f.signals();
    for (int i = 0; i < 6; ++i) {
      CHECK(f.grant_all() == 1);
      f.answer(box(9), status_answer(429));
    }
    auto signals = f.signals();
    REQUIRE(signals.size() == 6);
    CHECK(signals.back() == budget_signal::blocked);
    CHECK(f.failed.empty());
  }

  TEST_CASE("an empty 500 that repeats is judged by the canary like a refusal") {
    request_desk f(with_canary(9, 2));
    const auto exhaust = [&](int number) {
      f.start(number);
      f.grant_all();
      f.answer(events(number), document_of(number));
      f.answer(box(number), status_answer(500));
      f.grant_all();  // before its last try
      f.answer(box(9), document_of(9));
      f.advance(500ms);
      f.grant_all();
      f.answer(box(number), status_answer(500));
    };
    exhaust(1);
    REQUIRE(f.failed.size() == 1);
    CHECK(f.take_failed()->body.error().kind == failure_class::unavailable);

    // While the canary is fresh the verdict is the same.
    exhaust(2);
    REQUIRE(f.failed.size() == 1);
    CHECK(f.take_failed()->body.error().kind == failure_class::unavailable);
  }
}

TEST_SUITE("request book: trouble of the host") {
  const auto page = ok_answer("<html><title>Please wait</title></html>");

  TEST_CASE("when several games fail in a row the canary is asked, and then the host is left alone") {
    request_desk f(with_canary(9));
    for (int i = 1; i <= 4; ++i) f.start(i);
    f.grant_all();
    for (int i = 1; i <= 3; ++i) f.answer(box(i), page);
    CHECK(f.failed.empty());
    (void)f.signals();
    for (int i = 0; i < 3; ++i) {
      CHECK(f.grant_all() == 1);
      f.answer(box(9), page);
    }
    CHECK(f.returned.front().reason == "Please wait");
    CHECK(f.signals().back() == budget_signal::blocked);
    // What was under way is held, too; the rest of the games waits for the canary.
    f.answer(box(4), page);
    for (int i = 1; i <= 4; ++i) f.answer(events(i), document_of(i));
    f.advance(60s);
    CHECK(f.failed.empty());
    SUBCASE("and is good again") {
      f.grant_all();
      f.answer(box(9), document_of(9));
      f.grant_all();
      for (int i = 1; i <= 4; ++i) f.answer(box(i), document_of(i));
      CHECK(f.complete.size() == 4);
    }
    SUBCASE("and is given up") {
      const auto canary = f.take_ask();
      REQUIRE(canary);
      f.deny(canary->which, "Please wait");
      while (const auto one = f.take_ask()) f.deny(one->which, "Please wait");
      CHECK(f.failed.size() == 4);
      while (const auto failed = f.take_failed()) {
        CHECK(f.why(*failed).kind == failure_class::edge_blocked);
        CHECK(f.why(*failed).message.find("(Please wait)") != std::string::npos);
      }
    }
  }

  TEST_CASE(
      "a game that is throttled for ever is parked, and does not pause the host any more once it is singled out") {
    request_desk f(with_canary(9));
    f.start(1);
    f.grant_all();
    f.answer(events(1), document_of(1));
    (void)f.signals();
    f.answer(box(1), status_answer(429, "", 1s));
    CHECK(f.grant_all() == 1);
    f.answer(box(1), status_answer(429, "", 1s));
    CHECK(f.signals() == signal_list{budget_signal::throttled, budget_signal::throttled});
    CHECK(f.grant_all() == 1);
    f.answer(box(9), document_of(9));
    CHECK(f.grant_all() == 1);
    f.answer(box(1), status_answer(429, "", 30s));
    CHECK(f.signals() == signal_list{budget_signal::success, budget_signal::failure});
    CHECK(f.grant_all() == 0);
    f.advance(29s);
    CHECK(f.grant_all() == 0);  // what it was asked to wait it waits alone
    f.advance(1s);
    CHECK(f.grant_all() == 1);
    f.answer(box(1), status_answer(429, "", 30s));
    CHECK(f.grant_all() == 1);
    f.answer(box(9), document_of(9));
    const auto failed = f.take_failed();
    REQUIRE(failed);
    CHECK(f.why(*failed).kind == failure_class::transient);
    CHECK(failed->tries == 4);
    CHECK(f.book.requests().empty());
  }

  TEST_CASE("the permit of a probe goes to the canary, whoever asked for it") {
    request_desk f(with_canary(9));
    f.start(1);
    const auto first = f.take_ask();
    REQUIRE(first);
    f.grant(first->which, true);
    CHECK(f.submitted[box(1)] == 0);
    CHECK(f.submitted[box(9)] == 1);
    const auto again = f.take_ask();
    REQUIRE(again);
    CHECK(again->which == first->which);
    CHECK(again->urgent);
    f.answer(box(9), document_of(9));
    CHECK(f.signals() == signal_list{budget_signal::success});
    f.grant(again->which);
    CHECK(f.grant_all() == 1);
    f.answer_game(1);
    CHECK(f.complete.size() == 1);
  }

  TEST_CASE("a canary that waits for its permit is sent with the probe's, and gives the other one back") {
    request_desk f(with_canary(9));
    f.start(1);
    f.start(2);
    f.grant_all();
    f.answer(box(1), refused);
    f.answer(box(2), status_answer(429));
    const auto throttled = f.take_ask();
    const auto canary = f.take_ask();
    REQUIRE(canary);
    REQUIRE(throttled);
    (void)f.signals();
    f.grant(throttled->which, true);
    CHECK(f.submitted[box(9)] == 1);
    f.grant(canary->which);
    CHECK(f.submitted[box(9)] == 1);
    CHECK(f.signals() == signal_list{budget_signal::unused});
  }

  TEST_CASE("a canary that is asked already is not asked for a probe once more") {
    request_desk f(with_canary(9));
    f.start(1);
    f.start(2);
    f.grant_all();
    f.answer(box(1), refused);
    f.grant_all();
    f.answer(box(2), status_answer(429));
    f.grant(f.take_ask()->which, true);
    CHECK(f.submitted[box(9)] == 1);
    CHECK(f.submitted[box(2)] == 2);
  }
}
