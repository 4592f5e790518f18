#include "actors/fetch_actor.hpp"

#include "tests/support/model_http.hpp"
#include "tests/support/testing_system.hpp"
#include "tests/unit/actors/stage_fixture.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

struct fetch_fixture {
  explicit fetch_fixture(fetch_options options = {}) {
    options.urls = small_urls;
    options.client = http;
    options.now = world.clock();
    stage = world.spawn(make_fetch, std::move(options),
                        std::map<std::string, budget_actor>{{"league.test", budget.as<budget_actor>()}},
                        transform.as<transform_actor>());
    world.settle();
  }
  fetch_state& state() { return state_of<fetch_state>(stage); }
  void start(int number) {
    world.send(job, stage, fetch_game{job_for(small_game(number))});
    world.settle();
  }
  // Grants every permit that is asked for; answers how many those were.
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
  void answer_game(int number) {
    const auto id = small_game(number).id;
    answer(box(number), ok_answer(boxscore_json(id)));
    answer(events(number), ok_answer(playbyplay_json(id)));
  }
  static std::string box(int number) { return boxscore_url(small_urls, small_game(number).id); }
  static std::string events(int number) { return playbyplay_url(small_urls, small_game(number).id); }
  std::vector<budget_signal> signals() {
    std::vector<budget_signal> out;
    while (const auto one = budget.take<permit_return>()) out.push_back(one->signal);
    return out;
  }
  // Slots given back to the job since the last call.
  std::size_t returned() {
    std::size_t count = 0;
    while (const auto one = job.take<credit_return>()) {
      CHECK(one->link == link::fetch);
      CHECK(one->bytes == game_fetch_bytes);
      ++count;
    }
    return count;
  }

  testing_system world;
  std::shared_ptr<model_http> http = std::make_shared<model_http>();
  probe budget = world.make_probe(), transform = world.make_probe(), job = world.make_probe();
  fetch_actor stage;
};

fetch_options with_tries(int tries_max) {
  fetch_options options;
  options.retry.tries_max = tries_max;
  return options;
}
fetch_options with_canary(int number, int tries_max = 4) {
  auto options = with_tries(tries_max);
  options.canary = canary{{}, small_game(number).id};
  return options;
}

const http_response refused = status_answer(403, "<HTML>Access Denied</HTML>");
using signal_list = std::vector<budget_signal>;

}  // namespace

