#include "pipeline/derive/overrides.hpp"

#include "pipeline/derive/overrides_csv.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace nba {
namespace {

constexpr std::string_view header = "game_id,rule,detail,reason,source";
constexpr std::array<override_rule, 2> all_rules{override_rule::substitution, override_rule::free_throw_foul};

[[noreturn]] void refuse(std::string_view what, std::string_view line) {
  throw std::logic_error("overrides.csv: " + std::string(what) + ": " + std::string(line));
}

// The part before the separator; `rest` loses it and the separator.
std::string_view take(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::int64_t number(std::string_view text, std::string_view line) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size()) refuse("not a number", line);
  return value;
}

game_override read_line(std::string_view line) {
  auto rest = line;
  game_override correction;
  const auto id = game_id::parse(take(rest, ','));
  if (!id) refuse("not a game id", line);
  correction.game_id = *id;
  const auto rule_name = take(rest, ',');
  const auto rule = std::find_if(all_rules.begin(), all_rules.end(),
                                 [&](override_rule candidate) { return to_string(candidate) == rule_name; });
  if (rule == all_rules.end()) refuse("unknown rule", line);
  correction.rule = *rule;
  auto detail = take(rest, ',');
  correction.order_number = number(take(detail, ' '), line);
  correction.value = number(detail, line);
  correction.reason = take(rest, ',');
  correction.source = rest;
  if (correction.reason.empty() || correction.source.empty()) refuse("no reason or no source", line);
  if (correction.source.find(',') != std::string::npos) refuse("not five cells", line);
  return correction;
}

}  // namespace

std::string_view to_string(override_rule rule) {
  switch (rule) {
    case override_rule::substitution:
      return "substitution";
    case override_rule::free_throw_foul:
      return "free_throw_foul";
  }
  return "";
}

std::string describe(const game_override& correction) {
  return correction.game_id.str() + ' ' + std::string(to_string(correction.rule)) + ' ' +
         std::to_string(correction.order_number) + ' ' + std::to_string(correction.value);
}

std::vector<game_override> read_overrides(std::string_view csv) {
  std::vector<game_override> corrections;
  bool header_seen = false;
  while (!csv.empty()) {
    const auto line = take(csv, '\n');
    if (line.empty() || line.front() == '#') continue;
    if (!header_seen && line != header) refuse("unexpected header", line);
    if (header_seen) corrections.push_back(read_line(line));
    header_seen = true;
  }
  std::stable_sort(corrections.begin(), corrections.end(),
                   [](const auto& a, const auto& b) { return a.game_id < b.game_id; });
  return corrections;
}

std::span<const game_override> overrides() {
  static const std::vector<game_override> table = read_overrides(overrides_csv);
  return table;
}

std::span<const game_override> overrides_of(const game_id& id) {
  const auto all = overrides();
  const auto first =
      std::partition_point(all.begin(), all.end(), [&](const auto& entry) { return entry.game_id < id; });
  const auto last = std::find_if(first, all.end(), [&](const auto& entry) { return entry.game_id != id; });
  return {first, last};
}

const game_override* find_override(std::span<const game_override> corrections, override_rule rule,
                                   std::int64_t order_number) {
  for (const auto& correction : corrections)
    if (correction.rule == rule && correction.order_number == order_number) return &correction;
  return nullptr;
}

}  // namespace nba
