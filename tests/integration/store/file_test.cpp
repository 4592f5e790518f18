// An SQLite file in the field: moved, cut or damaged under a run, read by those who may only read.
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/sample_games.hpp"

#include <filesystem>
#include <fstream>
#include <functional>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace nba;
using namespace nba::test;
namespace fs = std::filesystem;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::vector<game_write> one_game(int number) { return {sample_core(number, 1, 600)}; }

// Runs `check` as a user without rights of its own; it answers "" when all is well.
std::string as_nobody(const std::function<std::string()>& check) {
  int channel[2];
  REQUIRE(::pipe(channel) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) ::_exit(1);
    const auto said = check();
    ::_exit(::write(channel[1], said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 1);
  }
  ::close(channel[1]);
  std::string said(4096, '\0');
  const auto read = ::read(channel[0], said.data(), said.size());
  ::close(channel[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  said.resize(read > 0 ? static_cast<std::size_t>(read) : 0);
  return said;
}

// What somebody sees of the mark (s, k).
std::string read_mark(const database_url& url) {
  const auto db = open_store(url, {.create = false});
  if (!db) return describe(db.error());
  const auto mark = (*db)->read_watermark("s", "k");
  if (!mark) return describe(mark.error());
  if (const auto damage = (*db)->find_damage(true); !damage || !damage->empty()) return "damaged";
  return *mark ? (*mark)->value : "nothing";
}

// A folder that may be entered and read only, until it goes.
class read_only_folder {
 public:
  explicit read_only_folder(fs::path folder) : folder_(std::move(folder)) { ::chmod(folder_.c_str(), 0555); }
  ~read_only_folder() { ::chmod(folder_.c_str(), 0755); }

 private:
  fs::path folder_;
};

std::string wal_of(const backend& used) { return used.url().path + "-wal"; }
std::string shm_of(const backend& used) { return used.url().path + "-shm"; }

}  // namespace

TEST_CASE("SQLite: a file that is renamed, removed, replaced or cut under a run is noticed at the next commit") {
  using act = std::function<void(const std::string&)>;
  const std::vector<std::pair<const char*, act>> acts{
      {"renamed", [](const std::string& path) { fs::rename(path, path + ".moved"); }},
      {"removed", [](const std::string& path) { fs::remove(path); }},
      {"replaced",
       [](const std::string& path) {
         fs::copy_file(path, path + ".copy");
         fs::rename(path + ".copy", path);
       }},
      {"cut", [](const std::string& path) { fs::resize_file(path, 4096); }},
      {"emptied", [](const std::string& path) { fs::resize_file(path, 0); }},
      {"log removed", [](const std::string& path) { fs::remove(path + "-wal"); }},
  };
  for (const auto& [name, happen] : acts) {
    CAPTURE(std::string(name));
    sqlite_backend backend;
    const auto db = backend.open_migrated();
    must(db->write_games(one_game(1), "run"));
    // The rows must be in the file, so that it has a length to lose. A connection that has read nothing does not know
    // of the log.
    backend.run_sql("SELECT COUNT(*) FROM sqlite_master; PRAGMA wal_checkpoint(FULL)");
    REQUIRE(fs::file_size(backend.url().path) > 4096);
    must(db->advance_watermark("s", "k", "v"));  // sees the length
    happen(backend.url().path);
    const auto written = db->write_games(one_game(2), "run");
    REQUIRE_FALSE(written);
    CHECK(written.error().kind == failure_class::storage);
    CHECK(written.error().where == moved_file_code);
    CHECK_FALSE(db->read_watermarks());
    // A new connection of the same run does not begin an empty file in its place.
    const bool is_there = fs::exists(backend.url().path);
    CHECK_FALSE(db->reconnect());
    CHECK(fs::exists(backend.url().path) == is_there);
    if (!is_there) CHECK_FALSE(open_store(backend.url(), {.create = false}));
  }
}

TEST_CASE("SQLite: VACUUM by somebody else is no loss") {
  sqlite_backend backend;
  const auto db = backend.open_migrated();
  backend.run_sql(
      "CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
      "SELECT i, hex(randomblob(200)) AS x FROM n");
  backend.run_sql("SELECT COUNT(*) FROM sqlite_master; PRAGMA wal_checkpoint(FULL)");
  must(db->advance_watermark("s", "k", "a"));
  const auto before = fs::file_size(backend.url().path);
  backend.run_sql("DROP TABLE filler; VACUUM; PRAGMA wal_checkpoint(FULL)");
  REQUIRE(fs::file_size(backend.url().path) < before);
  must(db->advance_watermark("s", "k", "b"));
}

TEST_CASE("SQLite: a damaged page is found") {
  sqlite_backend backend;
  must(backend.open_migrated()->write_games(one_game(1), "run"));
  {
    std::fstream file(backend.url().path, std::ios::in | std::ios::out | std::ios::binary);
    constexpr int page = 4096;
    file.seekp(0, std::ios::end);
    const auto pages = static_cast<int>(file.tellp()) / page;
    REQUIRE(pages > 20);
    for (int at = 2 * page; at < pages * page; at += page) {
      file.seekp(at);
      file.write(std::string(page, '\xA5').data(), page);
    }
  }
  const auto db = open_store(backend.url());
  if (!db) {
    CHECK(contains(db.error().message, "damaged"));
    return;
  }
  CHECK_FALSE(must((*db)->find_damage(true)).empty());
  CHECK_FALSE(must((*db)->find_damage(false)).empty());
}

TEST_CASE("SQLite: paths that are no files, and files that are no databases, are refused with the fix") {
  sqlite_backend backend;
  const auto pipe = backend.folder() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::ofstream(backend.folder() / "short.txt") << "a few words";
  for (const auto& path : {pipe, backend.folder(), backend.folder() / "short.txt"}) {
    CAPTURE(path.string());
    const auto opened = open_store(must(parse_database_url("sqlite:///" + path.string())));
    REQUIRE_FALSE(opened);
    CHECK(contains(opened.error().message, "Name the file of an SQLite database"));
  }
  std::ifstream text(backend.folder() / "short.txt");
  CHECK(std::string(std::istreambuf_iterator<char>(text), {}) == "a few words");
}

TEST_CASE("SQLite: the log and its index stay beside a file that is closed, for readers who could not make them") {
  sqlite_backend backend;
  must(backend.open_migrated()->advance_watermark("s", "k", "v"));
  REQUIRE(fs::exists(wal_of(backend)));
  CHECK(fs::file_size(wal_of(backend)) == 0);
  CHECK(fs::exists(shm_of(backend)));
}

TEST_CASE("SQLite: who may read the file, and write nothing, reads all of it") {
  sqlite_backend backend;
  must(backend.open_migrated()->advance_watermark("s", "k", "v"));
  ::chmod(backend.url().path.c_str(), 0444);
  const auto read = [&] {
    const read_only_folder closed(backend.folder());
    return as_nobody([&] { return read_mark(backend.url()); });
  };
  CHECK(read() == "v");  // -wal and -shm are another's
  for (const auto& name : {wal_of(backend), shm_of(backend)}) ::chmod(name.c_str(), 0444);
  CHECK(read() == "v");
  fs::remove(wal_of(backend));
  fs::remove(shm_of(backend));
  CHECK(read() == "v");
}

TEST_CASE("SQLite: such a reader sees what stands in the log only, as a killed run leaves it") {
  sqlite_backend backend;
  const auto db = backend.open_migrated();
  must(db->advance_watermark("s", "k", "new"));
  REQUIRE(fs::file_size(wal_of(backend)) > 0);
  // The files at one moment, while the writer has not checked the log in.
  const auto folder = backend.folder() / "copy";
  fs::create_directory(folder);
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    const auto copy = folder / ("nba.db" + std::string(suffix));
    fs::copy_file(backend.url().path + suffix, copy);
    ::chmod(copy.c_str(), 0444);
  }
  const auto url = must(parse_database_url("sqlite:///" + (folder / "nba.db").string()));
  ::chmod(backend.folder().c_str(), 0755);
  const auto read = [&] {
    const read_only_folder closed(folder);
    return as_nobody([&] { return read_mark(url); });
  };
  CHECK(read() == "new");
  fs::remove(folder / "nba.db-shm");  // a backup leaves it out
  CHECK(read() == "new");
  ::chmod((folder / "nba.db-wal").c_str(), 0);  // whoever runs this test
  CHECK(contains(read(), "-wal"));              // rows that cannot be read are not left out in silence
}