TEST_SUITE("fetch actor") {
  TEST_CASE("a game is both of its documents; nothing is sent without a permit") {
    fetch_fixture f;
    f.start(1);
    CHECK(f.http->submitted() == 0);
    CHECK(f.grant_all() == 2);
    CHECK(f.http->waiting_count() == 2);
    f.answer(f.box(1), ok_answer(boxscore_json(small_game(1).id)));
    CHECK(f.transform.size() == 0);
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    const auto out = f.transform.take<fetched_game>();
    REQUIRE(out);
    CHECK(out->job->game.id == small_game(1).id);
    CHECK(out->payloads->boxscore->view() == boxscore_json(small_game(1).id));
    CHECK(out->payloads->playbyplay->view() == playbyplay_json(small_game(1).id));
    CHECK(out->payloads->origin.boxscore_url == f.box(1));
    CHECK(out->bytes == out->payloads->boxscore->size() + out->payloads->playbyplay->size());
    CHECK(f.returned() == 1);
    CHECK(f.signals() == signal_list{budget_signal::success, budget_signal::success});
    CHECK(f.state().account.games() == 0);
    CHECK(f.world.ask<stage_status>(f.stage, status_query{}).bytes_total == out->bytes);
  }

  TEST_CASE("a request may use as many connections as are set for its host") {
    for (const int wanted : {0, 1, 48, 256}) {
      CAPTURE(wanted);
      fetch_options options;
      if (wanted > 0) options.connections["league.test"] = wanted;
      fetch_fixture f{std::move(options)};
      std::vector<int> asked;
      f.http->on_submit([&](const http_request& request) { asked.push_back(request.connections_max); });
      f.start(1);
      f.grant_all();
      const auto expected = wanted > 0 ? wanted : default_budget("league.test").in_flight_max;
      CHECK(asked == std::vector<int>{expected, expected});
    }
  }

  TEST_CASE("a fetched game keeps its slot until transform has room") {
    fetch_options options;
    options.transform_limits = {1, 1u << 20};
    fetch_fixture f(options);
    f.start(1);
    f.start(2);
    f.grant_all();
    f.answer_game(1);
    f.answer_game(2);
    const auto first = f.transform.take<fetched_game>();
    REQUIRE(first);
    CHECK(f.transform.size() == 0);
    CHECK(f.returned() == 1);
    CHECK(f.state().account.games() == 1);
    f.world.send(f.transform, f.stage, credit_return{link::transform, first->bytes});
    f.world.settle();
    CHECK(f.transform.count<fetched_game>() == 1);
    CHECK(f.returned() == 1);
  }

  TEST_CASE("a transient failure is tried again after a pause, in the same slot") {
    fetch_fixture f;
    f.start(1);
    f.grant_all();
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    f.answer(f.box(1), error_answer(http_error::reset));
    CHECK(f.state().account.games() == 1);
    CHECK(f.returned() == 0);
    CHECK(f.grant_all() == 0);
    f.world.advance(500ms);
    CHECK(f.grant_all() == 1);
    f.answer(f.box(1), ok_answer(boxscore_json(small_game(1).id)));
    CHECK(f.transform.count<fetched_game>() == 1);
    CHECK(f.returned() == 1);
    CHECK(f.job.size() == 0);
  }

  TEST_CASE("after its last try a request fails its game, once, whatever becomes of the other request") {
    fetch_fixture f(with_tries(2));
    f.start(1);
    f.grant_all();
    for (int tries = 0; tries < 2; ++tries) {
      f.answer(f.box(1), status_answer(502, "bad gateway"));
      f.world.advance(1s);
      f.grant_all();
    }
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->stage == "fetch");
    CHECK(failed->why.kind == failure_class::transient);
    CHECK(failed->tries == 2);
    CHECK_FALSE(failed->interrupted);
    CHECK(f.returned() == 1);
    // The answer that is still out changes nothing but returns its permit.
    (void)f.signals();
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    CHECK(f.signals() == signal_list{budget_signal::success});
    CHECK(f.job.size() == 0);
    CHECK(f.transform.size() == 0);
    CHECK(f.state().requests.empty());
    CHECK(f.state().games.empty());
  }

  TEST_CASE("a game that fails for one document hands over the other one, which may show that it was played") {
    fetch_fixture f(with_tries(1));
    f.start(1);
    f.grant_all();
    f.answer(f.box(1), ok_answer(boxscore_json(small_game(1).id)));
    f.answer(f.events(1), status_answer(502, "bad gateway"));
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    REQUIRE(failed->payloads);
    CHECK(failed->payloads->id == small_game(1).id);
    CHECK(failed->payloads->boxscore);
    CHECK_FALSE(failed->payloads->playbyplay);
    CHECK(f.transform.size() == 0);
  }

  TEST_CASE("a permit for a request that is no longer wanted goes back unused") {
    fetch_fixture f(with_tries(1));
    f.start(1);
    const auto box = f.budget.take<permit_request>(), events = f.budget.take<permit_request>();
    f.world.send(f.budget, f.stage, permit_granted{box->ticket});
    f.world.settle();
    f.answer(f.box(1), status_answer(502));
    CHECK(f.job.count<game_failed>() == 1);
    (void)f.signals();
    f.world.send(f.budget, f.stage, permit_granted{events->ticket});
    f.world.settle();
    CHECK(f.http->submitted() == 1);
    CHECK(f.signals() == signal_list{budget_signal::unused});
    CHECK(f.state().requests.empty());
  }

  TEST_CASE("a request that sleeps when its game fails is forgotten: it asks for no permit when it wakes up") {
    fetch_fixture f;
    f.start(1);
    f.grant_all();
    f.answer(f.events(1), error_answer(http_error::reset));
    f.answer(f.box(1), refused);
    CHECK(f.job.count<game_failed>() == 1);
    CHECK(f.state().requests.empty());
    f.world.advance(60s);
    CHECK(f.grant_all() == 0);
  }

  TEST_CASE("a game that sleeps for long is announced, and announced again when it goes on") {
    fetch_options options;
    options.retry.backoff_first = 2'000ms;
    fetch_fixture f(options);
    f.start(1);
    f.grant_all();
    f.answer(f.box(1), error_answer(http_error::timeout));
    CHECK(f.job.count<game_sleeping>() == 0);  // its other request is awake
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    const auto asleep = f.job.take<game_sleeping>();
    REQUIRE(asleep);
    CHECK(asleep->id == small_game(1).id);
    CHECK(asleep->sleeping);
    f.world.advance(2s);
    const auto awake = f.job.take<game_sleeping>();
    REQUIRE(awake);
    CHECK_FALSE(awake->sleeping);
    CHECK(f.state().account.games() == 1);
  }

  TEST_CASE("short pauses are not worth an announcement") {
    fetch_fixture f;
    f.start(1);
    f.grant_all();
    f.answer(f.box(1), error_answer(http_error::timeout));
    f.answer(f.events(1), error_answer(http_error::timeout));
    CHECK(f.job.count<game_sleeping>() == 0);
  }

  TEST_CASE("throttled answers are not counted as tries, but they have a bound of their own") {
    auto options = with_tries(2);
    options.retry.throttles_max = 3;
    fetch_fixture f(options);
    f.start(1);
    f.grant_all();
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    (void)f.signals();
    for (int i = 0; i < 3; ++i) {
      f.answer(f.box(1), status_answer(429, "slow down", 7s));
      const auto back = f.budget.take<permit_return>();
      REQUIRE(back);
      CHECK(back->signal == budget_signal::throttled);
      CHECK(back->retry_after == 7s);
      CHECK(f.grant_all() == 1);
    }
    SUBCASE("then it succeeds") {
      f.answer(f.box(1), ok_answer(boxscore_json(small_game(1).id)));
      CHECK(f.transform.count<fetched_game>() == 1);
    }
    SUBCASE("then it fails: that is its first try, and there are two") {
      f.answer(f.box(1), error_answer(http_error::timeout));
      CHECK(f.job.count<game_failed>() == 0);
      f.world.advance(500ms);
      CHECK(f.grant_all() == 1);
      f.answer(f.box(1), error_answer(http_error::timeout));
      const auto failed = f.job.take<game_failed>();
      REQUIRE(failed);
      CHECK(failed->tries == 2);
    }
    SUBCASE("then it is enough") {
      f.answer(f.box(1), status_answer(429));
      const auto failed = f.job.take<game_failed>();
      REQUIRE(failed);
      CHECK(failed->why.kind == failure_class::throttled);
      CHECK(f.returned() == 1);
    }
  }

  TEST_CASE("a burst of stalls reaches the budget as stalls") {
    fetch_fixture f;
    f.start(1);
    f.grant_all();
    f.answer(f.box(1), error_answer(http_error::stalled));
    CHECK(f.signals() == signal_list{budget_signal::stalled});
  }

  TEST_CASE("a page where a document was due may be the host's: it is tried again before its game fails") {
    fetch_fixture f(with_tries(2));
    f.start(1);
    f.grant_all();
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    f.answer(f.box(1), ok_answer("<html>maintenance</html>"));
    CHECK(f.job.size() == 0);
    f.world.advance(500ms);
    f.grant_all();
    f.answer(f.box(1), ok_answer("<html>maintenance</html>"));
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->why.kind == failure_class::contract_drift);
    CHECK(failed->tries == 2);
  }

  TEST_CASE("a game beyond the bound is a bug and ends the stage") {
    fetch_options options;
    options.limits = {2, 2 * game_fetch_bytes};
    fetch_fixture f(options);
    f.start(1);
    f.start(2);
    CHECK_FALSE(has_ended(f.stage));
    f.start(3);
    CHECK(has_ended(f.stage));
  }

  TEST_CASE("when the budget dies, fetch does not wait for it for ever") {
    fetch_fixture f;
    f.start(1);
    caf::anon_send_exit(f.budget.actor(), caf::exit_reason::kill);
    f.world.settle();
    CHECK(has_ended(f.stage));
  }
}

