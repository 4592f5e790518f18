// Whose a database is, as the commands tell it: default files, the wrong kind, somebody else's, damage.
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using namespace nba;
using namespace nba::cli::test;
using nlohmann::json;

namespace {

const std::vector<std::string> one_day{"schedule", "backfill",   "--season", "2024-25",
                                       "--from",   "2024-10-22", "--to",     "2024-10-22"};

outcome with(std::vector<std::string> words, const std::vector<std::string>& more, const environment& variables = {}) {
  words.insert(words.end(), more.begin(), more.end());
  return run(words, variables);
}

std::vector<std::string> with_dry_run(std::vector<std::string> words) {
  words.push_back("--dry-run");
  return words;
}

}  // namespace

TEST_CASE("without --database a synthetic league has a file of its own, and each hints at the other") {
  const temporary_folder home;
  const environment variables{{"XDG_DATA_HOME", home.path().string()}};
  const auto folder = home.path() / "nba-scraper";
  CHECK(with(one_day, {"--source", "sim"}, variables).code == 0);
  CHECK(std::filesystem::exists(folder / "sim.db"));
  CHECK_FALSE(std::filesystem::exists(folder / "nba.db"));
  CHECK(run({"status", "--source", "sim"}, variables).code == 0);
  const auto other = run({"status"}, variables);
  CHECK(other.code == 121);
  CHECK(contains(other.err, "add --source sim"));
  const auto checked = json::parse(run({"db", "check", "--json", "--source", "sim"}, variables).out);
  CHECK(checked["holds"] == "synthetic");
  CHECK(contains(checked["made_by"].get<std::string>(), "nba-scraper "));
}

TEST_CASE("every command that writes refuses a database of the other kind with 120, before anything is changed") {
  const temporary_folder folder;
  const auto url = folder.sqlite_url();
  {
    sample_season season{url};
    season.complete(0);
    season.park(1, "fetch", {failure_class::contract_drift, "x", "y"});
  }
  folder.execute("nba.db", "INSERT INTO meta VALUES ('source_kind', 'real')");
  const auto before = std::filesystem::last_write_time(folder.path() / "nba.db");
  const std::vector<std::vector<std::string>> writing{one_day,
                                                      with_dry_run(one_day),
                                                      {"schedule", "daily", "--date", "2024-10-22"},
                                                      {"dlq", "retry", "--season", "2024-25"},
                                                      {"dlq", "waive", "1", "--reason", "x"},
                                                      {"derive", "--season", "2024-25"},
                                                      {"watermark", "set", "schedule", "daily", "2024-10-22"},
                                                      {"db", "migrate"}};
  for (const auto& words : writing) {
    CAPTURE(words);
    const auto answer = with(words, {"--source", "sim", "--database", url});
    CHECK(answer.code == 120);
    CHECK(contains(answer.err, "holds real games"));
    CHECK(contains(answer.err, "--database"));
  }
  CHECK(std::filesystem::last_write_time(folder.path() / "nba.db") == before);
  // Reading brings nothing in.
  CHECK(run({"status", "--source", "sim", "--database", url}).code == 0);
}

TEST_CASE("a synthetic database is refused to the real league, and reworked without being told what it is") {
  const temporary_folder folder;
  const auto url = folder.sqlite_url();
  REQUIRE(with(one_day, {"--source", "sim", "--database", url}).code == 0);
  const auto refused = with(one_day, {"--database", url});
  CHECK(refused.code == 120);
  CHECK(contains(refused.err, "synthetic league"));
  CHECK(run({"derive", "--season", "2024-25", "--database", url}).code == 0);
  CHECK(run({"db", "migrate", "--database", url}).code == 0);
}

TEST_CASE("somebody else's tables are refused with 121 by every command, and none of ours is made beside them") {
  const temporary_folder folder;
  const auto url = folder.sqlite_url();
  folder.execute("nba.db", "CREATE TABLE games (id integer); CREATE TABLE players (id integer)");
  const std::vector<std::vector<std::string>> commands{one_day,        with_dry_run(one_day), {"schedule", "daily"},
                                                       {"status"},     {"db", "check"},       {"db", "migrate"},
                                                       {"dlq", "list"}};
  for (const auto& words : commands) {
    CAPTURE(words);
    const auto answer = with(words, {"--database", url});
    CHECK(answer.code == 121);
    CHECK(contains(answer.err, "another program's"));
    CHECK_FALSE(contains(answer.err, "older version"));
  }
  folder.execute("nba.db", "CREATE TABLE ingest_games (id integer)");  // it is not there yet
}

TEST_CASE("a damaged file is an error of db check and of doctor") {
  const temporary_folder folder;
  const auto url = folder.sqlite_url();
  { sample_season{url}.complete(0); }
  {
    constexpr int page = 4096;
    std::fstream file(folder.path() / "nba.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(0, std::ios::end);
    const auto last = static_cast<int>(file.tellp()) / page - 1;
    for (int at = last - 10; at <= last; ++at) {
      file.seekp(at * page);
      file.write(std::string(page, '\xA5').data(), page);
    }
  }
  const auto checked = run({"db", "check", "--database", url});
  CHECK(checked.code == 121);
  CHECK(contains(checked.err, "restore a backup"));
  const auto document = json::parse(run({"db", "check", "--json", "--database", url}).out);
  CHECK_FALSE(document["damage"].empty());
  const auto doctor = run({"doctor", "--offline", "--database", url});
  CHECK(doctor.code == 1);
  CHECK(contains(doctor.out, "damaged"));
}
