// Payloads -> rows, with the acceptance rules.
//
// Purpose: one game's box score and play-by-play, as the NBA serves them (two serialisations), become typed rows.
// simdjson On-Demand reads the bodies in place.
// Threads: a transformer keeps parser buffers and is used by one thread at a time; make one per worker.
// Errors: contract_drift names the JSON path; rejected names the rule and both numbers; not_final when the payload says
// the game is not over.
#pragma once

#include "pipeline/result.hpp"
#include "pipeline/rows.hpp"
#include "pipeline/source/http_client.hpp"

#include <memory>
#include <string>

namespace nba {

struct game_payloads {
  game_id id;
  body_ptr boxscore;
  body_ptr playbyplay;
  provenance origin;
  bool is_neutral = false;  // from the schedule
};

class transformer {
 public:
  transformer();
  ~transformer();
  transformer(transformer&&) noexcept;
  transformer& operator=(transformer&&) noexcept;

  result<game_rows> transform(const game_payloads& payloads);

 private:
  struct buffers;
  std::unique_ptr<buffers> buffers_;
};

// Lower-case hex SHA-256 over the box score body, a zero byte, and the play-by-play body. Throws std::runtime_error
// when libcrypto has no SHA-256 (a crippled installation).
std::string payload_digest(const padded_body& boxscore, const padded_body& playbyplay);

}  // namespace nba
