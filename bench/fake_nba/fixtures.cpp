#include "bench/fake_nba/fixtures.hpp"

#include <fmt/format.h>

namespace nba::fake {

game_id make_id(const league_frame& league, game_type type, int number) {
  const auto digits =
      fmt::format("00{}{:02}{:05}", static_cast<int>(type), league.settings.season.start_year % 100, number);
  return *game_id::parse(digits);
}

std::optional<listing> list_as_of(const fixture& game, std::optional<et_date> today, bool live_today) {
  listing out{game.date, game_status::scheduled, false, game.home, game.away};
  if (game.dropped_on && (!today || *today >= *game.dropped_on)) return std::nullopt;
  if (today) {
    if (*today < game.home_known_on) out.home = undecided;
    if (*today < game.away_known_on) out.away = undecided;
    if (game.first_date && *today < game.new_date_known_on) {
      out.date = *game.first_date;
      out.is_postponed = *today >= *game.first_date;
    }
    // A cancelled game is first called off like a postponed one.
    if (!game.is_played && !game.if_necessary && *today >= game.date) out.is_postponed = true;
  }
  if (out.is_postponed) return out;
  if (!today || out.date < *today)
    out.status = game_status::final;
  else if (out.date == *today)
    out.status = live_today ? game_status::live : game_status::final;
  return out;
}

}  // namespace nba::fake
