// Files and folder of an export: links, locks, modes, errors.
#include "cli/export_file.hpp"
#include "cli/export_folder.hpp"
#include "cli/export_plan.hpp"
#include "storage/snapshot.hpp"
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <sstream>

using namespace nba;
using namespace nba::cli;
using namespace nba::cli::test;
namespace fs = std::filesystem;

namespace {

const dictionary_table sample{"games", "core", "", {{"game_id", "", ""}, {"note", "", ""}, {"share", "", ""}}};

std::string whole(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator{folder})
    if (!entry.is_directory()) names.insert(fs::relative(entry.path(), folder));
  return names;
}

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 07777;
}

}  // namespace

TEST_CASE("an export of several megabytes has every row once, in order, compressed or not") {
  const temporary_folder folder;
  const export_folder out{folder.path() / "out", 0600};
  constexpr int rows = 60'000;  // of some 60 bytes: the buffer of 1 MiB is written three times
  for (const bool gzip : {false, true}) {
    const std::string name = gzip ? "games.csv.gz" : "games.csv";
    export_file file{out, name, sample, {export_format::csv, gzip, false}};
    std::string expected = csv_header(sample);
    for (int at = 0; at < rows; at += 1000) {
      table_rows some;
      for (int row = at; row < at + 1000; ++row) {
        some.rows.push_back({std::to_string(row), "a note that fills the line with some forty bytes", 0.5});
        append_csv(expected, sample, some.rows.back());
      }
      file.write(some);
    }
    const auto done = file.close();
    REQUIRE(expected.size() > (3u << 20));
    CHECK(done.rows == rows);
    CHECK(done.bytes == fs::file_size(out.path() / name));
    CHECK((gzip ? gunzipped(out.path() / name) : whole(out.path() / name)) == expected);
  }
}

TEST_CASE("a write that fails is an error, at the latest when the file is closed") {
  for (const bool gzip : {false, true}) {
    const owned_descriptor full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
    REQUIRE(full.get() >= 0);
    compressed_file file{full.get(), gzip, "games.csv"};
    file.write("a few bytes, which stay in the buffer");
    try {
      file.close();
      FAIL_CHECK("a full disk was not noticed");
    } catch (const std::runtime_error& error) {
      CHECK(contains(error.what(), "cannot write games.csv"));
    }
    compressed_file large{full.get(), gzip, "games.csv"};
    std::string noise(4 << 20, '\0');
    for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>(i * i >> 7);
    CHECK_THROWS([&] {
      large.write(noise);
      large.close();
    }());
  }
}

TEST_CASE("no link is followed: not for a file, its unfinished form, or the manifest") {
  const temporary_folder folder;
  const auto path = folder.path() / "out";
  fs::create_directories(path);
  const auto victim = folder.write("victim", "mine");
  for (const auto* name : {"games.csv", "games.csv.part", "manifest.json"}) fs::create_symlink(victim, path / name);
  const export_folder out{path, 0640};
  CHECK(out.has("manifest.json"));
  export_file file{out, "games.csv", sample, {}};
  file.close();
  const auto manifest = out.create("manifest.json");
  out.publish(manifest, "manifest.json");
  CHECK(whole(victim) == "mine");
  CHECK_FALSE(fs::is_symlink(path / "games.csv"));
  CHECK_FALSE(fs::is_symlink(path / "manifest.json"));
  CHECK(mode_of(path / "games.csv") == 0640);
}

TEST_CASE("a season is a folder, made when it is needed, gone with its last file, and never a link") {
  const temporary_folder folder;
  const auto path = folder.path() / "out", elsewhere = folder.path() / "elsewhere";
  fs::create_directories(path);
  fs::create_directories(elsewhere);
  fs::create_directory_symlink(elsewhere, path / "2024-25");
  const export_folder out{path, 0600};
  CHECK_FALSE(out.has("2024-25/games.csv"));
  {
    export_file file{out, "2024-25/games.csv", sample, {}};
    CHECK(finished_name(*out.names().begin()) == "2024-25/games.csv");
    file.close();
  }
  CHECK(out.has("2024-25/games.csv"));
  CHECK(out.names() == file_names{"2024-25/games.csv"});
  CHECK_FALSE(fs::is_symlink(path / "2024-25"));
  CHECK(fs::is_empty(elsewhere));
  out.remove("2024-25/games.csv");
  CHECK_FALSE(fs::exists(path / "2024-25"));
  out.remove("2024-25/games.csv");  // gone is gone
  std::ofstream{path / "2023-24"} << "no folder";
  CHECK_THROWS(export_file(out, "2023-24/games.csv", sample, {}));
  CHECK_THROWS(export_file(out, "../games.csv", sample, {}));
}

