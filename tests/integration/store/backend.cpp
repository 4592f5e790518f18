#include "tests/integration/store/backend.hpp"

#include "tests/support/postgres_cluster.hpp"

#include <cstdlib>
#include <exception>
#include <vector>

#include <sqlite3.h>
#include <pqxx/pqxx>

namespace nba::test {
namespace fs = std::filesystem;
namespace {

std::vector<std::string>& emptied_databases() {
  static std::vector<std::string> names;
  return names;
}

}  // namespace

sqlite_backend::sqlite_backend() {
  auto pattern = (fs::temp_directory_path() / "nba-sqlite-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("cannot make a folder like " + pattern);
  folder_ = pattern;
  url_ = must(parse_database_url("sqlite:///" + (folder_ / "store.db").string()));
}

sqlite_backend::~sqlite_backend() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void sqlite_backend::run_sql(const std::string& sql) const {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open(url_.path.c_str(), &raw);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> db(raw, &sqlite3_close);
  sqlite3_busy_timeout(raw, 10'000);
  if (opened != SQLITE_OK || sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(raw));
}

postgres_backend::postgres_backend() {
  auto& cluster = postgres_cluster::shared();
  if (emptied_databases().empty()) {
    database_ = cluster.create_database();
  } else {
    database_ = emptied_databases().back();
    emptied_databases().pop_back();
  }
  url_ = must(parse_database_url(cluster.url(database_)));
}

postgres_backend::~postgres_backend() {
  if (spoiled_) return;
  try {
    run_sql(
        "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public; "
        "GRANT USAGE ON SCHEMA public TO PUBLIC");
    emptied_databases().push_back(database_);
  } catch (const std::exception&) {
    // Then it is not used again.
  }
}

void postgres_backend::run_sql(const std::string& sql) const {
  pqxx::connection db(url_.connection);
  pqxx::nontransaction(db).exec(sql);
}

}  // namespace nba::test
