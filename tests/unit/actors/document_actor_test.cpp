// What the document actor does with what its book says: permits, the client, the timer, whoever asked. What the book
// says is tested where it is pure (tests/unit/source/request_book_test.cpp).
#include "actors/document_actor.hpp"

#include "tests/support/document_urls.hpp"
#include "tests/support/engine/small_league.hpp"
#include "tests/support/model_http.hpp"
#include "tests/support/testing_system.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

const std::string schedule_page = schedule_url(small_urls, season{2024});

struct document_fixture {
  explicit document_fixture(document_options options = {}) {
    options.book.games = small_games();
    options.client = http;
    options.now = world.clock();
    stage = world.spawn(make_documents, std::move(options),
                        std::map<std::string, budget_actor>{{"league.test", budget.as<budget_actor>()}});
    world.settle();
  }
  static std::string box(int number) { return boxscore_url(small_urls, small_game(number).id); }
  static std::string events(int number) { return playbyplay_url(small_urls, small_game(number).id); }
  void ask(const probe& who, document_request wanted) {
    world.send(who, stage, std::move(wanted));
    world.settle();
  }
  void ask_game(int number) {
    ask(fetch, {{{endpoint::boxscore, box(number)}, {endpoint::playbyplay, events(number)}}, small_game(number).id});
  }
  void ask_schedule(const probe& who) { ask(who, {{{endpoint::schedule, schedule_page}}, std::nullopt}); }
  std::size_t grant_all() {
    std::size_t granted = 0;
    for (auto one = budget.take<permit_request>(); one; one = budget.take<permit_request>(), ++granted)
      world.send(budget, stage, permit_granted{one->ticket});
    world.settle();
    return granted;
  }
  void answer(const std::string& url, http_response response) {
    REQUIRE_MESSAGE(http->answer(url, std::move(response)), "nobody asked for " << url);
    world.settle();
  }

  testing_system world;
  std::shared_ptr<model_http> http = std::make_shared<model_http>();
  probe budget = world.make_probe(), fetch = world.make_probe(), engine = world.make_probe();
  document_actor stage;
};

}  // namespace

