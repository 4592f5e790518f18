#include "pipeline/source/host_pause.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace std::chrono_literals;

namespace {

const utc_time until = *parse_timestamp("2026-02-03T14:03:12.345Z");

host_pause blocked() { return {"cdn.nba.com", until, "Access Denied", 2, 5, false}; }

}  // namespace

TEST_CASE("a pause is said in one sentence") {
  CHECK(describe(blocked()) == "cdn.nba.com paused until 14:03 UTC (Access Denied), probe 2 of 5");
  CHECK(describe(host_pause{"h", until}) == "h paused until 14:03 UTC");
  CHECK(describe(host_pause{"h", until, "429"}) == "h paused until 14:03 UTC (429)");
  CHECK(describe(host_pause{"h", until, "", 1, 5}) == "h paused until 14:03 UTC, probe 1 of 5");
  CHECK(describe(host_pause{"h", until, "dns", 5, 5, true}) == "h given up for this run (dns), after 5 probes");
  CHECK(describe_in_short(blocked()) == "cdn.nba.com paused until 14:03 UTC");
  CHECK(describe_details(blocked()) == "Access Denied, probe 2 of 5");
  CHECK(describe_details(host_pause{"h", until}).empty());
}

TEST_CASE("a stored pause comes back with its reason and its probe") {
  const auto text = format_timestamp(until);
  for (const auto& pause : {blocked(), host_pause{"h", until, "429"}, host_pause{"h", until, "", 5, 5},
                            host_pause{"h", until, "1/2 of 3  (odd)", 1, 2}}) {
    const auto back = parse_stored_pause(pause.host, text, stored_reason(pause));
    REQUIRE(back);
    CHECK(back->host == pause.host);
    CHECK(back->until == until);
    CHECK(back->reason == pause.reason);
    CHECK(back->probe == pause.probe);
    CHECK(back->probes_max == pause.probes_max);
  }
}

TEST_CASE("a reason is believed only beside its own pause, and damage in it costs nothing but the reason") {
  const auto text = format_timestamp(until);
  for (const std::string& reason :
       {std::string{}, stored_reason({"h", until + 1ms, "x", 1, 5}), text, text + " ", text + " 2", text + " 2/",
        text + " 2/5", text + " a/b c", text + " -1/5 x", text + " 99999999999/5 x", std::string{"Access Denied"}}) {
    CAPTURE(reason);
    const auto back = parse_stored_pause("h", text, reason);
    REQUIRE(back);
    CHECK(back->until == until);
    CHECK(back->reason.empty());
    CHECK(back->probe == 0);
  }
  CHECK_FALSE(parse_stored_pause("h", "tomorrow", ""));
  CHECK_FALSE(parse_stored_pause("h", "", ""));
}

TEST_CASE("a stored pause longer than any pause can be is none") {
  const auto now = until;
  CHECK(judge_stored_pause(now - 1ms, now, 15min) == stored_pause::over);
  CHECK(judge_stored_pause(now, now, 15min) == stored_pause::over);
  CHECK(judge_stored_pause(now + 1ms, now, 15min) == stored_pause::holds);
  CHECK(judge_stored_pause(now + 15min, now, 15min) == stored_pause::holds);
  CHECK(judge_stored_pause(now + 15min + 1ms, now, 15min) == stored_pause::impossible);
  CHECK(judge_stored_pause(*parse_timestamp("9999-12-31T23:59:59.999Z"), now, 15min) == stored_pause::impossible);
}
