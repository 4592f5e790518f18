// How games are assembled from documents. How documents are got: document_actor_test.cpp, and without actors
// tests/unit/source/request_book_test.cpp.
#include "actors/fetch_actor.hpp"

#include "tests/support/document_urls.hpp"
#include "tests/support/testing_system.hpp"
#include "tests/unit/actors/stage_fixture.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

stage_status status_of_documents() {
  stage_counters counters{"documents"};
  counters.worked({20ms, 0ns});
  return counters.snapshot({});
}

struct fetch_fixture {
  explicit fetch_fixture(fetch_options options = {}) {
    options.games = small_games();
    stage =
        world.spawn(make_fetch, std::move(options), documents.as<document_actor>(), transform.as<transform_actor>());
    world.settle();
  }
  void start(int number) {
    world.send(job, stage, fetch_game{job_for(small_game(number))});
    world.settle();
  }
  void reply(document_reply what) {
    world.send(documents, stage, std::move(what));
    world.settle();
  }
  static document_reply good(int number, endpoint what) {
    const auto id = small_game(number).id;
    const bool is_box = what == endpoint::boxscore;
    return {{what, is_box ? box(number) : events(number)},
            id,
            body_ptr{std::make_shared<padded_body>(is_box ? boxscore_json(id) : playbyplay_json(id))}};
  }
  static document_reply lost(int number, endpoint what, failure_class why, const std::string& refused = {}) {
    auto out = good(number, what);
    out.body = failure{why, std::string{to_string(what)} + " is lost"};
    out.tries = 3;
    if (!refused.empty()) out.refused = std::make_shared<padded_body>(refused);
    return out;
  }
  void reply_game(int number) {
    reply(good(number, endpoint::boxscore));
    reply(good(number, endpoint::playbyplay));
  }
  static std::string box(int number) { return boxscore_url(small_urls, small_game(number).id); }
  static std::string events(int number) { return playbyplay_url(small_urls, small_game(number).id); }
  std::size_t games() { return state_of<fetch_state>(stage).account.games(); }
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
  probe documents = world.make_probe(caf::message_handler{[](const status_query&) { return status_of_documents(); }});
  probe transform = world.make_probe(), job = world.make_probe();
  fetch_actor stage;
};

}  // namespace

