// The documents of one game as they came, before anybody has read them.
//
// Threads: plain values; finished payloads are shared read-only as std::shared_ptr<const game_payloads>.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/rows.hpp"
#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/http_client.hpp"

#include <cstddef>
#include <string>

namespace nba {

struct game_payloads {
  game_id id;
  by_endpoint<body_ptr> bodies;  // null: not there
  provenance origin;
  bool is_neutral = false;  // from the schedule

  std::size_t bytes() const;
};

// Lower-case hex SHA-256 over the documents that are there, in the order of endpoints, with a zero byte between. Throws
// std::runtime_error when libcrypto has no SHA-256 (a crippled installation).
std::string payload_digest(const game_payloads& payloads);

}  // namespace nba
