#include "bench/fake_nba/fixtures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace nba::fake {
namespace {

using date::days;

constexpr std::size_t play_in_teams_min = 10;  // in each conference
constexpr std::size_t playoff_teams_min = 8;
constexpr int wins_to_advance = 4;
constexpr int games_in_series_max = 7;

struct seat {
  team_index team = undecided;
  et_date known_on{};
  int rank = 0;  // seed in the conference, from 1
};

class bracket_builder {
 public:
  bracket_builder(const league_frame& league, std::span<const int> wins, const referee& decide)
      : league_(league), wins_(wins), decide_(decide), random_(league.settings.seed, "postseason") {}

  std::vector<fixture> build() && {
    const auto east = standings(conference::east);
    const auto west = standings(conference::west);
    if (std::min(east.size(), west.size()) < playoff_teams_min) return {};
    auto fields = std::array{east, west};
    const bool has_play_in = league_.settings.play_in && std::min(east.size(), west.size()) >= play_in_teams_min;
    if (has_play_in)
      for (std::size_t side = 0; side < fields.size(); ++side) play_in(fields[side], static_cast<int>(side));
    if (league_.settings.playoffs) playoffs(fields);
    std::sort(games_.begin(), games_.end(), [](const fixture& a, const fixture& b) { return a.id < b.id; });
    return std::move(games_);
  }

 private:
  static constexpr std::array<std::string_view, 2> side_names{"East", "West"};

  // Best first: wins, then the lot.
  std::vector<seat> standings(conference side) {
    std::vector<std::pair<int, team_index>> table;
    for (std::size_t i = 0; i < league_.teams.size(); ++i)
      if (league_.teams[i].conference == side) table.push_back({-wins_[i], static_cast<team_index>(i)});
    random_.shuffle(table);
    std::stable_sort(table.begin(), table.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<seat> seats;
    for (const auto& [minus_wins, team] : table)
      seats.push_back({team, league_.calendar.regular_last, static_cast<int>(seats.size()) + 1});
    return seats;
  }

  fixture make_game(const seat& home, const seat& away, et_date day) {
    fixture game;
    game.home = home.team;
    game.away = away.team;
    game.home_known_on = home.known_on;
    game.away_known_on = away.known_on;
    game.date = day;
    game.where = league_.teams[static_cast<std::size_t>(home.team)].home;
    game.tipoff_minutes = draw_tipoff_minutes(random_, *game.where, day);
    return game;
  }

  // Seventh against eighth for the seventh place; the loser against the winner of ninth against tenth for the eighth.
  void play_in(std::vector<seat>& field, int side) {
    const auto first = league_.calendar.play_in_first;
    const auto play = [&](const seat& home, const seat& away, et_date day, int number) {
      auto game = make_game(home, away, day);
      game.id = make_id(league_, game_type::play_in, number);
      game.label = "Play-In Tournament";
      game.sub_label = side_names[static_cast<std::size_t>(side)];
      const bool home_wins = decide_(game) == home.team;
      games_.push_back(std::move(game));
      return home_wins;
    };
    auto seventh = field[6], eighth = field[7];
    if (!play(field[6], field[7], first, 101 + 20 * side)) std::swap(seventh, eighth);
    auto challenger = play(field[8], field[9], first + days{1}, 111 + 20 * side) ? field[8] : field[9];
    seventh.known_on = eighth.known_on = first;
    challenger.known_on = first + days{1};
    if (!play(eighth, challenger, first + days{3}, 201 + 10 * side)) eighth = challenger;
    eighth.known_on = first + days{3};
    seventh.rank = 7;
    eighth.rank = 8;
    field[6] = seventh;
    field[7] = eighth;
  }

  // Ids `004YY00RSG`: sparse by construction, because a series ends when it is won.
  seat series(int round, int index, const seat& better, const seat& other, std::string_view label) {
    std::array<int, 2> won{0, 0};
    std::optional<et_date> decided_on;
    const auto first = playoff_round_first(league_.calendar, round) + days{round == 4 ? 0 : index % 2};
    const auto first_in_list = games_.size();
    for (int number = 1; number <= games_in_series_max; ++number) {
      const bool better_at_home = number <= 2 || number == 5 || number == 7;
      const auto day = first + days{series_day_offsets(round)[number - 1]};
      auto game = better_at_home ? make_game(better, other, day) : make_game(other, better, day);
      game.id = make_id(league_, game_type::playoffs, round * 100 + index * 10 + number);
      game.label = label;
      game.sub_label = fmt::format("Game {}", number);
      game.series_game = number;
      game.if_necessary = number > wins_to_advance;
      game.is_played = !decided_on;
      if (game.is_played) {
        const auto winner = static_cast<std::size_t>(decide_(game) == better.team ? 0 : 1);
        if (++won[winner] == wins_to_advance) decided_on = day;
      }
      games_.push_back(std::move(game));
    }
    for (auto i = first_in_list; i < games_.size(); ++i)
      if (!games_[i].is_played) games_[i].dropped_on = decided_on;
    auto winner = won[0] == wins_to_advance ? better : other;
    winner.known_on = *decided_on;
    return winner;
  }

  void playoffs(const std::array<std::vector<seat>, 2>& fields) {
    constexpr std::array<std::array<std::size_t, 2>, 4> first_round{{{0, 7}, {1, 6}, {2, 5}, {3, 4}}};
    std::array<seat, 2> champions;
    for (std::size_t side = 0; side < fields.size(); ++side) {
      const auto& field = fields[side];
      const int index = static_cast<int>(side);
      std::array<seat, 4> winners;
      for (std::size_t i = 0; i < first_round.size(); ++i)
        winners[i] = series(1, 4 * index + static_cast<int>(i), field[first_round[i][0]], field[first_round[i][1]],
                            fmt::format("{} First Round", side_names[side]));
      const auto second = fmt::format("{} Conf. Semifinals", side_names[side]);
      const auto upper = meet(2, 2 * index, winners[0], winners[3], second);
      const auto lower = meet(2, 2 * index + 1, winners[1], winners[2], second);
      champions[side] = meet(3, index, upper, lower, fmt::format("{} Conf. Finals", side_names[side]));
    }
    const auto wins = [&](const seat& value) { return wins_[static_cast<std::size_t>(value.team)]; };
    const bool east_first = wins(champions[0]) >= wins(champions[1]);
    series(4, 0, champions[east_first ? 0 : 1], champions[east_first ? 1 : 0], "NBA Finals");
  }

  seat meet(int round, int index, const seat& one, const seat& two, std::string_view label) {
    return one.rank < two.rank ? series(round, index, one, two, label) : series(round, index, two, one, label);
  }

  const league_frame& league_;
  std::span<const int> wins_;
  const referee& decide_;
  random_stream random_;
  std::vector<fixture> games_;
};

}  // namespace

std::vector<fixture> plan_postseason(const league_frame& league, std::span<const int> wins, const referee& decide) {
  return bracket_builder(league, wins, decide).build();
}

}  // namespace nba::fake
