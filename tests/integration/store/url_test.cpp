// parse_database_url.
#include "storage/store.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace nba;

namespace {

database_url good(const std::string& text) {
  const auto parsed = parse_database_url(text);
  REQUIRE_MESSAGE(parsed, (parsed ? "" : parsed.error().message));
  return *parsed;
}

std::string refusal(const std::string& text) {
  CAPTURE(text);
  const auto parsed = parse_database_url(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().kind == failure_class::configuration);
  return parsed.error().message;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("SQLite URLs: three slashes are relative, four absolute, driver suffixes are dropped") {
  for (const auto* scheme : {"sqlite", "sqlite+aiosqlite", "sqlite+pysqlite", "SQLite"}) {
    const auto relative = good(std::string(scheme) + ":///data/nba.db");
    CHECK(relative.backend == "sqlite");
    CHECK(relative.path == "data/nba.db");
    CHECK(relative.redacted == "sqlite:///data/nba.db");
    CHECK(relative.description == "data/nba.db");
    CHECK(good(std::string(scheme) + ":////var/lib/nba.db").path == "/var/lib/nba.db");
  }
  CHECK(good("sqlite:///with space and %20.db").path == "with space and %20.db");
}

TEST_CASE("PostgreSQL URLs: both scheme names, driver suffixes dropped, connection left to libpq") {
  for (const auto* scheme : {"postgresql", "postgres", "postgresql+asyncpg", "postgresql+psycopg2", "POSTGRESQL"}) {
    const auto url = good(std::string(scheme) + "://me@db.example:5433/nba?sslmode=require");
    CHECK(url.backend == "postgresql");
    CHECK(url.connection == "postgresql://me@db.example:5433/nba?sslmode=require");
    CHECK(url.redacted == "postgresql://me@db.example:5433/nba?sslmode=require");
    CHECK(url.description == "db.example:5433/nba");
  }
  CHECK(good("postgresql:///nba").description == "local server/nba");
  CHECK(good("postgresql://").backend == "postgresql");
  CHECK(good("postgresql://[::1]:5432/nba").description == "::1:5432/nba");
  CHECK(good("postgresql:///nba?host=/run/postgresql").description == "/run/postgresql/nba");
}

TEST_CASE("no password appears in what may be printed, wherever the URL has it") {
  for (const auto* text : {"postgresql://me:s3cret@db/nba", "postgres://me:s3cret@db:5432/nba?sslmode=require",
                           "postgresql://db/nba?user=me&password=s3cret", "postgresql://me:s3cret@/nba?host=/tmp",
                           "postgresql://me@db/nba?sslpassword=s3cret", "postgresql+asyncpg://me:s3cret%40x@db/nba"}) {
    CAPTURE(text);
    const auto url = good(text);
    CHECK(contains(url.connection, "s3cret"));
    CHECK_FALSE(contains(url.redacted, "s3cret"));
    CHECK_FALSE(contains(url.description, "s3cret"));
    CHECK(contains(url.redacted, "me"));
  }
}

TEST_CASE("unusable URLs are refused with the fix and without the password") {
  CHECK(contains(refusal(""), "sqlite:///"));
  CHECK(contains(refusal("nba.db"), "sqlite:///nba.db"));
  CHECK(contains(refusal("/var/nba.db"), "sqlite:////var/nba.db"));
  CHECK(contains(refusal("mysql://me@db/nba"), "mysql"));
  CHECK(contains(refusal("sqlite://nba.db"), "sqlite:///nba.db"));
  CHECK(contains(refusal("sqlite://"), "slashes"));
  CHECK(contains(refusal("sqlite:///"), "memory"));
  CHECK(contains(refusal("sqlite:///:memory:"), "memory"));
  CHECK(contains(refusal("sqlite:///nba.db?mode=ro"), "parameters"));
  CHECK(contains(refusal("sqlite:///data/"), "folder"));
  CHECK(contains(refusal("sqlite:///a\nb.db"), "control"));
  CHECK(contains(refusal("postgresql://db/nba?ssl=require"), "sslmode"));
  CHECK(contains(refusal("postgresql://db:port/nba"), "port"));
  for (const auto* text :
       {"postgresql://me:s3cret@more@db/nba", "postgresql://me:s3cret/more@db/nba", "postgresql://me:s3cret?@db@x/nba",
        "postgresql://me:p@s3cret/more@db/nba", "postgresql://me:12?s3cret=x@db/nba", "postgresql://me s3cret@db/nba",
        "postgresql://host=db password=s3cret", "postgresql://db/nba password=s3cret", "postgresql://me;s3cret@db/nba",
        "postgresql://db/nba?password=a&s3cret=b", "postgresql:///me:s3cret@db/nba", "sqlite://me:s3cret@db/nba",
        "sqlite:///me:s3cret@db/nba", "s3cret://me@db/nba", "postgresql://me:s3cret%zz@db/nba",
        "host=db password=s3cret", "me:s3cret@db/nba", "postgresql://me:s3cret"}) {
    CHECK_FALSE(contains(refusal(text), "s3cret"));
  }
}

TEST_CASE("every kind of database reads the form of URL that people are told, and all forms are told together") {
  for (const auto& kind : store_kinds()) {
    CAPTURE(std::string{kind.name});
    CHECK(good(std::string{kind.form}).backend == kind.name);
    CHECK(&good(std::string{kind.form}).kind() == &kind);
    CHECK(good(std::string{kind.form}).path.empty() != kind.is_file);
    CHECK(contains(refusal("mysql://me@db/nba"), std::string{kind.form}));
    CHECK(kind.writers_max >= 1);
  }
  CHECK(find_store_kind("postgres") == find_store_kind("postgresql"));
  CHECK(find_store_kind("") == nullptr);
}
