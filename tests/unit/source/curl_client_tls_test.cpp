// The client over TLS, against an nginx of the test's own: what the NBA's hosts are.
#include "pipeline/source/http_client.hpp"
#include "tests/support/tls_server.hpp"
#include "tests/unit/source/response_log.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

using namespace nba::test;
using nba::http_error;

namespace {

constexpr int requests = 100;  // many more than connections: handles and connections are used again

const std::string body = "{\"game\":\"" + std::string(300'000, 'x') + "\"}";

// All through one client; answers the access log once it has every line.
std::vector<tls_server::served> fetch_all(const tls_server& server, const std::string& url) {
  response_log log;
  {
    const auto client = nba::make_curl_client(1024, server.ca_file());
    for (int key = 0; key < requests; ++key) client->submit(request_for(url), log.completion_of(key));
    REQUIRE(log.wait_for(requests));
  }
  for (const auto& [key, answers] : log.answers()) {
    CAPTURE(key);
    REQUIRE(answers.size() == 1);
    CHECK(answers.front().error == http_error::none);
    CHECK(answers.front().error_text == "");
    REQUIRE(answers.front().body);
    CHECK(answers.front().body->view() == body);
  }
  CHECK(eventually([&] { return server.log().size() == requests; }));
  return server.log();
}

std::size_t connections_of(const std::vector<tls_server::served>& log) {
  std::set<std::string> connections;
  for (const auto& line : log) connections.insert(line.connection);
  return connections.size();
}

bool all_spoke(const std::vector<tls_server::served>& log, std::string_view protocol) {
  return std::all_of(log.begin(), log.end(), [&](const auto& line) { return line.protocol == protocol; });
}

}  // namespace

TEST_CASE("a host that speaks HTTP/2 is asked over one connection") {
  const auto server = tls_server::start(body);
  NBA_SKIP_WITHOUT_NGINX(server);
  const auto log = fetch_all(*server, server->http2_url());
  CHECK(all_spoke(log, "HTTP/2.0"));
  CHECK(connections_of(log) == 1);
}

TEST_CASE("a TLS host without HTTP/2 is asked over HTTP/1.1 and no more connections than allowed") {
  const auto server = tls_server::start(body);
  NBA_SKIP_WITHOUT_NGINX(server);
  const auto log = fetch_all(*server, server->http1_url());
  CHECK(all_spoke(log, "HTTP/1.1"));
  CHECK(connections_of(log) <= 4);
}

TEST_CASE("a certificate that nobody vouches for is a TLS error, and a wrong CA file is one too") {
  const auto server = tls_server::start(body);
  NBA_SKIP_WITHOUT_NGINX(server);
  const auto strange = fetch(request_for(server->http2_url()));
  CHECK(strange.error == http_error::tls);
  CHECK(strange.status == 0);
  response_log log;
  const auto client = nba::make_curl_client(1024, "/nowhere/ca.pem");
  client->submit(request_for(server->http2_url()), log.completion_of(0));
  REQUIRE(log.wait_for(1));
  CHECK(log.answers().at(0).front().error == http_error::tls);
}

TEST_CASE("a redirect out of TLS is not followed") {
  const auto server = tls_server::start(body);
  NBA_SKIP_WITHOUT_NGINX(server);
  response_log log;
  const auto client = nba::make_curl_client(4, server->ca_file());
  client->submit(request_for(server->down_url()), log.completion_of(0));
  REQUIRE(log.wait_for(1));
  const auto answer = log.answers().at(0).front();
  CHECK(answer.error == http_error::other);
  CHECK(answer.status == 302);
  CHECK_FALSE(answer.body);
  CHECK(eventually([&] { return server->log().size() == 1; }));
}
