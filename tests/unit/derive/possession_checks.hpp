// Rules that the possessions of every game have to keep, recorded or synthetic.
#pragma once

#include "pipeline/derive/rows.hpp"
#include "pipeline/rows.hpp"

#include <string>
#include <vector>

namespace nba::test {

// What is wrong with them; empty when all is well. Checked: they follow each other without a gap and fill every period,
// the offense alternates within a period, the points of each side add up to its final score, nothing that is not
// counted scores, and the event that ends one is of the kind that its reason says.
std::string violation_of(const game_rows& rows, const std::vector<possession_row>& possessions);

struct possession_numbers {
  int home_all = 0, away_all = 0;
  int home_counted = 0, away_counted = 0;
};
possession_numbers numbers_of(const game_rows& rows, const std::vector<possession_row>& possessions);

// Possessions that ended with a turnover for which there is no event of the offense.
int unrecorded_turnovers(const game_rows& rows, const std::vector<possession_row>& possessions);

}  // namespace nba::test
