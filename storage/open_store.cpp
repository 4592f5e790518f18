#include "storage/postgres/session.hpp"
#include "storage/sql/sql_error.hpp"
#include "storage/sql/sql_store.hpp"
#include "storage/sqlite/session.hpp"
#include "storage/store.hpp"

#include <exception>

namespace nba {

result<std::unique_ptr<store>> open_store(const database_url& url, const store_options& options) {
  try {
    auto session = url.backend == database_url::kind::sqlite ? sqlite::open_session(url, options)
                                                             : postgres::open_session(url, options);
    return std::unique_ptr<store>(std::make_unique<sql::sql_store>(std::move(session)));
  } catch (const sql::sql_error& error) {
    return sql::to_failure(error, url.description);
  } catch (const sql::refused& error) {
    return error.reason();
  } catch (const std::exception& error) {
    return failure{failure_class::internal, error.what(), url.description};
  }
}

}  // namespace nba
