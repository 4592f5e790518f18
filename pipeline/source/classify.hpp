// One place that decides what an answer means.
//
// Threads: pure functions.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/http_client.hpp"

#include <optional>

namespace nba {

// What one HTTP answer says about the request. `ok`: a body that looks like JSON ('{' first after white space).
// `refused` (403, 404): missing game or blocked edge, cannot be told apart without the canary; see resolve_refusal.
enum class verdict { ok, throttled, transient, refused, empty_500, contract_drift };
struct classified {
  verdict what = verdict::ok;
  failure why;  // set unless ok; kind for `refused` is unavailable until the canary says otherwise
};
classified classify(endpoint what, const http_response& response);

// A refusal in the light of the canary (a game known to exist, asked right after): canary answers -> unavailable,
// canary refused too -> edge_blocked, canary failed otherwise -> transient.
failure resolve_refusal(const failure& refusal, const http_response& canary);

}  // namespace nba
