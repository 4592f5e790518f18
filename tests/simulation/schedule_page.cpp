#include "tests/simulation/schedule_page.hpp"

#include <algorithm>
#include <cstdio>

namespace nba::simulation {
namespace {

struct entry_words {
  int status = 1;
  const char* text = "7:00 pm ET";
};

entry_words words_of(listing says) {
  switch (says) {
    case listing::final:
    case listing::without_score:
      return {3, "Final"};
    case listing::live:
      return {2, "Q3 4:12"};
    case listing::postponed:
      return {1, "PPD"};
    case listing::cancelled:
      return {1, "Cancelled"};
    case listing::scheduled:
    case listing::without_teams:
    case listing::left_out:
      break;
  }
  return {};
}

std::string team(const char* side, std::int64_t id, int score) {
  return std::string("\"") + side + R"(":{"teamId":)" + std::to_string(id) + R"(,"teamTricode":"TWN","score":)" +
         std::to_string(score) + "}";
}

std::string entry_of(const std::string& id, const planned_game& game, listing says) {
  const auto words = words_of(says);
  const bool scored = says == listing::final;
  const bool known = says != listing::without_teams;
  auto out = R"({"gameId":")" + id + R"(","gameStatus":)" + std::to_string(words.status) + R"(,"gameStatusText":")" +
             words.text + R"(","gameDateEst":")" + format_date(game.date) + R"(T00:00:00Z",)" +
             team("homeTeam", known ? game.home_team_id : 0, scored ? game.home_score.value_or(0) : 0);
  if (says != listing::left_out)
    out += "," + team("awayTeam", known ? game.away_team_id : 0, scored ? game.away_score.value_or(0) : 0);
  return out + "}";
}

}  // namespace

bool served_schedule::is_usable() const {
  constexpr std::ptrdiff_t unreadable_max = 10;
  const auto unreadable =
      std::count_if(games.begin(), games.end(), [](const auto& one) { return one.second == listing::left_out; });
  return unreadable <= unreadable_max && unreadable < std::ptrdiff_t(games.size());
}

void schedule_page::add(const std::string& entry) { entries_ += (entries_.empty() ? "" : ",") + entry; }

void schedule_page::list(const planned_game& game, listing says, form how) {
  const auto id = how == form::short_id ? game.id.str().substr(2) : game.id.str();
  add(entry_of(id, game, says));
  said_.games[game.id] = says;
  if (says != listing::left_out) said_.last_date = std::max(said_.last_date, game.date);
  if (how == form::repeated && is_normal(says)) {
    auto before = game;
    before.date -= date::days{1};
    add(entry_of(id, before, listing::postponed));
  } else if (how == form::contradicted) {
    auto other = game;
    other.home_team_id += 1;
    add(entry_of(id, other, says));
  }
}

void schedule_page::list_new_kind(int number) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "007%02d%05d", season_.start_year % 100, number);
  planned_game game;
  game.date = *parse_date(std::to_string(season_.start_year) + "-12-17");
  game.home_team_id = 1610612738;
  game.away_team_id = 1610612752;
  game.home_score = 101;
  game.away_score = 99;
  add(entry_of(digits, game, listing::final));
}

std::string schedule_page::json() const {
  return R"({"leagueSchedule":{"seasonYear":")" + to_string(season_) +
         R"(","gameDates":[{"gameDate":"10/22/2024 00:00:00","games":[)" + entries_ + "]}]}}";
}

}  // namespace nba::simulation
