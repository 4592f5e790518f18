// Games that are given up, or nearly: day after day, over real HTTP, on both stores. The clock of the runs is the
// test's.
#include "tests/issues/mornings.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;
using nlohmann::json;

namespace {

et_date day(std::string_view text) { return *parse_date(text); }

// A box score from before the game, over documents that are otherwise complete.
std::string stale(const std::string& box) {
  auto document = json::parse(box);
  auto& game = document["game"];
  game["gameStatus"] = 1;
  game["gameStatusText"] = "7:00 pm ET";
  game["homeTeam"]["score"] = game["awayTeam"]["score"] = 0;
  return document.dump();
}

constexpr auto both_stores = {"sqlite", "postgresql"};

}  // namespace

TEST_CASE("a schedule that lacks a day once is remarked, and nothing is lost") {
  for (const std::string backend : both_stores) {
    CAPTURE(backend);
    mornings days{backend};
    const auto gone = days.regular[20].date;
    const auto lost = days.games_of(gone);
    const auto lacks = [&](json& game) {
      return game["gameDateEst"].get<std::string>().substr(0, 10) != format_date(gone);
    };
    days.serve(gone - date::days{1});
    CHECK(days.daily(gone) == 0);
    CHECK(days.daily_date() == format_date(gone - date::days{1}));
    days.serve_schedule(gone, lacks);
    CHECK(days.daily(gone + date::days{1}) == 0);
    for (const auto& game : lost) {
      CHECK(days.state(game.id) == "planned");
      CHECK(days.log->count(event_level::warn, game.id) == 1);
    }
    CHECK(days.daily_date() == format_date(gone - date::days{1}));  // the day is held
    days.serve(gone + date::days{1});
    CHECK(days.daily(gone + date::days{2}) == 0);
    for (const auto& game : lost) CHECK(days.state(game.id) == "done");
    CHECK(days.daily_date() == format_date(gone + date::days{1}));
  }
}

TEST_CASE("a day that the schedule lacks for long is postponed, passed, and taken when it is there again") {
  for (const std::string backend : both_stores) {
    CAPTURE(backend);
    mornings days{backend};
    const auto gone = days.regular[20].date;
    const auto lost = days.games_of(gone);
    const auto lacks = [&](json& game) {
      return game["gameDateEst"].get<std::string>().substr(0, 10) != format_date(gone);
    };
    days.serve(gone - date::days{1});
    CHECK(days.daily(gone) == 0);
    for (int n = 1; n <= 3; ++n) {
      days.serve_schedule(gone + date::days{n - 1}, lacks);
      CHECK(days.daily(gone + date::days{n}) == 0);
    }
    for (const auto& game : lost) CHECK(days.state(game.id) == "postponed");
    CHECK(days.daily_date() == format_date(gone + date::days{2}));
    days.serve(gone + date::days{3});
    CHECK(days.daily(gone + date::days{4}) == 0);
    for (const auto& game : lost) CHECK(days.state(game.id) == "done");
    CHECK(days.daily_date() == format_date(gone + date::days{3}));
  }
}

TEST_CASE("games that the schedule calls scheduled are waited for, however often the host refuses them") {
  for (const std::string backend : both_stores) {
    CAPTURE(backend);
    mornings days{backend};
    const auto first = days.regular[20].date;
    days.serve(first);
    CHECK(days.daily(first + date::days{1}) == 0);
    for (int n = 3; n <= 8; ++n) CHECK(days.daily(first + date::days{n}) == 0);
    CHECK(ask(days.database, "SELECT count(*) FROM ingest_games WHERE state IN ('unavailable', 'cancelled')") == "0");
    CHECK(ask(days.database, "SELECT count(*) FROM ingest_games WHERE closing_ground IS NOT NULL") == "0");
    const auto last = first + date::days{8};
    days.serve(last);
    CHECK(days.daily(last + date::days{1}) == 0);
    for (const auto& game : days.regular)
      if (game.date >= first && game.date <= last) CHECK(days.state(game.id) == "done");
    CHECK(days.daily_date() == format_date(last));
  }
}

