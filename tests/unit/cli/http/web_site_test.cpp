// What is answered to whom, over real sockets.
#include "tests/unit/cli/http/served_site.hpp"
#include "tests/unit/cli/http/web_client.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

using namespace nba;
using namespace nba::cli;
using namespace nba::cli::test;

namespace {

const std::string token = "a-token-that-nobody-guesses";
const std::string as_browser = "Accept: text/html,application/xhtml+xml\r\n";

std::string head_of_stream(std::uint16_t port, const std::string& headers = {}) {
  web_client client{port};
  client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
  client.read_until("\r\n\r\n");
  return client.received();
}

}  // namespace

TEST_CASE("every path has its answer, and every answer the strict headers") {
  const served_site site;
  struct row {
    std::string target;
    int status;
    std::string type;
  };
  for (const auto& [target, status, type] : std::vector<row>{
           {"/", 200, "text/html; charset=utf-8"},
           {"/?season=2024-25", 200, "text/html; charset=utf-8"},
           {"/livez", 200, "text/plain; charset=utf-8"},
           {"/readyz", 200, "text/plain; charset=utf-8"},
           {"/healthz", 200, "text/plain; charset=utf-8"},
           {"/metrics", 200, "text/plain; version=0.0.4; charset=utf-8"},
           {"/api/runs", 200, "application/json"},
           {"/api/runs/20261130T060000Z-abcdef", 200, "application/json"},
           {"/assets/page.css", 200, "text/css; charset=utf-8"},
           {"/assets/../livez", 404, ""},
           {"/api/runs/", 404, ""},
           {"/api/runsx", 404, ""},
           {"/nothing", 404, ""},
           {"/%2e%2e/", 404, ""},
           {"/sign-in", 303, ""},  // nobody is asked for a token here
       }) {
    CAPTURE(target);
    const auto answer = get(site.port(), target);
    CHECK(answer.status == status);
    if (!type.empty()) CHECK(answer.header("Content-Type") == type);
    CHECK(contains(answer.header("Content-Security-Policy"), "default-src 'none'; script-src 'self'"));
    CHECK(contains(answer.header("Content-Security-Policy"), "frame-ancestors 'none'"));
    CHECK(answer.header("X-Content-Type-Options") == "nosniff");
    CHECK(answer.header("Referrer-Policy") == "same-origin");
    CHECK(answer.header("Cache-Control") ==
          (target == "/assets/page.css" ? "public, max-age=31536000, immutable" : "no-store"));
  }
  const auto asset = get(site.port(), "/assets/page.css");
  CHECK(get(site.port(), "/assets/page.css", "If-None-Match: " + asset.header("ETag") + "\r\n").status == 304);
}

TEST_CASE("a stream says that it is one, to browsers and to proxies") {
  const served_site site;
  const auto head = head_of_stream(site.port());
  CHECK(contains(head, "HTTP/1.1 200"));
  CHECK(contains(head, "Content-Type: text/event-stream\r\n"));
  CHECK(contains(head, "X-Accel-Buffering: no\r\n"));
  CHECK(contains(head, "Cache-Control: no-cache, no-transform\r\n"));
  CHECK(contains(head, "default-src 'none'"));
  const auto asked = fetch(site.port(), "HEAD", "/events");
  CHECK(asked.status == 200);
  CHECK(asked.body.empty());
}

