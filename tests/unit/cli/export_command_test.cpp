// `export` and `validate` on a small season.
#include "cli/export_file.hpp"
#include "pipeline/derive/validation.hpp"
#include "pipeline/sha256.hpp"
#include "tests/support/recorded_data.hpp"
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

using namespace nba;
using namespace nba::cli;
using namespace nba::cli::test;
using nba::test::read_file;
using nlohmann::json;

namespace {

struct export_fixture : season_on_disk {
  std::filesystem::path out = folder.path() / "out";

  export_fixture() {
    for (const std::size_t position : {0, 1, 2}) season.complete(position);
    season.load(3);
  }
};

std::vector<std::string> lines_of_file(const std::filesystem::path& path) {
  std::istringstream in{read_file(path)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// While it lives a write beyond this size fails, as on a full disk.
class file_size_limit {
 public:
  explicit file_size_limit(rlim_t bytes) : ignored_(std::signal(SIGXFSZ, SIG_IGN)) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit small{bytes, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  }
  ~file_size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, ignored_);
  }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;

 private:
  void (*ignored_)(int);
  rlimit before_{};
};

const dictionary_table sample{
    "sample", "core", "", {{"game_id", "", ""}, {"note", "", ""}, {"share", "", ""}, {"flag", "yes/no", ""}}};

}  // namespace

TEST_CASE("CSV quotes what needs it, and NULL is an empty field") {
  std::string out = csv_header(sample);
  append_csv(out, sample, {std::string{"0022400001"}, std::string{"a \"b\", c\nd"}, 1.0 / 3, std::int64_t{1}});
  append_csv(out, sample, {std::string{"0022400002"}, table_value{}, 45.0, std::int64_t{0}});
  append_csv(out, sample, {std::string{"0022400003"}, std::string{}, table_value{}, table_value{}});
  CHECK(out ==
        "game_id,note,share,flag\n"
        "0022400001,\"a \"\"b\"\", c\nd\",0.3333333333333333,true\n"
        "0022400002,,45,false\n"
        "0022400003,\"\",,\n");
}

TEST_CASE("JSON lines are JSON, whatever the text holds") {
  std::string out;
  append_jsonl(out, sample, {std::string{"0022400001"}, std::string{"a \"b\\c\"\n\t\x01 é"}, 0.1, std::int64_t{1}});
  append_jsonl(out, sample, {std::string{"0022400002"}, table_value{}, table_value{}, std::int64_t{0}});
  std::istringstream lines{out};
  std::string line;
  std::getline(lines, line);
  CHECK(json::parse(line) ==
        json{{"game_id", "0022400001"}, {"note", "a \"b\\c\"\n\t\x01 é"}, {"share", 0.1}, {"flag", true}});
  std::getline(lines, line);
  CHECK(json::parse(line) == json{{"game_id", "0022400002"}, {"note", nullptr}, {"share", nullptr}, {"flag", false}});
}

TEST_CASE_FIXTURE(export_fixture,
                  "export writes every core and derived table of the finished games, and says what it wrote") {
  const auto answer = on({"export", "--season", "2024-25", "--output", out.string()});
  REQUIRE_MESSAGE(answer.code == 0, answer.err);
  const auto manifest = json::parse(read_file(out / "manifest.json"));
  CHECK(manifest["games"] == 3);
  CHECK(manifest["files"].size() == 16);
  for (const auto& file : manifest["files"]) {
    CAPTURE(file["table"]);
    const auto path = out / file["file"].get<std::string>();
    CHECK(std::filesystem::file_size(path) == file["bytes"].get<std::uint64_t>());
    CHECK(sha256_hex(read_file(path)) == file["sha256"]);
    const auto rows = season.database().query_text(
        "SELECT count(*) FROM " + file["table"].get<std::string>() +
            (file["table"] == "teams" || file["table"] == "players" ? ""
                                                                    : " WHERE game_id <> '" + season.id(3).str() + "'"),
        1);
    CHECK(std::to_string(file["rows"].get<std::uint64_t>()) == rows->at(1).at(0));
  }
  CHECK(std::filesystem::exists(out / "teams.csv"));
  const auto possessions = lines_of_file(out / "2024-25/possessions.csv");
  CHECK(possessions.front().starts_with("game_id,possession_idx,period,"));
  CHECK(possessions.at(1).starts_with(season.id(0).str() + ",0,1,"));
  // Not over what is there, unless that is said.
  const auto again = on({"export", "--output", out.string()});
  CHECK(again.code == 119);
  CHECK(again.err.find("--overwrite") != std::string::npos);
  CHECK(on({"export", "--output", out.string(), "--overwrite", "--tables", "outcomes"}).code == 0);
  CHECK(json::parse(read_file(out / "manifest.json"))["files"].size() == 1);
}

