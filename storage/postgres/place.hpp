// Where our tables are in a PostgreSQL database, or would be made, and whether they can be.
//
// A role's search path may name several schemas, and other programs' tables may stand in them: ours are looked for in
// one schema, never along the path. Threads: functions on a session, inside a transaction. Errors: sql_error; `refused`
// where check_place says so.
#pragma once

#include "storage/sql/session.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba::postgres {

// The schema that has our tables, or would get them; NULL when the role may use none.
sql::cell place(sql::session& db);
// What stands there. See sql::session.
bool has_table(sql::session& db, std::string_view name);
std::vector<std::string> relations_of(sql::session& db);
std::vector<std::string> columns_of(sql::session& db, std::string_view table);
sql::schema_shape read_shape(sql::session& db);
// Refuses a database that cannot hold UTF-8, a role without a schema; where tables are to be made (`pending`) also a
// role that may not, and a search path that would put them elsewhere than the others.
void check_place(sql::session& db, bool pending);
// See store::why_read_only.
std::optional<read_only_reason> why_read_only(sql::session& db);
// A sentence each, with the command that mends it.
std::vector<std::string> invalid_indexes(sql::session& db);

}  // namespace nba::postgres
