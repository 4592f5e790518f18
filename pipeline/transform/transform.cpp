#include "pipeline/transform/transform.hpp"

#include "pipeline/transform/acceptance.hpp"

namespace nba {

result<game_rows> transformer::transform(const game_payloads& payloads, const planned_game* planned,
                                         transform_notes* notes) {
  game_rows rows;
  rows.origin = payloads.origin;
  rows.game.is_neutral = payloads.is_neutral;
  odd_values odd;
  if (auto done = parser_->parse(payloads, rows, odd); !done) return std::move(done).error();
  // Whose game it is comes before whether it adds up: what disagrees with the schedule may well add up.
  if (planned)
    if (auto accepted = accept_schedule(rows, *planned); !accepted) return std::move(accepted).error();
  if (auto accepted = accept(rows); !accepted) return std::move(accepted).error();
  if (notes) {
    if (planned) notes->score_difference = score_difference(rows.game, *planned);
    notes->odd = std::move(odd);
  }
  return rows;
}

}  // namespace nba
