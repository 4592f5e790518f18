// documents: gets documents from hosts, whoever wants them: games (fetch) and schedules (the engine).
//
// A shell around the pure request_book (pipeline/source/request_book.hpp), which says what is to be done: this actor
// carries it out, between the budgets, the HTTP client, the timer and whoever asked.
#pragma once

#include "actors/interfaces.hpp"
#include "pipeline/source/request_book.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace nba {

struct document_options {
  request_book_options book;
  std::optional<game_id> canary_game;  // to compare with when no game is known; empty: with none
  std::shared_ptr<http_client> client;
  std::map<std::string, int> connections;  // by host; others have those of their default budget
  std::function<request_book::time_point()> now = [] { return std::chrono::steady_clock::now(); };
};

struct document_state {
  static inline const char* name = "documents";
  struct asker {
    document_client who;
    std::size_t open = 0;  // documents without their reply
  };
  document_options options;
  std::map<std::string, budget_actor> budgets;  // by host
  std::optional<request_book> book;             // empty until the actor is ready
  std::unordered_map<request_book::asking, asker> askers;
  request_book::asking next_asking = 1;
  stage_counters counters{"documents"};  // answers about games
};

// `budgets`: one per host, made by the engine.
document_actor::behavior_type make_documents(document_actor::stateful_pointer<document_state> self,
                                             document_options options, std::map<std::string, budget_actor> budgets);

}  // namespace nba
