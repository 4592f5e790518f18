// fetch: assembles games from their documents.
//
// A game holds its slot from admission until transform has taken it over or it has failed; the document actor gets its
// documents, and retries inside.
#pragma once

#include "actors/interfaces.hpp"
#include "actors/stage_queue.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace nba {

struct fetch_options {
  std::shared_ptr<const game_source> games;
  std::string source = "cdn";    // for the provenance of the rows
  link_limits limits;            // of fetch itself
  link_limits transform_limits;  // of the next stage
};

struct fetch_state {
  static inline const char* name = "fetch";

  struct game {
    game_job_ptr job;
    std::size_t open = 0;  // documents without their reply
    std::shared_ptr<game_payloads> arrived = std::make_shared<game_payloads>();
    std::vector<document_reply> lost;  // the first of them says why
  };

  fetch_options options;
  document_actor documents;
  transform_actor transform;
  job_actor job;  // set by the first fetch_game
  std::unordered_map<game_id, game> games;
  nba::outbox<fetched_game> outbox;
  link_account account{"fetch", {}};
  stage_counters counters{"fetch"};
  std::uint64_t bytes_fetched = 0;
  bool dropping = false;
};

fetch_actor::behavior_type make_fetch(fetch_actor::stateful_pointer<fetch_state> self, fetch_options options,
                                      document_actor documents, transform_actor transform);

}  // namespace nba
