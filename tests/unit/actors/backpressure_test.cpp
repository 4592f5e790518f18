// Backpressure: with a slow database, work under way stays flat however long the season is. Counted, not timed.
#include "tests/support/engine/pipeline_rig.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

namespace {

constexpr std::size_t filler_bytes = 2'000;  // a game's documents are some 7 kB

rig_options tight() {
  rig_options options;
  options.seed = 11;
  options.parallel = 4;
  options.fetch = {6, 6 * game_fetch_bytes};
  options.transform = {4, 24u << 10};
  // A game's rows take 246 KiB: the parser reserves room for a usual game's events.
  options.load = {5, 5u << 18};
  options.derive = {3, 3u << 18};
  options.finish = {4, 4u << 18};
  options.batch_games_max = 2;
  return options;
}

// A season with a database that serves one message in 50 steps.
struct slow_run {
  slow_run(int games, small_host& host, const rig_options& options)
      : plan(small_season(games, games / 12)), rig(options, model_database::make(), plan, host) {
    for (const auto& game : plan) host.payloads[game.id].filler_bytes = filler_bytes;
    rig.load_slowness = 50;
  }
  std::vector<planned_game> plan;
  pipeline_rig rig;
};

void show(const char* name, const pipeline_rig::peaks& peak) {
  std::string line = name;
  for (const auto& [link, games] : peak.games)
    line += " " + link + "=" + std::to_string(games) + "/" + std::to_string(peak.bytes.at(link)) + "B";
  MESSAGE(line << " bodies=" << peak.bodies << "/" << peak.body_bytes << "B rows=" << peak.rows
               << " records=" << peak.records);
}

}  // namespace

TEST_SUITE("backpressure") {
  TEST_CASE("with a slow database the peaks of a season ten times longer are those of the short one") {
    const auto options = tight();
    std::map<int, pipeline_rig::peaks> peaks;
    for (const int games : {60, 600}) {
      small_host host;
      slow_run run(games, host, options);
      const auto& report = run.rig.run();
      REQUIRE_MESSAGE(report.ending == run_ending::completed, report.ending_reason);
      REQUIRE(report.inserted == games);
      run.rig.check_all_returned();
      peaks[games] = run.rig.peak();
      show(games == 60 ? "60 games:" : "600 games:", peaks[games]);
    }
    const auto& short_run = peaks[60];
    const auto& long_run = peaks[600];
    const std::map<std::string, link_limits> limits{{"fetch", options.fetch},
                                                    {"transform", options.transform},
                                                    {"load", options.load},
                                                    {"derive", options.derive},
                                                    {"finish", options.finish}};
    for (const auto& [name, limit] : limits) {
      CAPTURE(name);
      CHECK(long_run.games.at(name) <= limit.games_max);
      CHECK(long_run.bytes.at(name) <= limit.bytes_max);
      if (name != "derive") CHECK(long_run.games.at(name) == short_run.games.at(name));  // derive is never full
      CHECK(long_run.bytes.at(name) <= short_run.bytes.at(name) + (1u << 18));           // a game's worth of luck
    }
    // The slow stage and everything before it is full: pressure reached the very start.
    for (const char* name : {"fetch", "transform", "load"})
      CHECK(short_run.games.at(name) == limits.at(name).games_max);
    // What is really alive: bodies of games in fetch and transform, rows of games after them.
    CHECK(long_run.bodies <= 2 * (options.fetch.games_max + options.transform.games_max));
    CHECK(long_run.bodies <= short_run.bodies + 2);
    CHECK(long_run.rows <= options.load.games_max + options.derive.games_max + options.finish.games_max);
    CHECK(long_run.rows <= short_run.rows + 2);
  }

  TEST_CASE("games that fail do not pile up behind a slow database either") {
    auto options = tight();
    for (const int games : {60, 600}) {
      small_host host;
      slow_run run(games, host, options);
      for (const auto& game : run.plan) host.broken.insert(game.id);
      const auto& report = run.rig.run();
      CHECK(report.ending == run_ending::completed);
      CHECK(report.parked.size() == static_cast<std::size_t>(games));
      show(games == 60 ? "60 failing games:" : "600 failing games:", run.rig.peak());
      // Without a bound on unwritten outcomes this would grow with the season.
      const job_options defaults;
      CHECK(run.rig.peak().records <= defaults.records_max + options.fetch.games_max + options.transform.games_max);
      run.rig.check_all_returned();
    }
  }
}