TEST_CASE_FIXTURE(export_fixture, "export answers in JSON with its manifest, or why there is none") {
  const auto answer_of = [](const outcome& answer) {
    REQUIRE_MESSAGE(json::accept(answer.out), answer.out);
    auto document = json::parse(answer.out);
    CHECK(document["exit_code"] == answer.code);
    return document;
  };
  const std::vector<std::string> words{"export", "--tables", "outcomes", "--json", "--output", out.string()};
  const auto done = answer_of(on(words));
  CHECK(done["error"] == nullptr);
  CHECK(done["folder"] == out.string());
  CHECK(done["manifest"] == json::parse(read_file(out / "manifest.json")));
  const auto there = answer_of(on(words));
  CHECK(there["exit_code"] == 119);
  CHECK(there["manifest"] == nullptr);
  CHECK(there["error"].get<std::string>().find("--overwrite") != std::string::npos);
  const auto none = answer_of(on({"export", "--season", "2009-10", "--json", "--output", (out / "none").string()}));
  CHECK(none["exit_code"] == 1);
  CHECK(none["error"].get<std::string>().find("no finished games of 2009-10") != std::string::npos);
}

TEST_CASE_FIXTURE(export_fixture, "the manifest has season, type and unit of everything, and names what loads it") {
  REQUIRE(
      on({"export", "--tables", "games,players,player_game_stats,player_game_log", "--output", out.string()}).code ==
      0);
  const auto manifest = json::parse(read_file(out / "manifest.json"));
  CHECK(manifest["loaders"] == json{"duckdb.sql", "load_pandas.py"});
  std::map<std::string, std::string> seasons, types, units;
  for (const auto& file : manifest["files"]) {
    const auto table = file["table"].get<std::string>();
    seasons[table] = file["season"].is_null() ? "" : file["season"].get<std::string>();
    CHECK(file["file"] == (seasons[table].empty() ? table : seasons[table] + "/" + table) + ".csv");
    for (const auto& column : file["columns"]) {
      const auto name = table + "." + column["name"].get<std::string>();
      types[name] = column["type"];
      units[name] = column["unit"];
      CHECK_FALSE(types[name].empty());
    }
  }
  CHECK(seasons["players"].empty());
  CHECK(seasons["games"] == "2024-25");
  CHECK(seasons["player_game_log"] == "2024-25");
  CHECK(types["games.game_id"] == "text");
  CHECK(types["games.game_date"] == "date");
  CHECK(types["games.tipoff_utc"] == "timestamp");
  CHECK(types["games.home_team_id"] == "bigint");
  CHECK(types["games.is_neutral"] == "boolean");
  CHECK(types["player_game_stats.jersey_number"] == "text");
  CHECK(types["player_game_stats.points"] == "integer");
  CHECK(types["player_game_stats.seconds_played"] == "real");
  CHECK(units["player_game_stats.seconds_played"] == "s");
  CHECK(types["player_game_log.is_home"] == "boolean");
  CHECK(types["player_game_log.game_date"] == "date");
  const auto sql = read_file(out / "duckdb.sql");
  for (const auto* part : {"CREATE OR REPLACE TABLE games AS SELECT * FROM read_csv(['2024-25/games.csv'],",
                           "read_csv(['players.csv'],", "'jersey_number': 'VARCHAR'", "'tipoff_utc': 'TIMESTAMPTZ'",
                           "\n-- COPY players TO 'players.parquet' (FORMAT parquet);\n"})
    CHECK_MESSAGE(contains(sql, part), sql);
  CHECK(contains(read_file(out / "load_pandas.py"), "def load("));
}

