// The server against many clients, slow ones, and such that talk nonsense.
#include "tests/support/child_process.hpp"
#include "tests/support/loopback_port.hpp"
#include "tests/unit/cli/http/served_site.hpp"
#include "tests/unit/cli/http/web_client.hpp"
#include "tests/unit/cli/support.hpp"

#include "cli/descriptors.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

using namespace nba;
using namespace nba::cli;
using namespace nba::cli::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t idle_connections = 1'000;
constexpr std::size_t open_streams = 64;

web_client open_stream(std::uint16_t port) {
  web_client client{port};
  client.send("GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
  return client;
}

// Both ends of every connection are in this process.
void allow_descriptors() { REQUIRE(descriptors_granted(200, 4'000) == 4'000); }

}  // namespace

TEST_CASE("64 event streams and 1,000 idle connections hold up nobody, and every stream goes on") {
  allow_descriptors();
  web_limits limits;
  limits.request_time_max = 10min;  // idle ones stay
  served_site site{limits};
  std::vector<web_client> idle, streams;
  for (std::size_t i = 0; i < idle_connections; ++i) idle.emplace_back(site.port());
  for (std::size_t i = 0; i < open_streams; ++i) streams.push_back(open_stream(site.port()));
  for (auto& stream : streams) REQUIRE(stream.read_until("news"));
  const auto begun = std::chrono::steady_clock::now();
  CHECK(get(site.port(), "/livez").status == 200);
  CHECK(get(site.port(), "/metrics").status == 200);
  const auto took = std::chrono::steady_clock::now() - begun;
  MESSAGE("/livez and /metrics took " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms");
  site.set_update_text("later");
  for (auto& stream : streams) REQUIRE(stream.read_until("later"));
  CHECK(idle.front().is_open());
  CHECK(idle.back().is_open());
}

TEST_CASE("nonsense does no harm") {
  const served_site site;
  std::string noise;
  for (int i = 0; i < 3'000; ++i) noise += static_cast<char>((i * 7919 + i / 13) % 256);
  for (const auto& bytes :
       {noise, std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11}, std::string(100'000, 'A'),
        std::string{"GET / HTTP/9.9\r\n\r\n"}, std::string{"GET\r\n\r\n"}, std::string{"\r\n\r\n\r\n\r\n"},
        std::string{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        std::string{"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"},
        std::string{"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n"},
        std::string{"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n"},
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2710\r\n" +
            std::string(10'000, 'x'),
        std::string{
            "GET /livez HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},

        std::string{"GET /livez HTTP/1.1\r\n\r\n"}}) {
    web_client client{site.port()};
    client.send(bytes);
    client.read_until("\r\n\r\n", 100ms);
    CHECK_FALSE(contains(client.received(), "HTTP/1.1 200"));
    CHECK(get(site.port(), "/livez").status == 200);
  }
}

TEST_CASE("who takes too long to ask is cut off, however he spreads it") {
  web_limits limits;
  limits.request_time_max = 300ms;
  const served_site site{limits};
  web_client silent{site.port()};
  web_client slow{site.port()};
  web_client slow_body{site.port()};
  web_client kept{site.port()};
  slow.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
  slow_body.send("POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
  kept.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(kept.read_until("ok\n"));  // its connection may be used again, for as long
  bool is_cut = false;
  for (int i = 0; i < 200 && !is_cut; ++i) {
    is_cut = !slow.send("x") || slow.is_closed_within(50ms);
    slow_body.send("x");
  }
  CHECK(is_cut);
  CHECK(silent.is_closed_within());
  CHECK(slow_body.is_closed_within());
  CHECK(kept.is_closed_within());
  CHECK(get(site.port(), "/livez").status == 200);
}

TEST_CASE("when all connections are taken, the one that has been silent longest makes room") {
  web_limits limits;
  limits.connections_max = 8;
  limits.request_time_max = 10min;
  served_site site{limits};
  auto stream = open_stream(site.port());
  REQUIRE(stream.read_until("news"));
  std::vector<web_client> idle;
  for (int i = 0; i < 60; ++i) {
    idle.emplace_back(site.port());
    if (i % 8 == 0) CHECK(get(site.port(), "/livez").status == 200);
  }
  CHECK(get(site.port(), "/livez").status == 200);
  CHECK(idle.front().is_closed_within());
  CHECK(idle.back().is_open());
  site.set_update_text("later");
  CHECK(stream.read_until("later"));  // it is not silent
}

TEST_CASE("there are so many streams and no more") {
  web_limits limits;
  limits.streams_max = 3;
  const served_site site{limits};
  std::vector<web_client> streams;
  for (int i = 0; i < 3; ++i) {
    streams.push_back(open_stream(site.port()));
    REQUIRE(streams.back().read_until("retry: "));
  }
  auto refused = open_stream(site.port());
  CHECK(refused.read_until("All 3 event streams are taken"));
  streams.pop_back();  // gone without a word: found out when something is sent
  const auto until = std::chrono::steady_clock::now() + 30s;
  bool has_room = false;
  while (!has_room && std::chrono::steady_clock::now() < until) {
    auto next = open_stream(site.port());
    has_room = next.read_until("retry: ", 1s);
  }
  CHECK(has_room);
}

TEST_CASE("streams whose clients never read are closed, and are sent nothing that piles up") {
  allow_descriptors();
  web_limits limits;
  limits.stream_blocked_max = 500ms;
  served_site site{limits};
  site.set_update_text(std::string(400'000, 'x'));
  std::vector<web_client> deaf;
  for (int i = 0; i < 100; ++i) deaf.push_back(open_stream(site.port()));
  auto reader = open_stream(site.port());
  CHECK(reader.read_until("xxx"));
  // What the kernels of both ends hold is far less than one message; so each is cut off in the middle of one.
  std::this_thread::sleep_for(4 * limits.stream_blocked_max);
  for (auto& client : deaf) {
    CHECK(client.is_closed_within());
    CHECK(client.received().size() < 800'000);
  }
  CHECK(get(site.port(), "/livez").status == 200);
}

TEST_CASE("at the end streams are over at once, and who waits for the database is told") {
  served_site site;
  auto stream = open_stream(site.port());
  REQUIRE(stream.read_until("news"));
  site.stop();
  CHECK(stream.is_closed_within(5s));
  CHECK(contains(stream.received(), "\r\n0\r\n\r\n"));  // as an answer ends, not as a connection breaks
}

TEST_CASE("behind nginx as it is installed, events come one by one, to eight readers") {
  const std::filesystem::path nginx = "/usr/sbin/nginx";
  if (!std::filesystem::exists(nginx)) {
    MESSAGE("SKIPPED: nginx is not installed (package nginx-light)");
    return;
  }
  served_site site;
  const nba::test::temporary_folder folder;
  const auto port = nba::test::free_loopback_port();
  const auto here = folder.path().string();
  std::ofstream(folder.path() / "nginx.conf")
      << "daemon off; master_process off; pid " << here << "/pid; error_log " << here << "/error.log;\n"
      << "events {}\nhttp { access_log " << here << "/access.log; client_body_temp_path " << here
      << "/body; proxy_temp_path " << here << "/proxy; fastcgi_temp_path " << here << "/f; uwsgi_temp_path " << here
      << "/u; scgi_temp_path " << here << "/s;\nserver { listen 127.0.0.1:" << port
      << "; location / { proxy_pass http://127.0.0.1:" << site.port() << "; } } }\n";
  nba::test::child_process proxy{
      nginx, {"-p", here, "-c", here + "/nginx.conf", "-e", here + "/error.log"}, {}, folder.path()};
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (!nba::test::listens_on_loopback(port) && std::chrono::steady_clock::now() < until) {
  }
  REQUIRE(nba::test::listens_on_loopback(port));
  std::vector<web_client> streams;
  for (int i = 0; i < 8; ++i) streams.push_back(open_stream(static_cast<std::uint16_t>(port)));
  for (auto& stream : streams) REQUIRE(stream.read_until("news"));
  site.set_update_text("later");
  for (auto& stream : streams) CHECK(stream.read_until("later", 5s));
  CHECK(get(static_cast<std::uint16_t>(port), "/metrics").status == 200);
}
