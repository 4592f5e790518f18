#include "tests/unit/league/checker.hpp"

#include "tests/unit/league/checker_book.hpp"

namespace nba::test {

std::vector<std::string> contradictions(const std::string& boxscore, const std::string& playbyplay,
                                        bool misread_tenths) {
  const auto box = json::parse(boxscore);
  auto told = read_events(box, json::parse(playbyplay), misread_tenths);
  compare_with_boxscore(told, box);
  return told.problems;
}

}  // namespace nba::test