TEST_SUITE("document actor") {
  TEST_CASE("documents come one by one to whoever asked; nothing is sent without a permit") {
    document_fixture f;
    f.ask_game(1);
    f.ask_schedule(f.engine);
    CHECK(f.http->submitted() == 0);
    CHECK(f.grant_all() == 3);
    f.answer(f.box(1), ok_answer(boxscore_json(small_game(1).id)));
    const auto box = f.fetch.take<document_reply>();
    REQUIRE(box);
    CHECK(box->game == small_game(1).id);
    CHECK(box->what.url == f.box(1));
    REQUIRE(box->body);
    CHECK((*box->body)->view() == boxscore_json(small_game(1).id));
    f.answer(schedule_page, ok_answer("{}"));
    REQUIRE(f.engine.count<document_reply>() == 1);
    CHECK(f.fetch.size() == 0);
    f.answer(f.events(1), error_answer(http_error::cancelled));
    const auto events = f.fetch.take<document_reply>();
    REQUIRE(events);
    CHECK(events->interrupted);
    std::vector<budget_signal> signals;
    while (const auto one = f.budget.take<permit_return>()) signals.push_back(one->signal);
    CHECK(signals == std::vector{budget_signal::success, budget_signal::success, budget_signal::failure});
    CHECK(state_of<document_state>(f.stage).askers.empty());
  }

  TEST_CASE("a request may use as many connections as are set for its host") {
    for (const int wanted : {0, 1, 48, 256}) {
      CAPTURE(wanted);
      document_options options;
      if (wanted > 0) options.connections["league.test"] = wanted;
      document_fixture f{std::move(options)};
      std::vector<int> asked;
      f.http->on_submit([&](const http_request& request) { asked.push_back(request.connections_max); });
      f.ask_game(1);
      f.grant_all();
      const auto expected = wanted > 0 ? wanted : default_budget("league.test").in_flight_max;
      CHECK(asked == std::vector<int>{expected, expected});
    }
  }

  TEST_CASE("a pause is waited out, told when it is long, and ends with a question for a permit") {
    document_options options;
    options.book.retry.backoff_first = 2'000ms;
    document_fixture f{std::move(options)};
    f.ask_game(1);
    f.grant_all();
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    f.answer(f.box(1), error_answer(http_error::reset));
    const auto asleep = f.fetch.take<game_sleeping>();
    REQUIRE(asleep);
    CHECK(asleep->id == small_game(1).id);
    CHECK(asleep->sleeping);
    CHECK(f.grant_all() == 0);
    f.world.advance(2s);
    CHECK_FALSE(f.fetch.take<game_sleeping>()->sleeping);
    CHECK(f.grant_all() == 1);
  }

  TEST_CASE("the games that it is told of are what it compares with, the configured one after them") {
    for (const bool is_told : {false, true}) {
      CAPTURE(is_told);
      document_options options;
      options.canary_game = small_game(9).id;
      document_fixture f{std::move(options)};
      if (is_told) f.world.send(f.engine, f.stage, known_games{{small_game(8).id}});
      f.ask_game(1);
      f.grant_all();
      f.answer(f.box(1), status_answer(403));
      f.grant_all();
      CHECK(f.http->submitted(f.box(8)) == (is_told ? 1 : 0));
      CHECK(f.http->submitted(f.box(9)) == (is_told ? 0 : 1));
    }
  }

  TEST_CASE("a denied permit is told with its reason; one that is not needed goes back to whoever granted it") {
    document_options options;
    options.book.retry.tries_max = 1;
    document_fixture f{std::move(options)};
    f.ask_game(1);
    const auto box = f.budget.take<permit_request>(), events = f.budget.take<permit_request>();
    SUBCASE("denied") {
      f.world.send(f.budget, f.stage, permit_denied{box->ticket, "Access Denied"});
      f.world.settle();
      REQUIRE(f.fetch.count<document_reply>() == 2);
      CHECK(f.fetch.take<document_reply>()->body.error().message.find("(Access Denied)") != std::string::npos);
    }
    SUBCASE("lost") {
      f.world.send(f.budget, f.stage, permit_granted{box->ticket});
      f.world.settle();
      f.answer(f.box(1), status_answer(502));
      CHECK(f.fetch.count<document_reply>() == 2);
      (void)f.budget.take<permit_return>();
    }
    f.world.send(f.budget, f.stage, permit_granted{events->ticket});
    f.world.settle();
    const auto back = f.budget.take<permit_return>();
    REQUIRE(back);
    CHECK(back->signal == budget_signal::unused);
    CHECK(state_of<document_state>(f.stage).book->requests().empty());
  }

  TEST_CASE("what is dropped is answered, and so is what is asked for later") {
    document_fixture f;
    f.ask_game(1);
    f.world.send(f.fetch, f.stage, drop_unfetched{});
    f.world.settle();
    CHECK(f.fetch.count<document_reply>() == 2);
    CHECK(f.fetch.take<document_reply>()->interrupted);
    f.ask_schedule(f.engine);
    CHECK(f.engine.take<document_reply>()->interrupted);
    CHECK(state_of<document_state>(f.stage).askers.empty());
  }

  TEST_CASE("its status is the time that answers about games took, whoever wanted them") {
    document_fixture f;
    f.ask_game(1);
    f.ask_schedule(f.engine);
    f.grant_all();
    f.answer(schedule_page, ok_answer("{}"));
    f.answer(f.box(1), ok_answer(boxscore_json(small_game(1).id)));
    f.answer(f.events(1), status_answer(502));
    CHECK(f.world.ask<stage_status>(f.stage, status_query{}).busy == 40ms);
  }

  TEST_CASE("when a budget dies, or the client answers what was not asked, it ends: whoever watches it is told") {
    document_fixture f;
    f.ask_game(1);
    SUBCASE("budget") { caf::anon_send_exit(f.budget.actor(), caf::exit_reason::kill); }
    SUBCASE("client") { f.world.send(f.engine, f.stage, http_done{77, ok_answer("{}")}); }
    SUBCASE("a host without a budget") {
      f.world.send(f.engine, f.stage, document_request{{{endpoint::schedule, "http://elsewhere.test/"}}, std::nullopt});
    }
    f.world.settle();
    CHECK(has_ended(f.stage));
  }
}