TEST_SUITE("fetch actor: refusals") {
  TEST_CASE("a refusal while the canary answers means that the host has no such game") {
    fetch_fixture f(with_canary(9));
    f.start(1);
    f.grant_all();
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    f.answer(f.box(1), refused);
    CHECK(f.job.size() == 0);  // nobody is blamed yet
    const auto ask = f.budget.take<permit_request>();
    REQUIRE(ask);
    CHECK(ask->urgent);
    f.world.send(f.budget, f.stage, permit_granted{ask->ticket});
    f.world.settle();
    f.answer(f.box(9), ok_answer(boxscore_json(small_game(9).id)));
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->why.kind == failure_class::unavailable);
    CHECK(f.returned() == 1);

    // For a while the canary speaks for other games too.
    f.start(2);
    f.grant_all();
    f.answer(f.events(2), ok_answer(playbyplay_json(small_game(2).id)));
    f.answer(f.box(2), refused);
    REQUIRE(f.job.count<game_failed>() == 1);
    CHECK(f.job.take<game_failed>()->why.kind == failure_class::unavailable);
    CHECK(f.http->submitted(f.box(9)) == 1);

    // But not for ever.
    f.world.advance(31s);
    f.start(3);
    f.grant_all();
    f.answer(f.box(3), refused);
    CHECK(f.job.count<game_failed>() == 0);
  }

  TEST_CASE("refusals that wait for the canary share its answer") {
    fetch_fixture f(with_canary(9));
    for (int i = 1; i <= 2; ++i) f.start(i);
    f.grant_all();
    for (int i = 1; i <= 2; ++i) {
      f.answer(f.box(i), refused);
      f.answer(f.events(i), refused);
    }
    CHECK(f.grant_all() == 1);
    f.answer(f.box(9), ok_answer(boxscore_json(small_game(9).id)));
    CHECK(f.job.count<game_failed>() == 2);
    CHECK(f.returned() == 2);
    CHECK(f.state().requests.empty());
  }

  TEST_CASE("a game never serves as its own canary") {
    fetch_fixture f(with_canary(1));
    f.start(1);
    f.grant_all();
    f.answer(f.box(1), ok_answer(boxscore_json(small_game(1).id)));
    f.answer(f.events(1), refused);
    // Nobody can tell: the game is not blamed.
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->why.kind == failure_class::edge_blocked);
  }

  TEST_CASE("when the canary is refused too, the host is blocked and no game is blamed") {
    fetch_fixture f(with_canary(9));
    f.start(1);
    f.grant_all();
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    f.answer(f.box(1), refused);
    (void)f.signals();
    f.grant_all();
    f.answer(f.box(9), refused);
    CHECK(f.signals() == signal_list{budget_signal::blocked});
    CHECK(f.job.size() == 0);
    // The canary is the probe; the game waits for it.
    const auto probe = f.budget.take<permit_request>();
    REQUIRE(probe);
    CHECK(probe->urgent);
    CHECK(f.budget.count<permit_request>() == 0);
    SUBCASE("denied") {
      f.world.send(f.budget, f.stage, permit_denied{probe->ticket});
      f.world.settle();
      const auto failed = f.job.take<game_failed>();
      REQUIRE(failed);
      CHECK(failed->why.kind == failure_class::edge_blocked);
      CHECK(f.returned() == 1);
    }
    SUBCASE("recovered") {
      f.world.send(f.budget, f.stage, permit_granted{probe->ticket});
      f.world.settle();
      f.answer(f.box(9), ok_answer(boxscore_json(small_game(9).id)));
      CHECK(f.job.size() == 0);  // its refusal came while everything was refused
      CHECK(f.grant_all() == 1);
      f.answer(f.box(1), ok_answer(boxscore_json(small_game(1).id)));
      CHECK(f.transform.count<fetched_game>() == 1);
    }
    SUBCASE("the client is told to stop") {
      f.world.send(f.budget, f.stage, permit_granted{probe->ticket});
      f.world.settle();
      f.http->cancel_all();
      f.world.settle();
      REQUIRE(f.job.count<game_failed>() == 1);
      CHECK(f.job.take<game_failed>()->interrupted);
      CHECK(f.state().requests.empty());
    }
  }

  TEST_CASE("a refusal that comes while the edge is known to block says nothing about its game") {
    fetch_fixture f(with_canary(9));
    f.start(1);
    f.start(2);
    f.grant_all();
    for (const int number : {1, 2}) f.answer(f.events(number), ok_answer(playbyplay_json(small_game(number).id)));
    f.answer(f.box(1), refused);
    f.grant_all();
    f.answer(f.box(9), refused);
    f.answer(f.box(2), refused);  // it was under way when the block began
    f.grant_all();
    f.answer(f.box(9), ok_answer(boxscore_json(small_game(9).id)));
    CHECK(f.job.size() == 0);
    CHECK(f.grant_all() == 2);
    for (const int number : {1, 2}) f.answer(f.box(number), ok_answer(boxscore_json(small_game(number).id)));
    CHECK(f.transform.count<fetched_game>() == 2);
  }

  TEST_CASE("when the canary's permit is denied, everything that waits for it fails unblamed") {
    fetch_fixture f(with_canary(9));
    f.start(1);
    f.start(2);
    f.grant_all();
    f.answer(f.box(1), refused);
    f.answer(f.box(2), refused);
    const auto ask = f.budget.take<permit_request>();
    REQUIRE(ask);
    f.world.send(f.budget, f.stage, permit_denied{ask->ticket});
    f.world.settle();
    for (int i = 0; i < 2; ++i) {
      const auto failed = f.job.take<game_failed>();
      REQUIRE(failed);
      CHECK(failed->why.kind == failure_class::edge_blocked);
    }
    CHECK(f.returned() == 2);
  }

  TEST_CASE("a canary that fails in another way is asked again, and in the end the host is in trouble, not the game") {
    fetch_fixture f(with_canary(9, 2));
    f.start(1);
    f.grant_all();
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    f.answer(f.box(1), refused);
    (void)f.signals();
    for (int i = 0; i < 3; ++i) {
      CHECK(f.grant_all() == 1);
      f.answer(f.box(9), error_answer(http_error::timeout));
    }
    CHECK(f.signals() == signal_list{budget_signal::failure, budget_signal::failure, budget_signal::blocked});
    CHECK(f.job.size() == 0);
    CHECK(f.grant_all() == 1);  // the probe
    f.answer(f.box(9), ok_answer(boxscore_json(small_game(9).id)));
    CHECK(f.grant_all() == 1);
    f.answer(f.box(1), ok_answer(boxscore_json(small_game(1).id)));
    CHECK(f.transform.count<fetched_game>() == 1);
  }

  TEST_CASE("a canary that is throttled without end lets nobody wait for ever") {
    auto options = with_canary(9, 1);
    options.retry.throttles_max = 1;
    fetch_fixture f(options);
    f.start(1);
    f.grant_all();
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    f.answer(f.box(1), refused);
    (void)f.signals();
    for (int i = 0; i < 6; ++i) {
      CHECK(f.grant_all() == 1);
      f.answer(f.box(9), status_answer(429));
    }
    auto signals = f.signals();
    REQUIRE(signals.size() == 6);
    CHECK(signals.back() == budget_signal::blocked);
    CHECK(f.job.size() == 0);
  }

  TEST_CASE("an empty 500 that repeats is judged by the canary like a refusal") {
    fetch_fixture f(with_canary(9, 2));
    const auto exhaust = [&](int number) {
      f.start(number);
      f.grant_all();
      f.answer(f.events(number), ok_answer(playbyplay_json(small_game(number).id)));
      f.answer(f.box(number), status_answer(500));
      f.grant_all();  // before its last try
      f.answer(f.box(9), ok_answer(boxscore_json(small_game(9).id)));
      f.world.advance(500ms);
      f.grant_all();
      f.answer(f.box(number), status_answer(500));
    };
    exhaust(1);
    REQUIRE(f.job.count<game_failed>() == 1);
    CHECK(f.job.take<game_failed>()->why.kind == failure_class::unavailable);

    // While the canary is fresh the verdict is the same.
    exhaust(2);
    REQUIRE(f.job.count<game_failed>() == 1);
    CHECK(f.job.take<game_failed>()->why.kind == failure_class::unavailable);
  }
}

