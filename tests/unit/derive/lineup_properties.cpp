#include "tests/unit/derive/lineup_properties.hpp"

#include "pipeline/game_clock.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace nba::test {
namespace {

std::vector<std::string> ids_of(const std::string& key) {
  std::vector<std::string> ids;
  for (std::size_t begin = 0; begin <= key.size();) {
    const auto end = std::min(key.find('-', begin), key.size());
    ids.push_back(key.substr(begin, end - begin));
    begin = end + 1;
  }
  return ids;
}

class property_checker {
 public:
  property_checker(const game_rows& rows, const lineup_result& lineups) : rows_(rows), lineups_(lineups) {}

  std::vector<std::string> run() && {
    check_cover();
    for (const auto& stint : lineups_.stints) check_ten(stint);
    check_sums();
    check_players();
    return std::move(broken_);
  }

 private:
  void expect(bool holds, std::string property) {
    if (!holds) broken_.push_back(std::move(property));
  }
  static std::string where(const lineup_stint_row& stint) { return " at stint " + std::to_string(stint.stint_idx); }

  void check_cover() {
    int now = 0, period = 1, index = 0;
    const lineup_stint_row* before = nullptr;
    for (const auto& stint : lineups_.stints) {
      expect(stint.stint_idx == index++, "stints are not numbered in order");
      if (now == game_length_hundredths(period) && stint.period == period + 1) ++period, before = nullptr;
      expect(stint.period == period, "a period is left out or split" + where(stint));
      expect(stint.start_elapsed_hundredths == now, "a gap or an overlap" + where(stint));
      expect(stint.end_elapsed_hundredths >= now, "a stint that ends before it begins" + where(stint));
      expect(stint.end_elapsed_hundredths <= game_length_hundredths(period), "a stint across a period" + where(stint));
      expect(stint.end_elapsed_hundredths > now || stint.home_points + stint.away_points > 0 ||
                 stint.home_possessions + stint.away_possessions > 0,
             "an empty stint" + where(stint));
      expect(before == nullptr || before->home_lineup != stint.home_lineup || before->away_lineup != stint.away_lineup,
             "the same ten in two stints" + where(stint));
      now = stint.end_elapsed_hundredths;
      before = &stint;
    }
    expect(period == rows_.game.periods && now == game_length_hundredths(period), "stints end before the game");
  }

  void check_ten(const lineup_stint_row& stint) {
    std::set<std::string> ten;
    for (const auto* key : {&stint.home_lineup, &stint.away_lineup}) {
      const auto team = key == &stint.home_lineup ? rows_.game.home_team_id : rows_.game.away_team_id;
      const auto ids = ids_of(*key);
      expect(ids.size() == 5, "not five a side" + where(stint));
      for (std::size_t i = 0; i < ids.size(); ++i) {
        expect(i == 0 || std::stoll(ids[i - 1]) < std::stoll(ids[i]), "ids out of order" + where(stint));
        expect(team_of(std::stoll(ids[i])) == team, "a stranger" + where(stint));
        ten.insert(ids[i]);
      }
    }
    expect(ten.size() == 10, "not ten players" + where(stint));
  }

  std::int64_t team_of(std::int64_t player) const {
    for (const auto& line : rows_.player_stats)
      if (line.player_id == player) return line.team_id;
    return 0;
  }

  void check_sums() {
    int home = 0, away = 0;
    for (const auto& stint : lineups_.stints) home += stint.home_points, away += stint.away_points;
    expect(home == rows_.game.home_score && away == rows_.game.away_score, "points are not the final score");
  }

  // Players' rows against the stints, counted anew from their keys.
  void check_players() {
    std::map<std::int64_t, player_on_court_row> counted;
    for (const auto& stint : lineups_.stints) {
      const int margin = stint.home_points - stint.away_points;
      const int length = stint.end_elapsed_hundredths - stint.start_elapsed_hundredths;
      for (const bool home : {true, false})
        for (const auto& id : ids_of(home ? stint.home_lineup : stint.away_lineup)) {
          auto& row = counted[std::stoll(id)];
          row.seconds_on_hundredths += length;
          row.plus_minus += home ? margin : -margin;
          row.possessions_on += home ? stint.home_possessions : stint.away_possessions;
        }
    }
    int seconds = 0, plus_minus = 0;
    std::set<std::int64_t> seen;
    for (const auto& row : lineups_.players) {
      const auto& expected = counted[row.player_id];
      const auto who = " of player " + std::to_string(row.player_id);
      expect(seen.insert(row.player_id).second, "two rows" + who);
      expect(row.team_id == team_of(row.player_id), "another team" + who);
      expect(row.seconds_on_hundredths == expected.seconds_on_hundredths, "other seconds than the stints'" + who);
      expect(row.plus_minus == expected.plus_minus, "other plus-minus than the stints'" + who);
      expect(row.possessions_on == expected.possessions_on, "other possessions than the stints'" + who);
      seconds += row.seconds_on_hundredths;
      plus_minus += row.team_id == rows_.game.home_team_id ? row.plus_minus : -row.plus_minus;
    }
    for (const auto& [player, row] : counted)
      expect(seen.count(player) == 1, "no row of player " + std::to_string(player));
    expect(seconds == 10 * game_length_hundredths(rows_.game.periods), "not ten times the game's length");
    expect(plus_minus == 10 * (rows_.game.home_score - rows_.game.away_score), "plus-minus is not the margin's");
  }

  const game_rows& rows_;
  const lineup_result& lineups_;
  std::vector<std::string> broken_;
};

template <class Figure>
std::vector<std::int64_t> players_whose(const game_rows& rows, const lineup_result& lineups, Figure is_official) {
  std::vector<std::int64_t> others;
  for (const auto& line : rows.player_stats) {
    player_on_court_row none;
    const auto* row = &none;
    for (const auto& candidate : lineups.players)
      if (candidate.player_id == line.player_id) row = &candidate;
    if (!is_official(line, *row)) others.push_back(line.player_id);
  }
  return others;
}

}  // namespace

std::vector<std::string> broken_lineup_properties(const game_rows& rows, const lineup_result& lineups) {
  return property_checker(rows, lineups).run();
}

std::vector<std::int64_t> players_with_other_minutes(const game_rows& rows, const lineup_result& lineups) {
  return players_whose(rows, lineups, [](const player_stats_row& line, const player_on_court_row& row) {
    return line.seconds_played_hundredths == row.seconds_as_recorded_hundredths;
  });
}

std::vector<std::int64_t> players_with_other_plus_minus(const game_rows& rows, const lineup_result& lineups) {
  return players_whose(rows, lineups, [](const player_stats_row& line, const player_on_court_row& row) {
    return line.plus_minus == row.plus_minus;
  });
}

}  // namespace nba::test
