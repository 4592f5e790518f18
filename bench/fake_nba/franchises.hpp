// Teams and arenas of the synthetic league.
//
// The first thirty teams are the NBA's, with their real ids, names and arenas (facts); players are invented. Leagues
// larger than that are filled with invented teams that share the real cities and arenas.
// Threads: values and pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nba::fake {

struct venue {
  std::int64_t arena_id;
  std::string_view name, city, state, country, timezone;  // IANA zone
  int capacity;
};

enum class conference { east, west };

struct franchise {
  std::int64_t team_id = 0;
  std::string tricode, city, name, slug;
  fake::conference conference = conference::east;
  const venue* home = nullptr;  // static storage
};

inline constexpr std::size_t real_teams = 30;
inline constexpr std::size_t teams_max = 600;

// The first `count` teams, at most teams_max; teams past the thirtieth are invented.
std::vector<franchise> make_franchises(std::size_t count);

// Where nobody is at home: the Cup's last games, and one game abroad.
const venue& cup_venue();
const venue& mexico_city_venue();

}  // namespace nba::fake
