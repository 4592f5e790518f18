#include "pipeline/plan/schedule.hpp"

#include "pipeline/derive/derive.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <cmath>

namespace nba::fuzz {
namespace {

// A game of the seeds belongs to this season.
constexpr season fuzzed_season{2024};
constexpr double half_way_round_km = 20'100;

void require_game(const planned_game& game, const nba::schedule& plan) {
  require(game.id.in_season() == plan.season, "a game of the plan belongs to the season");
  require(plan.first_date <= game.date && game.date <= plan.last_date, "a game lies between first and last date");
  require(parse_date(format_date(game.date)) == game.date, "a date that was read can be written and read again");
  if (game.tipoff_utc) {
    require(parse_timestamp(format_timestamp(*game.tipoff_utc)) == game.tipoff_utc,
            "a tip-off that was read can be written and read again");
    const auto days = date::floor<date::days>(*game.tipoff_utc).time_since_epoch() - game.date.time_since_epoch();
    require(date::days{-1} <= days && days <= date::days{1}, "a tip-off is near the game's date");
  }
  require(game.status == game_status::final || (!game.home_score && !game.away_score), "only final games have scores");
  require(game.home_score.value_or(0) >= 0 && game.away_score.value_or(0) >= 0, "no score is negative");
  require(!has_result(game) || (!game.postponed && !game.cancelled), "a result outweighs what the flags say");
  for (const auto& text : {game.home_tricode, game.away_tricode, game.arena_name, game.arena_city, game.arena_state})
    require(is_clean_text(text), "texts can be stored");
}

void require_travel(const nba::schedule& plan) {
  const season_travel travel(plan.games);
  for (const auto& game : plan.games) {
    const auto rows = travel.rows_of(game.id);
    require(rows.empty() || rows.size() == 2, "travel has two rows or none");
    for (const auto& row : rows) {
      if (row.travel_distance_km)
        require(*row.travel_distance_km >= 0 && *row.travel_distance_km <= half_way_round_km,
                "a journey is not longer than half way round the Earth");
      if (row.prev_game_id) require(*row.prev_game_id != game.id, "no game is its own predecessor");
    }
  }
}

}  // namespace

bool schedule(std::string_view input) {
  const auto plan = parse_schedule(body_of(input)->view(), fuzzed_season);
  if (!plan) {
    require_failure(plan.error(), {failure_class::contract_drift, failure_class::rejected});
    return false;
  }
  require(plan->season == fuzzed_season, "a schedule is of the season asked for");
  require(!plan->games.empty(), "a schedule without games is rejected");
  for (std::size_t i = 0; i < plan->games.size(); ++i) {
    require(i == 0 || plan->games[i - 1].id < plan->games[i].id, "ids are unique and in order");
    require_game(plan->games[i], *plan);
  }
  require(plan->left_out.size() == std::min(plan->left_out_count, left_out_kept_max),
          "what is left out is named up to the bound");
  for (const auto& entry : plan->left_out) {
    require(!entry.detail.empty(), "what is left out has a reason");
    for (const auto& text : {entry.id, entry.detail, entry.home_tricode, entry.away_tricode})
      require(is_clean_text(text), "texts can be stored");
  }
  require_travel(*plan);
  return true;
}

}  // namespace nba::fuzz
