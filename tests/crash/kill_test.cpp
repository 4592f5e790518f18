// Killed with SIGKILL at any moment: nothing is lost, nothing is fetched again, and in the end the database is the one
// of a run that nobody disturbed.
//
// NBA_CRASH_KILLS: how many kills (200). NBA_CRASH_SEED: repeats the moments of an earlier run.
#include "tests/crash/campaign.hpp"

#include "pipeline/failpoint.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

using namespace nba;
using namespace nba::test;

namespace {

constexpr std::array<const char*, 2> backends{"sqlite", "postgresql"};

// A game whose box score is none: it is parked in every run.
constexpr const char* parked_game = "0022400003";
// A game of the past that schedule and documents call unfinished: every run asks for it and writes that down.
constexpr const char* endless_game = "0022400005";
// How often it failed is how often somebody ran; the number of a dead letter says how often PostgreSQL tried.
dump_options without_tries() {
  dump_options options;
  options.without_columns.insert({"attempts", "dead_letter_id"});
  return options;
}

store_dump dump_of(const std::string& database, const dump_options& options) {
  const auto from = open(database);
  return dump_store(*from, options);
}

// The first games of the season as the NBA corrects them: other bytes, and nobody knows yet that the rows are the same.
void correct_games(scene& world, bool corrected) {
  int count = 0;
  for (const auto& game : world.league().games()) {
    if (game.id.str() == parked_game || game.id.str() == endless_game || game.id.type() != game_type::regular ||
        ++count > 12)
      continue;
    if (!corrected)
      world.server().clear_override(game.id, endpoint::boxscore);
    else if (auto body = world.league().boxscore_json(game.id))
      world.server().set_override(game.id, endpoint::boxscore, *body + "\n");
  }
}

void make_endless(scene& world, const game_id& id) {
  using nlohmann::json;
  auto schedule = json::parse(world.league().schedule_json());
  for (auto& day : schedule["leagueSchedule"]["gameDates"])
    for (auto& game : day["games"])
      if (game["gameId"] == id.str()) {
        game["gameStatus"] = 2;
        game["gameStatusText"] = "Q4 1:00";
      }
  world.server().set_override(game_id{}, endpoint::schedule, schedule.dump());
  auto box = json::parse(*world.league().boxscore_json(id));
  box["game"]["gameStatus"] = 2;
  world.server().set_override(id, endpoint::boxscore, box.dump());
  auto events = json::parse(*world.league().playbyplay_json(id));
  auto& actions = events["game"]["actions"];
  actions.erase(actions.end() - 1);  // the end of the game
  world.server().set_override(id, endpoint::playbyplay, events.dump());
}

// What happens to a database, in order; every step may be killed.
struct story {
  std::string name;
  std::vector<job_of_campaign> before;  // never killed
  job_of_campaign job;                  // killed
  bool corrected = false;               // the league has corrected games by then
  int runs_to_rest = 1;                 // undisturbed runs of the job after which another one changes nothing
};

void come_to_rest(scene& world, const std::string& database, const story& what) {
  for (int run = 0; run < what.runs_to_rest; ++run) REQUIRE(complete(world, database, what.job) == "");
}

std::string undisturbed(scene& world, const std::string& backend, const story& what) {
  auto database = world.new_database(backend);
  for (const auto& job : what.before) REQUIRE(complete(world, database, job) == "");
  correct_games(world, what.corrected);
  come_to_rest(world, database, what);
  correct_games(world, false);
  return database;
}

#ifdef NBA_FAILPOINTS
std::vector<std::string> points_of(std::initializer_list<std::string_view> steps, const std::string& backend) {
  std::vector<std::string> points;
  for (const auto point : failpoints)
    for (const auto step : steps)
      if (point.substr(0, point.find('.')) == step && !(step == "open" && backend == "postgresql"))
        points.emplace_back(point);
  return points;
}

// Goes through the points, each on what the kills before it have left; then through later hits of them, until a run
// ends by itself.
void kill_at_points(scene& world, const std::string& backend, const story& what, std::vector<std::string> points) {
  CAPTURE(backend);
  CAPTURE(what.name);
  const auto options = without_tries();
  const auto reference = undisturbed(world, backend, what);
  const auto expected = dump_of(reference, options);
  world.drop_database(reference);

  const auto database = world.new_database(backend);
  for (const auto& job : what.before) REQUIRE(complete(world, database, job) == "");
  correct_games(world, what.corrected);
  std::string ordered;
  const auto result = run_campaign(world, database, what.job, [&](int run) -> std::optional<kill_order> {
    const auto place = static_cast<std::size_t>(run) - 1;
    const auto hit = place / points.size() + 1;
    constexpr std::size_t hits_max = 3;
    if (hit > hits_max) return std::nullopt;
    ordered = points[place % points.size()] + ":" + std::to_string(hit);
    return kill_order{ordered, {}};
  });
  CHECK_MESSAGE(result.broken == "", ordered);
  // Every point was met at least once.
  CHECK_MESSAGE(result.kills >= static_cast<int>(points.size()), "not met: " << ordered);
  come_to_rest(world, database, what);
  correct_games(world, false);
  CHECK(first_difference(expected, dump_of(database, options)) == "");
  CHECK(ask(database, "SELECT count(*) FROM run_locks") == "0");
  world.drop_database(database);
}
#endif

}  // namespace

