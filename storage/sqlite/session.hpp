// The SQLite half of the store.
#pragma once

#include "storage/sql/session.hpp"
#include "storage/store.hpp"

#include <memory>

namespace nba::sqlite {

// Opens (or creates, mode 0600, with its folder) the file. Throws sql_error, or refused when the folder cannot be made.
std::shared_ptr<sql::session> open_session(const database_url& url, const store_options& options);

}  // namespace nba::sqlite
