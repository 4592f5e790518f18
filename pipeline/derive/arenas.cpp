#include "pipeline/csv.hpp"
#include "pipeline/derive/arenas_csv.hpp"
#include "pipeline/derive/derive.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <stdexcept>
#include <string>

namespace nba {
namespace {

constexpr std::size_t column_count = 9;  // name,aliases,city,country,latitude,longitude,altitude_m,timezone,source
constexpr std::string_view header = "name,aliases,city,country,latitude,longitude,altitude_m,timezone,source";

// Letters and digits in lower case; bytes beyond ASCII stay. "STAPLES Center" and "Staples Center" become one.
std::string normalized(std::string_view text) {
  std::string key;
  key.reserve(text.size());
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (upper || kept) key += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return key;
}

class arena_table {
 public:
  arena_table() {
    const auto lines = csv_lines(arenas_csv, header);
    if (!lines) throw std::logic_error("arenas.csv: " + lines.error().message);
    for (const auto& line : *lines) add(line.text);
  }

  std::span<const arena> all() const { return arenas_; }

  const arena* find(std::string_view name, std::string_view city) const {
    const auto found = by_name_.find(normalized(name));
    if (found == by_name_.end()) return nullptr;
    const auto wanted = normalized(city);
    const auto& candidates = found->second;
    for (const auto index : candidates)
      if (normalized(arenas_[index].city) == wanted) return &arenas_[index];
    return candidates.size() == 1 ? &arenas_[candidates.front()] : nullptr;
  }

 private:
  void add(std::string_view line) {
    std::array<std::string_view, column_count> cell;
    auto rest = line;
    for (auto& text : cell) text = take(rest, ',');
    if (!rest.empty() || cell.back().empty())
      throw std::logic_error("arenas.csv: not nine cells: " + std::string(line));
    const auto index = arenas_.size();
    arenas_.push_back({std::string(cell[0]), std::string(cell[2]), std::string(cell[3]), number(cell[4], line),
                       number(cell[5], line), number(cell[6], line), std::string(cell[7])});
    by_name_[normalized(cell[0])].push_back(index);
    for (auto aliases = cell[1]; !aliases.empty();) by_name_[normalized(take(aliases, '|'))].push_back(index);
  }

  static double number(std::string_view text, std::string_view line) {
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size())
      throw std::logic_error("arenas.csv: not a number: " + std::string(line));
    return value;
  }

  std::vector<arena> arenas_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
};

const arena_table& table() {
  static const arena_table instance;
  return instance;
}

}  // namespace

std::span<const arena> arenas() { return table().all(); }

const arena* find_arena(std::string_view name, std::string_view city) { return table().find(name, city); }

}  // namespace nba
