#include "pipeline/derive/free_throws.hpp"
#include "tests/unit/derive/tiny_game.hpp"

#include <doctest/doctest.h>

namespace nba {
namespace {

using test::tiny_game;

// The foul of the game's last event.
std::size_t foul_of_last(const tiny_game& game) {
  return foul_of_free_throw(game.rows().events, static_cast<std::size_t>(game.last()));
}

TEST_CASE("a free throw belongs to the latest foul of the other team at its clock that gave free throws") {
  tiny_game game;
  game.at(1, 300).foul(21, "personal", "shooting", 2);  // 0
  game.at(1, 200).foul(21, "personal", "shooting", 2);  // 1
  game.foul(22, "personal", "", 2);                     // 2
  game.foul(23, "personal", "loose ball", 0);           // 3: gave none
  game.foul(11, "personal", "shooting", 2);             // 4: the shooter's own team
  game.event("timeout").substitute(12, 16).free_throw(11, "", false).free_throw(11);
  CHECK(foul_of_last(game) == 2);
}

TEST_CASE("technical, flagrant and other free throws each look for their own kind of foul") {
  tiny_game game;
  game.at(1, 300).foul(21, "personal", "flagrant-type-1", 2);  // 0
  game.foul(22, "personal", "away-from-play", 1);              // 1
  game.foul(23, "technical", "", 1);                           // 2
  CHECK(foul_of_last(game.free_throw(11, "technical")) == 2);
  CHECK(foul_of_last(game.free_throw(11, "flagrant")) == 0);
  CHECK(foul_of_last(game.free_throw(11, "away-from-play")) == 1);
  CHECK(foul_of_last(game.free_throw(11)) == 1);
}

TEST_CASE("a foul recorded after its free throw is found when none stands before") {
  tiny_game game;
  game.at(1, 300).free_throw(11).event("timeout").foul(21, "personal", "shooting", 1).foul(22, "personal", "", 1);
  CHECK(foul_of_free_throw(game.rows().events, 0) == 2);
}

TEST_CASE("a memo with another clock between a foul and its free throw does no harm") {
  tiny_game game;
  game.at(1, 300).foul(21, "personal", "shooting", 1).at(1, 310).event("memo").at(1, 300).free_throw(11);
  CHECK(foul_of_last(game) == 0);
}

TEST_CASE("a free throw without a foul belongs to itself") {
  tiny_game game(2);
  game.at(1, 0).foul(21, "personal", "shooting", 1).at(2, 0).free_throw(11);
  CHECK(foul_of_last(game) == 1);
  tiny_game alone;
  CHECK(foul_of_last(alone.at(1, 300).free_throw(11)) == 0);
}

TEST_CASE("four events with another clock between a foul and its free throw do no harm, five are too many") {
  for (const int others : {4, 5}) {
    tiny_game before, after;
    before.at(1, 300).foul(21, "personal", "shooting", 1);
    after.at(1, 300).free_throw(11);
    for (int i = 0; i < others; ++i) {
      before.at(1, 310).event("memo");
      after.at(1, 290).event("memo");
    }
    before.at(1, 300).free_throw(11);
    after.at(1, 300).foul(21, "personal", "shooting", 1);
    CAPTURE(others);
    CHECK(foul_of_last(before) == (others == 4 ? 0U : static_cast<std::size_t>(before.last())));
    CHECK(foul_of_free_throw(after.rows().events, 0) == (others == 4 ? static_cast<std::size_t>(after.last()) : 0U));
  }
}

}  // namespace
}  // namespace nba
