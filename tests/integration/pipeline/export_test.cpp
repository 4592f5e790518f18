// `export` of more games than one read takes, from both stores: what is in the database, once, and the same.
#include "storage/dictionary.hpp"
#include "tests/integration/pipeline/scene.hpp"
#include "tests/support/recorded_data.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

using namespace nba;
using namespace nba::test;
using nlohmann::json;

namespace {

std::vector<std::string> lines_in(const std::filesystem::path& file) {
  std::istringstream in{read_file(file)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("an export has every row of the finished games once, and no other, whatever the store") {
  scene world{40};
  const auto games = world.league().games().size();
  REQUIRE(games > 2 * 16);  // games of one read
  // One game is not finished: its rows stay where they are.
  const auto open = world.league().games().at(20).id.str();
  std::map<std::string, std::vector<std::string>> of_first_store;
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    const auto database = world.new_database(backend);
    REQUIRE(world.run(database, backfill).exit_code == 0);
    change(database, "UPDATE ingest_games SET state = 'loaded' WHERE game_id = '" + open + "'");
    const auto folder = world.folder().path() / backend;
    const auto answer =
        world.run(database, {"export", "--season", "2024-25", "--format", "jsonl", "--output", folder.string()});
    REQUIRE_MESSAGE(answer.exit_code == 0, answer.err);
    const auto manifest = json::parse(read_file(folder / "manifest.json"));
    CHECK(manifest["games"] == games - 1);
    for (const auto& entry : manifest["files"]) {
      const auto table = entry["table"].get<std::string>();
      CAPTURE(table);
      auto lines = lines_in(folder / entry["file"].get<std::string>());
      CHECK(entry["rows"] == lines.size());
      const bool of_games = json::parse(lines.at(0)).contains("game_id");
      CHECK(ask(database,
                "SELECT count(*) FROM " + table + (of_games ? " WHERE game_id <> '" + open + "'" : std::string{})) ==
            std::to_string(lines.size()));
      for (auto& line : lines) {
        auto row = json::parse(line);
        if (of_games) CHECK(row["game_id"] != open);
        for (const auto* column : {"ingested_at", "source_url"}) row.erase(column);  // when and whence it came
        line = row.dump();
      }
      const std::set<std::string> distinct(lines.begin(), lines.end());
      CHECK(distinct.size() == lines.size());
      if (of_games)
        CHECK(std::is_sorted(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
          return json::parse(a)["game_id"] < json::parse(b)["game_id"];
        }));
      std::sort(lines.begin(), lines.end());
      if (backend == "sqlite")
        of_first_store[table] = std::move(lines);
      else
        CHECK(lines == of_first_store.at(table));
    }
    CHECK(of_first_store.size() == manifest["files"].size());
  }
}
