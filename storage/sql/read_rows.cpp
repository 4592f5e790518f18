#include "storage/sql/read_rows.hpp"

#include <algorithm>

namespace nba::sql {

std::string sort_order(std::string_view columns) {
  std::string order;
  while (!columns.empty()) {
    const auto column = columns.substr(0, columns.find(','));
    if (!order.empty()) order += ", ";
    order += column == "team_id" ? std::string(home_first) : fmt::format("r.{}", column);
    columns.remove_prefix(std::min(columns.size(), column.size() + std::string_view(", ").size()));
  }
  return order.empty() ? "r.game_id" : order;
}

}  // namespace nba::sql
