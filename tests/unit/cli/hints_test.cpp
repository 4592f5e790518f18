// Commands in messages can be copied as they stand.
#include "cli/hints.hpp"

#include <doctest/doctest.h>

using namespace nba::cli;

namespace {

settings given(std::map<std::string, std::string, std::less<>> flags, const std::string& database = "") {
  auto values = load_settings({std::move(flags), [&](std::string_view name) -> std::optional<std::string> {
                                 if (name == "HOME") return "/home/anybody";
                                 if (name == "DATABASE_URL" && !database.empty()) return database;
                                 return std::nullopt;
                               }});
  REQUIRE(values);
  return *values;
}

}  // namespace

TEST_CASE("what stood on the command line is said again, what the next command finds by itself is not") {
  CHECK(options_to_repeat(given({})).empty());
  CHECK(options_to_repeat(given({{"source", "sim"}})) == " --source sim");
  CHECK(options_to_repeat(given({{"source", "sim"}, {"database", "sqlite:///sim.db"}})) ==
        " --source sim --database sqlite:///sim.db");
  CHECK(options_to_repeat(given({{"database", "sqlite:///it's mine.db"}})) ==
        R"( --database 'sqlite:///it'\''s mine.db')");
  CHECK(options_to_repeat(given({{"database", "postgresql://u:s3cret@h/nba"}})).find("s3cret") == std::string::npos);
  CHECK(options_to_repeat(given({}, "sqlite:///x.db")).empty());
}

TEST_CASE("options go into the commands of a sentence, and nowhere else") {
  const auto with = [](std::string_view text) { return repeat_options(text, " --database x"); };
  CHECK(with("see `nba-scraper db check`; `nba-scraper --version` tells") ==
        "see `nba-scraper db check --database x`; `nba-scraper --version` tells");
  CHECK(with("nba-scraper db repair") == "nba-scraper db repair --database x");
  CHECK(with("the tables of nba-scraper are not there") == "the tables of nba-scraper are not there");
  CHECK(with("`ls` and a ` alone") == "`ls` and a ` alone");
  CHECK(with("`nba-scraper status --database y`") == "`nba-scraper status --database y`");
  CHECK(repeat_options("`nba-scraper status`", "") == "`nba-scraper status`");
}
