#include "pipeline/failure.hpp"

#include <array>
#include <utility>

namespace nba {
namespace {

constexpr std::array<std::pair<failure_class, std::string_view>, 12> class_names{{
    {failure_class::throttled, "throttled"},
    {failure_class::transient, "transient"},
    {failure_class::edge_blocked, "edge_blocked"},
    {failure_class::unavailable, "unavailable"},
    {failure_class::not_final, "not_final"},
    {failure_class::postponed, "postponed"},
    {failure_class::cancelled, "cancelled"},
    {failure_class::contract_drift, "contract_drift"},
    {failure_class::rejected, "rejected"},
    {failure_class::storage, "storage"},
    {failure_class::configuration, "configuration"},
    {failure_class::internal, "internal"},
}};

}  // namespace

std::string_view to_string(failure_class value) {
  for (const auto& [kind, name] : class_names)
    if (kind == value) return name;
  return "internal";
}

std::optional<failure_class> parse_failure_class(std::string_view name) {
  for (const auto& [kind, known] : class_names)
    if (known == name) return kind;
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
