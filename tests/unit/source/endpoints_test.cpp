#include "pipeline/source/endpoints.hpp"

#include "pipeline/source/host_budget.hpp"
#include "tests/support/document_urls.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace {

nba::game_id id(std::string_view digits) { return nba::game_id::parse(digits).value(); }

bool has_header(const nba::http_request& request, std::string_view header) {
  return std::find(request.headers.begin(), request.headers.end(), header) != request.headers.end();
}

}  // namespace

TEST_CASE("URLs are those of the contract") {
  const nba::source_urls urls;
  CHECK(nba::schedule_url(urls, nba::season{2024}) ==
        "https://stats.nba.com/stats/scheduleleaguev2?LeagueID=00&Season=2024-25");
  CHECK(nba::schedule_url(urls, nba::season{1999}) ==
        "https://stats.nba.com/stats/scheduleleaguev2?LeagueID=00&Season=1999-00");
  CHECK(nba::test::boxscore_url(urls, id("0022400061")) ==
        "https://cdn.nba.com/static/json/liveData/boxscore/boxscore_0022400061.json");
  CHECK(nba::test::playbyplay_url(urls, id("0042400407")) ==
        "https://cdn.nba.com/static/json/liveData/playbyplay/playbyplay_0042400407.json");
}

TEST_CASE("a base URL may end with slashes") {
  const nba::source_urls urls{"http://127.0.0.1:8080/static/json//", "http://127.0.0.1:8080/stats/"};
  CHECK(nba::test::boxscore_url(urls, id("0022400061")) ==
        "http://127.0.0.1:8080/static/json/liveData/boxscore/boxscore_0022400061.json");
  CHECK(nba::schedule_url(urls, nba::season{2024}) ==
        "http://127.0.0.1:8080/stats/scheduleleaguev2?LeagueID=00&Season=2024-25");
}

TEST_CASE("the host of a URL is what libcurl connects to") {
  CHECK(nba::host_of("https://cdn.nba.com/static/json") == "cdn.nba.com");
  CHECK(nba::host_of("https://CDN.NBA.com:443/x") == "cdn.nba.com");
  CHECK(nba::host_of("http://cdn.nba.com:80") == "cdn.nba.com");
  CHECK(nba::host_of("http://127.0.0.1:8080/static?x=http://other/") == "127.0.0.1:8080");
  CHECK(nba::host_of("http://127.1:8080/") == "127.0.0.1:8080");
  CHECK(nba::host_of("http://user:secret@cdn.nba.com:8080/") == "cdn.nba.com:8080");
  CHECK(nba::host_of("http://[::1]:9000/x") == "[::1]:9000");
}

TEST_CASE("anything but an http or https URL with a host has no host") {
  for (const auto* const text : {"", "cdn.nba.com/x", "ftp://cdn.nba.com/", "file:///etc/hosts", "http://",
                                 "http://:80/", "http://a b/", "https://[::1/"}) {
    CAPTURE(text);
    CHECK(nba::host_of(text).empty());
  }
}

TEST_CASE("loopback hosts are told from all others") {
  for (const auto* const host :
       {"127.0.0.1", "127.0.0.1:8080", "127.255.3.4:1", "localhost", "LOCALHOST:80", "[::1]", "[::1]:8080", "::1"}) {
    CAPTURE(host);
    CHECK(nba::is_loopback(host));
  }
  for (const auto* const host : {"", "cdn.nba.com", "128.0.0.1", "27.0.0.1", "127.0.0.1.example.com",
                                 "localhost.nba.com", "[::2]:80", "0.0.0.0", "127.nba.com", "[::1"}) {
    CAPTURE(host);
    CHECK_FALSE(nba::is_loopback(host));
  }
}

TEST_CASE("credentials do not survive into a URL for the log") {
  CHECK(nba::without_credentials("http://user:secret@host/x@y") == "http://host/x@y");
  CHECK(nba::without_credentials("http://user:p@ss@host/") == "http://host/");
  CHECK(nba::without_credentials("http://host/path?mail=a@b") == "http://host/path?mail=a@b");
  CHECK(nba::without_credentials("not a url") == "not a url");
}

TEST_CASE("requests carry the header profile of their endpoint") {
  const auto boxscore = nba::make_request(nba::endpoint::boxscore, "https://cdn.nba.com/x");
  CHECK(has_header(boxscore, "Referer: https://www.nba.com/"));
  CHECK(has_header(boxscore, "Accept: application/json, text/plain, */*"));
  CHECK_FALSE(has_header(boxscore, "Origin: https://www.nba.com"));
  const auto schedule = nba::make_request(nba::endpoint::schedule, "https://stats.nba.com/x");
  CHECK(has_header(schedule, "Referer: https://www.nba.com/"));
  CHECK(has_header(schedule, "Origin: https://www.nba.com"));
  for (const auto* request : {&boxscore, &schedule})
    CHECK(std::any_of(request->headers.begin(), request->headers.end(),
                      [](const std::string& header) { return header.starts_with("User-Agent: Mozilla/5.0 "); }));
  // A mirror on another host is asked as the NBA's own host would be.
  CHECK(nba::make_request(nba::endpoint::schedule, "http://127.0.0.1:1/x").headers == schedule.headers);
}

TEST_CASE("requests carry the limits of their endpoint and host") {
  const auto schedule = nba::make_request(nba::endpoint::schedule, "https://stats.nba.com/x");
  const auto boxscore = nba::make_request(nba::endpoint::boxscore, "https://cdn.nba.com/x");
  const auto playbyplay = nba::make_request(nba::endpoint::playbyplay, "http://127.0.0.1:1/x");
  CHECK(schedule.url == "https://stats.nba.com/x");
  CHECK(schedule.body_bytes_max == 32u << 20);
  CHECK(boxscore.body_bytes_max == 1u << 20);
  CHECK(playbyplay.body_bytes_max == 4u << 20);
  CHECK(schedule.connections_max == 1);
  CHECK(boxscore.connections_max == 8);
  CHECK(nba::make_request(nba::endpoint::boxscore, "https://cdn.nba.com/x", 48).connections_max == 48);
  CHECK(playbyplay.connections_max == nba::default_budget("127.0.0.1:1").in_flight_max);
  for (const auto* request : {&schedule, &boxscore, &playbyplay}) {
    CHECK(request->timeout.count() > 0);
    CHECK(request->low_speed_time < request->timeout);
  }
}
