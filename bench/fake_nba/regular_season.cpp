#include "bench/fake_nba/fixtures.hpp"
#include "bench/fake_nba/round_robin.hpp"

#include <algorithm>
#include <set>

namespace nba::fake {
namespace {

using date::days;

constexpr int cup_teams_min = 8;
constexpr int cup_rounds_min = 20;
constexpr int group_rounds = 4;    // Cup group games of every team
constexpr int days_of_notice = 4;  // between a game's postponement and its new date, or its cancellation
constexpr int reschedule_days_min = 7;
constexpr int reschedule_days_max = 75;
constexpr int reschedule_tries_per_game = 40;
constexpr double abroad_first_day = 7, abroad_last_day = 21;  // days after opening night

// A regular season under construction.
class season_builder {
 public:
  season_builder(const league_frame& league, const referee& decide)
      : league_(league),
        decide_(decide),
        random_(league.settings.seed, "regular season"),
        team_count_(league.settings.teams),
        per_round_(team_count_ / 2),
        game_count_(league.settings.regular_games.value_or(per_round_ * league.settings.games_per_team)),
        round_count_((game_count_ + per_round_ - 1) / per_round_),
        has_cup_(league.settings.cup && team_count_ >= cup_teams_min && round_count_ >= cup_rounds_min) {}

  std::vector<fixture> build() && {
    const auto& calendar = league_.calendar;
    if (has_cup_) {
      const auto before = playing_days(calendar, calendar.opening, calendar.cup_final - days{8});
      const auto after = playing_days(calendar, calendar.cup_final + days{1}, calendar.regular_last);
      const int ordinary = round_count_ - 2;
      const auto early =
          static_cast<int>(static_cast<std::size_t>(ordinary) * before.size() / (before.size() + after.size()));
      plan_ordinary(before, after, early, ordinary);
      number_ordinary(mark_group_rounds(early));
      plan_cup_week();
    } else {
      const auto all = playing_days(calendar, calendar.opening, calendar.regular_last);
      plan_ordinary(all, {}, round_count_, round_count_);
      number_ordinary({});
    }
    move_games();
    std::sort(games_.begin(), games_.end(), [](const fixture& a, const fixture& b) { return a.id < b.id; });
    return std::move(games_);
  }

 private:
  const franchise& team(team_index index) const { return league_.teams[static_cast<std::size_t>(index)]; }

  fixture make_game(pairing who, et_date day) {
    fixture game;
    game.home = who.home;
    game.away = who.away;
    game.date = day;
    game.where = team(who.home).home;
    game.tipoff_minutes = draw_tipoff_minutes(random_, *game.where, day);
    return game;
  }

  // Each round has a window of days of its own, so nobody plays twice on one day.
  void spread(const std::vector<round_of_games>& rounds, std::size_t first, std::size_t count,
              const std::vector<et_date>& open_days) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto begin = i * open_days.size() / count;
      const auto end = (i + 1) * open_days.size() / count;
      for (const auto& who : rounds[first + i]) {
        games_.push_back(make_game(who, open_days[begin + random_.below(end - begin)]));
        round_of_.push_back(static_cast<int>(first + i));
      }
    }
  }

  void plan_ordinary(const std::vector<et_date>& before, const std::vector<et_date>& after, int early, int ordinary) {
    auto rounds = make_rounds(random_, team_count_, ordinary);
    const int surplus = round_count_ * per_round_ - game_count_;
    if (surplus > 0) rounds.back().resize(rounds.back().size() - static_cast<std::size_t>(surplus));
    spread(rounds, 0, static_cast<std::size_t>(early), before);
    spread(rounds, static_cast<std::size_t>(early), static_cast<std::size_t>(ordinary - early), after);
    send_one_abroad();
  }

  void send_one_abroad() {
    for (auto& game : games_) {
      const auto day = (game.date - league_.calendar.opening).count();
      if (day < abroad_first_day || day > abroad_last_day) continue;
      game.where = &mexico_city_venue();
      game.is_neutral = true;
      game.label = "NBA Mexico City Game";
      game.subtype = "Global Games";
      return;
    }
  }

