#include "pipeline/derive/rows.hpp"

#include "pipeline/enum_names.hpp"

namespace nba {
namespace {

constexpr enum_names<possession_end, 6> end_names{{{
    {possession_end::made_shot, "made_shot"},
    {possession_end::made_free_throw, "made_free_throw"},
    {possession_end::defensive_rebound, "defensive_rebound"},
    {possession_end::turnover, "turnover"},
    {possession_end::jump_ball, "jump_ball"},
    {possession_end::end_of_period, "end_of_period"},
}}};
constexpr enum_names<shock_type, 4> shock_names{{{
    {shock_type::early_foul_trouble, "EARLY_FOUL_TROUBLE"},
    {shock_type::technical, "TECHNICAL"},
    {shock_type::flagrant, "FLAGRANT"},
    {shock_type::injury_exit, "INJURY_EXIT"},
}}};

}  // namespace

std::string_view to_string(possession_end reason) { return end_names.name_of(reason); }
std::string_view to_string(shock_type type) { return shock_names.name_of(type); }

std::optional<possession_end> parse_possession_end(std::string_view text) { return end_names.value_of(text); }
std::optional<shock_type> parse_shock_type(std::string_view text) { return shock_names.value_of(text); }

}  // namespace nba
