#include "storage/sql/table_shape.hpp"

namespace nba::sql {

std::string column_list(const table_shape& table) {
  std::string list;
  for (const auto& column : table.columns) {
    if (!list.empty()) list += ", ";
    list += column.name;
  }
  return list;
}

}  // namespace nba::sql
