// The client against servers that break off, stall, drip, lie and flood.
#include "pipeline/source/classify.hpp"
#include "pipeline/source/http_client.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/unit/source/response_log.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using namespace nba::test;
using nba::http_error;

namespace {

// Answers the first request of every connection with these bytes and closes.
raw_server::handler answering(std::string bytes) {
  return [bytes = std::move(bytes)](raw_connection& connection) {
    if (connection.read_request()) connection.send(bytes);
  };
}

nba::http_response fetch_from(raw_server::handler handle) {
  const raw_server server(std::move(handle));
  return fetch(request_for(server.url("/game")));
}

// {"game":{"gameId":"0022400061"}}, compressed.
std::string gzip_game() {
  const char bytes[] =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\x4f\xcc\x4d\x55\xb2\xaa\x06\xd3\x9e\x29\x4a\x56\x4a\x06\x06"
      "\x46\x46\x26\x06\x06\x06\x66\x86\x4a\xb5\xb5\x00\x42\x1c\x54\x46\x20\x00\x00\x00";
  return {bytes, sizeof bytes - 1};
}

// 200,000 times '0', compressed to 230 bytes.
std::string gzip_bomb() {
  const char head[] =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\x4a\xeb\x9f\xce\x0c\xfe\x40\x01";
  const char tail[] = "\xaf\x01\x94\x7d\x23\x36\x40\x0d\x03\x00";
  return std::string(head, sizeof head - 1) + std::string(193, '\0') + std::string(tail, sizeof tail - 1);
}

const std::string gzip_header = "Content-Encoding: gzip\r\n";

}  // namespace

TEST_CASE("a body shorter than its Content-Length is truncated") {
  const auto answer = fetch_from(answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"game\":"));
  CHECK(answer.error == http_error::truncated);
  CHECK(answer.status == 200);
  CHECK_FALSE(answer.body);
  CHECK_FALSE(answer.error_text.empty());
}

TEST_CASE("a chunked body is put together, one that ends early is an error") {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto whole = fetch_from(answering(head + "8\r\n{\"game\":\r\n3;x=y\r\n{}}\r\n0\r\n\r\n"));
  CHECK(whole.error == http_error::none);
  REQUIRE(whole.body);
  CHECK(whole.body->view() == R"({"game":{}})");
  CHECK(fetch_from(answering(head + "8\r\n{\"game\":\r\n")).error == http_error::truncated);
  CHECK(fetch_from(answering(head + "8\r\n{\"ga")).error == http_error::truncated);
}

TEST_CASE("a connection that is reset or closed without an answer is a reset") {
  CHECK(fetch_from([](raw_connection& connection) {
          connection.read_request();
          connection.reset_on_close();
        }).error == http_error::reset);
  CHECK(fetch_from([](raw_connection& connection) { connection.read_request(); }).error == http_error::reset);
  const auto middle = fetch_from([](raw_connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + std::string(1000, '{'));
    connection.reset_on_close();
  });
  CHECK((middle.error == http_error::reset || middle.error == http_error::truncated));
  CHECK_FALSE(middle.body);
}

TEST_CASE("nobody listening is a connect error") {
  std::string url;
  {
    const raw_server gone([](raw_connection&) {});
    url = gone.url("/game");
  }
  const auto answer = fetch(request_for(url));
  CHECK(answer.error == http_error::connect);
  CHECK(answer.status == 0);
}

TEST_CASE("a name that cannot exist is a DNS error") {
  // A label of more than 63 characters fails without asking any server.
  CHECK(fetch(request_for("http://" + std::string(70, 'a') + ".invalid/")).error == http_error::dns);
}

