#include "tests/unit/league/samples.hpp"

#include <doctest/doctest.h>

#include <map>
#include <stdexcept>

namespace nba::test {

std::shared_ptr<const league> make_league(const league_settings& settings) {
  auto made = league::create(settings);
  if (!made) throw std::runtime_error(describe(made.error()));
  return *made;
}

std::shared_ptr<const league> full_league(std::uint64_t seed) {
  static std::map<std::uint64_t, std::shared_ptr<const league>> made;
  auto& one = made[seed];
  if (one == nullptr) {
    league_settings settings;
    settings.seed = seed;
    one = make_league(settings);
  }
  return one;
}

std::shared_ptr<const league> short_league(std::uint64_t seed) {
  static std::map<std::uint64_t, std::shared_ptr<const league>> made;
  auto& one = made[seed];
  if (one == nullptr) {
    league_settings settings;
    settings.seed = seed;
    settings.regular_games = 120;
    settings.playoffs = settings.play_in = false;
    one = make_league(settings);
  }
  return one;
}

game_id id_of(std::string_view digits) { return game_id::parse(digits).value(); }
et_date day(std::string_view text) { return parse_date(text).value(); }

}  // namespace nba::test
