#include "bench/fake_nba/round_robin.hpp"

#include <numeric>

namespace nba::fake {
namespace {

// Circle method: one team stays, the others rotate; `teams` - 1 rounds let everybody meet everybody.
round_of_games circle_round(const std::vector<int>& order, int round) {
  const int teams = static_cast<int>(order.size());
  const int moving = teams - 1;
  const auto at = [&](int position) {
    return position == moving ? order.back() : order[static_cast<std::size_t>((position + round) % moving)];
  };
  round_of_games games;
  games.push_back({at(0), at(moving)});
  for (int i = 1; i < teams / 2; ++i) games.push_back({at(i), at(moving - i)});
  return games;
}

// For every team, which game of the round is its own.
std::vector<std::size_t> games_of(const round_of_games& round, int teams) {
  std::vector<std::size_t> games(static_cast<std::size_t>(teams));
  for (std::size_t i = 0; i < round.size(); ++i)
    games[static_cast<std::size_t>(round[i].home)] = games[static_cast<std::size_t>(round[i].away)] = i;
  return games;
}

}  // namespace

// Two perfect matchings together are a set of even cycles. Walking each cycle in one direction, every team is left once
// and entered once: at home in the one round, away in the other.
void balance_homes(round_of_games& first, round_of_games& second, int teams) {
  const auto first_games = games_of(first, teams);
  const auto second_games = games_of(second, teams);
  std::vector<bool> seen(static_cast<std::size_t>(teams));
  for (int start = 0; start < teams; ++start) {
    for (int team = start; !seen[static_cast<std::size_t>(team)];) {
      auto& outward = first[first_games[static_cast<std::size_t>(team)]];
      const int opponent = outward.home == team ? outward.away : outward.home;
      outward = {team, opponent};
      seen[static_cast<std::size_t>(team)] = seen[static_cast<std::size_t>(opponent)] = true;
      auto& onward = second[second_games[static_cast<std::size_t>(opponent)]];
      const int next = onward.home == opponent ? onward.away : onward.home;
      onward = {opponent, next};
      team = next;
    }
  }
}

std::vector<round_of_games> make_rounds(random_stream& random, int teams, int rounds) {
  std::vector<int> order(static_cast<std::size_t>(teams));
  std::iota(order.begin(), order.end(), 0);
  std::vector<round_of_games> out;
  for (int round = 0; round < rounds; ++round) {
    if (round % (teams - 1) == 0) random.shuffle(order);
    out.push_back(circle_round(order, round % (teams - 1)));
  }
  for (std::size_t i = 0; i + 1 < out.size(); i += 2) balance_homes(out[i], out[i + 1], teams);
  return out;
}

}  // namespace nba::fake
