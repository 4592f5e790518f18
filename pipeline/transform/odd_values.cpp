#include "pipeline/transform/odd_values.hpp"

#include <algorithm>

namespace nba {
namespace {

std::string without_indices(std::string_view path) {
  std::string field;
  bool inside = false;
  for (const char c : path) {
    if (c == ']') inside = false;
    if (!inside) field += c;
    if (c == '[') inside = true;
  }
  return field;
}

}  // namespace

odd_value& odd_values::entry(std::string_view field) {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.field == field; });
  if (found != all_.end()) return *found;
  all_.push_back({std::string(field), {}, 0});
  return all_.back();
}

void odd_values::add(std::string_view path, std::string_view example) {
  auto& one = entry(without_indices(path));
  if (one.count++ == 0) one.example = example;
}

void odd_values::merge(const odd_values& other, std::string_view prefix) {
  for (const auto& more : other.all_) {
    auto& one = entry(more.field);
    if (one.count == 0) one.example = std::string(prefix) + more.example;
    one.count += more.count;
  }
}

}  // namespace nba
