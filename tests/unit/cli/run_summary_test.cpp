// What a run says it will do, and what it says it did.
#include "cli/run_summary.hpp"
#include "cli/text.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>

using namespace nba;
using namespace nba::cli;
using namespace std::chrono_literals;
using nba::cli::test::contains;
using nba::cli::test::lines_of;

namespace {

constexpr int games_in_plan = 40;

planned_game planned(int number) {
  planned_game game;
  game.id = *game_id::parse(fmt::format("00224{:05}", number));
  game.date = *parse_date("2024-10-22") + date::days{number - 1};
  game.status = game_status::final;
  game.home_team_id = 1610612738;
  game.away_team_id = 1610612752;
  game.home_score = 110;
  game.away_score = 101;
  return game;
}

ledger_entry in_state(int number, game_state state) {
  ledger_entry entry;
  entry.id = planned(number).id;
  entry.date = planned(number).date;
  entry.state = state;
  return entry;
}

// Forty games on forty days: the first two are done, the third is waived, the fourth is stored, and the last five are
// still to be played. The other 31 are to be fetched.
job_plan half_done() {
  season_plan one;
  one.season = season{2024};
  one.schedule.season = one.season;
  for (int number = 1; number <= games_in_plan; ++number) {
    auto game = planned(number);
    if (number > 35) {
      game.status = game_status::scheduled;
      game.home_score = game.away_score = std::nullopt;
    }
    one.schedule.games.push_back(std::move(game));
  }
  one.schedule.first_date = one.schedule.games.front().date;
  one.schedule.last_date = one.schedule.games.back().date;
  one.ledger = {in_state(1, game_state::done), in_state(2, game_state::done), in_state(3, game_state::waived),
                in_state(4, game_state::loaded)};
  job_plan plan;
  plan.seasons.push_back(std::move(one));
  REQUIRE(plan_chunks(plan, planned(36).date, 7));
  plan.parallel = 3;
  return plan;
}

std::string single_spaced(const std::string& text) {
  std::istringstream words(text);
  std::string out;
  for (std::string word; words >> word;) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string dry_run_of(const job_plan& plan, const source_urls& urls, std::optional<double> pace = std::nullopt) {
  dry_run_options options;
  options.database = "nba.db";
  options.urls = urls;
  options.games = make_cdn_source(urls);
  if (pace) options.engine.budgets[host_of(urls.cdn)].requests_per_minute = *pace;
  std::ostringstream out;
  print_dry_run(out, plan, options);
  for (const auto& line : lines_of(out.str())) CHECK(display_width(line) <= 80);
  return single_spaced(out.str());
}

std::string summary(const job_outcome& outcome, std::optional<game_id> since = std::nullopt) {
  summary_options options;
  options.database = "nba.db";
  options.since = std::move(since);
  std::ostringstream out;
  print_run_summary(out, outcome, options, planned(36).date);
  for (const auto& line : lines_of(out.str())) CHECK(display_width(line) <= 80);
  return single_spaced(out.str());
}

reported_game reported(int number, std::string reason, bool alarm = false) {
  return {planned(number).id, planned(number).date, game_state::parked, "transform", std::move(reason), alarm};
}

}  // namespace

TEST_CASE("a dry run counts two documents a game, one schedule a season, and how long the pace makes them last") {
  const source_urls urls{"https://cdn.nba.com/static/json", "https://stats.nba.com/stats"};
  auto plan = half_done();
  const auto text = dry_run_of(plan, urls);
  CHECK(contains(text, "Dry run: nothing is written. season 2024-25: 40 games in the schedule, 40 in scope"));
  CHECK(contains(text, "dates 2024-10-22 to 2024-11-30"));
  CHECK(contains(text, "to fetch 31 games to derive 1 game"));
  CHECK(contains(text, "done before 2 closed 1, without rows: nba-scraper gaps --season 2024-25 --closed not ready 5"));
  CHECK(contains(text, "not ready 5 database nba.db"));
  CHECK_MESSAGE(contains(text, "cdn.nba.com 62 240 0:15"), text);
  CHECK_MESSAGE(contains(text, "stats.nba.com 1 20 0:03"), text);
  // Numbered from the season's first week on, with the games of this run alone.
  CHECK(contains(text, "Chunks (5, 3 at a time)"));
  CHECK(contains(text, "1 2024-10-22 2024-10-28 4 "));  // the stored one too
  CHECK(contains(text, "5 2024-11-19 2024-11-25 7"));

  // A pace of one's own, and one host for both: one line, with the sum.
  const source_urls mirror{"http://mirror/static", "http://mirror/stats"};
  CHECK_MESSAGE(contains(dry_run_of(plan, mirror, 30), "mirror 63 30 2:06"), dry_run_of(plan, mirror, 30));
  CHECK(contains(dry_run_of(plan, mirror, 0), "mirror 63 no limit -"));

  // Two seasons are two schedules.
  plan.seasons.push_back(plan.seasons.front());
  plan.seasons.back().work = {};
  CHECK(contains(dry_run_of(plan, urls), "stats.nba.com 2 20 0:06"));
}

TEST_CASE("a dry run says what auto chose, and why") {
  const source_urls urls{"https://cdn.nba.com/static/json", "https://stats.nba.com/stats"};
  auto plan = half_done();
  REQUIRE(plan_chunks(plan, *parse_timestamp("2024-11-26T17:00:00.000Z"),
                      chunk_order{chunk_days_auto, parallel_auto, {10, 30}, 12}));
  const auto text = dry_run_of(plan, urls);
  CHECK_MESSAGE(contains(text,
                         "Chunks (4, 3 at a time) Cut by games: some 10 a chunk, 30 days at most; 5 to 10 of each "
                         "are to be done 3 at a time: the engine can have 12 games under way: enough chunks to "
                         "hold them, and one more # from to games 1 2024-10-22 2024-10-31 7"),
                text);
  CHECK_FALSE(contains(dry_run_of(half_done(), urls), "Cut by"));
}

TEST_CASE("the report of a run names what limited it and what would help, and says nothing where nothing did") {
  job_outcome outcome;
  outcome.plan = half_done();
  CHECK_FALSE(contains(summary(outcome), "limit"));
  outcome.limit = {"budget:cdn.nba.com",
                   "cdn.nba.com: its pace of 240 requests a minute held requests back 97 % of the time",
                   "hosts.\"cdn.nba.com\".requests_per_minute, as far as the host bears it"};
  CHECK(contains(summary(outcome),
                 "limit cdn.nba.com: its pace of 240 requests a minute held requests back 97 % of the "
                 "time; hosts.\"cdn.nba.com\".requests_per_minute, as far as the host bears it "
                 "database nba.db"));
  outcome.limit.help.clear();
  CHECK(contains(summary(outcome), "97 % of the time database"));
}

TEST_CASE("the report of a run tells what was done, what was done before, and what was closed before") {
  job_outcome outcome;
  outcome.plan = half_done();
  auto& report = outcome.report;
  report.inserted = 1'200;
  report.replaced = 1;
  report.unchanged = 30;
  report.recovered = 9;
  report.rows_written = 620'000;
  report.bytes_fetched = 3 << 20;
  report.elapsed = 61'700ms;
  outcome.checkpoint = "2024-11-25";
  const auto text = summary(outcome);
  CHECK(contains(text, "Finished in 1:02. games 1,240 done (1,200 new, 1 corrected, 30 unchanged, 9 recovered)"));
  CHECK(contains(text,
                 "2 needed nothing: done before 1 closed before, without rows: nba-scraper gaps --season 2024-25 "
                 "--closed"));
  CHECK(contains(text, "rows 620,000 written fetched 3.0 MiB speed 20.1 games/s, 10,048 rows/s database nba.db"));
  CHECK(contains(text, "checkpoint 2024-11-25"));
  CHECK_FALSE(contains(text, "Parked"));
  CHECK_FALSE(contains(text, "Closed without rows"));

  report = {};
  report.ending = run_ending::host_lost;
  report.ending_reason = "cdn.nba.com refuses everything";
  report.elapsed = 420ms;
  const auto lost = summary(outcome);
  CHECK(contains(lost, "Ended: a host refused to answer in 0.4 s. cdn.nba.com refuses everything games 0 done"));
  CHECK_FALSE(contains(lost, "speed"));
  CHECK_FALSE(contains(lost, "fetched"));
}

TEST_CASE("games that need a person are listed in order of their ids, the first of them, and the rest is counted") {
  job_outcome outcome;
  auto& report = outcome.report;
  for (int number = 15; number >= 1; --number) report.parked.push_back(reported(number, "points do not add up"));
  report.failed.push_back(reported(21, "the host was given up"));
  report.closed = {reported(32, "asked again, still not there"), reported(31, "refused on 3 days", true)};
  report.reopened.push_back(reported(33, "scheduled again"));
  report.not_ready.push_back(reported(36, "scheduled for 2024-11-26"));
  const auto text = summary(outcome);
  CHECK(contains(text,
                 "Parked: failed for good in this run, kept as dead letters (15): game date stage why "
                 "0022400001 2024-10-22 transform points do not add up 0022400002 "));
  CHECK(contains(text,
                 "0022400012 2024-11-02 transform points do not add up ... and 3 more: nba-scraper gaps "
                 "--season 2024-25"));
  CHECK_FALSE(contains(text, "0022400013"));
  CHECK(contains(text, "Failed, not the games' fault: the next run tries again (1): game date stage why 0022400021"));
  // Alarms come first, and by themselves.
  CHECK(contains(text, "look at them, each counts once (1): game date stage why 0022400031"));
  CHECK(contains(text, "still not there (1): game date stage why 0022400032"));
  CHECK(contains(text, "expected again (1): game date stage why 0022400033"));
  CHECK(contains(text, "Not ready: the next run tries again (1): game date stage why 0022400036"));
}

TEST_CASE("a lane is shown with its own mark, its holder and how to release it, if the run was about it") {
  job_outcome outcome;
  outcome.plan = half_done();
  outcome.watermarks = {{"schedule", "2024-25", "2024-11-01", {}},
                        {"backfill", "2024-25/playoffs", "0042400101", {}},
                        {"backfill", "2024-25", "0022400003", {}}};
  CHECK_MESSAGE(contains(summary(outcome),
                         "Watermarks lane watermark done closed planned held by 2024-25 0022400003 "
                         "2 1 40 0022400004: loaded"),
                summary(outcome));
  // Games above the holder were left out by --since: a run without it releases the lane.
  auto& one = outcome.plan.seasons.front();
  one.ledger.clear();
  CHECK_MESSAGE(contains(summary(outcome, planned(10).id),
                         "To release 2024-25, run a backfill without --since: nba-scraper schedule backfill --season "
                         "2024-25 or give it up: nba-scraper dlq waive 0022400001 --reason TEXT"),
                summary(outcome, planned(10).id));
  // Each command in one line, with what the run was given.
  summary_options options;
  options.since = planned(10).id;
  options.repeated = " --source sim --database sqlite:////a/long/way/to/a/database/that/somebody/named.db";
  std::ostringstream out;
  print_watermarks(out, outcome, options, planned(36).date);
  CHECK(contains(out.str(), "\n    nba-scraper schedule backfill --season 2024-25" + options.repeated + "\n"));
  one.limits.types = {game_type::playoffs};
  CHECK_FALSE(contains(summary(outcome), "Watermarks"));
}
