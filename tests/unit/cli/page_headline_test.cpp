// The first sentence of the page.
#include "cli/page/headline.hpp"
#include "tests/unit/cli/page_scenes.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace nba::cli {
namespace {

headline of_scene(std::string_view name) {
  for (const auto& scene : test::all_page_scenes())
    if (scene.name == name) return make_headline(*scene.facts.back());
  FAIL("no such scene");
  return {};
}

TEST_CASE("all well says up to which day every game is here") {
  const auto words = of_scene("well");
  CHECK(words.tone == page_tone::well);
  CHECK(words.sentence == "All well. Every game up to 27 November is here.");
  CHECK(words.command.empty());
  CHECK(words.title == "✓ All well");
}

TEST_CASE("a run under way says how far it is, and how long it takes") {
  const auto words = of_scene("half-time");
  CHECK(words.tone == page_tone::busy);
  CHECK(words.sentence == "Under way: 2024-25, 634 of 1,321 games, about 4 minutes.");
  CHECK(words.title == "● 634/1,321");
}

TEST_CASE("a run whose host is paused says what it waits for") {
  CHECK(of_scene("paused").sentence == "Under way: 2024-25, 618 of 1,321 games, waiting for cdn.nba.com.");
}

TEST_CASE("games that are set aside and a mark that waits are in the sentence, with the command that helps") {
  const auto words = of_scene("set-aside");
  CHECK(words.tone == page_tone::attention);
  CHECK(words.sentence.starts_with("Needs you: 3 games are set aside; the watermark of 2024-25 waits at 00224"));
  CHECK(words.command == "nba-scraper dlq retry");
}

TEST_CASE("an empty database, a summer and a database that is gone each have their sentence") {
  CHECK(of_scene("empty").tone == page_tone::empty);
  CHECK(of_scene("empty").command == "nba-scraper schedule backfill --season 2024-25");
  const auto summer = of_scene("summer");
  CHECK(summer.tone == page_tone::well);
  CHECK(summer.sentence == "All well. Every game of 2024-25 is here; no new season is planned yet.");
  const auto gone = of_scene("gone");
  CHECK(gone.tone == page_tone::unknown);
  CHECK(gone.sentence == "Cannot tell: the database does not answer.");
  CHECK(gone.command == "nba-scraper doctor");
}

TEST_CASE("trouble comes before a run under way, and more than two reasons are counted") {
  const auto words = of_scene("trouble");
  CHECK(words.tone == page_tone::trouble);
  CHECK(words.sentence.ends_with("; and 1 more."));
  test::page_scene scene{"2025-07-01T14:05:00Z"};
  scene.season_through("2024-01-01").done_games(10, 0).run_under_way(10, 1321);
  scene.reason(health_level::trouble, "disk_low", "3 % of the disk is free");
  CHECK(make_headline(*scene.finish()).tone == page_tone::trouble);
}

TEST_CASE("the time left is told from what was done so far, and not at all before that") {
  job_status job;
  job.games_total = 100;
  CHECK_FALSE(time_left(job).has_value());
  job.games_done = 25;
  job.elapsed = std::chrono::seconds{30};
  CHECK(time_left(job) == std::chrono::seconds{90});
  job.games_done = 100;
  CHECK_FALSE(time_left(job).has_value());
}

TEST_CASE("the season in focus is the run's, else the newest that has begun") {
  test::page_scene scene{"2024-11-29T14:05:00Z"};
  scene.season_through("2024-06-30", 2023).season_through("2024-01-01", 2025);
  CHECK(season_in_focus(*scene.finish())->season == season{2023});
  CHECK(season_in_focus(*test::page_scene{"2024-11-29T14:05:00Z"}.finish()) == nullptr);
}

TEST_CASE("the next daily run is due a day after the last one began") {
  const auto facts = test::all_page_scenes().front().facts.back();
  CHECK(next_daily_run(*facts) == parse_timestamp("2024-11-30T06:05:00Z"));
  CHECK(last_success(*facts) == parse_timestamp("2024-11-29T06:07:12Z"));
}

}  // namespace
}  // namespace nba::cli