TEST_CASE_FIXTURE(export_fixture, "export compresses, and takes views that are named") {
  const auto plain = folder.path() / "plain";
  for (const std::string format : {"csv", "jsonl"}) {
    CAPTURE(format);
    std::vector<std::string> words{
        "export", "--tables", "lineup_totals,early_shocks,pbp_events", "--format", format, "--overwrite", "--output"};
    words.push_back(plain.string());
    REQUIRE(on(words).code == 0);
    words.back() = out.string();
    words.push_back("--gzip");
    const auto answer = on(words);
    REQUIRE_MESSAGE(answer.code == 0, answer.err);
    for (const std::string table : {"lineup_totals", "early_shocks", "pbp_events"}) {
      CAPTURE(table);
      const auto name = "2024-25/" + table + "." + format;
      CHECK(answer.out.find(name + ".gz") != std::string::npos);
      CHECK_FALSE(std::filesystem::exists(out / name));
      const auto expected = read_file(plain / name);
      CHECK(gunzipped(out / (name + ".gz")) == expected);
      if (table == "pbp_events") CHECK(std::filesystem::file_size(out / (name + ".gz")) < expected.size() / 2);
    }
    const auto events = lines_of_file(plain / ("2024-25/pbp_events." + format));
    CHECK(events.size() > 1'000);
    CHECK(std::set<std::string>(events.begin(), events.end()).size() == events.size());
  }
}

TEST_CASE_FIXTURE(export_fixture, "a disk that is full when a file is closed is an error, and leaves no manifest") {
  // A small table stays in the buffer until the file is closed. Files of this process may not grow over this size.
  const file_size_limit limit{300};
  for (const bool gzip : {false, true}) {
    std::vector<std::string> words{"export", "--tables", "players", "--output", out.string()};
    if (gzip) words.push_back("--gzip");
    const auto answer = on(words);
    CHECK(answer.code == 119);
    CHECK_MESSAGE(contains(answer.err, "cannot write"), answer.err);
    CHECK(contains(answer.err, "players.csv"));
    CHECK_FALSE(contains(answer.out, "players.csv"));
    CHECK(std::filesystem::is_empty(out));
  }
}

TEST_CASE_FIXTURE(export_fixture,
                  "export --csv-safe makes formulas harmless in every table, and nothing else is changed") {
  folder.execute("nba.db", "UPDATE players SET family_name = '=1+1'");
  const auto lines_with = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"export", "--tables", "players", "--overwrite", "--output", out.string()});
    REQUIRE(on(words).code == 0);
    return lines_of_file(out / "players.csv");
  };
  const auto plain = lines_with({}), safe = lines_with({"--csv-safe"});
  REQUIRE(plain.size() > 10);
  REQUIRE(safe.size() == plain.size());
  auto expected = plain;
  for (std::size_t i = 1; i < expected.size(); ++i) {
    const auto at = expected[i].find(",=1+1");
    REQUIRE(at != std::string::npos);
    expected[i].insert(at + 1, "'");
  }
  CHECK(safe == expected);
}

TEST_CASE_FIXTURE(export_fixture, "export says what it cannot do") {
  CHECK(on({"export", "--season", "2023-24", "--output", out.string()}).code == 1);
  CHECK(on({"export", "--tables", "dead_letters", "--output", out.string()}).code == 105);
  CHECK(on({"export", "--output", "/proc/nowhere"}).code == 119);
}

TEST_CASE_FIXTURE(export_fixture,
                  "validate passes a synthetic season, and names and counts a game that was tampered with") {
  const auto good = on({"validate", "--season", "2024-25"});
  CHECK_MESSAGE(good.code == 0, good.out);
  CHECK(good.out.find("3 derived games") != std::string::npos);
  CHECK(good.out.find("MISSED") == std::string::npos);
  folder.execute("nba.db",
                 "UPDATE player_on_court SET plus_minus = plus_minus + 1 WHERE game_id = '" + season.id(1).str() + "'");
  const auto bad = on({"validate", "--season", "2024-25", "--parallel", "2"});
  CHECK(bad.code == 1);
  CHECK(bad.out.find("MISSED") != std::string::npos);
  CHECK(bad.out.find(season.id(1).str()) != std::string::npos);
  const auto report = json::parse(on({"validate", "--season", "2024-25", "--json"}).out);
  CHECK(report["failing_games"] == 1);
  CHECK(report["checks"].size() == validation_bars().size());
  CHECK(report["failing"][0]["game_id"] == season.id(1).str());
  const auto none = on({"validate", "--season", "2023-24"});
  CHECK(none.code == 123);  // 1 would be one failing game
  CHECK(contains(none.err, "backfill --season 2023-24"));
  const auto missing = on({"validate", "--season", "2024-25", "--reference", "/nowhere.csv"});
  CHECK(missing.code == 120);
  CHECK(missing.err.find("/nowhere.csv") != std::string::npos);
}

