#include "tests/fuzz/row_properties.hpp"

#include "pipeline/game_clock.hpp"
#include "tests/fuzz/property.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>

namespace nba::fuzz {
namespace {

void require_time(const std::optional<utc_time>& value) {
  require(!value || parse_timestamp(format_timestamp(*value)) == value, "a time that was read can be written and read");
}

void require_number(const std::optional<double>& value) {
  require(!value || std::isfinite(*value), "numbers are finite");
}

struct totals {
  std::int64_t periods = 0, players = 0, events = 0;
};
totals totals_of(const game_rows& rows, std::int64_t team) {
  totals sum;
  for (const auto& row : rows.period_scores) sum.periods += row.team_id == team ? row.points : 0;
  for (const auto& row : rows.player_stats) sum.players += row.team_id == team ? row.line.points : 0;
  for (const auto& row : rows.events) sum.events += row.team_id == team ? row.points : 0;
  return sum;
}

}  // namespace

game_id fuzzed_game() { return *game_id::parse("0022400061"); }

void require_boxscore_rows(const game_rows& rows) {
  const auto& game = rows.game;
  require(game.game_id == fuzzed_game(), "a box score is of the game asked for");
  require(game.status == 3, "only a final box score is accepted");
  require(rows.teams.size() == 2 && rows.team_stats.size() == 2, "there are two teams with a line each");
  require(parse_date(format_date(game.game_date)) == game.game_date, "a date that was read can be written and read");
  require_time(game.tipoff_utc);
  require(game.duration_minutes != 0, "a length of zero minutes is none");
  require(game.arena_id.value_or(1) > 0, "an arena without an id has none");
  require(rows.players.size() == rows.player_stats.size(), "every player has a line");
  for (std::size_t i = 0; i < rows.players.size(); ++i) {
    require(rows.players[i].player_id > 0, "every player has an id");
    require(rows.players[i].player_id == rows.player_stats[i].player_id, "a line is its player's");
    require(is_clean_text(rows.players[i].name), "names can be stored");
    require(rows.player_stats[i].seconds_played_hundredths >= 0, "nobody plays less than no time");
  }
  for (const auto& row : rows.officials) require(row.official_id > 0, "every official has an id");
  for (const auto& row : rows.period_scores)
    require(row.period >= 1 && row.period <= periods_max, "periods are in bounds");
  for (const auto& row : rows.team_stats)
    require(row.seconds_played_hundredths >= 0, "no team plays less than no time");
  require(rows.row_count() >= 5, "a game, two teams and their lines are five rows");
  require(rows.approximate_bytes() >= sizeof(game_rows), "the rows' bytes count the rows");
}

void require_events(const game_rows& rows) {
  for (std::size_t i = 0; i < rows.events.size(); ++i) {
    const auto& event = rows.events[i];
    require(event.event_idx == static_cast<int>(i), "events are numbered from zero");
    require(i == 0 || rows.events[i - 1].order_number <= event.order_number, "events are in order");
    require(event.period >= 1 && event.period <= periods_max, "periods are in bounds");
    require(event.clock_hundredths >= 0, "no clock is negative");
    require(event.elapsed_hundredths >= 0 && event.elapsed_hundredths <= game_length_hundredths(event.period),
            "an event lies between tip-off and the end of its period");
    require(event.points >= 0 && event.points <= 3, "an event scores zero to three points");
    for (const auto& number : {event.x, event.y, event.shot_distance}) require_number(number);
    for (const auto& id : {event.team_id, event.player_id, event.possession_team_id, event.assist_player_id})
      require(id.value_or(1) > 0, "an id is positive or absent");
    require_time(event.time_actual);
    require_time(event.edited_at);
    require(is_clean_text(event.action_type) && is_clean_text(event.description), "texts can be stored");
    require(is_clean_text(event.qualifiers), "texts can be stored");
  }
}

void require_reconciled(const game_rows& rows) {
  const auto& game = rows.game;
  require(game.home_team_id != game.away_team_id, "a game has two teams");
  require(game.home_score != game.away_score, "a game has a winner");
  require(game.periods >= 1 && game.periods <= periods_max, "periods are in bounds");
  for (const auto& [team, score] :
       {std::pair{game.home_team_id, game.home_score}, std::pair{game.away_team_id, game.away_score}}) {
    const auto sum = totals_of(rows, team);
    require(sum.periods == score && sum.players == score && sum.events == score,
            "score, periods, players and events of an accepted game agree");
    require(std::count_if(rows.player_stats.begin(), rows.player_stats.end(),
                          [id = team](const auto& row) { return row.team_id == id && row.starter; }) == 5,
            "five players start");
  }
  std::set<std::int64_t> players;
  for (const auto& row : rows.player_stats)
    require(players.insert(row.player_id).second, "no player of an accepted game is listed twice");
  require(std::any_of(rows.events.begin(), rows.events.end(), [](const auto& e) { return e.action_type == "game"; }),
          "an accepted game has ended");
}

}  // namespace nba::fuzz
