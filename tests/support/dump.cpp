#include "tests/support/dump.hpp"

#include "storage/dictionary.hpp"

#include <algorithm>
#include <stdexcept>

namespace nba::test {
namespace {

// Its first columns are the key; none has more.
std::string key_of(const dictionary_table& table) {
  constexpr std::size_t key_columns_max = 3;
  std::string key;
  for (std::size_t i = 0; i < std::min(table.columns.size(), key_columns_max); ++i)
    key += (i == 0 ? "" : ", ") + std::to_string(i + 1);
  return key;
}

std::vector<std::string> dump_table(store& from, const std::string& table, const std::string& key,
                                    const dump_options& options) {
  const auto found = from.query_text("SELECT * FROM " + table + " ORDER BY " + key, options.rows_max + 1);
  if (!found) throw std::runtime_error("cannot dump " + table + ": " + describe(found.error()));
  if (found->size() > options.rows_max + 1) throw std::runtime_error(table + " has more rows than the dump takes");
  const auto& header = found->front();
  std::vector<std::string> lines;
  for (const auto& row : *found) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (options.without_columns.contains(header[i])) continue;
      if (!line.empty()) line += '\t';
      line += row[i];
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

store_dump dump_store(store& from, const dump_options& options) {
  store_dump dump;
  for (const auto& table : data_dictionary()) {
    const std::string name{table.name};
    if (!table.is_view() && !options.without_tables.contains(name))
      dump[name] = dump_table(from, name, key_of(table), options);
  }
  return dump;
}

std::string first_difference(const store_dump& a, const store_dump& b) {
  for (const auto& [table, lines] : a) {
    const auto other = b.find(table);
    if (other == b.end()) return table + " is only in the first";
    const auto rows = std::min(lines.size(), other->second.size());
    for (std::size_t i = 0; i < rows; ++i)
      if (lines[i] != other->second[i])
        return table + ", row " + std::to_string(i) + ":\n  " + lines[i] + "\n  " + other->second[i];
    if (lines.size() != other->second.size())
      return table + ": " + std::to_string(lines.size() - 1) + " and " + std::to_string(other->second.size() - 1) +
             " rows";
  }
  for (const auto& [table, lines] : b)
    if (!a.contains(table)) return table + " is only in the second";
  return {};
}

}  // namespace nba::test
