#include "tests/simulation/schedule_weather.hpp"

namespace nba::simulation {

void schedule_weather::calm() {
  lies_.clear();
  new_kinds_ = 0;
  stats_refuses_ = cdn_refuses_ = false;
}

std::vector<game_id> schedule_weather::change(const std::vector<planned_game>& games, et_date today) {
  for (auto& [id, one] : lies_)
    if (one.until < today && one.then) one = {*one.then, today + (today - one.until), std::nullopt};
  std::erase_if(lies_, [&](const auto& one) { return one.second.until < today; });
  std::vector<game_id> begun;
  if (dice_.chance(350)) begun = begin_lie(games, today);
  new_kinds_ = dice_.chance(50) ? dice_.between(1, 3) : 0;
  stats_refuses_ = dice_.chance(150);
  cdn_refuses_ = dice_.chance(stats_refuses_ ? 400 : 100);
  return begun;
}

std::vector<game_id> schedule_weather::begin_lie(const std::vector<planned_game>& games, et_date today) {
  static const std::vector<lie> kinds{lie::absent,    lie::absent,        lie::absent,      lie::postponed,
                                      lie::postponed, lie::postponed,     lie::cancelled,   lie::scheduled,
                                      lie::scheduled, lie::without_score, lie::left_out,    lie::without_teams,
                                      lie::short_id,  lie::repeated,      lie::contradicted};
  static const std::vector<int> lasting{0, 0, 0, 1, 2, 4, 8, 15, 40};
  told what{dice_.pick(kinds), today + date::days{dice_.pick(lasting)}};
  // The result does not come at first, and then the game is called off.
  const bool in_two_steps = dice_.chance(300);
  if (in_two_steps) what = {lie::scheduled, today + date::days{dice_.between(0, 3)}, what.what};
  // A few games, or all of some days: of the last days mostly, because those are what a run is about; of yesterday,
  // because nobody has seen their result.
  const int share = dice_.chance(300) ? 1000 : dice_.pick(std::vector<int>{60, 150, 400});
  const bool of_yesterday = in_two_steps || dice_.chance(300);
  const auto first = today - date::days{of_yesterday ? 1 : dice_.between(0, 9)};
  const auto last = dice_.chance(700) ? first + date::days{dice_.between(0, 4)} : today + date::days{60};
  std::vector<game_id> begun;
  for (const auto& game : games) {
    if (game.date < first || game.date > last || !dice_.chance(share)) continue;
    lies_[game.id] = what;
    begun.push_back(game.id);
  }
  return begun;
}

std::optional<listing> schedule_weather::listing_of(const game_id& game, listing truth) const {
  const auto found = lies_.find(game);
  if (found == lies_.end()) return truth;
  switch (found->second.what) {
    case lie::absent:
      return std::nullopt;
    case lie::postponed:
      return listing::postponed;
    case lie::cancelled:
      return listing::cancelled;
    case lie::scheduled:
      return listing::scheduled;
    case lie::without_score:
      return listing::without_score;
    case lie::without_teams:
      return listing::without_teams;
    case lie::left_out:
      return listing::left_out;
    case lie::short_id:
    case lie::repeated:
    case lie::contradicted:
      break;
  }
  return truth;
}

schedule_page::form schedule_weather::form_of(const game_id& game) const {
  const auto found = lies_.find(game);
  if (found == lies_.end()) return schedule_page::form::plain;
  switch (found->second.what) {
    case lie::short_id:
      return schedule_page::form::short_id;
    case lie::repeated:
      return schedule_page::form::repeated;
    case lie::contradicted:
      return schedule_page::form::contradicted;
    default:
      return schedule_page::form::plain;
  }
}

}  // namespace nba::simulation
