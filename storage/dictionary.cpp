#include "storage/dictionary.hpp"

#include "storage/dictionary_txt.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>

namespace nba {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// "a | b | c": the third part may hold further bars; parts that are missing are empty.
std::array<std::string_view, 3> parts_of(std::string_view line) {
  std::array<std::string_view, 3> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto bar = i + 1 < parts.size() ? line.find('|') : std::string_view::npos;
    parts[i] = trimmed(line.substr(0, bar));
    if (bar == std::string_view::npos) break;
    line.remove_prefix(bar + 1);
  }
  return parts;
}

// "count:real": the type behind the unit.
dictionary_column described_column(const std::array<std::string_view, 3>& parts) {
  const auto colon = parts[1].find(':');
  if (colon == std::string_view::npos) return {parts[0], parts[1], parts[2], {}};
  return {parts[0], parts[1].substr(0, colon), parts[2], parts[1].substr(colon + 1)};
}

dictionary_column column_of(const std::array<std::string_view, 3>& parts,
                            const std::vector<dictionary_column>& common) {
  if (!parts[2].empty()) return described_column(parts);
  const auto found =
      std::find_if(common.begin(), common.end(), [&](const auto& each) { return each.name == parts[0]; });
  if (found == common.end()) throw std::logic_error(fmt::format("data dictionary: no meaning of {}", parts[0]));
  return *found;
}

std::vector<dictionary_table> parse(std::string_view text) {
  std::vector<dictionary_table> tables;
  std::vector<dictionary_column> common;  // the columns under `@ *`
  bool in_common = false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '@') {
      const auto parts = parts_of(line.substr(1));
      in_common = parts[0] == "*";
      if (!in_common) tables.push_back({parts[0], parts[1], parts[2], {}});
    } else if (in_common) {
      common.push_back(described_column(parts_of(line)));
    } else {
      tables.at(tables.size() - 1).columns.push_back(column_of(parts_of(line), common));
    }
  }
  return tables;
}

struct table_group {
  std::string_view name, title, text;
};
constexpr std::array<table_group, 4> groups{{
    {"core", "Core: what the payloads say", "Rows of one game come and go together."},
    {"derived", "Derived: what follows from the core", "Rules and sources of the formulas: [derived.md](derived.md)."},
    {"view", "Views", "Ratios are of sums, not means of ratios."},
    {"state", "State: what the engine remembers", "How the ledger moves: [data-model.md](data-model.md)."},
}};

// A bar would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char letter : text) out += letter == '|' ? std::string{"\\|"} : std::string{letter};
  return out;
}

}  // namespace

std::span<const dictionary_table> data_dictionary() {
  static const auto tables = parse(dictionary_txt);
  return tables;
}

const dictionary_table* find_in_dictionary(std::string_view table) {
  for (const auto& each : data_dictionary())
    if (each.name == table) return &each;
  return nullptr;
}

std::string dictionary_markdown() {
  std::string out =
      "# Data dictionary\n\n"
      "Made by `nba-scraper db dictionary` from `storage/dictionary.txt`; do not edit. In PostgreSQL the same words "
      "are\n"
      "comments on the tables and columns (`\\d+ possessions`). Types, and what is common to all tables:\n"
      "[data-model.md](data-model.md). NULL is \"the source does not say\", or a ratio whose denominator is 0.\n";
  for (const auto& group : groups) {
    out += fmt::format("\n## {}\n\n{}\n", group.title, group.text);
    for (const auto& table : data_dictionary()) {
      if (table.group != group.name) continue;
      out += fmt::format("\n### {}\n\nOne row: {}.\n\n| column | unit | meaning |\n|---|---|---|\n", table.name,
                         table.meaning);
      for (const auto& column : table.columns)
        out += fmt::format("| `{}` | {} | {} |\n", column.name, column.unit, cell(column.meaning));
    }
  }
  return out;
}

}  // namespace nba
