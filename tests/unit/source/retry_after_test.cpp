#include "pipeline/source/retry_after.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace nba;
using namespace std::chrono_literals;

namespace {

const utc_time answered = *parse_timestamp("2026-02-03T04:05:06.000Z");

}  // namespace

TEST_CASE("Retry-After in seconds is rounded up") {
  CHECK(parse_retry_after("0", answered) == 0s);
  CHECK(parse_retry_after("1", answered) == 1s);
  CHECK(parse_retry_after("120", answered) == 120s);
  CHECK(parse_retry_after(" 7\t", answered) == 7s);
  CHECK(parse_retry_after("007", answered) == 7s);
  CHECK(parse_retry_after("1.5", answered) == 2s);
  CHECK(parse_retry_after("1.0", answered) == 1s);
  CHECK(parse_retry_after("1.", answered) == 1s);
  CHECK(parse_retry_after(".2", answered) == 1s);
  CHECK(parse_retry_after("0.001", answered) == 1s);
}

TEST_CASE("Retry-After of any length is a number, and a bounded one") {
  CHECK(parse_retry_after("999999999", answered) == retry_after_longest);
  CHECK(parse_retry_after("1000000000", answered) == retry_after_longest);
  CHECK(parse_retry_after(std::string(5'000, '9'), answered) == retry_after_longest);
  CHECK(parse_retry_after(std::string(5'000, '0') + "3", answered) == 3s);
  CHECK(parse_retry_after("1." + std::string(5'000, '0') + "1", answered) == 2s);
}

TEST_CASE("a date counts from the host's clock; one in the past is no pause") {
  CHECK(parse_retry_after("Tue, 03 Feb 2026 04:05:36 GMT", answered) == 30s);
  CHECK(parse_retry_after("Tuesday, 03-Feb-26 04:05:36 GMT", answered) == 30s);
  CHECK(parse_retry_after("Tue Feb  3 04:05:36 2026", answered) == 30s);
  CHECK(parse_retry_after("Tue, 03 Feb 2026 04:05:06 GMT", answered) == 0s);
  CHECK(parse_retry_after("Tue, 03 Feb 2026 04:05:05 GMT", answered) == 0s);
  CHECK(parse_retry_after("Fri, 03 Feb 2056 04:05:05 GMT", answered) == retry_after_longest);
  CHECK(parse_retry_after("Tue, 03 Feb 2026 04:05:07 GMT", answered + 1ms) == 1s);
}

TEST_CASE("what nobody can read asks for nothing") {
  for (const auto* text :
       {"", " ", "soon", "-5", "+5", "1e3", "1,5", "1.5.2", "0x10", ".", "12 minutes", "5s", "NaN"}) {
    CAPTURE(text);
    CHECK(parse_retry_after(text, answered) == 0s);
  }
}

TEST_CASE("an HTTP date is a date with a time") {
  CHECK(parse_http_date("Tue, 03 Feb 2026 04:05:06 GMT") == answered);
  CHECK(parse_http_date("120") == std::nullopt);
  CHECK(parse_http_date("") == std::nullopt);
  CHECK(parse_http_date("yesterday") == std::nullopt);
}
