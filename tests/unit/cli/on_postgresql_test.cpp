// The commands on PostgreSQL answer what they answer on SQLite.
#include "tests/support/postgres_cluster.hpp"
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <regex>

using namespace nba;
using namespace nba::cli::test;
using nba::test::postgres_cluster;
using nlohmann::json;

namespace {

std::string new_database() {
  auto& cluster = postgres_cluster::shared();
  return cluster.url(cluster.create_database());
}

outcome on(std::vector<std::string> words, const std::string& url) {
  words.insert(words.end(), {"--database", url});
  return run(words);
}

void fill(sample_season& season) {
  for (const std::size_t position : {0, 1, 5}) season.complete(position);
  season.load(3);
  season.set_state(4, game_state::unavailable, 3);
  season.park(2, "transform",
              {failure_class::rejected, "99 points by players, 101 by the team", "player_points_reconcile"});
}

// Without what may differ: where the database is, and when things were written.
json comparable(const std::string& text) {
  auto document = json::parse(text);
  if (document.is_object())
    for (const auto* key : {"database", "backend"}) document.erase(key);
  if (document.contains("last_run") && document["last_run"].is_object())
    for (const auto* key : {"run_id", "arguments", "started_at", "ended_at", "pid"}) document["last_run"].erase(key);
  if (document.is_array())
    for (auto& entry : document) entry.erase("updated_at");
  return document;
}

// Commands in it say which database was named.
std::string without_database(const std::string& text) {
  static const std::regex option{" --database ('[^']*'|[^ \\n]*)"};
  return std::regex_replace(text, option, "");
}

}  // namespace

TEST_CASE("every command answers the same on both stores") {
  const temporary_folder folder;
  const auto sqlite = folder.sqlite_url();
  const auto postgresql = new_database();
  sample_season one{sqlite}, other{postgresql};
  fill(one);
  fill(other);
  const auto same = [&](const std::vector<std::string>& words) {
    CAPTURE(words);
    const auto left = on(words, sqlite), right = on(words, postgresql);
    CHECK(left.code == right.code);
    if (words.back() == "--json")
      CHECK(comparable(left.out) == comparable(right.out));
    else
      CHECK(without_database(left.out) == without_database(right.out));
  };
  same({"status", "--json"});
  same({"gaps", "--season", "2024-25"});
  same({"gaps", "--season", "2024-25", "--json"});
  same({"dlq", "list"});
  same({"dlq", "show", one.id(2).str()});
  same({"watermark", "set", "backfill", "2024-25", one.id(5).str()});
  same({"watermark", "set", "schedule", "daily", "2024-10-22"});
  same({"watermark", "list", "--json"});
  same({"watermark", "get", "schedule", "daily"});
  same({"watermark", "get", "schedule", "weekly"});
  same({"derive", "--season", "2024-25"});
  same({"watermark", "reset", "schedule", "daily"});
  same({"status", "--json"});
  same({"db", "check", "--json"});
}

TEST_CASE("an empty PostgreSQL database has no tables yet, and db migrate makes them") {
  const auto url = new_database();
  const auto before = on({"status"}, url);
  CHECK(before.code == 121);
  CHECK(contains(before.err, "has no tables yet"));
  CHECK(on({"db", "migrate"}, url).code == 0);
  CHECK(on({"status"}, url).code == 0);
}

TEST_CASE("derive on PostgreSQL is kept out by another run's lock") {
  const auto url = new_database();
  sample_season season{url};
  fill(season);
  const auto lock = season.database().try_lock("backfill", "2024-25", "20241008T060001Z-other0");
  REQUIRE(lock);
  const auto answer = on({"derive", "--season", "2024-25"}, url);
  CHECK(answer.code == 122);
  CHECK(contains(answer.err, "job.lock_held"));
}

TEST_CASE("doctor tells a database that cannot be written from one that can") {
  const auto url = new_database();
  REQUIRE(on({"db", "migrate"}, url).code == 0);
  const auto database_check = [](const outcome& answer) {
    const auto document = json::parse(answer.out);
    for (const auto& check : document["checks"])
      if (check["name"] == "database") return check["detail"].get<std::string>();
    return std::string{};
  };
  const auto fine = on({"doctor", "--offline", "--json"}, url);
  CHECK_MESSAGE(fine.code == 0, fine.out);
  CHECK(contains(database_check(fine), "is reachable and writable"));
  const auto read_only =
      on({"doctor", "--offline", "--json"}, url + "?options=-c%20default_transaction_read_only%3Don");
  CHECK_MESSAGE(read_only.code == 1, read_only.out);
  CHECK(contains(database_check(read_only), "read-only by default"));
  CHECK(contains(read_only.out, "default_transaction_read_only = off"));
}

TEST_CASE("doctor and db migrate tell a role that may make no tables the GRANT, with the same code") {
  const auto url = new_database();
  // Of PUBLIC the right is taken for this database alone, as PostgreSQL 15 does by itself.
  pqxx::connection owner(url);
  pqxx::nontransaction(owner).exec(
      "DO $$ BEGIN CREATE ROLE newcomer LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; "
      "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  auto theirs = url;
  theirs.replace(theirs.find("//nba@"), 6, "//newcomer@");
  const auto migrated = on({"db", "migrate"}, theirs);
  CHECK(migrated.code == 121);
  CHECK(contains(migrated.err, "GRANT USAGE, CREATE ON SCHEMA public TO newcomer"));
  const auto checked = on({"doctor", "--offline"}, theirs);
  CHECK(checked.code == 1);
  CHECK(contains(checked.out, "newcomer may not make tables"));
  CHECK(on({"status"}, theirs).code == 121);
}
