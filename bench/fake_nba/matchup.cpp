#include "bench/fake_nba/matchup.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace nba::fake {
namespace {

// How often each quirk occurs, by game.
constexpr double nulls_2020_share = 0.35, nulls_2024_share = 0.15;
constexpr double without_meta_share = 0.15;
constexpr double early_violation_share = 0.03;
constexpr double second_game_end_share = 0.01;
constexpr double event_after_end_share = 0.02;
constexpr double rising_memo_share = 0.20;  // of the games that have memos
constexpr double unknown_action_share = 0.01;
constexpr double late_events_at_end_share = 0.02;
constexpr double played_without_minutes_share = 0.01;
constexpr double edited_months_later_share = 0.03;
constexpr double fourth_official_share = 0.02;
constexpr double no_duration_share = 0.01;

struct excuse {
  bool is_inactive;
  std::string_view reason, description;
};
// Some end in a space, as they do in the wild.
constexpr std::array<excuse, 12> excuses{{{true, "INACTIVE_INJURY", "Left Ankle; Sprain"},
                                          {true, "INACTIVE_INJURY", "Right Knee; Surgery "},
                                          {true, "INACTIVE_INJURY ", "Right Hamstring; Strain"},
                                          {true, "INACTIVE_COACH", ""},
                                          {true, "INACTIVE_REST", ""},
                                          {true, "INACTIVE_PERSONAL", ""},
                                          {true, "INACTIVE_NOT_WITH_TEAM", ""},
                                          {true, "INACTIVE_GLEAGUE_TWOWAY", ""},
                                          {true, "INACTIVE_GLEAGUE_ON_ASSIGNMENT", ""},
                                          {false, "DND_INJURY", "N/a; Illness"},
                                          {false, "DND_REST ", ""},
                                          {false, "NWT_PERSONAL", ""}}};

constexpr double absence_probability = 0.07;  // of a player of the rotation
constexpr std::size_t absences_max = 4;       // roster_size - dressed_size: the rest must fill the bench

}  // namespace

game_quirks draw_quirks(std::uint64_t seed, std::string_view game_id) {
  random_stream random(seed ^ 0x51u, game_id);
  game_quirks out;
  const auto form = random.uniform();
  if (form < nulls_2020_share)
    out.form = document_form::nulls_2020;
  else if (form < nulls_2020_share + nulls_2024_share)
    out.form = document_form::nulls_2024;
  out.boxscore_has_meta = !random.chance(without_meta_share);
  out.early_violation = random.chance(early_violation_share);
  out.second_game_end = random.chance(second_game_end_share);
  out.event_after_end = random.chance(event_after_end_share);
  out.rising_memo = random.chance(rising_memo_share) && out.form == document_form::nulls_2020;
  out.unknown_action = random.chance(unknown_action_share);
  out.late_events_at_end = random.chance(late_events_at_end_share);
  out.played_without_minutes = random.chance(played_without_minutes_share);
  out.edited_months_later = random.chance(edited_months_later_share);
  out.fourth_official = random.chance(fourth_official_share);
  out.no_duration = random.chance(no_duration_share);
  return out;
}

squad draw_squad(random_stream& random, const franchise& team, std::span<const player> roster, double strength) {
  static_assert(roster_size - dressed_size == absences_max);
  squad out;
  out.team = &team;
  out.roster = roster;
  out.strength = strength;
  for (std::size_t i = 0; i < roster.size(); ++i) {
    const auto who = static_cast<player_index>(i);
    const bool fit = out.absent.size() >= absences_max || !random.chance(absence_probability);
    if (fit && out.dressed.size() < dressed_size) {
      out.dressed.push_back(who);
      continue;
    }
    const auto& why = excuses[random.below(excuses.size())];
    out.absent.push_back({who, why.is_inactive, why.reason, why.description});
  }
  return out;
}

std::vector<int> draw_officials(random_stream& random, bool with_alternate) {
  std::vector<int> all(officials_count);
  std::iota(all.begin(), all.end(), 0);
  random.shuffle(all);
  all.resize(with_alternate ? 4 : 3);
  return all;
}

}  // namespace nba::fake
