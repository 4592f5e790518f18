// What becomes of documents that are asked for: one event after the other, without actors.
#include "tests/unit/source/request_desk.hpp"

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

const std::string schedule_page = schedule_url(desk_urls, season{2024});
const document_request one_schedule{{{endpoint::schedule, schedule_page}}, std::nullopt};

using sleep_list = std::vector<std::pair<game_id, bool>>;

}  // namespace

TEST_SUITE("request book") {
  TEST_CASE("a game's documents come one by one; nothing is sent without a permit") {
    request_desk f;
    f.start(1);
    CHECK(f.sent.empty());
    CHECK(f.grant_all() == 2);
    CHECK(f.sent.size() == 2);
    f.answer(box(1), document_of(1));
    REQUIRE(f.replies.size() == 1);
    CHECK(f.replies[0].what.endpoint == endpoint::boxscore);
    CHECK(f.replies[0].what.url == box(1));
    CHECK(f.replies[0].game == desk_game(1));
    CHECK((*f.replies[0].body)->view() == document_of(1).body->view());
    CHECK(f.complete.empty());
    f.answer(events(1), document_of(1));
    CHECK(f.complete.size() == 1);
    CHECK(f.signals() == signal_list{budget_signal::success, budget_signal::success});
    CHECK(f.book.requests().empty());
    CHECK(f.book.open() == 0);
  }

  TEST_CASE("a transient failure is tried again after a pause") {
    request_desk f;
    f.start(1);
    f.grant_all();
    f.answer(events(1), document_of(1));
    f.answer(box(1), error_answer(http_error::reset));
    CHECK(f.grant_all() == 0);
    f.advance(500ms);
    CHECK(f.grant_all() == 1);
    f.answer(box(1), document_of(1));
    CHECK(f.complete.size() == 1);
    CHECK(f.failed.empty());
  }

  TEST_CASE("a permit goes back with what the answer was; a request that was cancelled had none") {
    request_desk f;
    f.start(1);
    f.grant_all();
    f.answer(events(1), document_of(1));
    f.answer(box(1), status_answer(502, "bad gateway"));
    REQUIRE(f.returned.size() == 2);
    REQUIRE(f.returned[0].answer);
    CHECK_FALSE(f.returned[0].answer->fault);
    REQUIRE(f.returned[1].answer);
    CHECK(f.returned[1].answer->fault == failure_class::transient);
    f.advance(1s);
    f.grant_all();
    f.answer(box(1), error_answer(http_error::cancelled));
    REQUIRE(f.returned.size() == 3);
    CHECK_FALSE(f.returned[2].answer);
  }

  TEST_CASE("after its last try a document is lost, and its game's other one with it") {
    request_desk f(with_tries(2));
    f.start(1);
    f.grant_all();
    for (int tries = 0; tries < 2; ++tries) {
      f.answer(box(1), status_answer(502, "bad gateway"));
      f.advance(1s);
      f.grant_all();
    }
    const auto failed = f.take_failed();
    REQUIRE(failed);
    CHECK(f.why(*failed).kind == failure_class::transient);
    CHECK(failed->tries == 2);
    CHECK_FALSE(failed->interrupted);
    // The answer that is still out changes nothing but returns its permit.
    (void)f.signals();
    f.answer(events(1), document_of(1));
    CHECK(f.signals() == signal_list{budget_signal::success});
    CHECK(f.failed.empty());
    CHECK(f.complete.empty());
    CHECK(f.book.requests().empty());
  }

  TEST_CASE("what came in place of documents is told with the loss, and that of the lost one first") {
    request_desk f(with_tries(2));
    f.start(1);
    f.grant_all();
    f.answer(box(1), status_answer(502, "first"));
    f.answer(events(1), status_answer(502, "second"));
    f.advance(1s);
    f.grant_all();
    f.answer(events(1), status_answer(502, "third"));
    REQUIRE(f.replies.size() == 2);
    CHECK(f.replies[0].what.endpoint == endpoint::playbyplay);
    CHECK(f.replies[0].refused->view() == "third");
    CHECK(f.replies[1].what.endpoint == endpoint::boxscore);
    CHECK(f.replies[1].refused->view() == "first");
    f.answer(box(1), document_of(1));
    CHECK(f.book.requests().empty());
  }

  TEST_CASE("a permit for a request that is no longer wanted goes back unused") {
    request_desk f(with_tries(1));
    f.start(1);
    const auto first = f.take_ask(), second = f.take_ask();
    f.grant(first->which);
    f.answer(box(1), status_answer(502));
    CHECK(f.failed.size() == 1);
    (void)f.signals();
    f.grant(second->which);
    CHECK(f.submitted.size() == 1);
    CHECK(f.signals() == signal_list{budget_signal::unused});
    CHECK(f.book.requests().empty());
  }

  TEST_CASE("a request that sleeps when its game fails is forgotten: it asks for no permit when it wakes up") {
    request_desk f;
    f.start(1);
    f.grant_all();
    f.answer(events(1), error_answer(http_error::reset));
    f.answer(box(1), refused);
    CHECK(f.failed.size() == 1);
    CHECK(f.book.requests().empty());
    f.advance(60s);
    CHECK(f.grant_all() == 0);
  }

  TEST_CASE("a game that sleeps for long is announced, and announced again when it goes on") {
    request_book_options options;
    options.retry.backoff_first = 2'000ms;
    request_desk f(options);
    f.start(1);
    f.grant_all();
    f.answer(box(1), error_answer(http_error::timeout));
    CHECK(f.sleeping.empty());  // its other request is awake
    f.answer(events(1), document_of(1));
    CHECK(f.sleeping == sleep_list{{desk_game(1), true}});
    f.advance(2s);
    CHECK(f.sleeping == sleep_list{{desk_game(1), true}, {desk_game(1), false}});
  }

  TEST_CASE("short pauses are not worth an announcement") {
    request_desk f;
    f.start(1);
    f.grant_all();
    f.answer(box(1), error_answer(http_error::timeout));
    f.answer(events(1), error_answer(http_error::timeout));
    CHECK(f.sleeping.empty());
  }

  TEST_CASE("throttled answers are not counted as tries, but they have a bound of their own") {
    auto options = with_tries(2);
    options.retry.throttles_max = 3;
    request_desk f(options);
    f.start(1);
    f.grant_all();
    f.answer(events(1), document_of(1));
    (void)f.signals();
    for (int i = 0; i < 3; ++i) {
      f.answer(box(1), status_answer(429, "slow down", 7s));
      REQUIRE(f.returned.size() == 1);
      CHECK(f.returned[0].retry_after == 7s);
      CHECK(f.signals() == signal_list{budget_signal::throttled});
      CHECK(f.grant_all() == 1);
    }
    SUBCASE("then it succeeds") {
      f.answer(box(1), document_of(1));
      CHECK(f.complete.size() == 1);
    }
    SUBCASE("then it fails: that is its first try, and there are two") {
      f.answer(box(1), error_answer(http_error::timeout));
      CHECK(f.failed.empty());
      f.advance(500ms);
      CHECK(f.grant_all() == 1);
      f.answer(box(1), error_answer(http_error::timeout));
      const auto failed = f.take_failed();
      REQUIRE(failed);
      CHECK(failed->tries == 2);
    }
    SUBCASE("then it is enough") {
      f.answer(box(1), status_answer(429));
      const auto failed = f.take_failed();
      REQUIRE(failed);
      CHECK(f.why(*failed).kind == failure_class::throttled);
    }
  }

  TEST_CASE("a burst of stalls reaches the budget as stalls") {
    request_desk f;
    f.start(1);
    f.grant_all();
    f.answer(box(1), error_answer(http_error::stalled));
    CHECK(f.signals() == signal_list{budget_signal::stalled});
  }

  TEST_CASE("a page where a document was due may be the host's: it is tried again before its game fails") {
    request_desk f(with_tries(2));
    f.start(1);
    f.grant_all();
    f.answer(events(1), document_of(1));
    f.answer(box(1), ok_answer("<html>maintenance</html>"));
    CHECK(f.failed.empty());
    f.advance(500ms);
    f.grant_all();
    f.answer(box(1), ok_answer("<html>maintenance</html>"));
    const auto failed = f.take_failed();
    REQUIRE(failed);
    CHECK(f.why(*failed).kind == failure_class::contract_drift);
    CHECK(failed->tries == 2);
  }

  TEST_CASE("more waiting requests than the bound are a bug, and so are events that cannot be") {
    request_book_options options;
    options.waiting_max = 3;
    request_desk f(options);
    f.start(1);
    CHECK_THROWS_AS(f.start(2), invariant_violation);
    request_desk other;
    CHECK_THROWS_AS(other.book.granted(1, false), invariant_violation);
    CHECK_THROWS_AS(other.book.denied(1, ""), invariant_violation);
    CHECK_THROWS_AS(other.book.answered(1, document_of(1), other.now), invariant_violation);
    other.start(1);
    CHECK_THROWS_AS(other.book.answered(1, document_of(1), other.now), invariant_violation);
    CHECK_THROWS_AS(other.book.retry_due(1), invariant_violation);
    CHECK_THROWS_AS(other.book.compare_with({}), invariant_violation);
    CHECK_THROWS_AS(other.book.ask(1, documents_of(2)), invariant_violation);
    CHECK_THROWS_AS(other.book.ask(2, {}), invariant_violation);
  }
}

