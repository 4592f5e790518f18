// Passwords in URLs stay where they were given: in no output, log, table, page of `doctor` or dead letter.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace nba;
using namespace nba::test;

namespace {

const std::string secret = "t0psecret";

// "nba@" of a database URL gets the password.
std::string with_password(std::string url) { return url.insert(url.find("://") + 6, ":" + secret); }

std::string whole(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string everything_in(const std::string& database) {
  dump_options all;
  all.without_columns.clear();
  all.without_tables.clear();
  std::string text;
  for (const auto& [table, lines] : dump_store(*open(database), all))
    for (const auto& line : lines) text += line + '\n';
  return text;
}

}  // namespace

TEST_CASE("no secret leaves the program") {
  scene world{20};
  const auto games = world.league().games();
  world.server().set_override(games.at(3).id, endpoint::boxscore, "<html>not JSON</html>");
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto plain = world.new_database(backend);
    // An SQLite URL has no place for one.
    const auto database = backend == "sqlite" ? plain : with_password(plain);
    const std::map<std::string, std::string> environment{{"NBA_CDN_URL", world.server().cdn_url()},
                                                         {"NBA_STATS_URL", world.server().stats_url()}};
    const auto log = world.folder().path() / (backend + ".log");
    const auto says_nothing = [&](std::vector<std::string> arguments, int exit_code) {
      arguments.insert(arguments.end(), {"--log-level", "debug", "--log-file", log.string()});
      const auto said = world.run(database, arguments, environment);
      CAPTURE(arguments.front());
      CHECK_MESSAGE(said.exit_code == exit_code, said.err);
      CHECK_MESSAGE(said.out.find(secret) == std::string::npos, said.out);
      CHECK_MESSAGE(said.err.find(secret) == std::string::npos, said.err);
    };
    auto run = backfill;
    says_nothing(run, 1);
    run.insert(run.end(), {"--database", database, "--reprocess", "all", "--log-format", "json"});
    says_nothing(run, 1);
    says_nothing({"doctor"}, 0);
    says_nothing({"doctor", "--json"}, 0);
    says_nothing({"status"}, 0);
    says_nothing({"dlq", "list"}, 0);
    says_nothing({"dlq", "show", games.at(3).id.str()}, 0);
    says_nothing({"db", "check"}, 0);
    CHECK(whole(log).find("game.parked") != std::string::npos);
    CHECK(whole(log).find(secret) == std::string::npos);
    const auto rows = everything_in(plain);
    CHECK(rows.find(world.server().cdn_url().substr(7)) != std::string::npos);  // source_url is there
    CHECK(rows.find(secret) == std::string::npos);

    // Nor when nothing works.
    world.server().set_faults({*parse_fault("403")});
    says_nothing({"schedule", "daily", "--date", "2024-11-05"}, 123);
    says_nothing({"doctor"}, 1);
    world.server().set_faults({});
  }
}
