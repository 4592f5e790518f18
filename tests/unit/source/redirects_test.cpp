#include "pipeline/source/redirects.hpp"
#include "pipeline/source/base_url.hpp"

#include <doctest/doctest.h>

#include <string>

using nba::base_url_problem;
using nba::may_follow;

TEST_CASE("a redirect stays on its host and port") {
  CHECK(may_follow("https://cdn.nba.com/a", "https://cdn.nba.com/b?c"));
  CHECK(may_follow("https://cdn.nba.com/a", "https://CDN.nba.com:443/b"));
  CHECK(may_follow("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/b"));
  CHECK(may_follow("http://[::1]:8080/a", "http://[::1]:8080/b"));
  for (const auto* elsewhere :
       {"https://stats.nba.com/a", "https://cdn.nba.com.evil.example/a", "https://evil.example/cdn.nba.com",
        "https://cdn.nba.com:8443/a", "https://cdn.nba.com@evil.example/", "https://user@cdn.nba.com/a",
        "https://127.0.0.1/a", "https://[::1]/a", "https://10.0.0.1/a", "https://169.254.169.254/latest",
        "file:///etc/passwd", "ftp://cdn.nba.com/a", "", "/b"})
    CHECK_FALSE_MESSAGE(may_follow("https://cdn.nba.com/a", elsewhere), elsewhere);
}

TEST_CASE("a redirect goes up to TLS and never down") {
  CHECK(may_follow("http://cdn.nba.com/a", "https://cdn.nba.com/a"));
  CHECK_FALSE(may_follow("https://cdn.nba.com/a", "http://cdn.nba.com/a"));
  CHECK_FALSE(may_follow("https://cdn.nba.com:8443/a", "http://cdn.nba.com:8443/a"));
  CHECK_FALSE(may_follow("http://cdn.nba.com:8080/a", "https://cdn.nba.com:8080/a"));
  CHECK_FALSE(may_follow("http://cdn.nba.com/a", "https://cdn.nba.com:80/a"));
}

TEST_CASE("a base URL has a host and a path, and nothing else") {
  for (const auto* good : {"https://cdn.nba.com/static/json", "http://127.0.0.1:8080", "HTTPS://mirror.example/nba/",
                           "http://[::1]:1/x", "http://mirror/a%20b"})
    CHECK_FALSE_MESSAGE(base_url_problem(good), good);
  for (const auto* bad : {"",
                          "cdn.nba.com/static",
                          "http://",
                          "http:///x",
                          "http://[::1",
                          "http://h:99999/",
                          "http://h:x/",
                          "http://h/a b",
                          "http://a@b@h/",
                          "http://u:p@h/",
                          "http://@h/",
                          "http://h/?",
                          "http://h/?a=b",
                          "http://h/#",
                          "http://h/#x",
                          "ftp://h/",
                          "file:///x",
                          "http:/h/x",
                          "http//h",
                          "http://h/\n",
                          "http://h/x@y"})
    CHECK_MESSAGE(base_url_problem(bad), bad);
  CHECK(base_url_problem("http://u:s3cret@h/")->find("s3cret") == std::string::npos);
}
