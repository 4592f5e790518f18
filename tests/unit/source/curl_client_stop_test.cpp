// Stopping the client, and its bound: every completion runs exactly once.
#include "pipeline/source/http_client.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/unit/source/response_log.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>

using namespace nba::test;
using nba::http_error;

namespace {

void stall(raw_connection& connection) {
  connection.read_request();
  connection.linger(patience);
}

void answer_all(raw_connection& connection) {
  while (connection.read_request()) connection.send(http_answer(200, "{}"));
}

nba::http_request four_at_once(const raw_server& server) {
  auto request = request_for(server.url("/game"));
  request.connections_max = 4;
  return request;
}

void check_all_cancelled(const response_log& log, int requests) {
  const auto all = log.answers();
  CHECK(static_cast<int>(all.size()) == requests);
  for (const auto& [key, answers] : all) {
    CAPTURE(key);
    REQUIRE(answers.size() == 1);
    CHECK(answers.front().error == http_error::cancelled);
    CHECK_FALSE(answers.front().body);
    CHECK_FALSE(answers.front().url.empty());
  }
}

}  // namespace

TEST_CASE("cancel_all ends what is in flight and what is queued, each exactly once") {
  const raw_server server(stall);
  response_log log;
  const auto client = nba::make_curl_client();
  for (int key = 0; key < 20; ++key) client->submit(four_at_once(server), log.completion_of(key));
  REQUIRE(eventually([&] { return server.connections() == 4; }));
  CHECK(log.count() == 0);
  client->cancel_all();
  REQUIRE(log.wait_for(20));
  client->cancel_all();
  check_all_cancelled(log, 20);
}

TEST_CASE("submissions after cancel_all are cancelled without being sent") {
  const raw_server server(answer_all);
  response_log log;
  const auto client = nba::make_curl_client();
  client->cancel_all();
  for (int key = 0; key < 5; ++key) client->submit(four_at_once(server), log.completion_of(key));
  REQUIRE(log.wait_for(5));
  check_all_cancelled(log, 5);
  CHECK(server.connections() == 0);
}

TEST_CASE("the destructor ends what is in flight and what is queued, each exactly once") {
  const raw_server server(stall);
  response_log log;
  {
    const auto client = nba::make_curl_client();
    for (int key = 0; key < 20; ++key) client->submit(four_at_once(server), log.completion_of(key));
    REQUIRE(eventually([&] { return server.connections() == 4; }));
  }
  CHECK(log.count() == 20);
  check_all_cancelled(log, 20);
}

TEST_CASE("a client that was never used, or is destroyed at once, goes away") {
  { const auto idle = nba::make_curl_client(); }
  const raw_server server(answer_all);
  for (int round = 0; round < 20; ++round) {
    response_log log;
    {
      const auto client = nba::make_curl_client();
      for (int key = 0; key < 10; ++key) client->submit(four_at_once(server), log.completion_of(key));
    }
    CHECK(log.count() == 10);
    for (const auto& [key, answers] : log.answers()) CHECK(answers.size() == 1);
  }
}

TEST_CASE("cancelling while several threads submit loses no completion") {
  const raw_server server(answer_all);
  response_log log;
  {
    const auto client = nba::make_curl_client();
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&, thread] {
        for (int i = 0; i < 100; ++i) client->submit(four_at_once(server), log.completion_of(thread * 100 + i));
      });
    REQUIRE(log.wait_for(50));
    client->cancel_all();
    for (auto& thread : threads) thread.join();
  }
  const auto all = log.answers();
  CHECK(all.size() == 400);
  for (const auto& [key, answers] : all) {
    CHECK(answers.size() == 1);
    CHECK((answers.front().status == 200 || answers.front().error == http_error::cancelled));
  }
}

TEST_CASE("a submission over the bound ends at once, on the caller's thread") {
  const raw_server server(stall);
  response_log log;
  const auto client = nba::make_curl_client(8);
  for (int key = 0; key < 8; ++key) client->submit(four_at_once(server), log.completion_of(key));
  std::thread::id completed_on;
  client->submit(four_at_once(server), [&, done = log.completion_of(8)](nba::http_response response) {
    completed_on = std::this_thread::get_id();
    done(std::move(response));
  });
  REQUIRE(log.count() == 1);
  CHECK(completed_on == std::this_thread::get_id());
  const auto refused = log.answers().at(8).front();
  CHECK(refused.error == http_error::other);
  CHECK(refused.error_text.find('8') != std::string::npos);
  client->cancel_all();
  REQUIRE(log.wait_for(9));
}

TEST_CASE("a completion may submit the next request, even at a bound of one") {
  const raw_server server(answer_all);
  response_log log;
  const auto client = nba::make_curl_client(1);
  std::function<void(int)> submit = [&](int key) {
    client->submit(four_at_once(server), [&, key, done = log.completion_of(key)](nba::http_response response) {
      if (key < 9) submit(key + 1);
      done(std::move(response));
    });
  };
  submit(0);
  REQUIRE(log.wait_for(10));
  for (const auto& [key, answers] : log.answers()) CHECK(answers.front().status == 200);
  CHECK(server.connections() == 1);
}

TEST_CASE("a completion that submits while the client is destroyed gets its answer too") {
  const raw_server server(stall);
  response_log log;
  {
    const auto client = nba::make_curl_client();
    auto* const raw = client.get();
    client->submit(four_at_once(server), [&, raw, done = log.completion_of(0)](nba::http_response response) {
      raw->submit(four_at_once(server), log.completion_of(1));
      done(std::move(response));
    });
    REQUIRE(eventually([&] { return server.connections() == 1; }));
  }
  check_all_cancelled(log, 2);
}
