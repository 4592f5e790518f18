// Players and officials of the synthetic league. All names are invented.
//
// Threads: values and pure functions.
#pragma once

#include "bench/fake_nba/random.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nba::fake {

struct person {
  std::int64_t person_id = 0;
  std::string first_name, family_name;
  std::string name;     // "Milo Ashgrove"
  std::string initial;  // "M. Ashgrove"
  std::string jersey;   // "00" and "0" are different numbers
};

// What a player is likely to do, relative to 1 for an average player.
struct ability {
  double shooting = 1;    // share of the team's shots
  double three_rate = 1;  // of his shots, how many are threes
  double accuracy = 1;
  double free_throw = 0.78;  // probability
  double rebounding = 1;
  double passing = 1;
  double stealing = 1;
  double blocking = 1;
};

struct player : person {
  fake::ability ability;
};

// Players a team has under contract, and the most of them that dress for a game.
inline constexpr std::size_t roster_size = 17;
inline constexpr std::size_t dressed_size = 13;
inline constexpr std::size_t officials_count = 74;

// Seventeen players, best first. The same (seed, team) always gives the same people.
std::vector<player> make_roster(std::uint64_t seed, std::size_t position);
std::vector<person> make_officials(std::uint64_t seed);

}  // namespace nba::fake