TEST_SUITE("request book: stopping") {
  TEST_CASE("dropping gives up what did not come, whatever its request waits for, and all that is asked for later") {
    request_desk f;
    for (int i = 1; i <= 4; ++i) f.start(i);
    for (int i = 0; i < 7; ++i) f.grant(f.take_ask()->which);
    f.answer_game(1);
    f.answer(events(2), document_of(2));
    f.answer(box(3), error_answer(http_error::timeout));  // sleeps
    f.drop();
    std::vector<game_id> given_up;
    while (const auto one = f.take_failed()) {
      CHECK(one->interrupted);
      CHECK(one->tries == 0);
      given_up.push_back(*one->game);
    }
    CHECK(given_up == std::vector{desk_game(2), desk_game(3), desk_game(4)});
    CHECK(f.book.open() == 0);
    // Late answers, permits and retries change nothing.
    f.answer(box(4), refused);
    f.answer(events(3), error_answer(http_error::reset));
    f.answer(box(2), document_of(2));
    f.advance(60s);
    CHECK(f.grant_all() == 1);
    CHECK(f.signals().back() == budget_signal::unused);
    CHECK(f.replies.size() == 8);
    CHECK(f.book.requests().empty());
    f.start(5);
    REQUIRE(f.failed.size() == 1);
    CHECK(f.take_failed()->interrupted);
    CHECK(f.asks.empty());
  }

  TEST_CASE("games waiting for the canary are given up too") {
    request_desk f(with_canary(9));
    f.start(1);
    f.grant_all();
    f.answer(box(1), refused);
    f.grant_all();
    f.drop();
    CHECK(f.take_failed()->interrupted);
    f.answer(box(9), document_of(9));
    f.answer(events(1), refused);
    CHECK(f.failed.empty());
    CHECK(f.book.requests().empty());
  }

  TEST_CASE("a cancelled client blames no game and is not asked again") {
    request_desk f(with_tries(1));
    f.start(1);
    f.grant_all();
    f.cancel_all();
    const auto failed = f.take_failed();
    REQUIRE(failed);
    CHECK(failed->interrupted);
    CHECK(f.failed.empty());
    CHECK(f.grant_all() == 0);
  }
}

