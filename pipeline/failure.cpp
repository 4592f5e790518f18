#include "pipeline/failure.hpp"

#include <iterator>

namespace nba {
namespace {

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < std::size(failure_table); ++i)
    if (static_cast<std::size_t>(failure_table[i].kind) != i) return false;
  return true;
}
static_assert(is_in_order());

}  // namespace

std::string_view to_string(failure_class value) { return traits_of(value).name; }

std::optional<failure_class> parse_failure_class(std::string_view name) {
  for (const auto& known : failure_table)
    if (known.name == name) return known.kind;
  return std::nullopt;
}

std::string describe(const failure& value) {
  std::string text{to_string(value.kind)};
  text += ": ";
  text += value.message;
  if (!value.where.empty()) {
    text += " (";
    text += value.where;
    text += ')';
  }
  return text;
}

}  // namespace nba
