// Payloads -> rows, with the acceptance rules.
//
// Purpose: one game's box score and play-by-play, as the NBA serves them (two serialisations), become typed rows.
// simdjson On-Demand reads the bodies in place.
// Threads: a transformer keeps parser buffers and is used by one thread at a time; make one per worker.
// Errors: contract_drift names the JSON path; rejected names the rule and both values; not_final when the payload says
// the game is not over. An odd value that nothing depends on is no error (pipeline/transform/payload_fields.hpp).
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "pipeline/result.hpp"
#include "pipeline/rows.hpp"
#include "pipeline/source/http_client.hpp"
#include "pipeline/transform/odd_values.hpp"

#include <memory>
#include <optional>
#include <string>

namespace nba {

struct game_payloads {
  game_id id;
  body_ptr boxscore;
  body_ptr playbyplay;
  provenance origin;
  bool is_neutral = false;  // from the schedule
};

// Worth a warning, without harm to the game.
struct transform_notes {
  odd_values odd;
  std::optional<std::string> score_difference;  // between the schedule and the box score
};

class transformer {
 public:
  transformer();
  ~transformer();
  transformer(transformer&&) noexcept;
  transformer& operator=(transformer&&) noexcept;

  // `planned`: what the schedule says of the game; null: it is not asked. `notes`: what is worth a warning, of a game
  // that is accepted.
  result<game_rows> transform(const game_payloads& payloads, const planned_game* planned = nullptr,
                              transform_notes* notes = nullptr);

 private:
  struct buffers;
  std::unique_ptr<buffers> buffers_;
};

// Lower-case hex SHA-256 over the box score body, a zero byte, and the play-by-play body. Throws std::runtime_error
// when libcrypto has no SHA-256 (a crippled installation).
std::string payload_digest(const padded_body& boxscore, const padded_body& playbyplay);

}  // namespace nba