TEST_CASE("export and validate take the games of the types that were named") {
  const temporary_folder folder;
  const auto url = folder.sqlite_url();
  sample_season season{url, true};
  const auto& games = season.games();
  const auto position_of = [&](game_type type) {
    const auto found =
        std::find_if(games.begin(), games.end(), [&](const auto& game) { return game.id.type() == type; });
    REQUIRE(found != games.end());
    return static_cast<std::size_t>(found - games.begin());
  };
  const auto regular = position_of(game_type::regular), playoff = position_of(game_type::playoffs);
  season.complete(regular);
  season.complete(playoff);
  const auto exported = [&](std::vector<std::string> words) {
    const auto out = folder.path() / "out";
    words.insert(words.begin(),
                 {"export", "--tables", "outcomes", "--overwrite", "--output", out.string(), "--database", url});
    const auto answer = run(words);
    REQUIRE_MESSAGE(answer.code == 0, answer.err);
    std::vector<std::string> ids;
    for (const auto& line : lines_of_file(out / "2024-25/outcomes.csv")) ids.push_back(line.substr(0, line.find(',')));
    ids.erase(ids.begin());
    CHECK(json::parse(read_file(out / "manifest.json"))["games"] == ids.size());
    return ids;
  };
  const auto first = season.id(regular).str(), second = season.id(playoff).str();
  CHECK(exported({}) == std::vector{first, second});
  CHECK(exported({"--game-types", "regular"}) == std::vector{first});
  CHECK(exported({"--game-types", "playoffs", "--season", "2024-25"}) == std::vector{second});
  // Views too.
  for (const std::string type : {"regular", "playoffs"}) {
    const auto out = folder.path() / type;
    REQUIRE(
        run({"export", "--tables", "player_seasons", "--game-types", type, "--output", out, "--database", url}).code ==
        0);
    auto lines = lines_of_file(out / "2024-25/player_seasons.csv");
    CHECK(lines.size() > 10);
    lines.erase(lines.begin());
    CHECK(std::all_of(lines.begin(), lines.end(),
                      [&](const auto& line) { return line.starts_with("2024-25," + type + ","); }));
  }
  CHECK(run({"export", "--game-types", "cup", "--output", folder.path() / "none", "--database", url}).code == 1);

  const auto others = run({"validate", "--season", "2024-25", "--game-types", "cup", "--database", url});
  CHECK(others.code == 123);
  CHECK(contains(others.err, "1 finished regular game and 1 finished playoffs game"));
  CHECK(contains(others.err, "--game-types regular,playoffs"));

  const auto validated = [&](const std::string& types) {
    const auto answer = run({"validate", "--season", "2024-25", "--json", "--game-types", types, "--database", url});
    return std::pair{answer.code, json::parse(answer.out)["games"].get<int>()};
  };
  CHECK(validated("regular,playoffs") == std::pair{0, 2});
  CHECK(validated("regular") == std::pair{0, 1});
  CHECK(validated("playoffs") == std::pair{0, 1});
  // A game that cannot be checked at all counts as one that failed.
  folder.execute("nba.db", "DELETE FROM pbp_events WHERE event_idx > 40 AND game_id = '" + second + "'");
  CHECK(validated("regular") == std::pair{0, 1});
  CHECK(validated("playoffs") == std::pair{1, 0});
  const auto both = run({"validate", "--season", "2024-25", "--database", url});
  CHECK(both.code == 1);
  CHECK(both.out.find("nba-scraper db repair --season 2024-25") != std::string::npos);
  CHECK(both.out.find(second) != std::string::npos);
}