TEST_CASE("SQLite: such a reader who is read under is told, and sees new rows the next time") {
  sqlite_backend backend;
  const auto db = backend.open_migrated();
  must(db->advance_watermark("s", "k", "a"));
  for (const auto* suffix : {"", "-wal"}) ::chmod((backend.url().path + suffix).c_str(), 0444);
  ::chmod(shm_of(backend).c_str(), 0600);
  int to_child[2], to_parent[2];
  REQUIRE(::pipe(to_child) == 0);
  REQUIRE(::pipe(to_parent) == 0);
  const read_only_folder closed(backend.folder());
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    if (::geteuid() != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0) ::_exit(0);
    const auto reader = open_store(backend.url(), {.create = false});
    const auto see = [&](const std::string& wanted) {
      const auto mark = reader ? (*reader)->read_watermark("s", "k") : result<std::optional<watermark_row>>(failure{});
      return mark && *mark && (*mark)->value == wanted;
    };
    bool right = see("a");
    char ignored = 0;
    right = right && ::write(to_parent[1], "x", 1) == 1 && ::read(to_child[0], &ignored, 1) == 1 && see("b");
    ::_exit(right ? 0 : 1);
  }
  char ignored = 0;
  if (::geteuid() == 0) {
    REQUIRE(::read(to_parent[0], &ignored, 1) == 1);
    must(db->advance_watermark("s", "k", "b"));
    REQUIRE(::write(to_child[1], "x", 1) == 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  for (const int one : {to_child[0], to_child[1], to_parent[0], to_parent[1]}) ::close(one);
}