TEST_SUITE("fetch actor") {
  TEST_CASE("a game is both of its documents, in whatever order they come") {
    fetch_fixture f;
    f.start(1);
    const auto asked = f.documents.take<document_request>();
    REQUIRE(asked);
    CHECK(asked->game == small_game(1).id);
    REQUIRE(asked->documents.size() == 2);
    CHECK(asked->documents[0].url == f.box(1));
    CHECK(asked->documents[1].url == f.events(1));
    f.reply(f.good(1, endpoint::playbyplay));
    CHECK(f.transform.size() == 0);
    f.reply(f.good(1, endpoint::boxscore));
    const auto out = f.transform.take<fetched_game>();
    REQUIRE(out);
    CHECK(out->job->game.id == small_game(1).id);
    CHECK(out->payloads->bodies[endpoint::boxscore]->view() == boxscore_json(small_game(1).id));
    CHECK(out->payloads->bodies[endpoint::playbyplay]->view() == playbyplay_json(small_game(1).id));
    CHECK(out->payloads->origin.urls[endpoint::boxscore] == f.box(1));
    CHECK(out->bytes == boxscore_json(small_game(1).id).size() + playbyplay_json(small_game(1).id).size());
    CHECK(f.returned() == 1);
    CHECK(f.games() == 0);
    const auto status = f.world.ask<stage_status>(f.stage, status_query{});
    CHECK(status.name == "fetch");
    CHECK(status.bytes_total == out->bytes);
    CHECK(status.busy == 20ms);
    CHECK(status.in == 1);
    CHECK(status.out == 1);
  }

  TEST_CASE("a fetched game keeps its slot until transform has room") {
    fetch_options options;
    options.transform_limits = {1, 1u << 20};
    fetch_fixture f(options);
    f.start(1);
    f.start(2);
    f.reply_game(1);
    f.reply_game(2);
    const auto first = f.transform.take<fetched_game>();
    REQUIRE(first);
    CHECK(f.transform.size() == 0);
    CHECK(f.returned() == 1);
    CHECK(f.games() == 1);
    f.world.send(f.transform, f.stage, credit_return{link::transform, first->bytes});
    f.world.settle();
    CHECK(f.transform.count<fetched_game>() == 1);
    CHECK(f.returned() == 1);
  }

  TEST_CASE("a game fails once, for the document that was lost first, with all that was answered") {
    fetch_fixture f;
    f.start(1);
    f.reply(f.lost(1, endpoint::playbyplay, failure_class::contract_drift, "<html>page</html>"));
    CHECK(f.job.size() == 0);
    f.reply(f.lost(1, endpoint::boxscore, failure_class::transient, "another page"));
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    CHECK(failed->stage == "fetch");
    CHECK(failed->why.kind == failure_class::contract_drift);
    CHECK(failed->tries == 3);
    CHECK_FALSE(failed->interrupted);
    CHECK(failed->payloads == nullptr);
    REQUIRE(failed->answers);
    CHECK(failed->answers->bodies[endpoint::playbyplay]->view() == "<html>page</html>");
    CHECK(failed->answers->bodies[endpoint::boxscore]->view() == "another page");
    CHECK(f.returned() == 1);
    CHECK(f.job.size() == 0);
    CHECK(f.games() == 0);
    CHECK(f.world.ask<stage_status>(f.stage, status_query{}).failed == 1);
  }

  TEST_CASE("a game that fails for one document hands over the other one, which may show that it was played") {
    fetch_fixture f;
    f.start(1);
    f.reply(f.good(1, endpoint::boxscore));
    f.reply(f.lost(1, endpoint::playbyplay, failure_class::transient));
    const auto failed = f.job.take<game_failed>();
    REQUIRE(failed);
    REQUIRE(failed->payloads);
    CHECK(failed->payloads->id == small_game(1).id);
    CHECK(failed->payloads->bodies[endpoint::boxscore]);
    CHECK_FALSE(failed->payloads->bodies[endpoint::playbyplay]);
    CHECK(failed->answers == nullptr);  // nothing came in its place
    CHECK(f.transform.size() == 0);
  }

  TEST_CASE("that a game sleeps is told on to the job") {
    fetch_fixture f;
    f.start(1);
    f.world.send(f.documents, f.stage, game_sleeping{small_game(1).id, true});
    f.world.settle();
    const auto asleep = f.job.take<game_sleeping>();
    REQUIRE(asleep);
    CHECK(asleep->id == small_game(1).id);
    CHECK(asleep->sleeping);
  }

  TEST_CASE("what is dropped is told on to documents, and its games end unblamed; what is fetched goes on") {
    fetch_options options;
    options.transform_limits = {1, 1u << 20};
    fetch_fixture f(options);
    for (int i = 1; i <= 3; ++i) f.start(i);
    f.reply_game(1);  // handed over
    f.reply_game(2);  // waits for transform
    CHECK(f.returned() == 1);
    f.world.send(f.job, f.stage, drop_unfetched{});
    f.world.settle();
    CHECK(f.documents.count<drop_unfetched>() == 1);
    for (const auto what : {endpoint::boxscore, endpoint::playbyplay}) {
      auto stopped = f.lost(3, what, failure_class::transient);
      stopped.interrupted = true;
      f.reply(std::move(stopped));
    }
    const auto given_up = f.job.take<game_failed>();
    REQUIRE(given_up);
    CHECK(given_up->interrupted);
    CHECK(given_up->tries == 0);
    CHECK(given_up->job->game.id == small_game(3).id);
    CHECK(f.returned() == 1);
    // Game 2 goes on when there is room.
    const auto first = f.transform.take<fetched_game>();
    REQUIRE(first);
    f.world.send(f.transform, f.stage, credit_return{link::transform, first->bytes});
    f.world.settle();
    CHECK(f.transform.count<fetched_game>() == 1);
    CHECK(f.returned() == 1);
    // What was on its way is given up when it arrives, and asks for nothing.
    f.start(4);
    const auto late = f.job.take<game_failed>();
    REQUIRE(late);
    CHECK(late->interrupted);
    CHECK(f.returned() == 1);
    CHECK(f.games() == 0);
    CHECK(f.documents.count<document_request>() == 3);
  }

  TEST_CASE("a game beyond the bound, or a document of no game, is a bug and ends the stage") {
    fetch_options options;
    options.limits = {2, 2 * game_fetch_bytes};
    fetch_fixture f(options);
    f.start(1);
    f.start(2);
    CHECK_FALSE(has_ended(f.stage));
    SUBCASE("game") { f.start(3); }
    SUBCASE("document") { f.reply(f.good(3, endpoint::boxscore)); }
    CHECK(has_ended(f.stage));
  }

  TEST_CASE("when documents die, fetch does not wait for them for ever") {
    fetch_fixture f;
    f.start(1);
    caf::anon_send_exit(f.documents.actor(), caf::exit_reason::kill);
    f.world.settle();
    CHECK(has_ended(f.stage));
  }
}
