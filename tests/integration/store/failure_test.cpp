// What goes wrong with a database: not there, not writable, full, gone in the middle.
#include "storage/sql/sql_error.hpp"
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/sample_games.hpp"
#include "tests/support/postgres_cluster.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <pqxx/pqxx>

using namespace nba;
using namespace nba::test;
namespace fs = std::filesystem;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

failure open_failure(const std::string& url) {
  const auto opened = open_store(must(parse_database_url(url)), {.connect_timeout = std::chrono::seconds{2}});
  REQUIRE_FALSE(opened);
  return opened.error();
}

// Runs `check` in a process without root's rights, for which file permissions count. Answers what it printed.
std::string as_nobody(const std::function<std::string()>& check) {
  int channel[2];
  REQUIRE(::pipe(channel) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) ::_exit(1);
    const auto said = check();
    const auto written = ::write(channel[1], said.data(), said.size());
    ::_exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
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

const std::vector<game_write>& one_game(int number) {
  static std::vector<game_write> writes;
  writes = {sample_core(number, 1, 600)};
  return writes;
}

}  // namespace

TEST_CASE("SQLite: the file is made with its folders, for its owner alone") {
  sqlite_backend backend;
  const auto path = backend.folder() / "a" / "b" / "new.db";
  const auto db = must(open_store(must(parse_database_url("sqlite:///" + path.string()))));
  must(db->migrate());
  for (const auto* suffix : {"", "-wal"}) {
    struct stat status {};
    REQUIRE(::stat((path.string() + suffix).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
  // Bytes 18 and 19 of the header say how the file is written: 2 is WAL.
  std::ifstream file(path, std::ios::binary);
  std::string header(20, '\0');
  file.read(header.data(), 20);
  CHECK(header.substr(18) == "\2\2");
  CHECK(must(db->query_text("PRAGMA synchronous", 1)).at(1).at(0) == "1");  // NORMAL
  CHECK(db->backend() == "sqlite");
  CHECK(db->description() == path.string());
}

TEST_CASE("SQLite: in a folder that is shared with its group (setgid, readable) the file is readable by the group") {
  sqlite_backend backend;
  const auto mode_in = [&](const char* name, mode_t folder_mode) {
    const auto folder = backend.folder() / name;
    std::filesystem::create_directory(folder);
    REQUIRE(::chmod(folder.c_str(), folder_mode) == 0);
    const auto path = (folder / "new.db").string();
    const auto db = must(open_store(must(parse_database_url("sqlite:///" + path))));
    must(db->migrate());
    struct stat file {
    }, log{};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    REQUIRE(::stat((path + "-wal").c_str(), &log) == 0);
    CHECK((file.st_mode & 0777) == (log.st_mode & 0777));
    return file.st_mode & 0777;
  };
  CHECK(mode_in("shared", 02750) == 0640);
  CHECK(mode_in("closed", 02700) == 0600);
  CHECK(mode_in("usual", 0755) == 0600);
}

TEST_CASE("SQLite: full synchronisation on request") {
  sqlite_backend backend;
  const auto db = backend.open({.synchronous_commit = false});
  CHECK(must(db->query_text("PRAGMA synchronous", 1)).at(1).at(0) == "2");
}

TEST_CASE("SQLite: paths that cannot be a database are refused with the fix") {
  sqlite_backend backend;
  const auto file = backend.folder() / "text.txt";
  std::ofstream(file) << std::string(5000, 'x');
  auto failed = open_failure("sqlite:///" + (file / "below.db").string());
  CHECK(failed.kind == failure_class::configuration);
  CHECK(contains(failed.message, "cannot make the folder"));

  failed = open_failure("sqlite:///" + file.string());
  CHECK(failed.kind == failure_class::configuration);
  CHECK(contains(failed.message, "Name the file of an SQLite database"));

  failed = open_failure("sqlite:///" + backend.folder().string());
  CHECK(failed.kind == failure_class::configuration);
  CHECK(contains(failed.message, "it is a folder"));
}

TEST_CASE("SQLite: a file that may only be read can be read, and refuses writing with the fix") {
  sqlite_backend backend;
  must(backend.open_migrated()->advance_watermark("s", "k", "v"));
  ::chmod(backend.url().path.c_str(), 0444);
  ::chmod(backend.folder().c_str(), 0555);
  const auto said = as_nobody([&] {
    const auto db = open_store(backend.url());
    if (!db) return describe(db.error());
    const auto mark = (*db)->read_watermark("s", "k");
    if (!mark || !*mark) return std::string("cannot read: ") + (mark ? "nothing" : describe(mark.error()));
    const auto written = (*db)->advance_watermark("s", "k", "w");
    return written ? std::string("written") : describe(written.error());
  });
  ::chmod(backend.folder().c_str(), 0755);
  CHECK(contains(said, "storage: "));
  CHECK(contains(said, "permission"));
}

TEST_CASE("SQLite: a folder that may not be written to is refused with the fix") {
  sqlite_backend backend;
  ::chmod(backend.folder().c_str(), 0555);
  const auto url = must(parse_database_url("sqlite:///" + (backend.folder() / "new.db").string()));
  const auto said = as_nobody([&] {
    const auto db = open_store(url);
    return db ? std::string("opened") : describe(db.error());
  });
  ::chmod(backend.folder().c_str(), 0755);
  CHECK(contains(said, "configuration: "));
  CHECK(contains(said, "write"));
}

TEST_CASE("SQLite: a full disk is a storage failure that names the fix, and nothing is half-written") {
  sqlite_backend backend;
  const auto db = backend.open_migrated();
  must(db->write_games(one_game(1), "run"));
  // The limit belongs to the connection: one that was made by a pragma run through the store itself.
  const auto pages = must(db->query_text("PRAGMA page_count", 1)).at(1).at(0);
  REQUIRE(must(db->query_text("PRAGMA max_page_count = " + pages, 1)).at(1).at(0) == pages);
  const auto failed = db->write_games(one_game(2), "run");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == failure_class::storage);
  CHECK(contains(failed.error().message, "free space"));
  CHECK(contains(failed.error().where, "SQLITE_FULL"));
  CHECK_FALSE(db->read_game(sample_id(2)));
  CHECK(must(db->read_ledger({2024})).size() == 1);
  must(db->query_text("PRAGMA max_page_count = 1000000", 1));
  must(db->write_games(one_game(2), "run"));
}

TEST_CASE("SQLite: a writer that waits too long says so") {
  sqlite_backend backend;
  const auto db = backend.open_migrated({.busy_timeout = std::chrono::milliseconds{50}});
  sqlite3* raw = nullptr;
  REQUIRE(sqlite3_open(backend.url().path.c_str(), &raw) == SQLITE_OK);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> other(raw, &sqlite3_close);
  REQUIRE(sqlite3_exec(raw, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const auto failed = db->advance_watermark("s", "k", "v");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == failure_class::storage);
  CHECK(contains(failed.error().message, "Another process holds it"));
  must(db->read_watermarks());  // reading goes on meanwhile
  REQUIRE(sqlite3_exec(raw, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK);
  must(db->advance_watermark("s", "k", "v"));
}

TEST_CASE("PostgreSQL: a server that is not there is a storage failure that says where it was looked for") {
  const auto failed = open_failure("postgresql://me:s3cret@127.0.0.1:1/nba");
  CHECK(failed.kind == failure_class::storage);
  CHECK(contains(failed.message, "127.0.0.1:1/nba"));
  CHECK(contains(failed.message, "Check that the server runs"));
  CHECK_FALSE(contains(failed.message, "s3cret"));
}

TEST_CASE(
    "PostgreSQL: a user who may not write, and a server that takes no writes, are storage failures with the fix") {
  postgres_backend backend;
  const auto owner = backend.open_migrated();
  backend.run_sql("CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
  auto url = backend.url();
  url.connection.replace(url.connection.find("//nba@"), 6, "//reader@");
  const auto reader = must(open_store(url));
  must(reader->read_watermarks());
  // By a prepared statement, and by COPY.
  const std::string grant = "the tables' owner grants it: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA";
  auto failed = reader->advance_watermark("s", "k", "v");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == failure_class::storage);
  CHECK(contains(failed.error().message, "permission"));
  CHECK(contains(failed.error().message, grant));
  backend.run_sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ingest_games, teams, players TO reader");
  const auto copied = reader->write_games(one_game(1), "run");
  REQUIRE_FALSE(copied);
  CHECK(contains(copied.error().message, "permission"));
  CHECK(contains(copied.error().message, grant));
  // A right that was never given to read.
  backend.run_sql("REVOKE SELECT ON ingest_watermarks FROM reader");
  const auto hidden = reader->read_watermarks();
  REQUIRE_FALSE(hidden);
  CHECK(contains(hidden.error().message, grant));
  backend.run_sql("GRANT SELECT ON ingest_watermarks TO reader");
  must(reader->read_watermarks());

  backend.spoil();
  backend.run_sql("ALTER DATABASE " + backend.database() + " SET default_transaction_read_only = on");
  must(owner->reconnect());
  failed = owner->advance_watermark("s", "k", "v");
  REQUIRE_FALSE(failed);
  CHECK(contains(failed.error().where, "25006"));
}

TEST_CASE("PostgreSQL: a killed connection is a storage failure until reconnect, never a silent new one") {
  postgres_backend backend;
  const auto db = backend.open_migrated();
  must(db->write_games(one_game(1), "run"));
  const auto kill_others =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND "
      "pid <> pg_backend_pid()";
  backend.run_sql(kill_others);
  for (int call = 0; call < 3; ++call) {
    const auto failed = db->write_games(one_game(2), "run");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == failure_class::storage);
    CHECK(contains(failed.error().message, "connection is lost"));
  }
  CHECK_FALSE(db->read_watermarks());
  CHECK_FALSE(db->try_lock("s", "k", "run"));
  must(db->reconnect());
  CHECK(must(db->read_ledger({2024})).size() == 1);
  CHECK(must(db->write_games(one_game(2), "run")).at(0) == write_outcome::inserted);
  must(db->read_game(sample_id(2)));
}

TEST_CASE("PostgreSQL: a connection killed in the middle of writing loses whole transactions and nothing else") {
  postgres_backend backend;
  backend.open_migrated();
  const auto killer = backend.open();
  constexpr int games = 40, kills = 12;
  std::atomic<bool> writing{true};
  std::string unexpected;
  int failures = 0;
  std::thread writer([&] {
    const auto db = backend.open();
    for (int number = 1; number <= games; ++number) {
      const auto core = sample_core(number, 1, 600);
      const std::vector<game_write> writes{core, sample_derived_write(core)};
      // Each kill costs one attempt at most.
      for (int attempt = 0; attempt <= kills; ++attempt) {
        const auto written = db->write_games(writes, "run");
        if (written) break;
        ++failures;
        if (written.error().kind != failure_class::storage) unexpected = describe(written.error());
        for (int retry = 0; retry <= kills && !db->reconnect(); ++retry) {
        }
      }
    }
    writing = false;
  });
  for (int kill = 0; writing && kill < kills;) {
    const auto killed = must(killer->query_text(
        "SELECT pg_terminate_backend(pid) AS killed FROM pg_stat_activity WHERE datname = current_database() AND "
        "pid <> pg_backend_pid() AND query LIKE 'COPY%'",
        10));
    kill += static_cast<int>(killed.size()) - 1;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  writer.join();
  CHECK(unexpected == "");
  CHECK(failures > 0);
  const auto db = backend.open();
  for (const auto& entry : must(db->read_ledger({2024}))) CHECK(entry.state == game_state::done);
  for (int number = 1; number <= games; ++number) {
    const auto difference =
        first_difference(in_reading_order(*sample_core(number, 1, 600).rows), must(db->read_game(sample_id(number))));
    CHECK_MESSAGE(difference.empty(), difference);
  }
}

TEST_CASE("PostgreSQL: a session that may only read names the two reasons, and no file") {
  const postgres_backend backend;
  const auto db = backend.open_migrated();
  backend.run_sql(
      "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || quote_ident(current_database()) || "
      "' SET default_transaction_read_only = on'; END $$");
  const auto refused = backend.open()->advance_watermark("s", "k", "v");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == failure_class::storage);
  CHECK(refused.error().where == "SQLSTATE 25006");
  CHECK(contains(refused.error().message, "default_transaction_read_only"));
  CHECK(contains(refused.error().message, "primary"));
  CHECK_FALSE(contains(refused.error().message, "file permissions"));
}

TEST_CASE("PostgreSQL: without a free connection every command is told what it could take fewer of") {
  const auto told =
      sql::to_failure(sql::sql_error{sql::error_kind::too_many_connections, "SQLSTATE 53300", "full"}, "nba");
  CHECK(contains(told.message, "engine.load_connections"));
  CHECK(contains(told.message, "--parallel"));
}

TEST_CASE("PostgreSQL: waiting for a row that another run holds ends at the time limit") {
  postgres_backend backend;
  must(backend.open_migrated()->write_games(one_game(1), "run"));
  const auto impatient = backend.open({.busy_timeout = std::chrono::milliseconds{100}});
  {
    pqxx::connection other(backend.url().connection);
    pqxx::work holding(other);
    holding.exec("SELECT * FROM ingest_games FOR UPDATE");
    const auto failed = impatient->write_games(one_game(1), "run");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == failure_class::storage);
    CHECK(contains(failed.error().message, "has locked a table or a row for longer than a run waits"));
    // The query of the message names the session that is in the way.
    const auto& message = failed.error().message;
    const auto from = message.find("SELECT pid, state, query");
    REQUIRE(from != std::string::npos);
    const auto named = must(impatient->query_text(message.substr(from, message.find("; wait for it") - from), 10));
    REQUIRE(named.size() == 2);
    CHECK(named[1][2] == "SELECT * FROM ingest_games FOR UPDATE");
  }
  must(impatient->write_games(one_game(1), "run"));
}

TEST_CASE(
    "PostgreSQL: a table that somebody has locked ends every call at the time limit, with how to find who it is") {
  postgres_backend backend;
  must(backend.open_migrated()->write_games(one_game(1), "run"));
  const auto impatient = backend.open({.busy_timeout = std::chrono::milliseconds{100}});
  const auto is_told = [](const failure& why) {
    CHECK(why.kind == failure_class::storage);
    CHECK(contains(why.message, "has locked a table or a row for longer than a run waits"));
    CHECK(contains(why.message, "pg_terminate_backend"));
  };
  pqxx::connection other(backend.url().connection);
  for (const std::string table : {"pbp_events", "ingest_games", "players"}) {
    CAPTURE(table);
    {
      pqxx::work holding(other);
      holding.exec("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
      const auto written = impatient->write_games(one_game(2), "run");
      REQUIRE_FALSE(written);
      is_told(written.error());
      const auto read = impatient->read_game(sample_id(1));
      REQUIRE_FALSE(read);
      is_told(read.error());
    }
    CHECK_FALSE(impatient->read_game(sample_id(2)));  // nothing of it is there
    must(impatient->read_game(sample_id(1)));
  }
  must(impatient->write_games(one_game(2), "run"));
}

TEST_CASE("PostgreSQL: a serialization failure or a deadlock runs the transaction again, a few times") {
  for (const std::string sqlstate : {"40001", "40P01"}) {
    CAPTURE(sqlstate);
    const postgres_backend backend;
    const auto db = backend.open_migrated();
    // Sequences count on when their transaction is rolled back.
    backend.run_sql(
        "CREATE SEQUENCE trouble; CREATE FUNCTION make_trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF nextval('trouble') % 4 <> 0 THEN RAISE EXCEPTION 'trouble' USING ERRCODE = '" +
        sqlstate +
        "'; END IF; RETURN NULL; END $$; CREATE TRIGGER trouble AFTER INSERT ON ingest_watermarks FOR EACH STATEMENT "
        "EXECUTE FUNCTION make_trouble()");
    CHECK(must(db->advance_watermark("s", "k", "v")) == "v");
    CHECK(must(db->query_text("SELECT last_value FROM trouble", 1)).at(1).at(0) == "4");
  }
}

TEST_CASE("PostgreSQL: after a restart of the server the store works again once it reconnects") {
  postgres_backend backend;
  const auto db = backend.open_migrated();
  must(db->advance_watermark("s", "k", "v"));
  postgres_cluster::shared().restart();
  CHECK_FALSE(db->read_watermark("s", "k"));
  must(db->reconnect());
  CHECK(must(db->read_watermark("s", "k")).value().value == "v");
}

TEST_CASE("PostgreSQL: commits may be asynchronous on request") {
  postgres_backend backend;
  const auto db = backend.open({.synchronous_commit = false});
  CHECK(must(db->query_text("SELECT current_setting('synchronous_commit') AS it", 1)).at(1).at(0) == "off");
  CHECK(db->backend() == "postgresql");
}
