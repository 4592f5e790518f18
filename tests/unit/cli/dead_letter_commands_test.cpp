// `dlq`: which letters a command chooses, and what it tells of them.
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace nba;
using namespace nba::cli::test;
using nlohmann::json;

namespace {

// Letters of three games of 2024-25 and of one of 2023-24.
struct letters_fixture : season_on_disk {
  game_id earlier = *game_id::parse("0022300007");

  letters_fixture() {
    auto game = season.games().front();
    game.id = earlier;
    game.date = *parse_date("2023-10-25");
    REQUIRE(season.database().write_plan(earlier.in_season(), std::vector{game}));
    season.park(0, "fetch", {failure_class::transient, "timeout", ""});
    season.park(1, "transform", {failure_class::rejected, "99 points by players", "points"});
    season.park(2, "transform", {failure_class::contract_drift, "no home team", "game.homeTeam"});
    dead_letter letter;
    letter.game_id = earlier;
    letter.stage = "transform";
    letter.error_class = failure_class::rejected;
    letter.error = "98 points by players";
    letter.first_failed_at = letter.last_failed_at = *parse_timestamp("2023-11-01T06:00:00Z");
    REQUIRE(season.database().park(letter, "run"));
  }
  // What `dlq retry` with these words would try.
  std::vector<std::string> chosen(std::vector<std::string> words) const {
    words.insert(words.begin(), {"dlq", "retry", "--dry-run"});
    const auto answer = on(words);
    CHECK_MESSAGE(answer.code == 0, answer.err);
    std::vector<std::string> ids;
    for (const auto& id : {earlier, season.id(0), season.id(1), season.id(2)})
      if (contains(answer.out, id.str())) ids.push_back(id.str());
    return ids;
  }
  std::vector<std::string> ids_of(std::initializer_list<std::size_t> positions) const {
    std::vector<std::string> ids;
    for (const auto position : positions) ids.push_back(season.id(position).str());
    return ids;
  }
};

}  // namespace

TEST_CASE_FIXTURE(letters_fixture, "dlq retry takes the letters of a season, of a class, or by their names") {
  CHECK(chosen({}).size() == 4);
  CHECK(chosen({"--season", "2024-25"}) == ids_of({0, 1, 2}));
  CHECK(chosen({"--season", "2023-24"}) == std::vector{earlier.str()});
  CHECK(chosen({"--class", "rejected"}) == std::vector{earlier.str(), season.id(1).str()});
  CHECK(chosen({"--class", "rejected", "--season", "2024-25"}) == ids_of({1}));
  CHECK(chosen({season.id(2).str()}) == ids_of({2}));
  const auto letters = json::parse(on({"dlq", "list", "--json"}).out);
  for (const auto& letter : letters)
    CHECK(chosen({std::to_string(letter["dead_letter_id"].get<int>())}) ==
          std::vector{letter["game_id"].get<std::string>()});
  // One that nobody knows: nothing is tried of the others either.
  const auto unknown = on({"dlq", "retry", "--dry-run", season.id(2).str(), season.id(3).str()});
  CHECK(unknown.code == 100);
  CHECK(contains(unknown.err, "'" + season.id(3).str() + "'"));
  CHECK_FALSE(contains(unknown.out, season.id(2).str()));
  // A class in which no game is parked is no mistake, a word that is no class is.
  CHECK(contains(on({"dlq", "retry", "--class", "internal"}).out, "Nothing to do"));
  CHECK(on({"dlq", "retry", "--class", "odd"}).code == 105);
}

TEST_CASE_FIXTURE(letters_fixture, "an id that nobody knows is a usage error of every command that takes one") {
  for (const std::string id : {"0022499999", "99999", "x"})
    for (auto words :
         {std::vector<std::string>{"dlq", "retry"}, {"dlq", "waive", "--reason", "y"}, {"dlq", "reopen"}}) {
      CAPTURE(id);
      words.insert(words.begin() + 2, id);
      CAPTURE(words);
      const auto answer = on(words);
      CHECK(answer.code == 100);
      CHECK(contains(answer.err, "'" + id + "'"));
      CHECK(contains(answer.err, "Nothing was"));
    }
  CHECK(chosen({}).size() == 4);
}

TEST_CASE_FIXTURE(letters_fixture, "dlq list --json tells when a game failed first and last, and how often") {
  const auto letters = json::parse(on({"dlq", "list", "--json"}).out);
  REQUIRE(letters.size() == 4);
  for (const auto& letter : letters) {
    if (letter["game_id"] != season.id(1).str()) continue;
    CHECK(letter["first_failed_at"] == "2024-11-12T06:00:00.000Z");
    CHECK(letter["last_failed_at"] == "2024-11-13T06:30:00.000Z");
    CHECK(letter["attempts"] == 2);
    CHECK(letter["stage"] == "transform");
    CHECK(letter["error_class"] == "rejected");
    CHECK(letter["resolved_at"].is_null());
  }
  REQUIRE(season.database().resolve_dead_letter(season.id(1), "waived", "never mind"));
  CHECK(json::parse(on({"dlq", "list", "--json"}).out).size() == 3);
  const auto all = json::parse(on({"dlq", "list", "--all", "--json"}).out);
  REQUIRE(all.size() == 4);
  for (const auto& letter : all) {
    const bool waived = letter["game_id"] == season.id(1).str();
    CHECK(letter["resolved_at"].is_string() == waived);
    CHECK(letter["resolution"] == (waived ? "waived" : ""));
    CHECK(letter["reason"] == (waived ? "never mind" : ""));
  }
}
