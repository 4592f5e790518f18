// fetch: gets both documents of a game, fronting the HTTP client.
//
// A game holds its slot from admission until transform has taken it over or it has failed; retries happen inside and
// keep the slot. Every request asks the host's budget first. What becomes of a request that failed, and when the canary
// is asked, the judge says (pipeline/source/host_judge.hpp); this actor carries it out.
#pragma once

#include "actors/interfaces.hpp"
#include "actors/stage_queue.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/source/canary.hpp"
#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/host_judge.hpp"
#include "pipeline/source/retry.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace nba {

// Box score and play-by-play.
inline constexpr std::size_t requests_per_game = 2;
// How many requests wait for the permit of one host at most, whatever the settings, with so many games in fetch:
//   - both requests of every game in fetch;
//   - one of every game that failed while its other request waited: that one is withdrawn when its turn comes. Permits
//     are granted in order, so a game that was admitted later cannot fail before it is gone: no more than games_max.
//     What is asked again goes to the front, but a game that is new to fetch waits behind all of them.
//   - the canary, one that was asked out of its turn (as a probe), and one document of the engine.
constexpr std::size_t waiting_requests_max(std::size_t games_max) { return (requests_per_game + 1) * games_max + 3; }

// The longest that one request alone waits because the host asked it to (Retry-After).
inline constexpr std::chrono::seconds apart_max{900};

struct fetch_options {
  source_urls urls;
  std::string source = "cdn";  // for the provenance of the rows
  retry_settings retry;
  link_limits limits;            // of fetch itself
  link_limits transform_limits;  // of the stage behind it
  std::shared_ptr<http_client> client;
  std::map<std::string, int> connections;  // by host; others have those of their default budget
  nba::canary canary;
  std::shared_ptr<event_sink> log;
  std::uint64_t seed = 0;  // of the jitter
  // A pause at least this long counts as sleeping: the game's chunk may free its slot.
  std::chrono::milliseconds sleep_notice{1'000};
  std::function<host_budget::time_point()> now = [] { return std::chrono::steady_clock::now(); };
};

struct fetch_state {
  static inline const char* name = "fetch";

  enum class phase { waiting_for_permit, in_flight, sleeping, held };  // held: until the canary has spoken
  struct request {
    std::uint64_t ticket = 0;
    nba::endpoint endpoint = nba::endpoint::boxscore;
    std::string url;
    std::optional<game_id> game;   // empty: a document for the engine, or the canary
    std::optional<game_id> asked;  // whose document it is; empty: of no game
    bool is_canary = false;
    phase now = phase::waiting_for_permit;
    body_ptr refused;  // what the last answer had in place of the document; null when nothing
    std::optional<caf::typed_response_promise<document_reply>> promise;
  };
  struct game {
    game_job_ptr job;
    std::vector<std::uint64_t> open;  // tickets
    body_ptr boxscore, playbyplay;
    bool reported_sleeping = false;
  };

  fetch_options options;
  std::map<std::string, budget_actor> budgets;  // by host
  transform_actor transform;
  job_actor job;  // set by the first fetch_game
  std::unordered_map<std::uint64_t, request> requests;
  std::unordered_map<game_id, game> games;
  nba::outbox<fetched_game> outbox;
  host_judge judge;
  std::uint64_t canary_ticket = 0;  // 0: none asked
  std::uint64_t next_ticket = 1;
  std::mt19937_64 random;
  link_account account{"fetch", {}};
  stage_counters counters{"fetch"};
  std::uint64_t bytes_fetched = 0;
  bool dropping = false;
};

// `budgets`: one per host, made by the engine.
fetch_actor::behavior_type make_fetch(fetch_actor::stateful_pointer<fetch_state> self, fetch_options options,
                                      std::map<std::string, budget_actor> budgets, transform_actor transform);

}  // namespace nba
