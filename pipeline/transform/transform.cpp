#include "pipeline/transform/transform.hpp"

#include "pipeline/transform/acceptance.hpp"
#include "pipeline/transform/parsers.hpp"

namespace nba {

struct transformer::buffers {
  simdjson::ondemand::parser parser;
};

transformer::transformer() : buffers_(std::make_unique<buffers>()) {}
transformer::~transformer() = default;
transformer::transformer(transformer&&) noexcept = default;
transformer& transformer::operator=(transformer&&) noexcept = default;

result<game_rows> transformer::transform(const game_payloads& payloads, const planned_game* planned,
                                         transform_notes* notes) {
  if (!payloads.boxscore || !payloads.playbyplay)
    return failure{failure_class::internal, "game " + payloads.id.str() + " came to transform without its payloads"};
  game_rows rows;
  rows.origin = payloads.origin;
  rows.game.is_neutral = payloads.is_neutral;
  odd_values odd;
  if (auto done = parse_boxscore(buffers_->parser, *payloads.boxscore, payloads.id, rows, odd); !done)
    return std::move(done).error();
  if (auto sane = accept_dates(rows.game); !sane) return std::move(sane).error();
  if (auto done = parse_playbyplay(buffers_->parser, *payloads.playbyplay, payloads.id, rows, odd); !done)
    return std::move(done).error();
  if (!has_game_end(rows))
    return failure{failure_class::not_final,
                   "the play-by-play has no event of type game and sub type end: try again when it is complete",
                   "game.actions"};
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