TEST_SUITE("fetch actor: trouble of the host") {
  const auto page = ok_answer("<html><title>Please wait</title></html>");

  TEST_CASE("when several games fail in a row the canary is asked, and then the host is left alone") {
    fetch_fixture f(with_canary(9));
    for (int i = 1; i <= 4; ++i) f.start(i);
    f.grant_all();
    for (int i = 1; i <= 3; ++i) f.answer(f.box(i), page);
    CHECK(f.job.size() == 0);
    (void)f.signals();
    for (int i = 0; i < 3; ++i) {
      CHECK(f.grant_all() == 1);
      f.answer(f.box(9), page);
    }
    const auto first = f.budget.take<permit_return>();
    REQUIRE(first);
    CHECK(first->reason == "Please wait");
    CHECK(f.signals().back() == budget_signal::blocked);
    // What was under way is held, too; the rest of the games waits for the canary.
    f.answer(f.box(4), page);
    for (int i = 1; i <= 4; ++i) f.answer(f.events(i), ok_answer(playbyplay_json(small_game(i).id)));
    f.world.advance(60s);
    CHECK(f.job.count<game_failed>() == 0);
    std::size_t waiting = 0;
    SUBCASE("and is good again") {
      waiting = f.grant_all();
      f.answer(f.box(9), ok_answer(boxscore_json(small_game(9).id)));
      f.grant_all();
      for (int i = 1; i <= 4; ++i) f.answer(f.box(i), ok_answer(boxscore_json(small_game(i).id)));
      CHECK(f.transform.count<fetched_game>() == 4);
    }
    SUBCASE("and is given up") {
      const auto canary = f.budget.take<permit_request>();
      REQUIRE(canary);
      f.world.send(f.budget, f.stage, permit_denied{canary->ticket, "Please wait"});
      f.world.settle();
      for (auto one = f.budget.take<permit_request>(); one; one = f.budget.take<permit_request>())
        f.world.send(f.budget, f.stage, permit_denied{one->ticket, "Please wait"});
      f.world.settle();
      CHECK(f.job.count<game_failed>() == 4);
      while (const auto failed = f.job.take<game_failed>()) {
        CHECK(failed->why.kind == failure_class::edge_blocked);
        CHECK(failed->why.message.find("(Please wait)") != std::string::npos);
      }
    }
    (void)waiting;
  }

  TEST_CASE(
      "a game that is throttled for ever is parked, and does not pause the host any more once it is singled out") {
    fetch_fixture f(with_canary(9));
    f.start(1);
    f.grant_all();
    f.answer(f.events(1), ok_answer(playbyplay_json(small_game(1).id)));
    (void)f.signals();
    f.answer(f.box(1), status_answer(429, "", 1s));
    CHECK(f.grant_all() == 1);
    f.answer(f.box(1), status_answer(429, "", 1s));
    CHECK(f.signals() == signal_list{budget_signal::throttled, budget_signal::throttled});
    CHECK(f.grant_all() == 1);
    f.answer(f.box(9), ok_answer(boxscore_json(small_game(9).id)));
    CHECK(f.grant_all() == 1);
    f.answer(f.box(1), status_answer(429, "", 30s));
    CHECK(f.signals() == signal_list{budget_signal::success, budget_signal::failure});
    CHECK(f.grant_all() == 0);
    f.world.advance(29s);
    CHECK(f.grant_all() == 0);  // what it was asked to wait it waits alone
    f.world.advance(1s);
    CHECK(f.grant_all() == 1);
    f.answer(f.box(1), status_answer(429, "", 30s));
    CHECK(f.grant_all() == 1);
    f.answer(f.box(9), ok_answer(boxscore_json(small_game(9).id)));
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->why.kind == failure_class::transient);
    CHECK(failed->tries == 4);
    CHECK(f.state().requests.empty());
  }

  TEST_CASE("the permit of a probe goes to the canary, whoever asked for it") {
    fetch_fixture f(with_canary(9));
    f.start(1);
    const auto box = f.budget.take<permit_request>();
    REQUIRE(box);
    f.world.send(f.budget, f.stage, permit_granted{box->ticket, true});
    f.world.settle();
    CHECK(f.http->submitted(f.box(1)) == 0);
    CHECK(f.http->submitted(f.box(9)) == 1);
    const auto events = f.budget.take<permit_request>();
    const auto again = f.budget.take<permit_request>();
    REQUIRE(again);
    CHECK(again->ticket == box->ticket);
    CHECK(again->urgent);
    f.answer(f.box(9), ok_answer(boxscore_json(small_game(9).id)));
    CHECK(f.signals() == signal_list{budget_signal::success});
    for (const auto ticket : {again->ticket, events->ticket}) f.world.send(f.budget, f.stage, permit_granted{ticket});
    f.world.settle();
    f.answer_game(1);
    CHECK(f.transform.count<fetched_game>() == 1);
  }

  TEST_CASE("a canary that waits for its permit is sent with the probe's, and gives the other one back") {
    fetch_fixture f(with_canary(9));
    f.start(1);
    f.start(2);
    f.grant_all();
    f.answer(f.box(1), refused);
    f.answer(f.box(2), status_answer(429));
    const auto canary = f.budget.take<permit_request>();
    const auto throttled = f.budget.take<permit_request>();
    REQUIRE(canary);
    REQUIRE(throttled);
    (void)f.signals();
    f.world.send(f.budget, f.stage, permit_granted{throttled->ticket, true});
    f.world.settle();
    CHECK(f.http->submitted(f.box(9)) == 1);
    f.world.send(f.budget, f.stage, permit_granted{canary->ticket});
    f.world.settle();
    CHECK(f.http->submitted(f.box(9)) == 1);
    CHECK(f.signals() == signal_list{budget_signal::unused});
  }
}