TEST_CASE("a file that is not completed goes, and so do those of earlier exports; nothing else does") {
  const temporary_folder folder;
  const auto path = folder.path() / "out";
  const export_folder out{path, 0600};
  { const export_file given_up{out, "games.csv", sample, {}}; }
  CHECK(names_in(path).empty());
  fs::create_directories(path / "2024-25");
  const std::set<std::string> foreign{"notes.csv",
                                      "games.csv.bak",
                                      "games",
                                      ".players.csv",
                                      "my.part",
                                      "2024-25/notes.csv",
                                      "2024-25/teams.csv",
                                      ".other.0a1b2c3d.part",
                                      ".games.csv.0a1b2c3g.part",
                                      "other.csv",
                                      ".games.csv.0a1b2c3d.par"};
  for (const auto& name : foreign) std::ofstream{path / name} << "x";
  for (const auto* name : {"games.csv", "players.jsonl.gz", "2024-25/officials.csv", ".players.jsonl.gz.0a1b2c3d.part",
                           "2024-25/.officials.csv.00000000.part", ".manifest.json.0a1b2c3d.part"})
    std::ofstream{path / name} << "x";
  std::ofstream{path / "manifest.json"} << R"({"files": [{"file": "games.csv"}, {"file": "players.jsonl.gz"}, 7,
      {"file": "2024-25/officials.csv"}, {"file": "gone.csv"}, {"file": "../out.csv"}, {"file": "my.part"},
      {"file": "/etc/hosts"}, {"file": ["other.csv"]}, {"file": "2024-25/../other.csv"}], "loaders": ["games", 3]})";
  const auto earlier = files_of_earlier_exports(out);
  CHECK(earlier == file_names{"games.csv", "players.jsonl.gz", "2024-25/officials.csv", "gone.csv"});
  {
    export_list list{out, earlier};
    list.remove_others({"games.csv"});
    list.done();
  }
  out.remove("manifest.json");
  auto left = foreign;
  left.insert("games.csv");
  CHECK(names_in(path) == left);
}

TEST_CASE("what a killed export has left is known to the next one") {
  const temporary_folder folder;
  const export_folder out{folder.path() / "out", 0600};
  CHECK(files_of_earlier_exports(out).empty());
  { const export_list failed{out, {"2024-25/games.csv"}}; }
  CHECK(names_in(out.path()).empty());  // nothing of it was there
  {
    const export_list failed{out, {"2024-25/games.csv", "teams.csv"}};
    write_text(out, "teams.csv", "half of an export");
  }
  CHECK(files_of_earlier_exports(out) == file_names{"2024-25/games.csv", "teams.csv"});
  for (const auto* nonsense : {"", "[]", "{", R"({"files": 3, "loaders": {}})", R"({"files": [[]]})"}) {
    std::ofstream{out.path() / "manifest.json"} << nonsense;
    CHECK(files_of_earlier_exports(out).size() == 2);
  }
}

TEST_CASE("one export at a time writes into a folder") {
  const temporary_folder folder;
  {
    const export_folder first{folder.path(), 0600};
    CHECK_THROWS_AS(export_folder(folder.path(), 0600), folder_in_use);
  }
  CHECK_NOTHROW(export_folder(folder.path(), 0600));
}

TEST_CASE("texts that a spreadsheet would run get an apostrophe when that is asked for, and numbers never do") {
  const std::vector<table_value> row{std::string{"=cmd|' /C calc'!A0"}, std::string{"@SUM(1+1)"}, -0.5};
  std::string safe, plain;
  append_csv(safe, sample, row, true);
  append_csv(plain, sample, row);
  CHECK(safe == "'=cmd|' /C calc'!A0,'@SUM(1+1),-0.5\n");
  CHECK(plain == "=cmd|' /C calc'!A0,@SUM(1+1),-0.5\n");
  for (const auto* formula : {"=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\uFF1D1", "\uFF201"})
    CHECK_MESSAGE(is_formula(formula), formula);
  for (const auto* text : {"", "Dončić", "1-1", "a=b", "'=1", " "}) CHECK_FALSE_MESSAGE(is_formula(text), text);
}

TEST_CASE("files are as private as the database") {
  const temporary_folder folder;
  const auto file = folder.write("nba.db", "");
  ::chmod(file.c_str(), 0600);
  CHECK(export_file_mode(folder.sqlite_url()) == 0600);
  ::chmod(file.c_str(), 0644);
  CHECK(export_file_mode(folder.sqlite_url()) == 0644);
  CHECK(export_file_mode("postgresql:///nba") == 0600);
  CHECK(export_file_mode("nonsense") == 0600);
}

