// The verdict: each reason alone, at its limit and beside it, and all of them together.
#include "pipeline/health/health.hpp"

#include "pipeline/health/first_run.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

using namespace nba;
using namespace std::chrono_literals;

namespace {

const auto present = *parse_timestamp("2024-11-17T12:00:00Z");

et_date day(const char* text) { return *parse_date(text); }

// A database in its season, with a daily date, a run that went well and room on its disk.
health_facts well_facts() {
  health_facts facts;
  facts.now = present;
  facts.daily.mark = "2024-11-16";
  facts.jobs.push_back({"daily", "r1", "", 0, 0, present - 5h, "nba-scraper schedule daily"});
  facts.disk = health_facts::disk_space{"/srv", 50'000'000'000, 100'000'000'000};
  return facts;
}

health_verdict judged(const std::function<void(health_facts&)>& change, health_settings settings = {}) {
  auto facts = well_facts();
  change(facts);
  return judge_health(facts, settings);
}

void check_only(const health_verdict& verdict, health_level level, const std::string& kind) {
  CAPTURE(kind);
  CHECK(verdict.level == level);
  REQUIRE(verdict.reasons.size() == 1);
  CHECK(verdict.reasons[0].kind == kind);
  CHECK(verdict.reasons[0].level == level);
  CHECK_FALSE(verdict.reasons[0].text.empty());
  CHECK(verdict.reasons[0].text.find('\n') == std::string::npos);
  CHECK_FALSE(verdict.reasons[0].text.ends_with('.'));
}

}  // namespace

TEST_CASE("all is well, and levels have their names and Nagios' numbers") {
  const auto verdict = judge_health(well_facts(), {});
  CHECK(verdict.level == health_level::well);
  CHECK(verdict.reasons.empty());
  CHECK(verdict.hint.empty());
  CHECK(static_cast<int>(health_level::well) == 0);
  CHECK(static_cast<int>(health_level::attention) == 1);
  CHECK(static_cast<int>(health_level::trouble) == 2);
  CHECK(static_cast<int>(health_level::unknown) == 3);
  CHECK(to_string(health_level::attention) == "attention");
  CHECK(to_string(health_level::unknown) == "unknown");
}

TEST_CASE("a new database is well, and says what to begin with") {
  health_facts facts;
  facts.now = present;
  facts.nothing_planned = true;
  auto verdict = judge_health(facts, {});
  CHECK(verdict.level == health_level::well);
  CHECK(verdict.hint.find("schedule backfill") != std::string::npos);
  // Filled by backfill alone: nobody has promised a daily run.
  facts.nothing_planned = false;
  facts.daily.first_missed = day("2024-10-22");
  verdict = judge_health(facts, {});
  CHECK(verdict.level == health_level::well);
  CHECK(verdict.hint.find("schedule daily") != std::string::npos);
}

TEST_CASE("a daily date is behind from 36 hours after the end of the first missing day") {
  // The day ends at 05:00 UTC of the next one.
  const auto at = [](const char* now, int hours = 36) {
    health_settings settings;
    settings.daily_behind_hours_max = hours;
    return judged(
        [&](health_facts& facts) {
          facts.now = *parse_timestamp(now);
          facts.daily.mark = "2024-11-13";
          facts.daily.first_missed = day("2024-11-14");
          facts.daily.games_missed = 11;
          facts.jobs.clear();
        },
        settings);
  };
  CHECK(at("2024-11-16T17:00:00Z").level == health_level::well);
  const auto behind = at("2024-11-16T17:00:01Z");
  check_only(behind, health_level::trouble, "daily_behind");
  CHECK(behind.reasons[0].text.find("11 games of 2024-11-14 and later days are missing") != std::string::npos);
  CHECK(behind.reasons[0].help == "nba-scraper schedule daily");
  CHECK(at("2024-11-16T17:00:01Z", 37).level == health_level::well);
  // Summer: the mark is old, or moves through empty days; no game is missing.
  CHECK(judged([](health_facts& facts) { facts.daily.mark = "2024-06-18"; }).level == health_level::well);
}

TEST_CASE("a season that is under way without a plan is trouble, where there are daily runs") {
  const auto unplanned = [](health_facts& facts) { facts.daily.season_unplanned = "2024-25"; };
  check_only(judged(unplanned), health_level::trouble, "season_unplanned");
  CHECK(judged([&](health_facts& facts) {
          unplanned(facts);
          facts.daily.mark.clear();
        }).level == health_level::well);
}