TEST_SUITE("fetch actor: stopping") {
  TEST_CASE("dropping gives up what is not fetched, unblamed, and lets what is fetched go on") {
    fetch_options options;
    options.transform_limits = {1, 1u << 20};
    fetch_fixture f(options);
    for (int i = 1; i <= 4; ++i) f.start(i);
    f.grant_all();
    f.answer_game(1);                                       // handed over
    f.answer_game(2);                                       // waits for transform
    f.answer(f.box(3), error_answer(http_error::timeout));  // sleeps
    CHECK(f.returned() == 1);
    f.world.send(f.job, f.stage, drop_unfetched{});
    f.world.settle();
    std::vector<game_id> given_up;
    while (const auto one = f.job.take<game_failed>()) {
      CHECK(one->interrupted);
      CHECK(one->stage == "fetch");
      given_up.push_back(one->job->game.id);
    }
    CHECK(given_up == std::vector{small_game(3).id, small_game(4).id});
    CHECK(f.returned() == 2);
    // Late answers and retries change nothing.
    f.answer(f.events(4), ok_answer(playbyplay_json(small_game(4).id)));
    f.answer(f.box(4), refused);
    f.answer(f.events(3), error_answer(http_error::reset));
    f.world.advance(60s);
    f.grant_all();
    CHECK(f.job.size() == 0);
    CHECK(f.state().requests.empty());
    // Game 2 goes on when there is room.
    const auto first = f.transform.take<fetched_game>();
    REQUIRE(first);
    f.world.send(f.transform, f.stage, credit_return{link::transform, first->bytes});
    f.world.settle();
    CHECK(f.transform.count<fetched_game>() == 1);
    CHECK(f.returned() == 1);
    // What was on its way is given up when it arrives.
    f.start(5);
    const auto late = f.job.take<game_failed>();
    REQUIRE(late);
    CHECK(late->interrupted);
    CHECK(f.returned() == 1);
    CHECK(f.state().account.games() == 0);
  }

  TEST_CASE("games waiting for the canary are given up too") {
    fetch_fixture f(with_canary(9));
    f.start(1);
    f.grant_all();
    f.answer(f.box(1), refused);
    f.grant_all();
    f.world.send(f.job, f.stage, drop_unfetched{});
    f.world.settle();
    CHECK(f.job.take<game_failed>()->interrupted);
    f.answer(f.box(9), ok_answer(boxscore_json(small_game(9).id)));
    f.answer(f.events(1), refused);
    CHECK(f.job.count<game_failed>() == 0);
    CHECK(f.state().requests.empty());
  }

  TEST_CASE("a cancelled client blames no game and is not asked again") {
    fetch_fixture f(with_tries(1));
    f.start(1);
    f.grant_all();
    f.http->cancel_all();
    f.world.settle();
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->interrupted);
    CHECK(f.job.count<game_failed>() == 0);
    CHECK(f.returned() == 1);
    CHECK(f.grant_all() == 0);
  }
}

