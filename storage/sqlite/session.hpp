// The SQLite half of the store.
#pragma once

#include "storage/sql/session.hpp"
#include "storage/store.hpp"

#include <memory>

namespace nba::sqlite {

inline constexpr sql::dialect sqlite_dialect{.name = "sqlite",
                                             .for_update = "",
                                             .for_key_share = "",
                                             .casts_parameters = false,
                                             .has_comments = false,
                                             .alters_columns = false,
                                             .elsewhere = "name another file, --database sqlite:///FILE",
                                             .words = {{{"key", "TEXT"},
                                                        {"bigint", "INTEGER"},
                                                        {"real", "REAL"},
                                                        {"boolean", "INTEGER"},
                                                        {"date", "TEXT"},
                                                        {"timestamp", "TEXT"},
                                                        {"bytes", "BLOB"},
                                                        {"identity", "INTEGER PRIMARY KEY AUTOINCREMENT"},
                                                        {"or_replace", ""},
                                                        {"sqlite_only", ""},
                                                        {"position", "instr"},
                                                        {"join_text", "group_concat"}}}};

// Opens (or creates, with its folder) the file. Throws sql_error, or refused when the folder cannot be made.
std::shared_ptr<sql::session> open_session(const database_url& url, const store_options& options);

}  // namespace nba::sqlite