TEST_CASE("a played game that the host refuses is given up once, loudly, listed, asked about again, and taken") {
  for (const std::string backend : both_stores) {
    CAPTURE(backend);
    mornings days{backend, 20};
    days.serve(std::nullopt);
    const auto id = days.regular[3].id;
    days.world.server().set_faults({*parse_fault("403:game=" + id.str())});
    const auto start = day("2025-07-01");
    CHECK(days.backfill(start) == 0);
    CHECK(days.backfill(start) == 0);  // the same day: the same occasion
    CHECK(days.backfill(start + date::days{1}) == 0);
    CHECK(days.state(id) == "planned");
    CHECK(days.log->count(event_level::error, id) == 0);
    CHECK(days.backfill(start + date::days{2}) == 1);
    CHECK(days.state(id) == "unavailable");
    CHECK(days.log->count(event_level::error, id, "game.closed") == 1);
    const auto all = std::stoul(ask(days.database, "SELECT count(*) FROM ingest_games WHERE state = 'done'"));

    // Asked about after a day, in silence; not again on that day.
    const auto requests = [&] { return days.world.server().counters().requests; };
    CHECK(days.backfill(start + date::days{3}) == 0);
    CHECK(days.report.closed.size() == 1);
    const auto asked = requests();
    CHECK(days.backfill(start + date::days{3}) == 0);
    CHECK(requests() == asked + 1);  // the schedule
    CHECK(days.closed_before == 1);
    CHECK(days.done_before == all);
    CHECK(days.log->count(event_level::error, id) == 1);
    const auto listed = days.command({"gaps", "--season", "2024-25", "--closed"});
    CHECK(listed.out.find(id.str()) != std::string::npos);
    CHECK(listed.out.find("inferred") != std::string::npos);
    CHECK(days.command({"status"}).out.find("1 closed without rows") != std::string::npos);

    days.world.server().set_faults({});
    CHECK(days.backfill(start + date::days{12}) == 0);
    CHECK(days.state(id) == "done");
    CHECK(days.command({"gaps", "--season", "2024-25", "--closed"}).out.find("No game of 2024-25 is closed") !=
          std::string::npos);
    CHECK(ask(days.database, "SELECT count(*) FROM ingest_games WHERE closed_at IS NOT NULL") == "0");
  }
}

TEST_CASE("a host that serves one well-known document and refuses all others closes no game, loudly, day after day") {
  for (const std::string backend : both_stores) {
    CAPTURE(backend);
    mornings days{backend, 20};
    days.serve(std::nullopt);
    days.serve_one_document_only();
    const auto start = day("2025-08-01");
    constexpr std::size_t mornings_of_it = 4;  // one more than confirmations are wanted
    for (std::size_t i = 0; i < mornings_of_it; ++i) {
      CAPTURE(i);
      CHECK(days.backfill(start + date::days{static_cast<int>(i)}) >= 20);
      CHECK(days.report.ending == run_ending::host_lost);
      CHECK(days.report.closed.empty());
      CHECK(days.log->count("host.refuses_games") == i + 1);
      CHECK(ask(days.database, "SELECT count(*) FROM ingest_games WHERE closing_ground IS NOT NULL") == "0");
      CHECK(ask(days.database, "SELECT count(*) FROM ingest_games WHERE state NOT IN ('planned', 'done')") == "0");
      CHECK(ask(days.database, "SELECT count(*) FROM dead_letters") == "0");
    }
    days.world.server().set_faults({});
    CHECK(days.backfill(start + date::days{5}) == 0);
    CHECK(ask(days.database, "SELECT count(*) FROM ingest_games WHERE state <> 'done'") == "0");
  }
}

