#include "pipeline/derive/rows.hpp"

namespace nba {

std::string_view to_string(possession_end reason) {
  switch (reason) {
    case possession_end::made_shot:
      return "made_shot";
    case possession_end::made_free_throw:
      return "made_free_throw";
    case possession_end::defensive_rebound:
      return "defensive_rebound";
    case possession_end::turnover:
      return "turnover";
    case possession_end::jump_ball:
      return "jump_ball";
    case possession_end::end_of_period:
      return "end_of_period";
  }
  return "";
}

std::string_view to_string(shock_type type) {
  switch (type) {
    case shock_type::early_foul_trouble:
      return "EARLY_FOUL_TROUBLE";
    case shock_type::technical:
      return "TECHNICAL";
    case shock_type::flagrant:
      return "FLAGRANT";
    case shock_type::injury_exit:
      return "INJURY_EXIT";
  }
  return "";
}

std::optional<possession_end> parse_possession_end(std::string_view text) {
  for (const auto each : {possession_end::made_shot, possession_end::made_free_throw, possession_end::defensive_rebound,
                          possession_end::turnover, possession_end::jump_ball, possession_end::end_of_period})
    if (to_string(each) == text) return each;
  return std::nullopt;
}

std::optional<shock_type> parse_shock_type(std::string_view text) {
  for (const auto each :
       {shock_type::early_foul_trouble, shock_type::technical, shock_type::flagrant, shock_type::injury_exit})
    if (to_string(each) == text) return each;
  return std::nullopt;
}

}  // namespace nba
