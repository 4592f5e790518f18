// Types of columns: as PostgreSQL has them, also in views, which SQLite does not type.
#include "storage/column_types.hpp"
#include "tests/integration/store/backend.hpp"

#include <map>
#include <string>

using namespace nba;
using namespace nba::test;

namespace {

column_type type_in_postgresql(const std::string& name) {
  const std::map<std::string, column_type> types{{"text", column_type::text},
                                                 {"integer", column_type::integer},
                                                 {"bigint", column_type::bigint},
                                                 {"numeric", column_type::bigint},  // a sum of 64-bit integers
                                                 {"double precision", column_type::real},
                                                 {"boolean", column_type::boolean},
                                                 {"date", column_type::date},
                                                 {"timestamp with time zone", column_type::timestamp},
                                                 {"bytea", column_type::bytes}};
  const auto found = types.find(name);
  REQUIRE_MESSAGE(found != types.end(), name);
  return found->second;
}

// A view may compute a number of 32 bits; it is said to have 64.
bool holds(column_type said, column_type there) {
  return said == there || (said == column_type::bigint && there == column_type::integer);
}

}  // namespace

TEST_CASE("the type of every column, in tables and views, is PostgreSQL's") {
  postgres_backend backend;
  const auto db = backend.open_migrated();
  std::map<std::string, std::string> types;
  const auto rows =
      must(db->query_text("SELECT table_name || '.' || column_name, data_type FROM information_schema.columns "
                          "WHERE table_schema = current_schema()",
                          10'000));
  for (std::size_t i = 1; i < rows.size(); ++i) types[rows[i][0]] = rows[i][1];
  for (const auto& table : data_dictionary())
    for (const auto& column : table.columns) {
      const auto name = std::string{table.name} + "." + std::string{column.name};
      CAPTURE(name);
      const auto said = type_of(table, column);
      CAPTURE(to_string(said));
      CHECK_MESSAGE(holds(said, type_in_postgresql(types.at(name))), types.at(name));
      // A type that follows anyway is not said.
      if (!column.type.empty())
        CHECK(type_of(table, {column.name, column.unit, column.meaning}) != type_of(table, column));
    }
}
