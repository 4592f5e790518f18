// What a fake NBA does wrong, when, and how often.
//
// Purpose: faults are data: a list of rules, the first that fires decides. Whether a rule fires for the n-th request of
// a document depends on the seed, the rule, the document and n alone, so a run with faults can be repeated whatever the
// order in which its requests arrive.
// Threads: fault_rule is a plain value; fault_plan may be used from any thread.
// Errors: parse_fault answers class configuration and names the part it does not understand.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/result.hpp"
#include "pipeline/source/endpoints.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nba {

enum class fault_kind {
  too_many_requests,    // "429", with Retry-After when the rule has one
  service_unavailable,  // "503", likewise
  empty_error,          // "500" without a body, as stats.nba.com answers for games it does not have
  forbidden,            // "403" with the edge's HTML page
  html,                 // "html": status 200 and an HTML page
  empty_rows,           // "empty": status 200, the right shape, nothing in it
  truncated,            // "truncated": a complete response whose JSON ends in the middle
  stall,                // "stall": nothing at all for a while, then the right answer
  slow,                 // "slow": the right answer, a few bytes at a time
  drop,                 // "drop": the connection closes in the middle of the body
  hang,                 // "hang": the headers, and then nothing until the connection closes
  reset,                // "reset": the connection is reset in place of an answer
  wrong_length,         // "length": a Content-Length that the body does not have, on a connection that stays open
};
inline constexpr std::size_t fault_kinds = 13;
std::string_view to_string(fault_kind value);  // the word in quotes above

struct fault_rule {
  fault_kind kind = fault_kind::service_unavailable;
  // Which requests: of one endpoint, of one game, or all.
  std::optional<endpoint> where = {};
  std::optional<game_id> game = {};
  // Of those, how many: each with a probability, and only the first so many (of all together, or `each` document's).
  double probability = 1;
  std::optional<int> first = {};
  bool each = false;
  std::optional<int> retry_after_seconds = {};  // 429, 503
  std::chrono::milliseconds duration{30'000};   // stall, hang, length
  int bytes_per_second = 1'000;                 // slow
  double keep = 0.5;                            // truncated, drop, length: share of the body that is sent

  bool operator==(const fault_rule&) const = default;
};

// KIND[:PROBABILITY][:xCOUNT][:each][:key=value ...], for example
//   429:0.05:retry-after=2     every twentieth request
//   503:x3:game=0022400007     the first three requests for a game
//   500:x2:each:endpoint=boxscore   the first two requests for every box score
// Keys: game, endpoint (schedule, boxscore, playbyplay, current-schedule), retry-after, seconds (stall, hang, length),
// rate (slow), keep (truncated, drop, length).
result<fault_rule> parse_fault(std::string_view text);
// The same syntax; parse_fault(to_string(rule)) == rule.
std::string to_string(const fault_rule& rule);

// Every kind of fault with the same share of `rate` (0 to 1: of all requests), in forms that pass: short pauses, quick
// drips. With a seed a whole hostile evening in one number.
std::vector<fault_rule> chaos(double rate);

class fault_plan {
 public:
  fault_plan() = default;
  fault_plan(std::vector<fault_rule> rules, std::uint64_t seed);

  // Replaces the rules and forgets all counts.
  void set(std::vector<fault_rule> rules);
  // The fault of this request, if any. `id` empty for the schedule.
  std::optional<fault_rule> draw(endpoint what, const game_id& id);

 private:
  struct counted_rule {
    fault_rule rule;
    int fired = 0;
    std::unordered_map<std::string, int> fired_by_document;
  };
  std::mutex mutex_;
  std::vector<counted_rule> rules_;
  std::unordered_map<std::string, int> requests_by_document_;
  std::uint64_t seed_ = 1;
};

}  // namespace nba
