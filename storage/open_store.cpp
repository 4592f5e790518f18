#include "storage/postgres/session.hpp"
#include "storage/sql/sql_error.hpp"
#include "storage/sql/sql_store.hpp"
#include "storage/sqlite/session.hpp"
#include "storage/store.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <stdexcept>

namespace nba {
namespace {

// How a database of each kind is opened.
struct opener {
  std::string_view backend;
  std::shared_ptr<sql::session> (*open)(const database_url& url, const store_options& options);
};
constexpr std::array<opener, 2> openers{{{sqlite::sqlite_dialect.name, &sqlite::open_session},
                                         {postgres::postgresql_dialect.name, &postgres::open_session}}};

}  // namespace

result<std::unique_ptr<store>> open_store(const database_url& url, const store_options& options) {
  try {
    const auto of_kind =
        std::find_if(openers.begin(), openers.end(), [&](const opener& each) { return each.backend == url.backend; });
    if (of_kind == openers.end()) throw std::logic_error("nothing opens a database of this kind");
    return std::unique_ptr<store>(std::make_unique<sql::sql_store>(of_kind->open(url, options)));
  } catch (const sql::sql_error& error) {
    return sql::to_failure(error, url.description);
  } catch (const sql::refused& error) {
    return error.reason();
  } catch (const std::exception& error) {
    return failure{failure_class::internal, error.what(), url.description};
  }
}

}  // namespace nba
