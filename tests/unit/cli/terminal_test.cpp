#include "cli/terminal.hpp"

#include "cli/app.hpp"
#include "tests/support/recorded_data.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace nba::cli;

namespace {

terminal_abilities able(bool is_tty, const test::environment& variables) {
  return abilities_of(is_tty, [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

// What a command says on standard error when that is a terminal.
std::string on_terminal(const std::vector<std::string>& arguments, const test::environment& variables) {
  std::ostringstream out, err;
  const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  run_app(arguments, {out, err, true}, lookup);
  return err.str();
}

}  // namespace

TEST_CASE("INFO lines do not run through a progress line: they are in the log file, and where there is no such line") {
  const test::temporary_folder folder;
  int databases = 0;
  const auto migrate = [&](std::vector<std::string> more, const test::environment& variables) {
    std::vector<std::string> words{"db", "migrate", "--database",
                                   folder.sqlite_url("nba" + std::to_string(++databases) + ".db")};
    words.insert(words.end(), more.begin(), more.end());
    return on_terminal(words, variables);
  };
  const auto log = (folder.path() / "log").string();
  CHECK(migrate({"--log-file", log}, {{"TERM", "xterm"}}).empty());
  CHECK(test::contains(nba::test::read_file(log), "INFO job.end job=migrate"));
  CHECK(test::contains(migrate({"--no-progress"}, {{"TERM", "xterm"}}), "INFO job.end job=migrate"));
  CHECK(test::contains(migrate({}, {{"TERM", "dumb"}}), "INFO job.end job=migrate"));
  CHECK(test::contains(migrate({}, {}), "INFO job.end job=migrate"));
  CHECK(migrate({"--no-progress", "--quiet"}, {{"TERM", "xterm"}}).empty());
  // Errors print, marked.
  const std::vector<std::string> wrong{"status", "--database", folder.sqlite_url("none.db")};
  CHECK(test::contains(on_terminal(wrong, {{"TERM", "xterm"}}), "\x1b[1;31mnba-scraper:\x1b[0m"));
  CHECK(on_terminal(wrong, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}).starts_with("nba-scraper: "));
}

TEST_CASE("lines move on a terminal that can, and on nothing else") {
  CHECK(able(true, {{"TERM", "xterm-256color"}}).moves);
  CHECK_FALSE(able(true, {{"TERM", "dumb"}}).moves);
  CHECK_FALSE(able(true, {{"TERM", ""}}).moves);
  CHECK_FALSE(able(true, {}).moves);
  CHECK_FALSE(able(false, {{"TERM", "xterm"}}).moves);
}

TEST_CASE(
    "colours come by themselves where lines move; NO_COLOR takes them away, CLICOLOR_FORCE brings them anywhere") {
  CHECK(able(true, {{"TERM", "xterm"}}).colors);
  CHECK_FALSE(able(true, {{"TERM", "dumb"}}).colors);
  CHECK_FALSE(able(false, {{"TERM", "xterm"}}).colors);
  CHECK_FALSE(able(true, {{"TERM", "xterm"}, {"CLICOLOR", "0"}}).colors);
  CHECK(able(true, {{"TERM", "xterm"}, {"CLICOLOR", "1"}}).colors);
  CHECK_FALSE(able(true, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}).colors);
  CHECK(able(true, {{"TERM", "xterm"}, {"NO_COLOR", ""}}).colors);  // empty counts as not set
  CHECK(able(false, {{"CLICOLOR_FORCE", "1"}}).colors);
  CHECK(able(true, {{"TERM", "dumb"}, {"CLICOLOR_FORCE", "1"}}).colors);
  CHECK_FALSE(able(false, {{"CLICOLOR_FORCE", "0"}}).colors);
  CHECK_FALSE(able(true, {{"TERM", "xterm"}, {"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}).colors);
}

TEST_CASE("what needs a person is red, and nothing else") {
  std::ostringstream stream;
  terminal screen{stream, true, [] { return 80; }, true};
  screen.write_line("INFO all is well");
  screen.write_line("2026-02-03 ERROR job.end", "ERROR");
  screen.show_status("5/9 games  2 failed", {"2 failed"});
  CHECK(stream.str() ==
        "INFO all is well\n2026-02-03 \x1b[1;31mERROR\x1b[0m job.end\n"
        "\r\x1b[2K5/9 games  \x1b[1;31m2 failed\x1b[0m");
  // Drawn again it has its colour; what was cut off has none.
  screen.write_line("more");
  CHECK(stream.str().ends_with("more\n5/9 games  \x1b[1;31m2 failed\x1b[0m"));
  screen.show_status("5/9 games  2 fai…", {"2 failed"});
  CHECK(stream.str().ends_with("5/9 games  2 fai…"));
}

TEST_CASE("without colours nothing is marked, and nobody else can mark anything") {
  std::ostringstream stream;
  terminal plain{stream, true, [] { return 80; }};
  plain.write_line("ERROR job.end", "ERROR");
  CHECK(stream.str() == "ERROR job.end\n");
  terminal colored{stream, true, [] { return 80; }, true};
  colored.write_line("\x1b[32mgreen\x1b[0m");
  CHECK(stream.str().find("\x1b[32m") == std::string::npos);
}