TEST_SUITE("request book: documents of no game") {
  TEST_CASE("one that cannot be had is answered with the reason after its tries") {
    request_desk f(with_tries(2));
    f.ask(7, one_schedule);
    f.grant_all();
    f.answer(schedule_page, error_answer(http_error::dns));
    f.advance(1s);
    f.grant_all();
    f.answer(schedule_page, error_answer(http_error::dns));
    const auto failed = f.take_failed();
    REQUIRE(failed);
    CHECK(f.why(*failed).kind == failure_class::transient);
    CHECK(f.book.requests().empty());
  }

  TEST_CASE("a refusal is final: there is nothing to compare it with") {
    request_desk f(with_canary(9));
    f.ask(7, one_schedule);
    f.grant_all();
    f.answer(schedule_page, refused);
    REQUIRE(f.failed.size() == 1);
    CHECK(f.take_failed()->body.error().kind == failure_class::unavailable);
    CHECK(f.asks.empty());
  }

  TEST_CASE("a stop answers at once, whatever the request waits for") {
    request_desk f;
    f.ask(7, one_schedule);
    SUBCASE("for its permit") {}
    SUBCASE("for the host") { f.grant_all(); }
    SUBCASE("for its next try") {
      f.grant_all();
      f.answer(schedule_page, error_answer(http_error::dns));
    }
    f.drop();
    REQUIRE(f.failed.size() == 1);
    const auto failed = f.take_failed();
    CHECK(f.why(*failed).message.find("stopped") != std::string::npos);
    CHECK(f.why(*failed).where == schedule_page);
    // What was under way ends without anybody being told, and nothing is sent for nobody.
    if (f.is_sent(schedule_page)) f.answer(schedule_page, ok_answer("{}"));
    f.advance(60s);
    f.grant_all();
    CHECK(f.submitted[schedule_page] <= 1);
    CHECK(f.book.requests().empty());
  }

  TEST_CASE("a cancelled one is answered at once") {
    request_desk f;
    f.ask(7, one_schedule);
    f.grant_all();
    f.cancel_all();
    CHECK(f.failed.size() == 1);
    CHECK(f.book.requests().empty());
  }
}
