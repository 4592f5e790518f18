#include "cli/app.hpp"
#include "cli/text.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace nba::cli;
using nba::cli::test::contains;
using nba::cli::test::lines_of;
using nba::cli::test::run;
using nba::cli::test::temporary_folder;

namespace {

const std::vector<std::vector<std::string>> commands{{"schedule"},
                                                     {"schedule", "backfill"},
                                                     {"schedule", "daily"},
                                                     {"derive"},
                                                     {"status"},
                                                     {"health"},
                                                     {"gaps"},
                                                     {"watermark"},
                                                     {"watermark", "list"},
                                                     {"watermark", "get"},
                                                     {"watermark", "set"},
                                                     {"watermark", "reset"},
                                                     {"dlq"},
                                                     {"dlq", "list"},
                                                     {"dlq", "show"},
                                                     {"dlq", "retry"},
                                                     {"dlq", "waive"},
                                                     {"dlq", "reopen"},
                                                     {"validate"},
                                                     {"export"},
                                                     {"db"},
                                                     {"db", "check"},
                                                     {"db", "migrate"},
                                                     {"db", "verify"},
                                                     {"db", "repair"},
                                                     {"db", "unlock"},
                                                     {"db", "dictionary"},
                                                     {"doctor"},
                                                     {"simulate"}};

}  // namespace

TEST_CASE("--help names every command and goes to standard output") {
  const auto help = run({"--help"});
  CHECK(help.code == 0);
  CHECK(help.err.empty());
  for (const auto& command : commands) CHECK(contains(help.out, "\n  " + command.front() + " "));
  for (const auto* option : {"--database", "--source", "--config", "--log-level", "--log-format", "--log-file",
                             "--quiet", "--no-progress", "--metrics-interval", "--version"})
    CHECK(contains(help.out, option));
}

TEST_CASE("every help fits 80 columns, has no trailing blanks and says how to go on") {
  auto all = commands;
  all.push_back({});
  for (auto words : all) {
    words.emplace_back("--help");
    CAPTURE(words);
    const auto help = run(words);
    CHECK(help.code == 0);
    CHECK(contains(help.out, "--help"));
    CHECK(contains(help.out, "Usage: nba-scraper"));
    for (const auto& line : lines_of(help.out)) {
      CAPTURE(line);
      CHECK(display_width(line) <= 80);
      CHECK_FALSE(line.ends_with(' '));
    }
  }
}

TEST_CASE("--version has the version and the git revision") {
  const auto version = run({"--version"});
  CHECK(version.code == 0);
  CHECK(version.out.starts_with("nba-scraper 0."));
  CHECK(contains(version.out, "("));
  CHECK(version.err.empty());
}

TEST_CASE("without a command the help goes to standard error, and it is a usage error") {
  const auto nothing = run({});
  CHECK(nothing.code == 106);
  CHECK(nothing.out.empty());
  CHECK(contains(nothing.err, "First steps:"));
}

TEST_CASE("usage errors have CLI11's codes, name the word and offer the nearest one") {
  struct row {
    std::vector<std::string> words;
    int code;
    std::string message;
  };
  const std::vector<row> table{
      {{"statsu"}, 109, "unknown command 'statsu'; did you mean 'status'?"},
      {{"frobnicate"}, 109, "unknown command 'frobnicate'; there is "},
      {{"watermark", "sett", "a"}, 109, "unknown command 'sett'; did you mean 'set'?"},
      {{"status", "--seson", "2"}, 109, "unknown option '--seson'; did you mean --season?"},
      {{"status", "--databse=x"}, 109, "unknown option '--databse'; did you mean --database?"},
      {{"status", "extra"}, 109, "'extra' is one argument too many"},
      {{"status", "watermark"}, 109, "'watermark' is one argument too many"},
      {{"watermark"}, 106, "say what to do: list, get, set and reset"},
      {{"gaps"}, 106, "--season is required"},
      {{"watermark", "get", "backfill"}, 106, "KEY is required"},
      {{"gaps", "--season"}, 114, "--season needs a value"},
      {{"gaps", "--season", "2024"}, 105, "'2024' is not a season; write it like 2024-25"},
      {{"gaps", "--season", "2024-26"}, 105, "'2024-26' is not a season"},
      {{"gaps", "--season", "2024-25", "--game-types", "regular,summer"}, 105, "'summer' is not a game type"},
      {{"derive", "--season", "2024-25", "--game", "22400061"}, 105, "ten digits"},
      {{"--log-level", "loud", "status"}, 105, "must be debug, info, warn or error, not 'loud'"},
      {{"--metrics-interval", "-1", "status"}, 105, "must be between 0 and 3600, not -1"},
      {{"--metrics-interval", "soon", "status"}, 105, "must be a whole number, not 'soon'"},
  };
  for (const auto& [words, code, message] : table) {
    CAPTURE(words);
    const auto answer = run(words);
    CHECK(answer.code == code);
    CHECK_MESSAGE(contains(answer.err, message), answer.err);
    CHECK(contains(answer.err, "--help"));
    CHECK(answer.out.empty());
  }
}

TEST_CASE("a wrong setting is exit code 120 and names its origin") {
  const temporary_folder folder;
  const auto file = folder.write("c.toml", "[engine]\nfetch_games_max = 513\n");
  const auto answer = run({"--config", file, "status"});
  CHECK(answer.code == 120);
  CHECK(contains(answer.err, "between 0 and 512"));
  CHECK(contains(answer.err, file + " line 2"));
  CHECK(run({"--log-file", file + "/x/run.log", "status", "--database", folder.sqlite_url()}).code == 120);
}

TEST_CASE("global options may stand after the command") {
  const temporary_folder folder;
  const auto url = folder.sqlite_url();
  const auto before = run({"--database", url, "status"});
  const auto behind = run({"status", "--database", url});
  CHECK(before.code == behind.code);
  CHECK(before.err == behind.err);
  CHECK(contains(behind.err, url));
}

TEST_CASE("an answer that cannot be written is an error of its own") {
  const temporary_folder folder;
  REQUIRE(run({"db", "migrate", "--database", folder.sqlite_url()}).code == 0);
  std::ofstream full("/dev/full");
  std::ostringstream err;
  const auto nothing = [](std::string_view) { return std::optional<std::string>{}; };
  CHECK(run_app({"status", "--database", folder.sqlite_url()}, {full, err}, nothing) == 119);
  CHECK(contains(err.str(), "is the disk full?"));
}

TEST_CASE("of a global option that stands twice the last one counts") {
  const temporary_folder folder;
  const auto answer = run({"--database", folder.sqlite_url("a.db"), "status", "--database", folder.sqlite_url("b.db")});
  CHECK(answer.code == 121);
  CHECK(contains(answer.err, "b.db"));
}
