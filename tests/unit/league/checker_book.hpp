// What the checker counts while it follows a game, and how it reads the documents.
#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace nba::test {

using nlohmann::json;

inline int score_of(const json& action, const char* key) {
  const auto& value = action.at(key);
  return value.is_string() ? std::stoi(value.get<std::string>()) : value.get<int>();
}

inline std::string text_of(const json& action, const char* key) {
  const auto found = action.find(key);
  return found == action.end() || found->is_null() ? std::string{} : found->get<std::string>();
}

inline long number_of(const json& action, const char* key) {
  const auto found = action.find(key);
  return found == action.end() || found->is_null() ? 0 : found->get<long>();
}

inline bool has(const json& action, const std::string& qualifier) {
  const auto& all = action.at("qualifiers");
  return std::find(all.begin(), all.end(), qualifier) != all.end();
}

// "PT11M58.00S" in hundredths of a second; "PT240M00.00S" too.
inline int hundredths(const std::string& clock) {
  const auto minutes = clock.find('M');
  return std::stoi(clock.substr(2, minutes - 2)) * 6000 + std::stoi(clock.substr(minutes + 1, 2)) * 100 +
         std::stoi(clock.substr(minutes + 4, 2));
}

inline int period_hundredths(int period) { return (period <= 4 ? 720 : 300) * 100; }

inline int elapsed(int period, int left, bool misread) {
  if (misread && left < 6000) left = left / 100 * 100 + left % 100 / 10;
  int passed = 0;
  for (int before = 1; before < period; ++before) passed += period_hundredths(before);
  return passed + period_hundredths(period) - left;
}

struct tally {
  std::map<std::string, int> counts;  // by the box score's own names
  int seconds = 0;                    // hundredths
  int plus = 0, minus = 0;
  int since = 0;  // when he came in
};

// A game as its events tell it. Side 0 is home.
struct book {
  std::map<long, tally> players;
  std::array<std::map<std::string, int>, 2> team_counts;
  std::map<std::pair<int, int>, int> period_points;  // by side and period
  std::array<int, 2> score{0, 0};
  std::array<std::set<long>, 2> court;  // at the end
  std::set<long> appeared;
  int periods = 0;
  std::vector<std::string> problems;

  void expect(bool holds, const std::string& problem) {
    if (!holds) problems.push_back(problem);
  }
  template <class Left, class Right>
  void equal(const std::string& what, const Left& from_events, const Right& from_box) {
    if (from_events == from_box) return;
    std::ostringstream text;
    text << what << ": events say " << from_events << ", box score says " << from_box;
    problems.push_back(text.str());
  }
};

// Follows the events, and notes what contradicts itself among them.
book read_events(const json& boxscore, const json& playbyplay, bool misread_tenths);
// Compares a box score with what the events told.
void compare_with_boxscore(book& told, const json& boxscore);

}  // namespace nba::test
