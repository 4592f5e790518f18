// One place that decides what an answer means.
//
// Threads: pure functions.
// Messages name the host, the status, and the beginning of a body that is not what was due.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/host_budget.hpp"
#include "pipeline/source/http_client.hpp"

#include <optional>

namespace nba {

// What one HTTP answer says about the request.
//   ok              200 with a body that looks like a JSON object: '{' first and '}' last, white space aside
//   throttled       429, 503 with Retry-After, even when their body broke off
//   transient       no complete answer (timeout, stall, reset, truncated, DNS, TLS, bad encoding), 200 with an empty
//   body
//                   or a JSON body that breaks off, 5xx, 408, 425
//   refused         401, 403, 404, 410, 451: missing game or blocked edge; see resolve_refusal
//   empty_500       500 without a body: stats.nba.com's way to say "no such game"; see resolve_empty_500
//   contract_drift  200 with HTML or anything else but a JSON object, a body beyond the limit, any other status (a
//                   redirect that was not followed, 400, 405, ...)
// One stall is transient; host_budget sees a burst of them as throttling.
enum class verdict { ok, throttled, transient, refused, empty_500, contract_drift };
std::string_view to_string(verdict value);
struct classified {
  verdict what = verdict::ok;
  failure why;  // set unless ok; kind for `refused` is unavailable until the canary says otherwise, for `empty_500`
                // transient until it has repeated
};
classified classify(endpoint what, const http_response& response);

// A refusal in the light of the canary (a game known to exist, asked right after): canary answers -> unavailable,
// canary refused too -> edge_blocked, canary failed otherwise -> transient.
failure resolve_refusal(const failure& refusal, const http_response& canary);
// The same where the canary has answered so lately that it is not asked again: unavailable, in the same words.
failure resolve_refusal_beside_canary(const failure& refusal);

// An empty 500 that was answered `times` times in a row: unavailable from empty_500_repeats on, transient before.
inline constexpr int empty_500_repeats = 3;
failure resolve_empty_500(const failure& empty_500, int times);

// What an answer tells the host's budget. A refusal is a plain failure until the canary has spoken; the canary's own
// slot is then returned with the second form: edge_blocked -> blocked, anything else as the answer says.
budget_signal budget_effect(const classified& answer, const http_response& response);
budget_signal budget_effect(const failure& resolved, const http_response& canary);

}  // namespace nba
