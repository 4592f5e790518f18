#include "cli/http/access_control.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace nba::cli;
using verdict = access_control::verdict;

namespace {

const std::string token = "correct-horse-battery-staple";
const auto start = access_control::clock::time_point{} + std::chrono::hours{1'000};

web_request with_header(const std::string& name, const std::string& value) {
  web_request request;
  request.headers = {{name, value}};
  return request;
}
web_request with_session(const std::string& session) {
  return with_header("cookie", "other=1; " + std::string{session_cookie} + "=" + session);
}

}  // namespace

TEST_CASE("without a token everybody may read; with one only who has it") {
  access_control open{std::nullopt};
  CHECK(open.judge({}, start) == verdict::allowed);
  access_control closed{token};
  CHECK(closed.judge({}, start) == verdict::missing);
  CHECK(closed.judge(with_header("authorization", "Bearer " + token), start) == verdict::allowed);
  CHECK(closed.judge(with_header("authorization", "bearer  " + token), start) == verdict::allowed);
  for (const auto& wrong : std::vector<std::string>{"Bearer", "Bearer ", "Basic " + token, "Bearer " + token + "x",
                                                    token, "Bearer " + token.substr(1), "Bearer x"})
    CHECK(closed.judge(with_header("authorization", wrong), start) == verdict::wrong);
  // The token itself is no session.
  CHECK(closed.judge(with_session(token), start) == verdict::wrong);
}

TEST_CASE("a session is random, ends by itself, and gives way to newer ones") {
  access_control closed{token};
  const auto first = closed.sign_in(token, "10.0.0.1", start);
  REQUIRE(first.answer == verdict::allowed);
  CHECK(first.session.size() == 64);
  CHECK(first.session.find(token) == std::string::npos);
  CHECK(closed.judge(with_session(first.session), start) == verdict::allowed);
  CHECK(closed.judge(with_session(first.session), start + session_life) == verdict::wrong);

  for (std::size_t i = 0; i < sessions_max; ++i)
    CHECK(closed.sign_in(token, "10.0.0.1", start + std::chrono::seconds{1}).session != first.session);
  CHECK(closed.sessions() == sessions_max);
  CHECK(closed.judge(with_session(first.session), start + std::chrono::seconds{2}) == verdict::wrong);
}

TEST_CASE("after too many wrong tokens of one address, or of all, none is looked at for a minute") {
  access_control closed{token};
  for (int i = 0; i < sign_in_tries_max; ++i) CHECK(closed.sign_in("no", "10.0.0.1", start).answer == verdict::wrong);
  CHECK(closed.sign_in(token, "10.0.0.1", start).answer == verdict::too_many);
  CHECK(closed.sign_in(token, "10.0.0.2", start).answer == verdict::allowed);
  CHECK(closed.judge(with_header("authorization", "Bearer " + token), start) == verdict::allowed);
  CHECK(closed.sign_in(token, "10.0.0.1", start + std::chrono::minutes{1}).answer == verdict::allowed);

  const auto later = start + std::chrono::hours{1};
  for (int i = 0; i < sign_in_tries_of_all_max; ++i) closed.sign_in("no", "10.1.0." + std::to_string(i), later);
  CHECK(closed.sign_in(token, "10.0.0.9", later).answer == verdict::too_many);
}

TEST_CASE("a session's cookie is out of reach of scripts and of other sites, and of plain HTTP where there is none") {
  const auto plain = session_cookie_header("abc", false);
  CHECK(plain == "nba_scraper_session=abc; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
  CHECK(session_cookie_header("abc", true) == plain + "; Secure");
}