TEST_SUITE("fetch actor: documents") {
  TEST_CASE("one document is fetched within the host's budget") {
    fetch_fixture f;
    const auto url = schedule_url(small_urls, season{2024});
    const auto reply = f.world.ask_later<document_reply>(f.stage, document_request{endpoint::schedule, url});
    f.world.settle();
    CHECK(f.http->submitted() == 0);
    f.grant_all();
    f.answer(url, ok_answer("{}"));
    REQUIRE(reply->has_value());
    REQUIRE((*reply)->body);
    CHECK((*(*reply)->body)->view() == "{}");
  }

  TEST_CASE("a document that cannot be had is answered with the reason after its tries") {
    fetch_fixture f(with_tries(2));
    const auto url = schedule_url(small_urls, season{2024});
    const auto reply = f.world.ask_later<document_reply>(f.stage, document_request{endpoint::schedule, url});
    f.world.settle();
    f.grant_all();
    f.answer(url, error_answer(http_error::dns));
    f.world.advance(1s);
    f.grant_all();
    f.answer(url, error_answer(http_error::dns));
    REQUIRE(reply->has_value());
    REQUIRE_FALSE((*reply)->body);
    CHECK((*reply)->body.error().kind == failure_class::transient);
    CHECK(f.state().requests.empty());
  }

  TEST_CASE("whoever waits for a document is told when fetch dies") {
    fetch_fixture f;
    const auto url = schedule_url(small_urls, season{2024});
    const auto reply = f.world.ask_later<document_reply>(f.stage, document_request{endpoint::schedule, url});
    f.world.settle();
    SUBCASE("of its budget's death") { caf::anon_send_exit(f.budget.actor(), caf::exit_reason::kill); }
    SUBCASE("of a broken invariant") { f.world.send(f.transform, f.stage, credit_return{link::transform, 1}); }
    f.world.settle();
    CHECK(has_ended(f.stage));
    REQUIRE(reply->has_value());
    REQUIRE_FALSE((*reply)->body);
    CHECK((*reply)->body.error().kind == failure_class::internal);
  }

  TEST_CASE("a stop answers every document at once, whatever its request waits for") {
    fetch_fixture f;
    const auto url = schedule_url(small_urls, season{2024});
    auto reply = f.world.ask_later<document_reply>(f.stage, document_request{endpoint::schedule, url});
    f.world.settle();
    bool in_flight = false;
    SUBCASE("for its permit") {}
    SUBCASE("for the host") {
      f.grant_all();
      in_flight = true;
    }
    SUBCASE("for its next try") {
      f.grant_all();
      f.answer(url, error_answer(http_error::dns));
    }
    f.world.send(f.job.actor(), f.stage, drop_unfetched{});
    f.world.settle();
    REQUIRE(reply->has_value());
    REQUIRE_FALSE((*reply)->body);
    CHECK((*reply)->body.error().message.find("stopped") != std::string::npos);
    // What was under way ends without anybody being told, and nothing is sent for nobody.
    if (in_flight) f.answer(url, ok_answer("{}"));
    f.world.advance(60s);
    f.grant_all();
    CHECK(f.http->submitted() <= 1);
    CHECK(f.state().requests.empty());
    reply = f.world.ask_later<document_reply>(f.stage, document_request{endpoint::schedule, url});
    f.world.settle();
    CHECK(reply->has_value());
  }

  TEST_CASE("a cancelled document is answered at once") {
    fetch_fixture f;
    const auto url = schedule_url(small_urls, season{2024});
    const auto reply = f.world.ask_later<document_reply>(f.stage, document_request{endpoint::schedule, url});
    f.world.settle();
    f.grant_all();
    f.http->cancel_all();
    f.world.settle();
    REQUIRE(reply->has_value());
    CHECK_FALSE((*reply)->body);
  }
}
