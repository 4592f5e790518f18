// Recomputes a game from its play-by-play and compares it with its box score.
//
// Independent of the generator on purpose: it reads the two documents as any consumer would (nlohmann-json) and knows
// nothing but the rules of docs/synthetic-league.md and of the NBA's record.
#pragma once

#include <string>
#include <vector>

namespace nba::test {

// Every contradiction found, in words; empty when all numbers add up. `misread_tenths`: see "Minutes" in the docs.
std::vector<std::string> contradictions(const std::string& boxscore, const std::string& playbyplay,
                                        bool misread_tenths);

}  // namespace nba::test
