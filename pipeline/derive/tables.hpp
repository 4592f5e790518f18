// The derived tables: their rows together, the rules behind each, and the version of those rules.
//
// A change of a rule that changes what a table holds bumps that table's version here, and nothing else: the versions
// are stored with the rows (table `derived_versions`), so `status` and `derive --stale` know which games are behind.
// Threads: constants and plain values.
#pragma once

#include "pipeline/derive/rows.hpp"
#include "pipeline/rows.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

struct derived_rows {
  outcome_row outcome;
  std::vector<team_factors_row> team_factors;  // home, away
  std::vector<travel_row> travel;              // home, away; empty when the game counts in no travel sequence
  std::vector<possession_row> possessions;
  std::vector<lineup_stint_row> stints;
  std::vector<player_on_court_row> on_court;
  std::optional<q1_window_row> q1_window;
  std::vector<early_shock_row> shocks;
  // What in the record contradicts itself, for a warning; no table has it. Nearly always empty.
  std::vector<std::string> problems;

  std::size_t row_count() const noexcept;
};

struct play;
class season_travel;
// What a rule may use; beside it, in the rows it adds to, the tables before its own in `derived_table_list`.
struct derive_input {
  const game_rows& game;
  const season_travel& travel;
  std::span<const play> plays;
};

// See table_traits.hpp. `derive` makes the table's rows; it is defined in the file of the rule.

template <>
struct table_traits<outcome_row> : always_rows<1> {
  static constexpr std::string_view name = "outcomes", order = "";
  static constexpr auto rows = &derived_rows::outcome;
  static constexpr int rules_version = 1;
  static void derive(const derive_input& from, derived_rows& out);
};
template <>
struct table_traits<possession_row> : any_number_of_rows {
  static constexpr std::string_view name = "possessions", order = "possession_idx";
  static constexpr auto rows = &derived_rows::possessions;
  static constexpr int rules_version = 1;
  static void derive(const derive_input& from, derived_rows& out);
};
template <>
struct table_traits<team_factors_row> : always_rows<2> {
  static constexpr std::string_view name = "team_game_factors", order = "team_id";
  static constexpr auto rows = &derived_rows::team_factors;
  static constexpr int rules_version = 2;  // 2: possessions are counted
  static void derive(const derive_input& from, derived_rows& out);
};
template <>
struct table_traits<travel_row> : any_number_of_rows {
  static constexpr std::string_view name = "schedule_travel", order = "team_id";
  static constexpr auto rows = &derived_rows::travel;
  static constexpr int rules_version = 1;
  static void derive(const derive_input& from, derived_rows& out);
};
template <>
struct table_traits<lineup_stint_row> : any_number_of_rows {
  static constexpr std::string_view name = "lineup_stints", order = "stint_idx";
  static constexpr auto rows = &derived_rows::stints;
  static constexpr int rules_version = 1;
  static void derive(const derive_input& from, derived_rows& out);  // and player_on_court
};
template <>
struct table_traits<player_on_court_row> : any_number_of_rows {
  static constexpr std::string_view name = "player_on_court", order = "team_id, player_id";
  static constexpr auto rows = &derived_rows::on_court;
  static constexpr int rules_version = 1;
  static void derive(const derive_input&, derived_rows&) {}  // made with the stints
};
template <>
struct table_traits<q1_window_row> : any_number_of_rows {
  static constexpr std::string_view name = "q1_window_12_8", order = "";
  static constexpr auto rows = &derived_rows::q1_window;
  static constexpr int rules_version = 1;
  static void derive(const derive_input& from, derived_rows& out);
};
template <>
struct table_traits<early_shock_row> : any_number_of_rows {
  static constexpr std::string_view name = "early_shocks", order = "shock_idx";
  static constexpr auto rows = &derived_rows::shocks;
  static constexpr int rules_version = 1;
  static void derive(const derive_input& from, derived_rows& out);
};

// In the order in which they are derived and written.
using derived_table_list = table_list<outcome_row, possession_row, team_factors_row, travel_row, lineup_stint_row,
                                      player_on_court_row, q1_window_row, early_shock_row>;

inline std::size_t derived_rows::row_count() const noexcept { return count_rows_of(derived_table_list{}, *this); }

// ---- by name, where the table is known only at run time ------------------------------------------------------------

// The place of a table in the list.
enum class derived_table : std::size_t {};

struct derived_table_rules {
  derived_table table;
  std::string_view name;  // of the table in the database
  int rules_version;      // from 1 on
};

inline constexpr auto derived_tables = [] {
  std::array<derived_table_rules, derived_table_list::size> tables{};
  std::size_t place = 0;
  for_each_table(derived_table_list{}, [&]<class Row>(std::type_identity<Row>) {
    tables[place] = {derived_table{place}, table_traits<Row>::name, table_traits<Row>::rules_version};
    ++place;
  });
  return tables;
}();

constexpr std::optional<derived_table> parse_derived_table(std::string_view name) {
  for (const auto& each : derived_tables)
    if (each.name == name) return each.table;
  return std::nullopt;
}
template <class Row>
inline constexpr derived_table derived_table_of = *parse_derived_table(table_traits<Row>::name);

constexpr int rules_version_of(derived_table table) {
  return derived_tables[static_cast<std::size_t>(table)].rules_version;
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
  template <class... Rows>
  static constexpr derived_table_set of() {
    derived_table_set set;
    (set.insert(derived_table_of<Rows>), ...);
    return set;
  }
  constexpr void insert(derived_table table) { bits_ |= bit(table); }
  constexpr bool contains(derived_table table) const { return (bits_ & bit(table)) != 0; }
  template <class Row>
  constexpr bool contains() const {
    return contains(derived_table_of<Row>);
  }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(derived_table_set, derived_table_set) = default;
  // Those that are in either.
  friend constexpr derived_table_set operator|(derived_table_set a, derived_table_set b) {
    derived_table_set set;
    set.bits_ = a.bits_ | b.bits_;
    return set;
  }

 private:
  static_assert(derived_table_list::size <= 32);
  static constexpr std::uint32_t bit(derived_table table) { return 1U << static_cast<unsigned>(table); }
  std::uint32_t bits_ = 0;
};

}  // namespace nba
