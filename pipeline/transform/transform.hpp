// Payloads -> rows, with the acceptance rules.
//
// Purpose: one game's documents become typed rows, as its source reads them (pipeline/source/game_source.hpp), and are
// refused when they do not add up.
// Threads: a transformer keeps parser buffers and is used by one thread at a time; make one per worker.
// Errors: contract_drift names the JSON path; rejected names the rule and both values; not_final when the payload says
// the game is not over. An odd value that nothing depends on is no error (pipeline/source/cdn/payload_fields.hpp).
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "pipeline/result.hpp"
#include "pipeline/source/game_source.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace nba {

// Worth a warning, without harm to the game.
struct transform_notes {
  odd_values odd;
  std::optional<std::string> score_difference;  // between the schedule and the box score
};

class transformer {
 public:
  explicit transformer(std::unique_ptr<game_parser> parser) : parser_(std::move(parser)) {}

  // `planned`: what the schedule says of the game; null: it is not asked. `notes`: what is worth a warning, of a game
  // that is accepted.
  result<game_rows> transform(const game_payloads& payloads, const planned_game* planned = nullptr,
                              transform_notes* notes = nullptr);

 private:
  std::unique_ptr<game_parser> parser_;
};

}  // namespace nba