TEST_CASE("all reads of a snapshot see one moment") {
  const temporary_folder folder;
  sample_season season{folder.sqlite_url()};
  season.complete(0);
  auto& store = season.database();
  const auto points = [&] { return std::get<std::int64_t>(store.read_table({"outcomes"})->rows.at(0).at(1)); };
  const auto before = points();
  {
    const auto moment = take_snapshot(store);
    REQUIRE(moment);
    CHECK_FALSE(take_snapshot(store));
    CHECK(points() == before);
    folder.execute("nba.db", "UPDATE outcomes SET home_points = home_points + 7");
    CHECK(points() == before);
    CHECK_FALSE(store.advance_watermark("a", "b", "c"));  // nothing is written meanwhile
    CHECK_FALSE(store.read_table({"outcomes"}));          // and a failure loses the moment
  }
  CHECK(points() == before + 7);
}

TEST_CASE("an export with --overwrite leaves nothing of an earlier one, and no manifest while it is not whole") {
  const temporary_folder folder;
  sample_season season{folder.sqlite_url()};
  for (const std::size_t position : {0, 1}) season.complete(position);
  const auto out = (folder.path() / "out").string();
  const auto on = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--database", folder.sqlite_url(), "--output", out});
    return run(words);
  };
  REQUIRE(on({"export"}).code == 0);
  REQUIRE(on({"export", "--tables", "games", "--gzip", "--format", "jsonl", "--overwrite"}).code == 0);
  const auto file = fs::path{out} / "2024-25/games.jsonl.gz";
  CHECK(names_in(out) ==
        std::set<std::string>{"2024-25/games.jsonl.gz", "duckdb.sql", "load_pandas.py", "manifest.json"});
  CHECK(mode_of(file) == 0600);
  CHECK(mode_of(fs::path{out} / "load_pandas.py") == 0600);
  CHECK(mode_of(fs::path{out} / "manifest.json") == 0600);
  std::istringstream lines{gunzipped(file)};
  int games = 0;
  for (std::string line; std::getline(lines, line); ++games) CHECK(nlohmann::json::accept(line));
  CHECK(games == 2);
  // The file cannot be put in its place: a folder has its name.
  fs::create_directory(fs::path{out} / "2024-25/games.csv");
  CHECK(on({"export", "--tables", "games", "--overwrite"}).code == 119);
  CHECK_FALSE(fs::exists(fs::path{out} / "manifest.json"));
  const export_folder held{out, 0600};
  const auto refused = on({"export", "--overwrite"});
  CHECK(refused.code == 122);
  CHECK(contains(refused.err, "another export"));
}

TEST_CASE("what is not an export's is left alone and named, and not replaced unless that is said") {
  const temporary_folder folder;
  sample_season season{folder.sqlite_url()};
  season.complete(0);
  const auto out = folder.path() / "out";
  fs::create_directories(out / "2024-25");
  for (const auto* name : {"teams.csv", "notes.txt", "2024-25/plan.xlsx", "an \033[31mapple"})
    std::ofstream{out / name} << "mine";
  const auto on = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--tables", "teams,games", "--database", folder.sqlite_url(), "--output", out.string()});
    return run(words);
  };
  const auto refused = on({"export"});
  CHECK(refused.code == 119);
  CHECK(contains(refused.err, "teams.csv is there already, and no export's"));
  CHECK(names_in(out).size() == 4);
  CHECK(whole(out / "teams.csv") == "mine");
  const auto answer = on({"export", "--overwrite"});
  REQUIRE_MESSAGE(answer.code == 0, answer.err);
  CHECK(contains(answer.out, "Left alone, not of this export: 2024-25/plan.xlsx, an \\x1b[31mapple and\nnotes.txt."));
  CHECK(whole(out / "teams.csv").starts_with("team_id,"));
  CHECK(whole(out / "notes.txt") == "mine");
  // Of an export that was broken off nothing is to be asked.
  fs::remove(out / "manifest.json");
  std::ofstream{out / ".nba-export"}
      << "teams.csv\n2024-25/games.csv\nduckdb.sql\nload_pandas.py\n2024-25/officials.csv\n";
  std::ofstream{out / "2024-25/officials.csv"} << "of the export that was broken off";
  CHECK(on({"export"}).code == 0);
  CHECK(names_in(out) == std::set<std::string>{"teams.csv", "2024-25/games.csv", "manifest.json", "duckdb.sql",
                                               "load_pandas.py", "notes.txt", "2024-25/plan.xlsx", "an \033[31mapple"});
}
