#include "pipeline/transform/key_table.hpp"

#include <doctest/doctest.h>

#include <string>

namespace nba {
namespace {

constexpr key_table<int, 4> table({
    {"gameId", 1},
    {"gameEt", 2},
    {"arena", 3, presence::optional},
    {"period", 4},
});

TEST_CASE("every key of the table is found, and only those") {
  for (const auto& [key, value] : {std::pair{"gameId", 1}, {"gameEt", 2}, {"arena", 3}, {"period", 4}}) {
    const auto* found = table.find(key);
    REQUIRE(found != nullptr);
    CHECK(found->value == value);
  }
  for (const auto* unknown : {"", "g", "gameID", "gameI", "gameIdd", "Period", "arenas", "\xff\xfe"})
    CHECK(table.find(unknown) == nullptr);
  // Nothing of 20,000 other keys is taken for one of ours.
  for (int i = 0; i < 20'000; ++i) CHECK_FALSE(table.find("key" + std::to_string(i)));
}

TEST_CASE("the first required key that has not come is missing, an optional one never is") {
  CHECK(table.missing(0)->key == "gameId");
  auto seen = table.bit(table.find("gameId")) | table.bit(table.find("period"));
  CHECK(table.missing(seen)->key == "gameEt");
  seen |= table.bit(table.find("gameEt"));
  CHECK(table.missing(seen) == nullptr);
}

}  // namespace
}  // namespace nba
