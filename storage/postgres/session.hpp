// The PostgreSQL half of the store.
#pragma once

#include "storage/sql/session.hpp"
#include "storage/store.hpp"

#include <memory>

namespace nba::postgres {

// Connects. Throws sql_error.
std::shared_ptr<sql::session> open_session(const database_url& url, const store_options& options);

}  // namespace nba::postgres
