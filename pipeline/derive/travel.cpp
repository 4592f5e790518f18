#include "pipeline/derive/derive.hpp"

#include <date/tz.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <string_view>
#include <tuple>
#include <utility>

namespace nba {
namespace {

constexpr double earth_radius_km = 6371;

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

// A game of a team's sequence.
struct stop {
  const planned_game* game = nullptr;
  const arena* where = nullptr;  // null when the table does not know it
};

// Teams have to differ: a schedule that names one twice would give the game two rows of one key.
bool counts(const planned_game& game) {
  return game.id.type() != game_type::all_star && !game.postponed && game.home_team_id > 0 && game.away_team_id > 0 &&
         game.home_team_id != game.away_team_id;
}

// The instant whose UTC offsets a game is judged by: its tip-off, or else about noon of its ET date.
date::sys_seconds instant_of(const planned_game& game) {
  if (game.tipoff_utc) return date::floor<std::chrono::seconds>(*game.tipoff_utc);
  return date::sys_days{game.date.time_since_epoch()} + std::chrono::hours(17);
}

std::chrono::seconds utc_offset(const arena& where, date::sys_seconds at) {
  return date::locate_zone(where.timezone)->get_info(at).offset;
}

void note_unknown(const planned_game& game, std::vector<std::string>& names) {
  auto name = game.arena_name.empty() ? "no arena named" : game.arena_name + ", " + game.arena_city;
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

// Games in the `days` days that end with the last game's date.
int games_within(const std::vector<stop>& sequence, std::size_t last, int days) {
  const auto first_date = sequence[last].game->date - date::days(days - 1);
  int count = 0;
  for (auto i = last + 1; i-- > 0 && sequence[i].game->date >= first_date;) ++count;
  return count;
}

travel_row row_of(std::int64_t team_id, const std::vector<stop>& sequence, std::size_t position) {
  travel_row row;
  row.team_id = team_id;
  if (position == 0) return row;
  const auto& now = sequence[position];
  const auto& before = sequence[position - 1];
  const auto days = (now.game->date - before.game->date).count();
  row.days_rest = static_cast<int>(days) - 1;
  row.is_back_to_back = days == 1;
  row.is_3_in_4 = games_within(sequence, position, 4) >= 3;
  row.is_5_in_7 = games_within(sequence, position, 7) >= 5;
  row.prev_game_id = before.game->id;
  row.prev_game_date = before.game->date;
  if (now.where && before.where) {
    row.travel_distance_km =
        great_circle_km(before.where->latitude, before.where->longitude, now.where->latitude, now.where->longitude);
    // Both zones as they stand at this game: a change to daylight saving time between two home games is no shift.
    const auto instant = instant_of(*now.game);
    const auto shift = utc_offset(*now.where, instant) - utc_offset(*before.where, instant);
    row.timezone_shift_hours = static_cast<double>(shift.count()) / 3600;
    row.altitude_change_m = now.where->altitude_m - before.where->altitude_m;
  }
  return row;
}

}  // namespace

double great_circle_km(double latitude_a, double longitude_a, double latitude_b, double longitude_b) {
  const double lat_a = radians(latitude_a), lat_b = radians(latitude_b);
  const double half_lat = std::sin((lat_b - lat_a) / 2);
  const double half_lon = std::sin(radians(longitude_b - longitude_a) / 2);
  const double haversine = half_lat * half_lat + std::cos(lat_a) * std::cos(lat_b) * half_lon * half_lon;
  return 2 * earth_radius_km * std::asin(std::sqrt(std::min(haversine, 1.0)));
}

season_travel::season_travel(std::span<const planned_game> games) {
  std::vector<stop> stops;
  stops.reserve(games.size());
  for (const auto& game : games) {
    if (!counts(game)) continue;
    const stop next{&game, find_arena(game.arena_name, game.arena_city)};
    if (!next.where) note_unknown(game, unknown_arenas_);
    stops.push_back(next);
  }
  std::sort(stops.begin(), stops.end(), [](const stop& a, const stop& b) {
    const auto key = [](const planned_game& game) {
      return std::tuple(game.date, !game.tipoff_utc, game.tipoff_utc.value_or(utc_time{}),
                        std::string_view(game.id.str()));
    };
    return key(*a.game) < key(*b.game);
  });

  // Per team and sequence (preseason, or all that counts), its games so far.
  std::map<std::pair<std::int64_t, bool>, std::vector<stop>> sequences;
  for (const auto& next : stops) {
    auto& rows = rows_[next.game->id];
    for (const auto team_id : {next.game->home_team_id, next.game->away_team_id}) {
      auto& sequence = sequences[{team_id, next.game->id.type() == game_type::preseason}];
      sequence.push_back(next);
      rows.push_back(row_of(team_id, sequence, sequence.size() - 1));
    }
  }
}

std::vector<travel_row> season_travel::rows_of(const game_id& id) const {
  const auto found = rows_.find(id);
  return found == rows_.end() ? std::vector<travel_row>{} : found->second;
}

void table_traits<travel_row>::derive(const derive_input& from, derived_rows& out) {
  out.travel = from.travel.rows_of(from.game.game.game_id);
}

}  // namespace nba