TEST_CASE("a server that does not speak TLS is a TLS error") {
  const raw_server plain([](raw_connection& connection) { connection.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  auto url = plain.url("/game");
  url.insert(4, "s");
  CHECK(fetch(request_for(url)).error == http_error::tls);
}

TEST_CASE("something that is no URL or no HTTP is an error of its own") {
  for (const auto* const url : {"", "http://", "not a url", "http://[::1/"}) {
    CAPTURE(url);
    const auto answer = fetch(request_for(url));
    CHECK(answer.error == http_error::other);
    CHECK_FALSE(answer.error_text.empty());
  }
  CHECK(fetch_from(answering("220 ftp ready\r\n")).error == http_error::other);
}

TEST_CASE("a host that takes the request and says nothing is stalled") {
  const raw_server server([](raw_connection& connection) {
    connection.read_request();
    connection.linger(patience);
  });
  auto request = request_for(server.url("/game"));
  request.low_speed_time = 1s;
  const auto answer = fetch(request);
  CHECK(answer.error == http_error::stalled);
  CHECK(answer.status == 0);
  CHECK(nba::budget_effect(nba::classify(nba::endpoint::schedule, answer), answer) == nba::budget_signal::stalled);
}

TEST_CASE("a host that stalls after its headers is stalled") {
  const raw_server server([](raw_connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    connection.linger(patience);
  });
  auto request = request_for(server.url("/game"));
  request.low_speed_time = 1s;
  const auto answer = fetch(request);
  CHECK(answer.error == http_error::stalled);
  CHECK(answer.status == 200);
}

TEST_CASE("a slow drip below the low-speed limit is stalled, above it ends with the timeout") {
  const raw_server server([](raw_connection& connection) {
    connection.read_request();
    bool there = connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (there) there = connection.send("x") && !connection.linger(20ms);
  });
  auto request = request_for(server.url("/game"));
  request.low_speed_time = 1s;
  request.low_speed_bytes_per_second = 5'000;
  CHECK(fetch(request).error == http_error::stalled);
  request.low_speed_bytes_per_second = 1;
  request.timeout = 400ms;
  CHECK(fetch(request).error == http_error::timeout);
}

TEST_CASE("a request times out as a whole") {
  const raw_server server([](raw_connection& connection) {
    connection.read_request();
    connection.linger(patience);
  });
  auto request = request_for(server.url("/game"));
  request.timeout = 100ms;
  CHECK(fetch(request).error == http_error::timeout);
}

TEST_CASE("a TLS handshake that hangs ends with the connect timeout") {
  const raw_server server([](raw_connection& connection) { connection.linger(patience); });
  auto url = server.url("/game");
  url.insert(4, "s");
  auto request = request_for(url);
  request.connect_timeout = 100ms;
  CHECK(fetch(request).error == http_error::timeout);
}

TEST_CASE("compressed bodies are decoded, corrupt ones are an error") {
  const auto good = fetch_from(answering(http_answer(200, gzip_game(), gzip_header)));
  REQUIRE(good.body);
  CHECK(good.body->view() == R"({"game":{"gameId":"0022400061"}})");
  CHECK(good.wire_bytes == gzip_game().size());

  auto flipped = gzip_game();
  flipped[20] = static_cast<char>(~flipped[20]);
  CHECK(fetch_from(answering(http_answer(200, flipped, gzip_header))).error == http_error::bad_encoding);
  auto wrong_sum = gzip_game();
  wrong_sum[wrong_sum.size() - 6] = '\0';
  CHECK(fetch_from(answering(http_answer(200, wrong_sum, gzip_header))).error == http_error::bad_encoding);
  CHECK(fetch_from(answering(http_answer(200, "{\"game\":{}}", gzip_header))).error == http_error::bad_encoding);
  CHECK(fetch_from(answering(http_answer(200, gzip_game(), "Content-Encoding: rot13\r\n"))).error ==
        http_error::bad_encoding);
}

TEST_CASE("a compressed body that breaks off inside an intact frame is not taken for a whole one") {
  const auto answer = fetch_from(answering(http_answer(200, gzip_game().substr(0, 30), gzip_header)));
  CHECK(nba::classify(nba::endpoint::boxscore, answer).what == nba::verdict::transient);
}

TEST_CASE("a body beyond the limit ends the transfer, however it comes") {
  const auto fetch_limited = [](raw_server::handler handle) {
    const raw_server server(std::move(handle));
    auto request = request_for(server.url("/game"));
    request.body_bytes_max = 1000;
    return fetch(request);
  };
  CHECK(fetch_limited(answering(http_answer(200, std::string(1000, 'x')))).error == http_error::none);
  CHECK(fetch_limited(answering(http_answer(200, std::string(1001, 'x')))).error == http_error::body_too_large);
  const auto endless = fetch_limited([](raw_connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    while (connection.send(std::string(10'000, 'x'))) continue;
  });
  CHECK(endless.error == http_error::body_too_large);
  CHECK(endless.error_text.find("1000") != std::string::npos);
  CHECK_FALSE(endless.body);
  // All pieces of one count, not only each.
  const raw_server in_pieces([](raw_connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    for (int i = 0; i < 400 && connection.send(std::string(10'000, 'x')); ++i) continue;
  });
  auto large = request_for(in_pieces.url("/game"));
  large.body_bytes_max = 1'000'000;
  CHECK(fetch(std::move(large)).error == http_error::body_too_large);
  CHECK(fetch_limited(answering(http_answer(200, gzip_bomb(), gzip_header))).error == http_error::body_too_large);
  CHECK(fetch_limited(answering("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\nx")).error ==
        http_error::body_too_large);
}

TEST_CASE("a large compressed body within the limit arrives whole") {
  const auto answer = fetch_from(answering(http_answer(200, gzip_bomb(), gzip_header)));
  REQUIRE(answer.body);
  CHECK(answer.body->view() == std::string(200'000, '0'));
  CHECK(answer.wire_bytes == gzip_bomb().size());
}

TEST_CASE("a connection that the host closed between two requests costs a new one, not an error") {
  const raw_server server([](raw_connection& connection) {
    if (connection.read_request()) connection.send(http_answer(200, "{}"));  // keep-alive promised, then closed
  });
  const auto client = nba::make_curl_client();
  for (int key = 0; key < 3; ++key) {
    response_log log;
    client->submit(request_for(server.url("/game")), log.completion_of(key));
    REQUIRE(log.wait_for(1));
    CHECK(log.answers().at(key).front().error == http_error::none);
  }
  CHECK(server.connections() == 3);
}

TEST_CASE("a host that stalls holds up no other host") {
  const raw_server stalled([](raw_connection& connection) {
    connection.read_request();
    connection.linger(patience);
  });
  const raw_server good([](raw_connection& connection) {
    while (connection.read_request()) connection.send(http_answer(200, "{}"));
  });
  response_log stalled_log, good_log;
  {
    const auto client = nba::make_curl_client();
    for (int key = 0; key < 10; ++key) {
      auto request = request_for(stalled.url("/game"));
      request.connections_max = 1;
      client->submit(std::move(request), stalled_log.completion_of(key));
    }
    for (int key = 0; key < 10; ++key) client->submit(request_for(good.url("/game")), good_log.completion_of(key));
    REQUIRE(good_log.wait_for(10));
    CHECK(stalled_log.count() == 0);
    CHECK(stalled.connections() <= 1);
  }
  CHECK(stalled_log.count() == 10);
}
