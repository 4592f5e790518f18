// The derived tables and the version of the rules behind each.
//
// A change of a rule that changes what a table holds bumps that table's version here, and nothing else: the versions
// are stored with the rows (table `derived_versions`), so `status` and `derive --stale` know which games are behind.
// Threads: constants and plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nba {

// In the order in which they are written.
enum class derived_table {
  outcomes,
  team_game_factors,
  schedule_travel,
  possessions,
  lineup_stints,
  player_on_court,
  q1_window_12_8,
  early_shocks
};

struct derived_table_rules {
  derived_table table;
  std::string_view name;  // of the table in the database
  int rules_version;      // from 1 on
};

inline constexpr std::array<derived_table_rules, 8> derived_tables{{
    {derived_table::outcomes, "outcomes", 1},
    {derived_table::team_game_factors, "team_game_factors", 2},  // 2: possessions are counted
    {derived_table::schedule_travel, "schedule_travel", 1},
    {derived_table::possessions, "possessions", 1},
    {derived_table::lineup_stints, "lineup_stints", 1},
    {derived_table::player_on_court, "player_on_court", 1},
    {derived_table::q1_window_12_8, "q1_window_12_8", 1},
    {derived_table::early_shocks, "early_shocks", 1},
}};

constexpr std::string_view to_string(derived_table table) {
  return derived_tables[static_cast<std::size_t>(table)].name;
}
constexpr int rules_version_of(derived_table table) {
  return derived_tables[static_cast<std::size_t>(table)].rules_version;
}
constexpr std::optional<derived_table> parse_derived_table(std::string_view name) {
  for (const auto& each : derived_tables)
    if (each.name == name) return each.table;
  return std::nullopt;
}

// The version of all rules together, for the ledger: grows when any of them does.
inline constexpr int derive_rules_version = [] {
  int sum = 0;
  for (const auto& each : derived_tables) sum += each.rules_version;
  return sum;
}();

// Some of the tables.
class derived_table_set {
 public:
  constexpr derived_table_set() = default;
  static constexpr derived_table_set all() {
    derived_table_set set;
    for (const auto& each : derived_tables) set.insert(each.table);
    return set;
  }
  constexpr void insert(derived_table table) { bits_ |= bit(table); }
  constexpr bool contains(derived_table table) const { return (bits_ & bit(table)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(derived_table_set, derived_table_set) = default;
  // Those that are in either.
  friend constexpr derived_table_set operator|(derived_table_set a, derived_table_set b) {
    derived_table_set set;
    set.bits_ = a.bits_ | b.bits_;
    return set;
  }

 private:
  static constexpr std::uint32_t bit(derived_table table) { return 1U << static_cast<unsigned>(table); }
  std::uint32_t bits_ = 0;
};

}  // namespace nba
