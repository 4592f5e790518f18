// Leagues that several tests share (making one plays its whole season), and small helpers.
#pragma once

#include "bench/fake_nba/league.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace nba::test {

// The default league of a seed: 30 teams, 82 games, Cup, play-in, playoffs. Made once per seed.
std::shared_ptr<const league> full_league(std::uint64_t seed = 1);
// A short season of 120 games with the same teams and nothing else.
std::shared_ptr<const league> short_league(std::uint64_t seed = 1);
// Fails the test case when the settings are refused.
std::shared_ptr<const league> make_league(const league_settings& settings);

game_id id_of(std::string_view digits);
et_date day(std::string_view text);

}  // namespace nba::test
