#include "actors/host_pauses.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace nba;
using namespace std::chrono_literals;

namespace {

constexpr const char* paused_host = "cdn.nba.com";

host_pause pause_for(std::chrono::milliseconds left) { return {paused_host, utc_now() + left, "429"}; }

// Stage and value of what is not written yet, in its order.
using unwritten_rows = std::vector<std::pair<std::string, std::string>>;
unwritten_rows unwritten_of(host_pauses& pauses) {
  unwritten_rows out;
  for (const auto& row : pauses.take_unwritten()) {
    CHECK(row.key == paused_host);
    out.emplace_back(row.stage, row.value);
  }
  return out;
}

}  // namespace

TEST_SUITE("host pauses") {
  TEST_CASE("a pause worth keeping is written once, its reason first") {
    host_pauses pauses{std::map<std::string, host_pause>{}};
    pauses.tell(paused_host, pause_for(5s));  // a new process takes longer to start
    CHECK(unwritten_of(pauses) == unwritten_rows{});
    auto pause = pause_for(1h);
    pauses.tell(paused_host, pause);
    CHECK(unwritten_of(pauses) ==
          unwritten_rows{{host_reason_stage, stored_reason(pause)}, {host_stage, format_timestamp(pause.until)}});
    pause.until += 500ms;  // passed on by another
    pauses.tell(paused_host, pause);
    CHECK(unwritten_of(pauses) == unwritten_rows{});
    pause.until += 1h;
    pauses.tell(paused_host, pause);
    CHECK(unwritten_of(pauses).size() == 2);
  }

  TEST_CASE("the end of a stored pause is written once, and that of another one not at all") {
    host_pauses pauses({{paused_host, pause_for(1h)}});
    pauses.tell(paused_host, std::nullopt);
    CHECK(unwritten_of(pauses) == unwritten_rows{{host_reason_stage, ""}, {host_stage, ""}});
    pauses.tell(paused_host, std::nullopt);
    CHECK(unwritten_of(pauses) == unwritten_rows{});
    pauses.tell(paused_host, pause_for(5s));
    pauses.tell(paused_host, std::nullopt);
    CHECK(unwritten_of(pauses) == unwritten_rows{});
  }
}
