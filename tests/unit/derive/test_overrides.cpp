#include "pipeline/derive/overrides.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace nba {
namespace {

const std::string header = "game_id,rule,detail,reason,source\n";

TEST_CASE("every line of the table reads, and finds its game") {
  REQUIRE_FALSE(overrides().empty());
  for (const auto& correction : overrides()) {
    const auto of_game = overrides_of(correction.game_id);
    CHECK(find_override(of_game, correction.rule, correction.order_number) == &correction);
    for (const auto& other : of_game) CHECK(other.game_id == correction.game_id);
    CHECK(correction.reason.size() > 10);
  }
  CHECK(overrides_of(*game_id::parse("0022400001")).empty());
}

TEST_CASE("an override is found by rule and order number") {
  const auto table = read_overrides(header +
                                    "# a comment\n"
                                    "0022400002,free_throw_foul,30 20,a reason,a source\n"
                                    "0022400001,substitution,10 77,another reason,a source\n");
  REQUIRE(table.size() == 2);
  CHECK(describe(table[0]) == "0022400001 substitution 10 77");
  CHECK(table[0].reason == "another reason");
  CHECK(table[1].source == "a source");
  CHECK(find_override(table, override_rule::free_throw_foul, 30)->value == 20);
  CHECK(find_override(table, override_rule::substitution, 30) == nullptr);
  CHECK(find_override(table, override_rule::free_throw_foul, 20) == nullptr);
}

TEST_CASE("a broken line is refused") {
  for (const auto* line : {"22400001,substitution,10 77,why,where", "0022400001,substitutions,10 77,why,where",
                           "0022400001,substitution,10,why,where", "0022400001,substitution,x 77,why,where",
                           "0022400001,substitution,10 77,,where", "0022400001,substitution,10 77,why",
                           "0022400001,substitution,10 77,why,where,more"})
    CHECK_THROWS_AS(read_overrides(header + line), std::logic_error);
  CHECK_THROWS_AS(read_overrides("0022400001,substitution,10 77,why,where"), std::logic_error);
  CHECK(read_overrides("").empty());
}

}  // namespace
}  // namespace nba
