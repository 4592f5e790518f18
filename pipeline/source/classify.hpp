// One place that decides what an answer means.
//
// Threads: pure functions.
// Messages name the host, the status, and the beginning of a body that is not what was due.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/plan/game_id.hpp"
#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/host_budget.hpp"
#include "pipeline/source/http_client.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nba {

// What one HTTP answer says about the request.
//   ok              200 with a body that looks like a JSON object: '{' first and '}' last, white space aside
//   throttled       429, 503 with Retry-After, even when their body broke off
//   transient       no complete answer (timeout, stall, reset, truncated, DNS, TLS, bad encoding), 200 with an empty
//                   body or a JSON body that breaks off, any other 2xx, 304, 408, 425, 5xx
//   refused         401, 403, 404, 410, 451: missing game or blocked edge
//   empty_500       500 without a body: stats.nba.com's way to say "no such game"; means it when it repeats
//   contract_drift  200 with HTML or anything else but a JSON object, or with one that has no "game" (or an empty one,
//   or
//                   one without an id) where a game's document was due, a body beyond the limit, any other status (a
//                   redirect that was not followed, 400, 405, ...)
//   another_game    200 with the document of another game than the one asked for
// One stall is transient; host_budget sees a burst of them as throttling. Whether a failure is the game's or the host's
// one answer does not tell: host_judge.hpp.
enum class verdict { ok, throttled, transient, refused, empty_500, contract_drift, another_game };
std::string_view to_string(verdict value);
struct classified {
  verdict what = verdict::ok;
  failure
      why;  // set unless ok; kind for `refused` is unavailable, for `empty_500` transient, for `another_game` rejected
};
// `asked`: the game whose document was asked for. Without one nobody looks which game an answer is of: a document about
// no game, or one that this host did not send now.
classified classify(endpoint what, const http_response& response, const std::optional<game_id>& asked = std::nullopt);

// A refusal (or an empty 500 that repeated) beside a good answer of the canary, a game known to exist: unavailable.
failure resolve_refusal_beside_canary(const failure& refusal);

// What an answer tells the host's budget. The canary's own bad answer is told as `blocked` instead, when the judge says
// so.
budget_signal budget_effect(const classified& answer, const http_response& response);

// Why an answer is not what was due, in few words for a line about the host: a page's title, else the status, else what
// broke ("Access Denied", "429", "connect"). Printable ASCII, at most short_reason_max characters.
inline constexpr std::size_t short_reason_max = 40;
std::string reason_in_short(const http_response& response);

}  // namespace nba
