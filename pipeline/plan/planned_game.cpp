#include "pipeline/plan/planned_game.hpp"

#include "pipeline/enum_names.hpp"

namespace nba {
namespace {

constexpr enum_names<game_state, 9> state_names{{{
    {game_state::planned, "planned"},
    {game_state::loaded, "loaded"},
    {game_state::done, "done"},
    {game_state::parked, "parked"},
    {game_state::waived, "waived"},
    {game_state::unavailable, "unavailable"},
    {game_state::postponed, "postponed"},
    {game_state::cancelled, "cancelled"},
    {game_state::not_final, "not_final"},
}}};

}  // namespace

bool has_result(const planned_game& game) {
  return game.status == game_status::final && game.home_score && game.away_score &&
         (*game.home_score > 0 || *game.away_score > 0);
}

std::string_view to_string(game_state value) { return state_names.name_of(value); }

std::optional<game_state> parse_game_state(std::string_view name) { return state_names.value_of(name); }

bool is_terminal(game_state value) {
  switch (value) {
    case game_state::done:
    case game_state::waived:
    case game_state::cancelled:
    case game_state::unavailable:
      return true;
    case game_state::planned:
    case game_state::loaded:
    case game_state::parked:
    case game_state::postponed:
    case game_state::not_final:
      return false;
  }
  return false;
}

bool is_closed(game_state value) { return is_terminal(value) && value != game_state::done; }

bool shows_played(const planned_game& game, const ledger_entry* known) {
  return has_result(game) || (known && !known->played_evidence.empty());
}

}  // namespace nba
