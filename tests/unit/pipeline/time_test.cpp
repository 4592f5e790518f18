#include "pipeline/time.hpp"

#include "tests/unit/plan/builders.hpp"

#include <array>

using namespace nba;
using namespace nba::test;

namespace {

// Milliseconds since the epoch, worked out by hand for a few instants.
long long millis(utc_time value) { return value.time_since_epoch().count(); }

}  // namespace

TEST_CASE("a date is ten characters of a real calendar day") {
  for (const auto* text : {"2024-10-22", "1946-11-01", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"})
    CHECK(format_date(on(text)) == text);
  for (const auto* text :
       {"", "2024-10-2", "2024-10-222", "2024-1-022", "2024/10/22", "24-10-2200", "2024-13-01", "2024-00-10",
        "2024-10-00", "2024-10-32", "2024-04-31", "2023-02-29", "1900-02-29", "2024-10-22T00:00:00Z", " 2024-10-22",
        "2024-10-22 ", "2024-1a-22", "+024-10-22", "0000-01-01"})
    CHECK_MESSAGE(!parse_date(text), text);
}

TEST_CASE("dates count days across leap days and years") {
  CHECK(on("2024-03-01") - on("2024-02-28") == date::days{2});
  CHECK(on("2023-03-01") - on("2023-02-28") == date::days{1});
  CHECK(on("2025-01-01") - on("2024-12-31") == date::days{1});
  CHECK(on("1970-01-01").time_since_epoch() == date::days{0});
}

TEST_CASE("a timestamp is an instant with zone, with or without a fraction") {
  CHECK(millis(at("1970-01-01T00:00:00Z")) == 0);
  CHECK(millis(at("1970-01-02T01:02:03Z")) == ((24 + 1) * 3600 + 2 * 60 + 3) * 1000LL);
  CHECK(millis(at("2024-11-13T00:10:24.9Z")) == millis(at("2024-11-13T00:10:24Z")) + 900);
  CHECK(millis(at("2024-11-13T00:10:24.05Z")) == millis(at("2024-11-13T00:10:24Z")) + 50);
  CHECK(millis(at("2024-11-13T00:10:24.1239999Z")) == millis(at("2024-11-13T00:10:24Z")) + 123);
  CHECK(at("2024-11-12T19:00:00-05:00") == at("2024-11-13T00:00:00Z"));
  CHECK(at("2024-11-13T05:45:00+05:45") == at("2024-11-13T00:00:00Z"));
  CHECK(at("2024-02-29T23:59:59.999Z") < at("2024-03-01T00:00:00Z"));
  CHECK(millis(at("1969-12-31T23:59:59.250Z")) == -750);
}

TEST_CASE("anything but the documented form of a timestamp is refused") {
  for (const auto* text : {"",
                           "2024-11-13",
                           "2024-11-13T00:00:00",
                           "2024-11-13 00:00:00Z",
                           "2024-11-13T00:00Z",
                           "2024-11-13T00:00:00.Z",
                           "2024-11-13T24:00:00Z",
                           "2024-11-13T00:60:00Z",
                           "2024-11-13T00:00:60Z",
                           "2024-11-13T00:00:00z",
                           "2024-11-13t00:00:00Z",
                           "2024-11-13T00:00:00Z ",
                           "2024-11-13T00:00:00ZZ",
                           "2024-11-13T00:00:00+0500",
                           "2024-11-13T00:00:00-05",
                           "2024-11-13T00:00:00+24:00",
                           "2024-11-13T00:00:00+01:60",
                           "2024-02-30T00:00:00Z",
                           "2024-11-13T0a:00:00Z",
                           "2024-11-13T00:00:00,5Z",
                           "2024-11-13T-1:00:00Z",
                           "2024-11-13T00:00:00.5"})
    CHECK_MESSAGE(!parse_timestamp(text), text);
}

TEST_CASE("an offset does not lead out of the years that can be written") {
  for (const auto* text :
       {"0001-01-01T00:00:00+00:01", "0001-01-01T23:58:59+23:59", "9999-12-31T23:59:59-00:01", "0000-12-31T23:59:59Z"})
    CHECK_MESSAGE(!parse_timestamp(text), text);
  for (const auto* text : {"0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"})
    CHECK(format_timestamp(at(text)) == text);
  CHECK(format_timestamp(at("0001-01-01T00:00:00-05:00")) == "0001-01-01T05:00:00.000Z");
}

TEST_CASE("every prefix of a timestamp is refused and never read past its end") {
  const std::string text = "2024-11-13T00:10:24.900-05:00";
  for (std::size_t length = 0; length < text.size(); ++length) {
    const std::string prefix = text.substr(0, length);
    CHECK_MESSAGE(!parse_timestamp(prefix), prefix);
  }
}

TEST_CASE("a timestamp is written in UTC with milliseconds, and read back the same") {
  CHECK(format_timestamp(at("2024-11-12T19:10:24.9-05:00")) == "2024-11-13T00:10:24.900Z");
  CHECK(format_timestamp(at("1969-12-31T23:59:59.001Z")) == "1969-12-31T23:59:59.001Z");
  CHECK(format_timestamp(at("2024-02-29T23:59:59.999Z")) == "2024-02-29T23:59:59.999Z");
  // A step that is coprime to day, hour and minute visits all of their digits.
  auto instant = at("2019-12-30T00:00:00Z");
  std::string before;
  for (int i = 0; i < 20'000; ++i, instant += std::chrono::milliseconds{7'654'321}) {
    const auto text = format_timestamp(instant);
    REQUIRE(parse_timestamp(text) == instant);
    REQUIRE(before < text);  // text order is time order
    before = text;
  }
}

TEST_CASE("a clock is minutes and seconds in hundredths") {
  CHECK(parse_clock_hundredths("PT33M11.12S") == 199'112);
  CHECK(parse_clock_hundredths("PT12M00.00S") == 72'000);
  CHECK(parse_clock_hundredths("PT240M") == 1'440'000);
  CHECK(parse_clock_hundredths("PT240M00.00S") == 1'440'000);
  CHECK(parse_clock_hundredths("PT00M13.90S") == 1'390);
  CHECK(parse_clock_hundredths("PT13.9S") == 1'390);
  CHECK(parse_clock_hundredths("PT0.05S") == 5);
  CHECK(parse_clock_hundredths("PT05M7S") == 30'700);
  CHECK(parse_clock_hundredths("PT00M00.999S") == 99);
  CHECK(parse_clock_hundredths("PT99999M99999.99S") == 99'999 * 6000 + 99'999 * 100 + 99);
  for (const auto* text : {"",       "P",       "PT",          "PTM",         "PTS",        "PT.5S",        "PT12",
                           "PT12.5", "PT12.5M", "12M00.00S",   "PT12M00.S",   "PT12M00.00", "PT12M00.00S ", "PT-1M",
                           "PT1H",   "PT1S1M",  "PT12M00,00S", "pt12m00.00s", "PT123456M",  "PT123456S",    "11:12",
                           "PT1M2M"})
    CHECK_MESSAGE(!parse_clock_hundredths(text), text);
}

TEST_CASE("yesterday in New York is the last complete day there") {
  REQUIRE(tz_available());
  CHECK(yesterday_in_new_york(at("2025-10-08T03:00:00Z")) == on("2025-10-06"));
  CHECK(yesterday_in_new_york(at("2025-10-08T14:00:00Z")) == on("2025-10-07"));
}

TEST_CASE("the ET date changes at midnight in New York, on both sides of both clock changes") {
  REQUIRE(tz_available());
  struct midnight {
    const char* utc;  // the first instant of `day` in New York
    const char* day;
  };
  constexpr std::array<midnight, 10> midnights{{
      {"2025-01-15T05:00:00Z", "2025-01-15"},  // winter: UTC-5
      {"2025-07-15T04:00:00Z", "2025-07-15"},  // summer: UTC-4
      {"2025-03-09T05:00:00Z", "2025-03-09"},  // spring forward happens on this day at 02:00
      {"2025-03-10T04:00:00Z", "2025-03-10"},  // so it has 23 hours
      {"2025-11-02T04:00:00Z", "2025-11-02"},  // back to winter on this day at 02:00
      {"2025-11-03T05:00:00Z", "2025-11-03"},  // so it has 25 hours
      {"2024-02-29T05:00:00Z", "2024-02-29"},
      {"2024-03-01T05:00:00Z", "2024-03-01"},
      {"2024-01-01T05:00:00Z", "2024-01-01"},
      {"1998-11-03T05:00:00Z", "1998-11-03"},  // under the rules before 2007
  }};
  for (const auto& [utc, day] : midnights) {
    CHECK(et_date_of(at(utc)) == on(day));
    CHECK(et_date_of(at(utc) - std::chrono::milliseconds{1}) == on(day) - date::days{1});
    CHECK(yesterday_in_new_york(at(utc)) == on(day) - date::days{1});
  }
}

TEST_CASE("the hour that the clock change skips or repeats stays on its day") {
  REQUIRE(tz_available());
  for (const auto* utc : {"2025-03-09T06:59:59.999Z", "2025-03-09T07:00:00Z"})
    CHECK(et_date_of(at(utc)) == on("2025-03-09"));
  for (const auto* utc : {"2025-11-02T05:30:00Z", "2025-11-02T06:30:00Z"})
    CHECK(et_date_of(at(utc)) == on("2025-11-02"));
}

TEST_CASE("now is later than this test was written") { CHECK(utc_now() > at("2024-01-01T00:00:00Z")); }