TEST_CASE("where the database has done games one of them is asked: a host that serves one document only is blocked") {
  mornings days{"sqlite", 20};
  days.serve(std::nullopt);
  const auto late = days.regular.back().id;
  days.world.server().set_faults({*parse_fault("403:game=" + late.str())});
  const auto start = day("2025-08-01");
  CHECK(days.backfill(start) == 0);
  const auto occasions = [&] {
    return ask(days.database, "SELECT closing_occasions FROM ingest_games WHERE game_id = '" + late.str() + "'");
  };
  CHECK(occasions() == "1");
  days.serve_one_document_only();
  days.budget = default_budget(host_of(days.world.server().cdn_url()));
  days.budget->block_pause = std::chrono::seconds{1};
  days.budget->block_probes_max = 1;
  for (int i = 1; i <= 3; ++i) {
    CAPTURE(i);
    CHECK(days.backfill(start + date::days{i}) == 1);
    CHECK(days.report.ending == run_ending::host_lost);
    CHECK(days.state(late) == "planned");
    CHECK(occasions() == "1");
    days.command({"watermark", "reset", "host", host_of(days.world.server().cdn_url())});
  }
}

TEST_CASE("a closed game is opened by hand, by the schedule, and never against the watermark") {
  for (const std::string backend : both_stores) {
    CAPTURE(backend);
    mornings days{backend, 20};
    days.serve(std::nullopt);
    const auto id = days.regular[3].id;
    days.world.server().set_faults({*parse_fault("403:game=" + id.str())});
    const auto start = day("2025-07-01");
    for (int n = 0; n < 3; ++n) days.backfill(start + date::days{n});
    REQUIRE(days.state(id) == "unavailable");
    const auto mark = ask(days.database, "SELECT value FROM ingest_watermarks WHERE key = '2024-25'");

    const auto opened = days.command({"dlq", "reopen", id.str()});
    CHECK_MESSAGE(opened.exit_code == 0, opened.err);
    CHECK(days.state(id) == "planned");
    CHECK(ask(days.database, "SELECT value FROM ingest_watermarks WHERE key = '2024-25'") == mark);
    CHECK(days.command({"gaps", "--season", "2024-25"}).out.find(id.str()) != std::string::npos);
    for (int n = 10; n < 13; ++n) days.backfill(start + date::days{n});
    REQUIRE(days.state(id) == "unavailable");
    CHECK(days.log->count(event_level::error, id, "game.closed") == 2);

    // A schedule that does not call it final any more.
    days.serve_schedule(std::nullopt, [&](json& game) {
      if (game["gameId"] != id.str()) return true;
      game["gameStatus"] = 1;
      game["gameStatusText"] = "7:00 pm ET";
      game["homeTeam"]["score"] = game["awayTeam"]["score"] = 0;
      return true;
    });
    CHECK(days.backfill(start + date::days{12}) == 0);
    CHECK(days.state(id) == "planned");
    CHECK(days.log->count(event_level::warn, id, "game.reopened") == 1);

    // By name: that game and no other.
    days.serve(std::nullopt);
    for (int n = 20; n < 23; ++n) days.backfill(start + date::days{n});
    REQUIRE(days.state(id) == "unavailable");
    days.world.server().set_faults({});
    const auto before = days.world.server().counters().requests;
    CHECK(days.backfill(start + date::days{22}, {id.str()}) == 0);
    CHECK(days.world.server().counters().requests == before + 3);
    CHECK(days.state(id) == "done");
    CHECK(ask(days.database, "SELECT value FROM ingest_watermarks WHERE key = '2024-25'") == mark);
  }
}

