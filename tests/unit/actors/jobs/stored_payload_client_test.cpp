#include "actors/jobs/stored_payload_client.hpp"

#include "tests/support/document_urls.hpp"
#include "tests/support/engine/small_league.hpp"
#include "tests/support/model_http.hpp"
#include "tests/support/model_store.hpp"

#include <doctest/doctest.h>

#include <future>

using namespace nba;
using namespace nba::test;

namespace {

const game_id the_game = small_game(1).id;

// A database with one dead letter of a game, and what it holds.
struct letter_fixture {
  explicit letter_fixture(std::string payload) {
    dead_letter letter;
    letter.game_id = the_game;
    letter.stage = "transform";
    letter.payload_sha256 = "0123";
    letter.payload = std::move(payload);
    REQUIRE(database->connect()->park(letter, "run"));
    number = database->dead_letters().front().dead_letter_id;
  }
  std::unique_ptr<http_client> client(std::unique_ptr<http_client> network) {
    return make_stored_payload_client(std::move(network), database->connect(), *small_games(), {{the_game, number}});
  }

  std::shared_ptr<model_database> database = model_database::make();
  std::int64_t number = 0;
};

std::string stored_game() {
  game_payloads payloads;
  payloads.bodies[endpoint::boxscore] = std::make_shared<padded_body>("{\"stored\":1}");
  payloads.bodies[endpoint::playbyplay] = std::make_shared<padded_body>("{\"stored\":2}");
  return pack_payloads(payloads);
}

http_response answer_of(http_client& client, const std::string& url) {
  std::promise<http_response> answered;
  http_request request;
  request.url = url;
  client.submit(std::move(request), [&](http_response response) { answered.set_value(std::move(response)); });
  return answered.get_future().get();
}

std::unique_ptr<model_http> host() {
  auto out = std::make_unique<model_http>();
  out->answer_at_once([](const http_request&) { return ok_answer("{\"host\":1}"); });
  return out;
}

}  // namespace

TEST_SUITE("stored payload client") {
  TEST_CASE("both documents of a letter's game come from the letter, all others from the network") {
    letter_fixture f{stored_game()};
    auto network = host();
    auto& asked = *network;
    const auto client = f.client(std::move(network));
    CHECK(answer_of(*client, boxscore_url(small_urls, the_game)).body->view() == "{\"stored\":1}");
    CHECK(answer_of(*client, playbyplay_url(small_urls, the_game)).body->view() == "{\"stored\":2}");
    CHECK(asked.submitted() == 0);
    CHECK(answer_of(*client, boxscore_url(small_urls, small_game(2).id)).body->view() == "{\"host\":1}");
  }

  TEST_CASE("a payload that cannot be read is no stored payload: the network is asked") {
    for (const std::string payload : {"", "no packed payload"}) {
      CAPTURE(payload);
      letter_fixture f{payload};
      CHECK_FALSE(read_stored_payloads(*f.database->connect(), f.number));
      CHECK(answer_of(*f.client(host()), boxscore_url(small_urls, the_game)).body->view() == "{\"host\":1}");
    }
    letter_fixture f{stored_game()};
    CHECK(read_stored_payloads(*f.database->connect(), f.number)->bodies[endpoint::playbyplay] == "{\"stored\":2}");
    CHECK_FALSE(read_stored_payloads(*f.database->connect(), f.number + 1));
  }

  TEST_CASE("without a network what is not stored fails, and nothing else happens") {
    letter_fixture f{"no packed payload"};
    const auto client = f.client(nullptr);
    CHECK(answer_of(*client, boxscore_url(small_urls, the_game)).error == http_error::other);
    CHECK(answer_of(*client, boxscore_url(small_urls, small_game(2).id)).error == http_error::other);
    client->cancel_all();
    CHECK(answer_of(*client, boxscore_url(small_urls, the_game)).error == http_error::cancelled);
  }
}
