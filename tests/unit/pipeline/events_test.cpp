#include "pipeline/events.hpp"
#include "pipeline/failure.hpp"
#include "tests/support/recorded_data.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

namespace {

using namespace nba;

std::string_view name_of(event_level level) {
  constexpr std::string_view names[]{"DEBUG", "INFO", "WARN", "ERROR"};
  return names[static_cast<std::size_t>(level)];
}

std::string page() {
  std::string out =
      "# Log events\n\nMade from `pipeline/events.hpp`. Every line has the time, the level and the event; with "
      "`--log-format json` "
      "each is\nan object with `run_id`. A field without a value is left out. INFO: progress. WARN: recovered, nothing "
      "lost. "
      "ERROR: something is\nparked, closed or needs a person.\n\n| event | level | fields | what it says "
      "|\n|---|---|---|---|\n";
  for (const auto& one : events::all) {
    out += "| `" + std::string{one.name} + "` | " + std::string{name_of(one.level)} + " | ";
    for (std::size_t i = 0; i < one.keys.size(); ++i) out += (i > 0 ? ", " : "") + std::string{one.keys[i]};
    out += " | " + std::string{one.meaning} + " |\n";
  }
  return out;
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

const std::string source{NBA_SOURCE_DIR};

}  // namespace

TEST_CASE("docs/log-events.md is what pipeline/events.hpp says") {
  const auto path = source + "/docs/log-events.md";
  if (std::getenv("NBA_RENEW_DOCS") != nullptr) std::ofstream{path} << page();
  CHECK_MESSAGE(page() == nba::test::read_file(path),
                "to renew it: NBA_RENEW_DOCS=1 build/dev/plan_tests -tc='docs/log-events*'");
}

TEST_CASE("the list of events has every event, each once") {
  CHECK(count(nba::test::read_file(source + "/pipeline/events.hpp"), "inline constexpr event_kind ") ==
        events::all.size());
  std::set<std::string_view> names;
  for (const auto& one : events::all) {
    CAPTURE(std::string{one.name});
    CHECK(names.insert(one.name).second);
    std::set<std::string_view> keys{one.keys.begin(), one.keys.end()};
    CHECK(keys.size() == one.keys.size());
  }
}

TEST_CASE("an event has its fields in their order, and none without a value") {
  const auto id = *game_id::parse("0022400061");
  const auto event = events::game_closed.at(event_level::info, id, date::local_days{}, std::nullopt, "fetch",
                                            std::optional<std::string>{}, true, std::size_t{7});
  CHECK(event.level == event_level::info);
  CHECK(event.name == "game.closed");
  REQUIRE(event.fields.size() == 5);
  CHECK(event.fields[0].key == "game_id");
  CHECK(std::get<std::string>(event.fields[0].value) == "0022400061");
  CHECK(event.fields[1].key == "date");
  CHECK(std::get<std::string>(event.fields[1].value) == "1970-01-01");
  CHECK(event.fields[2].key == "stage");
  CHECK(event.fields[3].key == "state");
  CHECK(std::get<bool>(event.fields[3].value));
  CHECK(event.fields[4].key == "reason");
  CHECK(std::get<std::int64_t>(event.fields[4].value) == 7);
  CHECK(events::game_closed(id, true, 1.5, std::nullopt, std::nullopt, std::nullopt, std::nullopt).level ==
        event_level::error);
}

TEST_CASE("what is counted instead of named is one field") {
  const auto event = events::game_not_ready.further(event_level::warn, "further_games", 3);
  REQUIRE(event.fields.size() == 1);
  CHECK(event.fields[0].key == "further_games");
  CHECK(std::get<std::int64_t>(event.fields[0].value) == 3);
}

TEST_CASE("every failure class is in the table, by its own name") {
  for (const auto& one : failure_table) {
    CAPTURE(std::string{one.name});
    CHECK(parse_failure_class(one.name) == one.kind);
    CHECK(to_string(one.kind) == one.name);
  }
  CHECK_FALSE(parse_failure_class("nothing"));
}