  // Four of the last rounds before Cup week are the Cup nights of November.
  std::set<int> mark_group_rounds(int early) {
    std::set<int> group;
    const int step = early > 2 * group_rounds ? 2 : 1;
    for (int i = 0; i < group_rounds; ++i) group.insert(early - 1 - step * i);
    for (std::size_t i = 0; i < games_.size(); ++i) {
      auto& game = games_[i];
      if (group.count(round_of_[i]) == 0) continue;
      game.label = "NBA Cup";
      game.sub_label = "Group Play";
      game.subtype = "in-season";
      group_last_ = std::max(group_last_, game.date);
    }
    return group;
  }

  // The league numbers the Cup's group games first, then everything else by date, then Cup week.
  void number_ordinary(const std::set<int>& group) {
    std::vector<std::size_t> order(games_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto key = [&](std::size_t i) {
      return std::tuple(group.count(round_of_[i]) == 0, games_[i].date, games_[i].tipoff_minutes, games_[i].home);
    };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    for (std::size_t i = 0; i < order.size(); ++i)
      games_[order[i]].id = make_id(league_, game_type::regular, static_cast<int>(i) + 1);
  }

  et_date day_before_final(int first, int last) {
    return league_.calendar.cup_final - days{random_.between(last, first)};
  }

  // A round with four quarterfinals, then a round with two semifinals at a neutral place, then the final, which counts
  // in no standings.
  void plan_cup_week() {
    auto quarter_round = make_rounds(random_, team_count_, 1).front();
    int number = game_count_ - 2 * per_round_;
    std::vector<team_index> survivors;
    for (std::size_t i = 0; i < quarter_round.size(); ++i) {
      const bool is_quarterfinal = i < 4;
      auto game = make_game(quarter_round[i], day_before_final(7, is_quarterfinal ? 6 : 5));
      game.id = make_id(league_, game_type::regular, ++number);
      game.home_known_on = game.away_known_on = group_last_;
      if (is_quarterfinal) {
        game.label = "NBA Cup";
        game.sub_label = "Quarterfinal";
        game.subtype = "in-season-knockout";
        survivors.push_back(decide_(game));
      }
      games_.push_back(std::move(game));
    }
    const auto quarters_over = league_.calendar.cup_final - days{6};
    std::vector<team_index> finalists;
    std::vector<fixture> semifinals;
    const int number_of_semifinals = number + per_round_ - 2;
    for (std::size_t i = 0; i < 2; ++i) {
      auto semifinal = neutral_cup_game({survivors[2 * i], survivors[2 * i + 1]}, league_.calendar.cup_final - days{3},
                                        "Semifinal", (16 + 4 * static_cast<int>(i)) * 60 + 30);
      semifinal.id = make_id(league_, game_type::regular, number_of_semifinals + static_cast<int>(i) + 1);
      semifinal.home_known_on = semifinal.away_known_on = quarters_over;
      finalists.push_back(decide_(semifinal));
      semifinals.push_back(std::move(semifinal));
    }
    plan_consolation_round(quarter_round, survivors, number, quarters_over);
    games_.insert(games_.end(), semifinals.begin(), semifinals.end());
    auto final_game =
        neutral_cup_game({finalists[0], finalists[1]}, league_.calendar.cup_final, "Championship", 20 * 60 + 30);
    final_game.id = make_id(league_, game_type::cup, 1);
    final_game.home_known_on = final_game.away_known_on = league_.calendar.cup_final - days{3};
    games_.push_back(std::move(final_game));
  }

  fixture neutral_cup_game(pairing who, et_date day, std::string round, int tipoff_minutes) {
    auto game = make_game(who, day);
    game.where = &cup_venue();
    game.is_neutral = true;
    game.tipoff_minutes = tipoff_minutes;
    game.label = "NBA Cup";
    game.sub_label = std::move(round);
    game.subtype = "in-season-knockout";
    return game;
  }

  // Everybody who is not in a semifinal plays once more; who was at home in the round before is away now where
  // possible.
  void plan_consolation_round(const round_of_games& before, const std::vector<team_index>& semifinalists, int number,
                              et_date known_on) {
    std::vector<team_index> was_home, was_away;
    for (const auto& who : before) {
      if (std::count(semifinalists.begin(), semifinalists.end(), who.home) == 0) was_home.push_back(who.home);
      if (std::count(semifinalists.begin(), semifinalists.end(), who.away) == 0) was_away.push_back(who.away);
    }
    random_.shuffle(was_home);
    random_.shuffle(was_away);
    while (was_home.size() < was_away.size()) {
      was_home.push_back(was_away.back());
      was_away.pop_back();
    }
    while (was_away.size() < was_home.size()) {
      was_away.push_back(was_home.back());
      was_home.pop_back();
    }
    for (std::size_t i = 0; i < was_home.size(); ++i) {
      auto game = make_game({was_away[i], was_home[i]}, day_before_final(4, 1));
      game.id = make_id(league_, game_type::regular, ++number);
      game.home_known_on = game.away_known_on = known_on;
      games_.push_back(std::move(game));
    }
  }

  // Moves some ordinary games to a later day on which both teams are free, and calls some off for good.
  void move_games() {
    const auto& calendar = league_.calendar;
    std::set<std::pair<team_index, et_date>> busy;
    for (const auto& game : games_) {
      busy.insert({game.home, game.date});
      busy.insert({game.away, game.date});
    }
    int to_move = league_.settings.rescheduled_games;
    int to_cancel = league_.settings.cancelled_games;
    const int tries_max = (to_move + to_cancel) * reschedule_tries_per_game;
    for (int tries = 0; tries < tries_max && to_move + to_cancel > 0; ++tries) {
      auto& game = games_[random_.below(games_.size())];
      if (!game.label.empty() || game.first_date || !game.is_played) continue;
      if (to_move == 0) {
        game.is_played = false;
        game.dropped_on = game.date + days{days_of_notice};
        --to_cancel;
        continue;
      }
      const auto later = game.date + days{random_.between(reschedule_days_min, reschedule_days_max)};
      if (playing_days(calendar, later, later).empty() || later > calendar.regular_last) continue;
      if (busy.count({game.home, later}) != 0 || busy.count({game.away, later}) != 0) continue;
      game.first_date = game.date;
      game.new_date_known_on = game.date + days{days_of_notice};
      game.date = later;
      busy.insert({game.home, later});
      busy.insert({game.away, later});
      --to_move;
    }
  }

  const league_frame& league_;
  const referee& decide_;
  random_stream random_;
  int team_count_, per_round_, game_count_, round_count_;
  bool has_cup_;
  std::vector<fixture> games_;
  std::vector<int> round_of_;  // of each ordinary game
  et_date group_last_{};
};

}  // namespace

std::vector<fixture> plan_regular_season(const league_frame& league, const referee& decide) {
  return season_builder(league, decide).build();
}

std::vector<fixture> plan_preseason(const league_frame& league) {
  constexpr int rounds = 4;
  random_stream random(league.settings.seed, "preseason");
  const auto& calendar = league.calendar;
  const auto open_days = playing_days(calendar, calendar.preseason_first, calendar.preseason_last);
  std::vector<fixture> games;
  int number = 0;
  const auto plan = make_rounds(random, league.settings.teams, rounds);
  for (std::size_t round = 0; round < plan.size(); ++round) {
    const auto begin = round * open_days.size() / plan.size();
    const auto end = (round + 1) * open_days.size() / plan.size();
    for (const auto& who : plan[round]) {
      fixture game;
      game.id = make_id(league, game_type::preseason, ++number);
      game.home = who.home;
      game.away = who.away;
      game.date = open_days[begin + random.below(end - begin)];
      game.where = league.teams[static_cast<std::size_t>(who.home)].home;
      game.tipoff_minutes = draw_tipoff_minutes(random, *game.where, game.date);
      game.label = "Preseason";
      games.push_back(std::move(game));
    }
  }
  return games;
}

}  // namespace nba::fake
