// `db`, and what every reading command says when there is nothing to read.
#include "cli/text.hpp"
#include "tests/support/recorded_data.hpp"
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <filesystem>

using namespace nba::cli::test;
using nlohmann::json;

namespace {

const std::vector<std::vector<std::string>> reading_commands{{"status"},
                                                             {"gaps", "--season", "2024-25"},
                                                             {"watermark", "list"},
                                                             {"watermark", "get", "backfill", "2024-25"},
                                                             {"watermark", "set", "schedule", "daily", "2024-10-22"},
                                                             {"watermark", "reset", "schedule", "daily"},
                                                             {"dlq", "list"},
                                                             {"dlq", "show", "1"},
                                                             {"db", "check"},
                                                             {"derive", "--season", "2024-25"}};

std::vector<std::string> with_database(std::vector<std::string> words, const std::string& url) {
  words.insert(words.end(), {"--database", url});
  return words;
}

}  // namespace

TEST_CASE("a database that is not there is exit code 121, names the command to run, and is not created") {
  const temporary_folder folder;
  for (const auto& words : reading_commands) {
    CAPTURE(words);
    const auto answer = run(with_database(words, folder.sqlite_url()));
    CHECK(answer.code == 121);
    CHECK(answer.out.empty());
    CHECK(contains(answer.err, "there is no database at"));
    CHECK(contains(answer.err, "nba-scraper schedule backfill --season"));
    CHECK(contains(answer.err, "flag --database"));
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a database without tables is exit code 121 and names the commands that make them") {
  const temporary_folder folder;
  folder.write("nba.db", "");
  for (const auto& words : reading_commands) {
    if (words[0] == "db") continue;
    CAPTURE(words);
    const auto answer = run(with_database(words, folder.sqlite_url()));
    CHECK(answer.code == 121);
    CHECK(contains(answer.err, "has no tables yet"));
    CHECK(contains(answer.err, "nba-scraper db migrate"));
  }
}

TEST_CASE("a file that is no database is exit code 121 and says where the name came from") {
  const temporary_folder folder;
  folder.write("nba.db", std::string(5000, 'x'));
  const auto answer = run({"status"}, {{"DATABASE_URL", folder.sqlite_url()}});
  CHECK(answer.code == 121);
  CHECK(contains(answer.err, folder.sqlite_url()));
}

TEST_CASE("an unusable URL is exit code 120, names its origin and shows no password") {
  const auto answer = run({"status"}, {{"DATABASE_URL", "mysql://nba:s3cret@db/nba"}});
  CHECK(answer.code == 120);
  CHECK(contains(answer.err, "environment DATABASE_URL"));
  CHECK_FALSE(contains(answer.err, "s3cret"));
}

TEST_CASE("a server that does not answer is exit code 121 and shows no password") {
  // Port 1 on loopback refuses at once.
  const auto answer = run({"status", "--database", "postgresql://nba:s3cret@127.0.0.1:1/nba"});
  CHECK(answer.code == 121);
  CHECK(contains(answer.err, "cannot open the database"));
  CHECK(contains(answer.err, "nba-scraper doctor"));
  CHECK_FALSE(contains(answer.err, "s3cret"));
}

TEST_CASE("db migrate creates the database, db check finds it up to date") {
  const temporary_folder folder;
  const auto url = folder.sqlite_url("below/nba.db");
  const auto migrated = run({"db", "migrate", "--database", url});
  CHECK(migrated.code == 0);
  CHECK(lines_of(migrated.err).size() == 1);
  CHECK(contains(migrated.err, "INFO job.end job=migrate failures=0 games=0 exit_code=0"));
  CHECK(contains(migrated.out, "The database was created."));
  CHECK_FALSE(contains(migrated.out, "pending"));

  const auto again = run({"db", "migrate", "--database", url});
  CHECK(again.code == 0);
  CHECK(contains(again.out, "The schema is up to date."));

  const auto checked = run({"db", "check", "--database", url});
  CHECK(checked.code == 0);
  CHECK(contains(checked.out, "ingest_games"));
  CHECK(contains(checked.out, "The schema is up to date, and no damage was found."));
  for (const auto& line : lines_of(checked.out))
    CHECK((nba::cli::display_width(line) <= 80 || line == "  nba-scraper db verify --database " + url));

  const auto document = json::parse(run({"db", "check", "--json", "--database", url}).out);
  CHECK(document["backend"] == "sqlite");
  CHECK(document["migrations"].size() >= 1);
  for (const auto& step : document["migrations"]) CHECK(step["applied"] == true);
  CHECK(document["tables"]["ingest_games"] == 0);
}

TEST_CASE("doctor keeps to the width of the terminal") {
  const temporary_folder folder;
  const auto answer = run({"doctor", "--offline", "--database", folder.sqlite_url()});
  CHECK(answer.code == 0);
  CHECK(contains(answer.out, "database_password_file = \"\"\n"));
  for (const auto& line : lines_of(answer.out)) {
    CAPTURE(line);
    CHECK(nba::cli::display_width(line) <= 80);
    CHECK_FALSE(line.ends_with(' '));
  }
}

TEST_CASE("db check finds an empty file's migrations pending, changes nothing, and exits with 1") {
  const temporary_folder folder;
  folder.write("nba.db", "");
  const auto checked = run({"db", "check", "--database", folder.sqlite_url()});
  CHECK(checked.code == 1);
  CHECK(contains(checked.out, "pending"));
  CHECK(contains(checked.out, "nba-scraper db migrate"));
  // Opening it may write SQLite's own header; no table is made.
  const auto again = run({"db", "check", "--database", folder.sqlite_url()});
  CHECK(again.code == 1);
  CHECK(again.out == checked.out);
}

TEST_CASE("an edited migration is refused with exit code 121") {
  const temporary_folder folder;
  REQUIRE(run({"db", "migrate", "--database", folder.sqlite_url()}).code == 0);
  folder.execute("nba.db", "UPDATE schema_migrations SET checksum = 'edited' WHERE version = 1");
  for (const auto& words : reading_commands) {
    CAPTURE(words);
    const auto answer = run(with_database(words, folder.sqlite_url()));
    CHECK(answer.code == 121);
    CHECK(answer.out.empty());
  }
  CHECK(run({"db", "migrate", "--database", folder.sqlite_url()}).code == 121);
}

TEST_CASE("a database with migrations pending is exit code 121 and names the command") {
  const temporary_folder folder;
  REQUIRE(run({"db", "migrate", "--database", folder.sqlite_url()}).code == 0);
  // As it was before the last migration, which makes nothing but views.
  folder.execute("nba.db",
                 "DELETE FROM schema_migrations WHERE name = 'views_for_analysts'; DROP VIEW team_standings; "
                 "DROP VIEW player_seasons; DROP VIEW player_game_log");
  const auto answer = run({"status", "--database", folder.sqlite_url()});
  CHECK(answer.code == 121);
  CHECK(contains(answer.err, "nba-scraper db migrate"));
}

TEST_CASE("docs/data-dictionary.md is what db dictionary prints") {
  const auto answer = run({"db", "dictionary", "--database", "sqlite:///nowhere.db"});
  CHECK(answer.code == 0);
  CHECK_MESSAGE(answer.out == nba::test::read_file(NBA_SOURCE_DIR "/docs/data-dictionary.md"),
                "to renew it: nba-scraper db dictionary >docs/data-dictionary.md");
  CHECK(nlohmann::json::parse(run({"db", "dictionary", "--json", "--database", "sqlite:///nowhere.db"})
                                  .out)["possessions"]["columns"][4]["name"] == "start_clock");
}
