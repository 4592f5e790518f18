// `gaps`: what counts as missing, as closed, as left out, and by which number.
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace nba;
using namespace nba::cli::test;
using nlohmann::json;

namespace {

struct gaps_fixture : season_on_disk {
  json document(std::vector<std::string> words) const {
    words.insert(words.end(), {"--season", "2024-25", "--json"});
    return json::parse(on(words).out);
  }
};

}  // namespace

TEST_CASE_FIXTURE(gaps_fixture, "gaps --json counts done and closed games apart") {
  season.complete(0);
  season.complete(1);
  season.set_state(2, game_state::unavailable, 3);
  const auto gaps = document({"gaps"});
  CHECK(gaps["planned"] == 12);
  CHECK(gaps["done"] == 2);
  CHECK(gaps["closed"] == 1);
  CHECK(gaps["terminal"] == 3);
  CHECK(gaps["gaps"].size() == 9);
  CHECK(document({"gaps", "--closed"})["done"] == 2);
}

TEST_CASE_FIXTURE(gaps_fixture, "a game of today is still to be played, one of yesterday is missing") {
  const auto today = et_date_of(utc_now());
  auto games = season.games();
  for (auto& game : games) game.date = today - date::days{30};
  games[1].date = today - date::days{1};
  games[2].date = today;
  games[3].date = today + date::days{1};
  for (auto& game : games) game.status = game_status::scheduled;
  REQUIRE(season.database().write_plan(games[0].id.in_season(), games));
  const auto answer = on({"gaps", "--season", "2024-25"});
  CHECK(answer.code == 10);  // so many of days that are over
  CHECK(contains(answer.out, games[1].id.str()));
  CHECK_FALSE(contains(answer.out, games[2].id.str()));
  CHECK_FALSE(contains(answer.out, games[3].id.str()));
  CHECK(contains(answer.out, "12 of 12 games of 2024-25 are not finished."));
  CHECK(contains(answer.out, fmt::format("2 of them are still to be played, {} to {}; --all lists them.",
                                         format_date(today), format_date(today + date::days{1}))));
}

TEST_CASE_FIXTURE(gaps_fixture,
                  "a closed game shows on how many days that was seen, and how often it was asked since") {
  state_change refused{season.id(4), game_state::unavailable, 3, failure_class::unavailable, "403"};
  refused.closing =
      closed_by(closing_ground::refused, "the host refuses the box score", *parse_timestamp("2024-11-20T13:00:00Z"));
  refused.closing->occasions = 3;
  refused.closing->checks = 1;
  REQUIRE(season.database().write_states(std::vector{refused}, "run"));
  const auto text = on({"gaps", "--season", "2024-25", "--closed"}).out;
  std::string words;
  for (const auto& line : lines_of(text))
    words += line.substr(std::min(line.find_first_not_of(' '), line.size())) + ' ';
  CHECK_MESSAGE(contains(words, "inferred, 3 days"), words);
  const auto closed = document({"gaps", "--closed"})["closed"];
  REQUIRE(closed.size() == 1);
  CHECK(closed[0]["occasions"] == 3);
  CHECK(closed[0]["checks"] == 1);
}

TEST_CASE_FIXTURE(gaps_fixture, "entries that the schedule's reading left out are counted beyond those it kept") {
  schedule_reading reading;
  reading.season = nba::season{2024};
  reading.read_at = utc_now();
  reading.games = 12;
  reading.left_out_count = 7;
  for (const auto* id : {"0072400001", "0072400002"}) {
    left_out_entry entry;
    entry.id = id;
    entry.detail = "a kind of game that is not known";
    reading.left_out.push_back(entry);
  }
  REQUIRE(season.database().write_reading(reading));
  const auto answer = on({"gaps", "--season", "2024-25"});
  CHECK(contains(answer.out, "Left out: 7 entries in the schedule of 2024-25 are no games that can be fetched:"));
  CHECK(contains(answer.out, "0072400002"));
  CHECK(contains(answer.out, "... and 5 more"));
  const auto gaps = document({"gaps"});
  CHECK(gaps["left_out_count"] == 7);
  CHECK(gaps["left_out"].size() == 2);

  // Worth a look, and nothing that keeps a run from its work.
  const auto doctor = on({"doctor", "--offline"});
  CHECK_MESSAGE(doctor.code == 0, doctor.out);
  CHECK(contains(doctor.out, "Nothing stands in the way; see the warnings."));
  const auto checks = json::parse(on({"doctor", "--offline", "--json"}).out);
  CHECK(checks["ok"] == true);
  bool found = false;
  for (const auto& check : checks["checks"]) {
    if (check["name"] != "left out") continue;
    found = true;
    CHECK(check["status"] == "warn");
    CHECK(contains(check["detail"].get<std::string>(), "0072400001"));
    CHECK(contains(check["fix"].get<std::string>(), "nba-scraper gaps --season 2024-25"));
  }
  CHECK(found);
}
