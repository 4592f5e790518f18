// What is made from the program's tables: man pages, completion, sample of the configuration file. How shells and man
// read them: tests/ops/manual.bats.
#include "cli/app.hpp"
#include "cli/config_file.hpp"
#include "cli/manual/completion.hpp"
#include "cli/manual/man_page.hpp"
#include "cli/manual/sample_config.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>

using namespace nba;
using namespace nba::cli;
using nba::cli::test::contains;
using nba::cli::test::lines_of;
using nba::cli::test::run;

namespace {

void for_every_command(const command_description& command, const std::vector<std::string>& path,
                       const std::function<void(const command_description&, const std::vector<std::string>&)>& visit) {
  visit(command, path);
  for (const auto& inner : command.commands) {
    auto deeper = path;
    deeper.push_back(inner.name);
    for_every_command(inner, deeper, visit);
  }
}

// The sample with the sign taken away from every line that is a setting or a table.
std::string uncommented(const std::string& sample) {
  std::string text;
  for (const auto& line : lines_of(sample))
    text += (line.starts_with('#') && !line.starts_with("# ") ? line.substr(1) : line) + "\n";
  return text;
}

}  // namespace

TEST_CASE("the description has every command and option of --help, and nothing else") {
  for_every_command(describe_program(), {},
                    [](const command_description& command, const std::vector<std::string>& path) {
                      CAPTURE(path);
                      auto words = path;
                      words.push_back("--help");
                      const auto help = run(words).out;
                      for (const auto& inner : command.commands) CHECK(contains(help, "\n  " + inner.name));
                      std::set<std::string> described{"--help"};
                      for (const auto& option : command.options) {
                        if (!option.is_argument) described.insert(option.names.begin(), option.names.end());
                        CHECK(contains(help, option.name()));
                        CHECK_FALSE(option.help.empty());
                      }
                      for (const auto& line : lines_of(help)) {
                        const auto at = line.find("--");
                        if (!line.starts_with("  -") || at == std::string::npos) continue;
                        CHECK(described.contains(line.substr(at, line.find_first_of(" ,", at) - at)));
                      }
                    });
}

TEST_CASE("what an option accepts as a word is known where it is a list") {
  const auto program = describe_program();
  std::set<std::string> levels;
  for (const auto& option : program.options)
    if (option.name() == "--log-level") levels.insert(option.words.begin(), option.words.end());
  CHECK(levels == std::set<std::string>{"debug", "info", "warn", "error"});
  bool found = false;
  for_every_command(program, {}, [&](const command_description& command, const std::vector<std::string>&) {
    for (const auto& option : command.options)
      if (option.name() == "--reprocess") {
        found = true;
        CHECK(option.words == std::vector<std::string>{"missing", "parked", "all"});
        CHECK(option.value == "WHAT");
      }
  });
  CHECK(found);
}

TEST_CASE("the man page names every command with its options, and is the same every time") {
  const auto program = describe_program();
  const auto page = command_man_page(program, "nba-scraper 1.2.3");
  CHECK(page == command_man_page(describe_program(), "nba-scraper 1.2.3"));
  for_every_command(program, {}, [&](const command_description& command, const std::vector<std::string>& path) {
    if (!command.commands.empty()) return;
    std::string words = "nba\\-scraper";
    for (const auto& word : path) {
      words += ' ';
      for (const char letter : word) words += letter == '-' ? std::string{"\\-"} : std::string(1, letter);
    }
    CHECK(contains(page, ".SS \\fB" + words + "\\fR"));
  });
  for (const auto* section : {"NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "GLOBAL OPTIONS", "EXIT STATUS",
                              "EXAMPLES", "ENVIRONMENT", "FILES", "SEE ALSO"})
    CHECK(contains(page, std::string{"\n.SH "} + section + "\n"));
}

TEST_CASE("the page of the settings has every setting of the file") {
  const auto page = settings_man_page("nba-scraper 1.2.3");
  for (const auto& setting : setting_table()) {
    if (!setting.in_file) continue;
    CAPTURE(setting.key);
    CHECK(contains(page, ".TP\n\\fB" + std::string{name_in_table(setting)} + "\\fR\n"));
  }
}

TEST_CASE("the sample of the configuration file is all comments; without their signs it is valid and changes nothing") {
  const auto sample = sample_config();
  for (const auto& line : lines_of(sample)) {
    CHECK((line.empty() || line.starts_with('#')));
    CHECK(line.size() <= 100);
  }
  const auto as_it_is = parse_config(sample, "sample");
  REQUIRE(as_it_is);
  CHECK(as_it_is->empty());

  const auto changed = parse_config(uncommented(sample), "sample");
  if (!changed) FAIL(describe(changed.error()));
  std::set<std::string_view> named;
  for (const auto& [setting, host, value] : *changed) {
    CAPTURE(setting->key);
    named.insert(setting->key);
    if (setting->key == "alerts.*.type") {  // without one it is the channel's name
      CHECK(value == setting_value{host});
      continue;
    }
    if (!setting->of_host()) {
      CHECK(value_of(settings{}, *setting, {}) == value);
      continue;
    }
    settings values;
    const auto before = budget_of(values, host);
    assign(values, *setting, host, value);
    const auto after = budget_of(values, host);
    CHECK(after.requests_per_minute == before.requests_per_minute);
    CHECK(after.in_flight_max == before.in_flight_max);
    CHECK(after.burst == before.burst);
  }
  for (const auto& setting : setting_table())
    if (setting.in_file) CHECK(named.contains(setting.key));
}

TEST_CASE("completion scripts name every command and option") {
  const auto program = describe_program();
  for (const auto& script : {bash_completion(program), zsh_completion(program), fish_completion(program)})
    for_every_command(program, {}, [&](const command_description& command, const std::vector<std::string>& path) {
      if (!path.empty()) CHECK(contains(script, path.back()));
      for (const auto& option : command.options)
        if (!option.is_argument) CHECK(contains(script, option.name().substr(2)));
    });
}