TEST_CASE("a daily date that cannot be believed is trouble, and the only thing that is said of it") {
  const auto broken = [](bool ahead) {
    return judged([&](health_facts& facts) {
      facts.daily.problem = "the daily date is 2034-11-16, which lies ahead";
      facts.daily.help = "nba-scraper watermark reset schedule daily";
      facts.daily.ahead = ahead;
      facts.daily.first_missed = day("2024-10-22");
      facts.daily.season_unplanned = "2024-25";
    });
  };
  check_only(broken(true), health_level::trouble, "daily_ahead");
  check_only(broken(false), health_level::trouble, "daily_unusable");
  CHECK(broken(true).reasons[0].help == "nba-scraper watermark reset schedule daily");
}

TEST_CASE("a lane may be held for seven days") {
  const auto held = [](std::chrono::seconds since, int days = 7) {
    health_settings settings;
    settings.lane_held_days_max = days;
    return judged(
        [&](health_facts& facts) {
          facts.lanes.push_back(
              {"2024-25", "0022400061", "parked in transform", "nba-scraper dlq retry 0022400061", present - since});
        },
        settings);
  };
  CHECK(held(7 * 24h).level == health_level::well);
  const auto verdict = held(7 * 24h + 1s);
  check_only(verdict, health_level::trouble, "lane_held");
  CHECK(verdict.reasons[0].subject == "2024-25");
  CHECK(verdict.reasons[0].text == "game 0022400061 has held the watermark of 2024-25 for 7 days: parked in transform");
  CHECK(verdict.reasons[0].help == "nba-scraper dlq retry 0022400061");
  CHECK(held(24h + 1s, 1).level == health_level::trouble);
}

TEST_CASE("a host may serve nothing for six hours") {
  const auto blocked = [](std::chrono::seconds since, std::optional<utc_time> until = std::nullopt) {
    return judged([&](health_facts& facts) {
      facts.hosts.push_back({"cdn.nba.com", "Access Denied", present - since, until});
    });
  };
  CHECK(blocked(6h).level == health_level::well);
  check_only(blocked(6h + 1s), health_level::trouble, "host_blocked");
  CHECK(blocked(7h, present + 10min).reasons[0].text ==
        "cdn.nba.com has served nothing for 7 hours, and rests until 2024-11-17 12:10 UTC: Access Denied");
  CHECK(blocked(7h, present - 10min).reasons[0].text == "cdn.nba.com has served nothing for 7 hours: Access Denied");
}

TEST_CASE("a limit of 0 counts at once, and no span is called 0 hours") {
  health_settings none;
  none.host_blocked_hours_max = 0;
  const auto verdict = judged(
      [](health_facts& facts) {
        facts.hosts.push_back({"stats.nba.com", "403", present - 10min, std::nullopt});
      },
      none);
  check_only(verdict, health_level::trouble, "host_blocked");
  CHECK(verdict.reasons.front().text.find("for less than an hour") != std::string::npos);
}

TEST_CASE("how a job ended last: every exit code") {
  const auto ended = [](std::optional<int> code, std::int64_t failures = 0) {
    return judged([&](health_facts& facts) {
      facts.jobs = {{"daily", "r", "why", code, failures, present - 5h, "nba-scraper schedule daily"}};
    });
  };
  for (const int well : {0, 122, 130, 143}) {
    CAPTURE(well);
    CHECK(ended(well).level == health_level::well);
  }
  for (const int games : {1, 42, 99}) check_only(ended(games, games), health_level::attention, "games_failed");
  for (const int failed : {100, 119, 120, 121, 123, 125, 137})
    check_only(ended(failed), health_level::trouble, "run_failed");
  CHECK(ended(121).reasons[0].help == "nba-scraper doctor");
  CHECK(ended(123).reasons[0].help == "nba-scraper schedule daily");
  CHECK(ended(123).reasons[0].text == "the last daily run failed at 2024-11-17 07:00 UTC (exit code 123): why");
  const auto died = ended(std::nullopt);
  check_only(died, health_level::trouble, "run_died");
  CHECK(died.reasons[0].text ==
        "the last daily run was killed: nothing was heard of it after 2024-11-17 07:00 UTC: why");
}

TEST_CASE("a run of which nothing is heard, and games that wait for a person, are attention") {
  check_only(judged([](health_facts& facts) {
               facts.silent.push_back({"backfill", "r2", "box", 7});
             }),
             health_level::attention, "run_silent");
  const auto one = judged([](health_facts& facts) { facts.games_set_aside = 1; });
  check_only(one, health_level::attention, "games_set_aside");
  CHECK(one.reasons[0].text == "1 game failed for good and waits for a person");
  CHECK(judged([](health_facts& facts) { facts.games_set_aside = 2; }).reasons[0].text ==
        "2 games failed for good and wait for a person");
}

