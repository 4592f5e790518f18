#include "pipeline/derive/lineups.hpp"
#include "pipeline/derive/tables.hpp"

#include "pipeline/derive/floor.hpp"
#include "pipeline/derive/free_throws.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace nba {
namespace {

// What is credited to a spell; home, away.
struct credit {
  std::array<int, 2> points{0, 0};
  std::array<int, 2> possessions{0, 0};
  bool empty() const { return points == std::array{0, 0} && possessions == std::array{0, 0}; }
};

std::string lineup_key(const five& players) {
  fmt::basic_memory_buffer<char, 80> key;
  fmt::format_to(std::back_inserter(key), "{}-{}-{}-{}-{}", players[0], players[1], players[2], players[3], players[4]);
  return {key.data(), key.size()};
}

class lineup_builder {
 public:
  lineup_builder(const game_rows& rows, std::span<const game_override> overrides)
      : rows_(rows), overrides_(overrides), floor_(follow_floor(rows, overrides)), credits_(floor_.spells.size()) {}

  lineup_result run(std::span<const possession_row> possessions) && {
    if (floor_.is_exact) {
      credit_points();
      credit_possessions(possessions);
      write_stints();
      write_players();
    }
    result_.problems = std::move(floor_.problems);
    result_.overrides_used = std::move(floor_.overrides_used);
    return std::move(result_);
  }

 private:
  std::size_t side_of(std::int64_t team_id) const { return team_id == rows_.game.home_team_id ? 0 : 1; }

  // The event whose ten are credited with what happens at event `i`.
  std::size_t credited_event(std::size_t i) {
    const auto& event = rows_.events[i];
    if (event.action_type != "freethrow") return i;
    if (const auto* correction = find_override(overrides_, override_rule::free_throw_foul, event.order_number)) {
      const auto& events = rows_.events;
      const auto foul = std::find_if(events.begin(), events.end(),
                                     [&](const auto& other) { return other.order_number == correction->value; });
      if (foul != events.end()) {
        auto& used = floor_.overrides_used;
        if (std::find(used.begin(), used.end(), correction) == used.end()) used.push_back(correction);
        return static_cast<std::size_t>(foul - events.begin());
      }
    }
    return foul_of_free_throw(rows_.events, i);
  }

  void credit_points() {
    for (std::size_t i = 0; i < rows_.events.size(); ++i) {
      const auto& event = rows_.events[i];
      if (event.points == 0) continue;
      credit_of(credited_event(i)).points[side_of(event.team_id.value_or(0))] += event.points;
    }
  }

  void credit_possessions(std::span<const possession_row> possessions) {
    for (const auto& possession : possessions) {
      const auto end = static_cast<std::size_t>(possession.end_event_idx);
      if (!possession.is_counted || end >= rows_.events.size()) continue;
      ++credit_of(credited_event(end)).possessions[side_of(possession.offense_team_id)];
    }
  }

  credit& credit_of(std::size_t event) { return credits_[floor_.spell_of_event[event]]; }

  void write_stints() {
    auto& stints = result_.stints;
    stints.reserve(floor_.spells.size());
    const floor_spell* last = nullptr;  // the spell that the last stint began with
    for (std::size_t i = 0; i < floor_.spells.size(); ++i) {
      const auto& spell = floor_.spells[i];
      if (spell.start_elapsed_hundredths == spell.end_elapsed_hundredths && credits_[i].empty()) continue;
      if (last == nullptr || last->period != spell.period || last->fives != spell.fives) {
        last = &spell;
        auto& stint = stints.emplace_back();
        stint.stint_idx = static_cast<int>(stints.size()) - 1;
        stint.period = spell.period;
        stint.start_elapsed_hundredths = spell.start_elapsed_hundredths;
        stint.home_lineup = lineup_key(spell.fives[0]);
        stint.away_lineup = lineup_key(spell.fives[1]);
      }
      auto& stint = stints.back();
      stint.end_elapsed_hundredths = spell.end_elapsed_hundredths;
      stint.home_points += credits_[i].points[0];
      stint.away_points += credits_[i].points[1];
      stint.home_possessions += credits_[i].possessions[0];
      stint.away_possessions += credits_[i].possessions[1];
    }
  }

  void write_players() {
    const auto& lines = rows_.player_stats;
    const auto recorded = seconds_as_recorded_hundredths(rows_);
    std::vector<player_on_court_row> totals(lines.size());
    std::vector<bool> is_listed(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      totals[i].team_id = lines[i].team_id;
      totals[i].player_id = lines[i].player_id;
      totals[i].seconds_as_recorded_hundredths = recorded[i];
      is_listed[i] = lines[i].played;
    }
    // Where the players of a five stand among the lines; most spells change only one of the two fives.
    std::array<std::array<std::size_t, 5>, 2> places{};
    for (std::size_t i = 0; i < floor_.spells.size(); ++i) {
      const auto& spell = floor_.spells[i];
      const int length = spell.end_elapsed_hundredths - spell.start_elapsed_hundredths;
      for (const std::size_t side : {0U, 1U}) {
        if (i == 0 || floor_.spells[i - 1].fives[side] != spell.fives[side])
          places[side] = places_of(spell.fives[side]);
        const int margin = credits_[i].points[side] - credits_[i].points[1 - side];
        for (const auto place : places[side]) {
          if (place == lines.size()) continue;
          is_listed[place] = true;
          totals[place].seconds_on_hundredths += length;
          totals[place].plus_minus += margin;
          totals[place].possessions_on += credits_[i].possessions[side];
        }
      }
    }
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (is_listed[i]) result_.players.push_back(totals[i]);
  }

  std::array<std::size_t, 5> places_of(const five& players) {
    std::array<std::size_t, 5> places{};
    const auto& lines = rows_.player_stats;
    for (std::size_t k = 0; k < players.size(); ++k) {
      const auto found =
          std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.player_id == players[k]; });
      places[k] = static_cast<std::size_t>(found - lines.begin());
    }
    return places;
  }

  const game_rows& rows_;
  std::span<const game_override> overrides_;
  floor_record floor_;
  std::vector<credit> credits_;  // by spell
  lineup_result result_;
};

}  // namespace

lineup_result derive_lineups(const game_rows& rows, std::span<const possession_row> possessions,
                             std::span<const game_override> overrides) {
  return lineup_builder(rows, overrides).run(possessions);
}

void table_traits<lineup_stint_row>::derive(const derive_input& from, derived_rows& out) {
  const auto corrections = choose_overrides(from.game).applied;
  auto lineups = derive_lineups(from.game, out.possessions, corrections);
  out.stints = std::move(lineups.stints);
  out.on_court = std::move(lineups.players);
  out.problems = std::move(lineups.problems);
}

}  // namespace nba