TEST_CASE("what is no question is refused: other methods, bodies, long addresses and heads, foreign names") {
  const served_site site;
  const auto port = site.port();
  const auto head = fetch(port, "HEAD", "/metrics");
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "NONSENSE"}) {
    CAPTURE(method);
    const auto answer = fetch(port, method, "/");
    CHECK(answer.status == 405);
    CHECK(answer.header("Allow") == "GET, HEAD");
  }
  CHECK(fetch(port, "GET", "/livez", {}, "a body").status == 413);
  CHECK(fetch(port, "POST", "/sign-in", {}, std::string(5'000, 'x')).status == 413);
  CHECK(get(port, "/" + std::string(3'000, 'x')).status == 414);
  CHECK(get(port, "/livez", "X-Long: " + std::string(10'000, 'x') + "\r\n").status == 431);
  for (const auto* target : {"/", "/metrics", "/livez", "/events", "/assets/page.css"}) {
    CAPTURE(target);
    const auto answer = get(port, target, "Host: evil.example\r\n");
    CHECK(answer.status == 421);
    CHECK(contains(answer.body, "hosts in [http]"));
  }
  for (const auto* host : {"localhost", "[::1]:1", "nba.example.org"})
    CHECK(get(port, "/metrics", "Host: " + std::string{host} + "\r\n").status == 200);
}

TEST_CASE("one reading serves all who ask within a second, and nobody's absence costs one") {
  const served_site site;
  CHECK(site.readings() == 0);
  const auto first = get(site.port(), "/metrics");
  // A second may pass between two of them on a busy machine; ten it does not take.
  for (int i = 0; i < 30; ++i) CHECK(get(site.port(), i % 2 ? "/metrics" : "/api/runs").status == 200);
  CHECK(site.readings() < 10);
  CHECK(contains(first.body, "reading 1"));
}

TEST_CASE("/healthz is words, or JSON for who asks for it") {
  const served_site site;
  CHECK(get(site.port(), "/healthz").body == "well\n");
  const auto document = get(site.port(), "/healthz", "Accept: application/json\r\n");
  CHECK(document.header("Content-Type") == "application/json");
  CHECK(nlohmann::json::parse(document.body)["level"] == "well");
}

TEST_CASE("a database that does not answer holds up who asks for it, briefly, and nobody else") {
  served_site site;
  const auto port = site.port();
  CHECK(contains(get(port, "/metrics").body, "backend test"));
  web_client reader{port};
  reader.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(reader.read_until("news"));
  site.hang(true);
  CHECK(reader.read_until("the database has not answered for"));
  CHECK(get(port, "/livez").status == 200);
  const auto ready = get(port, "/readyz");
  CHECK(ready.status == 503);
  CHECK(contains(ready.body, "not ready: the database has not answered for"));
  CHECK(get(port, "/healthz").status == 503);
  const auto metrics = get(port, "/metrics");  // what was known before
  CHECK(metrics.status == 200);
  CHECK(contains(metrics.body, "backend test"));
  CHECK(contains(metrics.body, "trouble the database has not answered"));
  CHECK(get(port, "/").status == 200);
  site.hang(false);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (get(port, "/readyz").status != 200 && std::chrono::steady_clock::now() < until) {
  }
  CHECK(get(port, "/readyz").status == 200);
}

TEST_CASE("with a token, machines send it as a header, people sign in, and it is nowhere else") {
  const served_site site{{}, token};
  const auto port = site.port();
  const auto bearer = "Authorization: Bearer " + token + "\r\n";
  for (const auto* target : {"/", "/metrics", "/healthz", "/readyz", "/api/runs", "/nothing"}) {
    CAPTURE(target);
    const auto stranger = get(port, target);
    CHECK(stranger.status == 401);
    CHECK(stranger.header("WWW-Authenticate") == "Bearer");
    CHECK(get(port, target, "Authorization: Bearer nonsense\r\n").status == 401);
    if (target != std::string{"/nothing"}) CHECK(get(port, target, bearer).status == 200);
  }
  CHECK(contains(head_of_stream(port), "HTTP/1.1 401"));
  CHECK(contains(head_of_stream(port, bearer), "HTTP/1.1 200"));
  CHECK(get(port, "/livez").status == 200);
  CHECK(get(port, "/assets/page.css").status == 200);
  const auto by_address = get(port, "/?a=1&token=" + token);
  CHECK(by_address.status == 400);
  CHECK(contains(by_address.body, "does not belong in an address"));
  CHECK_FALSE(contains(by_address.body, token));

  const auto sent_away = get(port, "/", as_browser);
  CHECK(sent_away.status == 303);
  CHECK(sent_away.header("Location") == "/sign-in");
  CHECK(contains(get(port, "/sign-in").body, "type the token"));
  CHECK(fetch(port, "POST", "/sign-in", "Origin: http://evil.example\r\n", "token=" + token).status == 403);
  CHECK(fetch(port, "POST", "/sign-in", "Sec-Fetch-Site: cross-site\r\n", "token=" + token).status == 403);
  CHECK(fetch(port, "POST", "/sign-in", "Origin: null\r\n", "token=" + token).status == 403);
  const auto wrong = fetch(port, "POST", "/sign-in", {}, "token=nonsense");
  CHECK(wrong.status == 403);
  CHECK(contains(wrong.body, "wrong token"));
  CHECK(wrong.header("Set-Cookie").empty());
  const auto own_origin = "Origin: http://127.0.0.1:" + std::to_string(port) + "\r\n";
  const auto in = fetch(port, "POST", "/sign-in", own_origin, "token=" + token);
  CHECK(in.status == 303);
  CHECK(in.header("Location") == "/");
  // A proxy in front of it may send another Host.
  CHECK(fetch(port, "POST", "/sign-in", "Origin: https://nba.example.org\r\n", "token=" + token).status == 303);
  const auto cookie = in.header("Set-Cookie");
  CHECK(contains(cookie, "; HttpOnly; SameSite=Strict"));
  CHECK_FALSE(contains(cookie, "Secure"));
  CHECK_FALSE(contains(cookie, token));
  const auto back = "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  CHECK(get(port, "/", as_browser + back).status == 200);
  CHECK(contains(head_of_stream(port, back), "HTTP/1.1 200"));
  CHECK(contains(fetch(port, "POST", "/sign-in", "X-Forwarded-Proto: https\r\n", "token=" + token).header("Set-Cookie"),
                 "; Secure"));

  for (int i = 0; i < sign_in_tries_max; ++i) fetch(port, "POST", "/sign-in", {}, "token=nonsense");
  const auto too_many = fetch(port, "POST", "/sign-in", {}, "token=" + token);
  CHECK(too_many.status == 429);
  CHECK(too_many.header("Retry-After") == "60");
  CHECK(contains(site.log(), "http.sign_in_refused remote=127.0.0.1 tries=1\n"));
  CHECK_FALSE(contains(site.log(), token));
  CHECK_FALSE(contains(site.log(), "nonsense"));
}

TEST_CASE("from an address that is not loopback, page and stream go by cookie, and the token is in no address") {
  const served_site site{{}, token, "0.0.0.0:0"};
  const std::string elsewhere = "127.0.0.2";  // another address of this machine: what counts is where it came to
  const auto ask = [&](const std::string& head) {
    web_client client{site.port(), elsewhere};
    client.send(head + "\r\n");
    client.read_until("\r\n\r\n");
    return client.received();
  };
  const auto host = "Host: " + elsewhere + ":" + std::to_string(site.port()) + "\r\n";
  CHECK(contains(ask("GET / HTTP/1.1\r\n" + host + as_browser), "Location: /sign-in"));
  const auto in = ask("POST /sign-in HTTP/1.1\r\n" + host + "Content-Length: " + std::to_string(6 + token.size()) +
                      "\r\n\r\ntoken=" + token);
  const auto begin = in.find("nba_scraper_session=");
  REQUIRE(begin != std::string::npos);
  const auto cookie = "Cookie: " + in.substr(begin, in.find(';', begin) - begin) + "\r\n";
  CHECK(contains(ask("GET / HTTP/1.1\r\n" + host + as_browser + cookie), "HTTP/1.1 200"));
  CHECK(contains(ask("GET /events HTTP/1.1\r\n" + host + cookie), "text/event-stream"));
}