TEST_CASE("a finished game whose box score stays stale is parked when patience is over, never cancelled") {
  for (const std::string backend : both_stores) {
    for (const bool with_score : {true, false}) {
      CAPTURE(backend);
      CAPTURE(with_score);
      mornings days{backend, 20};
      const auto game = days.regular[3];
      days.serve_schedule(std::nullopt, [&](json& entry) {
        if (entry["gameId"] == game.id.str() && !with_score)
          entry["homeTeam"]["score"] = entry["awayTeam"]["score"] = 0;
        return true;
      });
      days.world.server().set_override(game.id, endpoint::boxscore, stale(*days.world.league().boxscore_json(game.id)));
      CHECK(days.backfill(game.date + date::days{1}) == 0);
      CHECK(days.state(game.id) == "not_final");
      CHECK(ask(days.database, "SELECT count(*) FROM ingest_games WHERE played_evidence LIKE 'the play-by-play%'") ==
            (with_score ? "0" : "1"));  // the schedule's result was there first
      CHECK(days.backfill(game.date + date::days{3}) == 1);
      CHECK(days.state(game.id) == "parked");
      CHECK(days.log->count(event_level::error, game.id, "game.parked") == 1);
      // Long after the season, whatever the schedule says of it by then.
      days.serve_schedule(std::nullopt, [&](json& entry) {
        if (entry["gameId"] != game.id.str()) return true;
        entry["gameStatus"] = 1;
        entry["gameStatusText"] = "PPD";
        entry["homeTeam"]["score"] = entry["awayTeam"]["score"] = 0;
        return true;
      });
      for (const auto* later : {"2025-08-01", "2025-08-02", "2025-08-03"}) CHECK(days.backfill(day(later)) == 1);
      CHECK(days.state(game.id) == "parked");
      days.world.server().clear_override(game.id, endpoint::boxscore);
      CHECK(days.backfill(day("2025-08-04")) == 0);
      CHECK(days.state(game.id) == "done");
    }
  }
}

TEST_CASE("a postponed game that is never played is cancelled after the season, an alarm once, and comes back") {
  for (const std::string backend : both_stores) {
    CAPTURE(backend);
    mornings days{backend, 20};
    const auto game = days.regular[3];
    const auto postpone = [&](json& entry) {
      if (entry["gameId"] != game.id.str()) return true;
      entry["gameStatus"] = 1;
      entry["gameStatusText"] = "PPD";
      entry["homeTeam"]["score"] = entry["awayTeam"]["score"] = 0;
      return true;
    };
    days.serve_schedule(std::nullopt, postpone);
    CHECK(days.backfill(day("2025-02-01")) == 0);
    CHECK(days.state(game.id) == "planned");
    CHECK(days.backfill(day("2025-02-02")) == 0);
    CHECK(days.state(game.id) == "postponed");
    CHECK(days.backfill(day("2025-08-01")) == 1);
    CHECK(days.state(game.id) == "cancelled");
    CHECK(days.log->count(event_level::error, game.id, "game.closed") == 1);
    days.world.server().set_faults({*parse_fault("403:game=" + game.id.str())});
    for (const auto* later : {"2025-08-02", "2025-08-03", "2025-08-20"}) CHECK(days.backfill(day(later)) == 0);
    CHECK(days.state(game.id) == "cancelled");
    CHECK(days.log->count(event_level::error, game.id) == 1);
    days.world.server().set_faults({});
    days.serve(std::nullopt);
    CHECK(days.backfill(day("2025-08-20")) == 0);
    CHECK(days.state(game.id) == "done");
  }
}

TEST_CASE("a daily run after a backfill goes on where that ended, and takes what a stopped one left") {
  for (const std::string backend : both_stores) {
    CAPTURE(backend);
    mornings days{backend};
    const auto until = days.regular[30].date;
    const auto id = days.regular[10].id;
    days.serve(until);
    days.world.server().set_faults({*parse_fault("html:game=" + id.str())});
    CHECK(days.backfill(until + date::days{1}) == 1);
    days.world.server().set_faults({});
    days.serve(until + date::days{5});
    CHECK(days.daily(until + date::days{6}) == 0);
    for (const auto& game : days.regular)
      if (game.date <= until + date::days{5}) CHECK(days.state(game.id) == "done");
    CHECK(days.daily_date() == format_date(until + date::days{5}));
  }
}