TEST_CASE("a database that cannot be written, a disk nearly full, alerts that cannot be delivered are trouble") {
  check_only(judged([](health_facts& facts) { facts.unwritable = "a read-only mount"; }), health_level::trouble,
             "database_unwritable");
  check_only(judged([](health_facts& facts) { facts.undelivered = {"slack: answered 302"}; }), health_level::trouble,
             "alerts_undelivered");
  const auto disk = [](std::int64_t free, std::int64_t size) {
    return judged([&](health_facts& facts) { facts.disk = health_facts::disk_space{"/srv", free, size}; });
  };
  CHECK(disk(5'000'000'000, 100'000'000'000).level == health_level::well);
  check_only(disk(4'999'999'999, 100'000'000'000), health_level::trouble, "disk_low");
  CHECK(disk(1'000'000'000, 10'000'000'000).level == health_level::well);
  check_only(disk(999'999'999, 10'000'000'000), health_level::trouble, "disk_low");
  check_only(disk(0, 0), health_level::trouble, "disk_low");
  CHECK(judged([](health_facts& facts) { facts.disk.reset(); }).level == health_level::well);
  health_settings lenient;
  lenient.disk_free_min_pct = 0;
  lenient.disk_free_min_bytes = 0;
  CHECK(judged(
            [](health_facts& facts) {
              facts.disk = health_facts::disk_space{"/srv", 0, 10};
            },
            lenient)
            .level == health_level::well);
}

TEST_CASE("of a database that cannot be read nothing else is judged but the disk and the channels") {
  const auto verdict = judged([](health_facts& facts) {
    facts.unreadable = "there is no database at nba.db yet";
    facts.unreadable_help = "nba-scraper schedule backfill --season 2024-25";
    facts.jobs.front().exit_code = 121;
    facts.games_set_aside = 3;
    facts.unwritable = "x";
    facts.disk->free_bytes = 0;
  });
  CHECK(verdict.level == health_level::unknown);
  REQUIRE(verdict.reasons.size() == 2);
  CHECK(verdict.reasons[0].kind == "database_unreadable");
  CHECK(verdict.reasons[0].help == "nba-scraper schedule backfill --season 2024-25");
  CHECK(verdict.reasons[1].kind == "disk_low");
  CHECK(verdict.hint.empty());
}

TEST_CASE("of a run of a season the season is said") {
  const auto ended = [](std::optional<int> code) {
    return judged([&](health_facts& facts) {
             facts.jobs = {{"backfill", "r", "", code, 2, present - 5h, "", "1996-97"}};
           })
        .reasons.at(0);
  };
  CHECK(ended(123).subject == "backfill 1996-97");
  CHECK(ended(123).text == "the last backfill run of 1996-97 failed at 2024-11-17 07:00 UTC (exit code 123)");
  CHECK(ended(2).text == "the last backfill run of 1996-97, ended 2024-11-17 07:00 UTC, left 2 games undone");
  CHECK(ended({}).text ==
        "the last backfill run of 1996-97 was killed: nothing was heard of it after 2024-11-17 07:00 UTC");
}

TEST_CASE("to begin with is the season of the day") {
  const auto at = [](const char* when) { return first_run_command(*parse_timestamp(when)); };
  CHECK(at("2024-11-17T12:00:00Z") == "nba-scraper schedule backfill --season 2024-25");
  CHECK(at("2026-07-01T12:00:00Z") == "nba-scraper schedule backfill --season 2025-26");
  CHECK(at("2026-10-01T12:00:00Z") == "nba-scraper schedule backfill --season 2026-27");
}

TEST_CASE("of equally bad reasons the cause comes before what comes of it") {
  const auto verdict = judged([](health_facts& facts) {
    facts.daily.first_missed = day("2024-11-10");
    facts.daily.games_missed = 9;
    facts.lanes.push_back({"2024-25", "0022400061", "", "", present - 8 * 24h});
    facts.hosts.push_back({"cdn.nba.com", "", present - 7h, {}});
    facts.jobs = {{"backfill", "r2", "", 123, 0, present, ""}, {"daily", "r1", "", {}, 0, present - 5h, ""}};
    facts.unwritable = "disk full";
    facts.disk->free_bytes = 0;
  });
  std::vector<std::string> kinds;
  for (const auto& reason : verdict.reasons) kinds.push_back(reason.kind);
  CHECK(kinds == std::vector<std::string>{"disk_low", "database_unwritable", "run_died", "host_blocked", "run_failed",
                                          "daily_behind", "lane_held"});
}

TEST_CASE("the worst reason comes first, and decides") {
  const auto verdict = judged([](health_facts& facts) {
    facts.games_set_aside = 1;
    facts.silent.push_back({"backfill", "r2", "box", 7});
    facts.unwritable = "a read-only mount";
    facts.jobs.push_back({"backfill", "r3", "", 2, 2, present, ""});
  });
  CHECK(verdict.level == health_level::trouble);
  REQUIRE(verdict.reasons.size() == 4);
  CHECK(verdict.reasons[0].kind == "database_unwritable");
  for (std::size_t i = 1; i < 4; ++i) CHECK(verdict.reasons[i].level == health_level::attention);
}
