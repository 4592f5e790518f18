// A document that is wanted, and how asking for it ended: what whoever wants documents and whoever asks the hosts tell
// each other, and all of it.
//
// Threads: plain values; bodies are shared read-only.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/result.hpp"
#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/http_client.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nba {

struct wanted_document {
  nba::endpoint endpoint = nba::endpoint::schedule;
  std::string url;
};

// Asks for documents that are of use together only: when one of them cannot be had, nobody asks for the others any
// more. Answered by exactly one document_reply for each.
struct document_request {
  std::vector<wanted_document> documents;
  std::optional<game_id> game;  // whose they are; empty: of no game, so they are compared with nothing
};

struct document_reply {
  wanted_document what;
  std::optional<game_id> game;
  result<body_ptr> body = failure{};
  // Without a body:
  int tries = 0;             // of the document that could not be had
  bool interrupted = false;  // given up because the run is stopping, not because anything is wrong
  body_ptr refused = {};     // what the last answer had in the document's place, for people; null when nothing
};

}  // namespace nba
