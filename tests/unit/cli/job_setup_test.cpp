// From settings and options to what a job is told.
#include "cli/job_setup.hpp"
#include "cli/commands/schedule.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::cli;
using namespace std::chrono_literals;
using nba::cli::test::contains;
using nba::cli::test::run;
using nba::cli::test::temporary_folder;

namespace {

et_date on(std::string_view text) { return *parse_date(text); }

}  // namespace

TEST_CASE("every setting of the engine reaches the engine, each its own bound") {
  cli::settings values;
  auto& e = values.engine;
  e.fetch_games_max = 11;
  e.transform_workers = 12;
  e.transform_games_max = 13;
  e.transform_bytes_max = 14'000'000;
  e.load_connections = 15;
  e.load_games_max = 16;
  e.load_bytes_max = 17'000'000;
  e.load_batch_games_max = 18;
  e.derive_games_max = 19;
  e.http_requests_max = 20;
  e.retry.tries_max = 21;
  e.retry.backoff_first = 22ms;
  values.hosts["cdn.nba.com"] = {29.0, 30, 31};
  const auto out = engine_settings_of(values, {"https://cdn.nba.com/static/json", "http://127.0.0.1:1/stats"});
  CHECK(out.transform_workers == 12);
  CHECK(out.load_connections == 15);
  CHECK(out.load_batch_games_max == 18);
  CHECK(out.http_requests_max == 20);
  const auto is = [](const link_limits& limits, std::size_t games, std::size_t bytes) {
    return limits.games_max == games && limits.bytes_max == bytes;
  };
  CHECK(is(out.fetch_link(), 11, 11 * game_fetch_bytes));
  CHECK(is(out.transform_link(), 13, 14'000'000));
  CHECK(is(out.load_link(), 16, 17'000'000));
  CHECK(is(out.derive_link(), 19, 17'000'000));
  CHECK(is(out.finish_link(), 16, 17'000'000));
  CHECK(out.retry.tries_max == 21);
  CHECK(out.retry.backoff_first == 22ms);
  REQUIRE(out.budgets.size() == 2);
  const auto& cdn = out.budgets.at("cdn.nba.com");
  CHECK(cdn.requests_per_minute == 29);
  CHECK(cdn.in_flight_max == 30);
  CHECK(cdn.burst == 31);
  CHECK(out.budgets.at("127.0.0.1:1").requests_per_minute == 0);
}

TEST_CASE("a host's connections reach their number: games and requests in flight make room for them") {
  const source_urls urls{"https://cdn.nba.com/static/json", "https://stats.nba.com/stats"};
  for (const int connections : {1, 8, 16, 48, 256}) {
    CAPTURE(connections);
    cli::settings values;
    values.hosts["cdn.nba.com"] = {{}, connections, {}};
    const auto out = engine_settings_of(values, urls).resolve(2, "sqlite");
    CHECK(out.budgets.at("cdn.nba.com").in_flight_max == connections);
    CHECK(2 * out.fetch_games_max >= connections + 2);
    CHECK(out.http_requests_max > connections);
  }
  // What stands in the file stands.
  cli::settings values;
  values.hosts["cdn.nba.com"] = {{}, 48, {}};
  values.engine.fetch_games_max = 3;
  values.engine.http_requests_max = 5;
  const auto out = engine_settings_of(values, urls).resolve(2, "sqlite");
  CHECK(out.fetch_games_max == 3);
  CHECK(out.http_requests_max == 5);
  // Whoever says nothing has the bounds that are documented.
  const auto usual = engine_settings_of({}, urls).resolve(2, "sqlite");
  CHECK(usual.fetch_games_max == 16);
  CHECK(usual.http_requests_max == 64);
  CHECK(usual.derive_link().games_max == 32);
}

TEST_CASE("a backfill has the limits that were typed, and no others") {
  backfill_options typed;
  typed.season = "2024-25";
  const auto plain = backfill_order_of(typed).limits;
  CHECK(plain.types == scope{}.types);
  CHECK_FALSE((plain.from || plain.to || plain.since || plain.only || plain.reopens));
  CHECK(plain.reprocess == reprocess::missing);

  typed.from = "2024-11-01";
  typed.to = "2024-11-30";
  typed.since = "0022400061";
  typed.game_types = "regular,playoffs";
  typed.reprocess = "all";
  typed.chunk_days = 3;
  typed.parallel = 9;
  const auto order = backfill_order_of(typed);
  CHECK(order.season == season{2024});
  CHECK(order.chunk_days == 3);
  CHECK(order.parallel == 9);
  const auto& limits = order.limits;
  CHECK(limits.from == on("2024-11-01"));
  CHECK(limits.to == on("2024-11-30"));
  CHECK(limits.since == game_id::parse("0022400061"));
  CHECK(limits.types == std::set{game_type::regular, game_type::playoffs});
  CHECK(limits.reprocess == reprocess::all);
}

TEST_CASE("auto stands in place of a number, and a number keeps its meaning") {
  const temporary_folder folder;
  const auto asked = [&](const std::string& option, const std::string& value) {
    return run({"schedule", "backfill", "--season", "2024-25", option, value, "--game", "0022300061", "--database",
                folder.sqlite_url(), "--source", "sim"});
  };
  for (const auto* option : {"--chunk-days", "--parallel"}) {
    CAPTURE(option);
    // The game is of another season: the command gets as far as that.
    CHECK(asked(option, "auto").code == 100);
    CHECK(asked(option, "1").code == 100);
    for (const auto* wrong : {"0", "-1", "367", "Auto", "auto7", "", "7 days"}) {
      CAPTURE(wrong);
      const auto refused = asked(option, wrong);
      CHECK(refused.code == 105);
      CHECK(contains(refused.err, "or write auto"));
    }
  }
  CHECK(asked("--parallel", "65").code == 105);
  CHECK(asked("--chunk-days", "366").code == 100);
  CHECK(run({"schedule", "daily", "--parallel", "many"}).code == 105);
}

TEST_CASE("games that are named are taken whatever their type is, unless types are named, too") {
  backfill_options typed;
  typed.season = "2024-25";
  typed.games = {"0012400003", "0022400061"};
  auto limits = backfill_order_of(typed).limits;
  REQUIRE(limits.only);
  CHECK(limits.only->size() == 2);
  CHECK(limits.reopens);
  CHECK(limits.types == std::set{game_type::preseason, game_type::regular});
  typed.game_types = "regular";
  limits = backfill_order_of(typed).limits;
  CHECK(limits.types == std::set{game_type::regular});

  const temporary_folder folder;
  const auto other = run({"schedule", "backfill", "--season", "2024-25", "--game", "0022300061", "--database",
                          folder.sqlite_url(), "--source", "sim"});
  CHECK(other.code == 100);
  CHECK(contains(other.err, "game 0022300061 is one of 2023-24, not of 2024-25"));
  CHECK(std::filesystem::is_empty(folder.path()));
}