TEST_CASE("the program has failpoints exactly when it was built with them") {
  std::ifstream file{NBA_SCRAPER_BINARY, std::ios::binary};
  const std::string program{std::istreambuf_iterator<char>{file}, {}};
  REQUIRE(program.size() > 100'000);
#ifdef NBA_FAILPOINTS
  CHECK(program.find("watermark.after_commit") != std::string::npos);
  scene world{20};
  const auto misspelt = world.start(world.new_database("sqlite"), backfill, {{"NBA_FAILPOINT", "core.after_comit:1"}});
  CHECK(misspelt->wait(std::chrono::seconds{60})->exit_code == 120);
#else
  CHECK(program.find("watermark.after_commit") == std::string::npos);
  CHECK(program.find("NBA_FAILPOINT") == std::string::npos);
#endif
}

TEST_CASE("killed between any two durable steps and run again, the database ends as if nothing had happened") {
#ifdef NBA_FAILPOINTS
  scene_settings settings;
  settings.league.regular_games = 24;
  settings.league.playoffs = false;
  // So that games are committed a few at a time.
  settings.latency = {latency_model::shape::uniform, 2, 12};
  scene world{settings};
  world.server().set_override(*game_id::parse(parked_game), endpoint::boxscore, "{}");
  make_endless(world, *game_id::parse(endless_game));
  const job_of_campaign season{backfill, 1};
  auto corrections = season;
  corrections.arguments.insert(corrections.arguments.end(), {"--reprocess", "all"});
  corrections.corrections = true;
  const job_of_campaign migration{{"db", "migrate"}};
  const job_of_campaign decree{{"watermark", "set", "my-stage", "my-key", "7"}};

  std::vector<std::string> visited;
  for (const std::string backend : backends) {
    const auto go = [&](const story& what, std::initializer_list<std::string_view> steps) {
      auto points = points_of(steps, backend);
      visited.insert(visited.end(), points.begin(), points.end());
      kill_at_points(world, backend, what, std::move(points));
    };
    go({"before the games", {}, season, false, 2}, {"open", "migrate", "lock", "run_start", "plan"});
    go({"games", {}, season, false, 2}, {"games", "core", "derived"});
    go({"corrected games", {season, season}, corrections, true}, {"games", "core", "derived"});
    go({"failed games", {}, season, false, 2}, {"states", "park"});
    // Alone: once the mark stands before the parked game, no run writes it again.
    go({"watermarks", {}, season, false, 2}, {"watermark"});
    go({"the end of a run", {}, season, false, 2}, {"run_end", "unlock"});
    go({"a decree", {migration}, decree}, {"decree"});
  }
  for (const auto point : failpoints)
    CHECK_MESSAGE(std::find(visited.begin(), visited.end(), point) != visited.end(), "no story visits " << point);
  MESSAGE("kills at failpoints: " << kills_survived());
#else
  MESSAGE("SKIPPED: this build has no failpoints (CMake option NBA_FAILPOINTS)");
#endif
}

TEST_CASE("killed at random moments and run again, the database ends as if nothing had happened") {
  const auto seed = crash_seed();
  MESSAGE("NBA_CRASH_SEED=" << seed << " repeats these moments");
  CAPTURE(seed);
  std::mt19937_64 random{seed};
  const auto between = [&](int low, int high) { return std::uniform_int_distribution<int>{low, high}(random); };
  scene_settings settings;
  settings.league.regular_games = 36;
  settings.league.playoffs = false;
  settings.latency = {latency_model::shape::uniform, 5, 25};
  scene world{settings};
  const job_of_campaign season{backfill};
  auto corrections = season;
  corrections.arguments.insert(corrections.arguments.end(), {"--reprocess", "all"});
  corrections.corrections = true;
  const job_of_campaign first_day{{"schedule", "daily", "--date", "2024-12-01"}};
  const job_of_campaign two_months{{"schedule", "daily", "--date", "2025-01-29", "--catch-up-days", "60"}};
  const std::vector<story> stories{{"a season", {}, season},
                                   {"two months of days", {first_day}, two_months},
                                   {"a season", {}, season},
                                   {"corrected games", {season}, corrections, true}};

  const int already = kills_survived();
  const int share = std::max(0, kills_wanted() - already) / static_cast<int>(backends.size());
  for (const std::string backend : backends) {
    CAPTURE(backend);
    // What each story ends with, and how long a run of it takes when nobody kills it.
    std::map<std::string, std::pair<store_dump, std::chrono::milliseconds>> expected;
    int kills = 0;
    for (std::size_t turn = 0; kills < share; ++turn) {
      const auto& what = stories[turn % stories.size()];
      CAPTURE(what.name);
      CAPTURE(turn);
      auto& [contents, duration] = expected[what.name];
      if (contents.empty()) {
        const auto started = std::chrono::steady_clock::now();
        const auto reference = undisturbed(world, backend, what);
        duration = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started) /
                   static_cast<int>(what.before.size() + 1);
        contents = dump_of(reference, {});
        world.drop_database(reference);
      }
      const auto database = world.new_database(backend);
      for (const auto& job : what.before) REQUIRE(complete(world, database, job) == "");
      correct_games(world, what.corrected);
      // Some campaigns kill every run early, some let it nearly finish.
      const int latest = std::max(10, static_cast<int>(duration.count()) * between(15, 90) / 100);
      const int kills_max = between(4, 16);
      const auto result = run_campaign(world, database, what.job, [&](int run) -> std::optional<kill_order> {
        if (run > kills_max) return std::nullopt;
        return kill_order{{}, std::chrono::milliseconds{between(3, latest)}};
      });
      kills += result.kills;
      REQUIRE(result.broken == "");
      if (!result.completed) REQUIRE(complete(world, database, what.job) == "");
      correct_games(world, false);
      REQUIRE(first_difference(contents, dump_of(database, {})) == "");
      CHECK(ask(database, "SELECT count(*) FROM run_locks") == "0");
      world.drop_database(database);
    }
    MESSAGE(backend << ": killed " << kills << " times at random moments");
  }
  MESSAGE("kills survived: " << kills_survived());
}
