// The data dictionary: what every table, view and column holds.
//
// One source, storage/dictionary.txt, compiled in; docs/data-dictionary.md and the comments in PostgreSQL are made from
// it. Threads: parsed on first use (thread-safe), then constant. Tests compare it with the real schema.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

struct dictionary_column {
  std::string_view name;
  std::string_view unit;  // may be empty
  std::string_view meaning;
  std::string_view type = {};  // only where neither the schema nor the unit says it (storage/column_types.hpp)
};
struct dictionary_table {
  std::string_view name;
  std::string_view group;  // state, core, derived, view
  std::string_view meaning;
  std::vector<dictionary_column> columns;  // in the table's order; the key is first
  bool is_view() const { return group == "view"; }
};

std::span<const dictionary_table> data_dictionary();
// Null when there is no such table or view.
const dictionary_table* find_in_dictionary(std::string_view table);
// docs/data-dictionary.md.
std::string dictionary_markdown();

}  // namespace nba
