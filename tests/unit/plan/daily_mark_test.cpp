#include "pipeline/plan/daily_mark.hpp"

#include "tests/unit/plan/builders.hpp"

using namespace nba;
using namespace nba::test;

TEST_CASE("a daily date up to yesterday is believed") {
  const auto yesterday = on("2024-11-16");
  CHECK(judge_daily_mark(std::nullopt, yesterday).what == daily_mark::kind::none);
  CHECK(judge_daily_mark(std::nullopt, yesterday).usable());
  for (const auto* value : {"2024-11-16", "2024-11-15", "1946-11-01"}) {
    const auto mark = judge_daily_mark(value, yesterday);
    CHECK(mark.what == daily_mark::kind::good);
    CHECK(mark.usable());
    CHECK(mark.date == on(value));
    CHECK(mark.problem.empty());
    CHECK(mark.fix.empty());
    CHECK_FALSE(why_not_daily_date(on(value), yesterday));
  }
}

TEST_CASE("a daily date after yesterday, or none at all, is a problem with a command that mends it") {
  const auto yesterday = on("2024-11-16");
  for (const auto* value : {"2024-11-17", "2062-11-17", "9999-12-31"}) {
    const auto mark = judge_daily_mark(value, yesterday);
    CHECK(mark.what == daily_mark::kind::ahead);
    CHECK_FALSE(mark.usable());
    CHECK(mark.problem.find(std::string{value} + ", which lies ahead") != std::string::npos);
    CHECK(mark.problem.find("2024-11-16") != std::string::npos);
    CHECK(mark.fix == "nba-scraper watermark reset schedule daily");
    CHECK(why_not_daily_date(on(value), yesterday));
  }
  for (const auto* value : {"", "yesterday", "2024-11-31", "17.11.2024"}) {
    const auto mark = judge_daily_mark(value, yesterday);
    CHECK(mark.what == daily_mark::kind::unreadable);
    CHECK_FALSE(mark.usable());
    CHECK(mark.problem.find(value) != std::string::npos);
    CHECK_FALSE(mark.fix.empty());
  }
}
