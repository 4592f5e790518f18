// Everything between a document that is wanted and the requests that get it: permits, tries, pauses, throttling, and
// the canary. A pure class: what has happened goes in, what is to be done comes out.
//
//   ask ──► waiting ──granted──► in flight ──answered──► reply
//             ▲  ▲                               │
//             │  └── retry_due ◄── sleeping ◄────┤  what a bad answer means the judge says (host_judge.hpp)
//             └───── the canary speaks ◄─ held ◄─┘
//
// Nothing is sent without a permit of the host's budget, and every permit goes back exactly once. Documents that were
// asked for together end together as soon as one of them is lost. A request that nobody wants any more and that waits
// or is in flight ends by itself, when its turn or its answer comes; one that sleeps or is held is forgotten at once:
// such requests would all wake up later, and wait beside those of games in fetch.
//
// Threads: not thread-safe; owned by the document actor. Time is an argument; the jitter of pauses comes from a seed.
// Errors: invariant_violation for an event that cannot be, and for more waiting requests than the bound.
// Bounds: request_book_options::waiting_max; one event leads to a few actions for each open request at most.
#pragma once

#include "pipeline/source/answer_tally.hpp"
#include "pipeline/source/canary.hpp"
#include "pipeline/source/document.hpp"
#include "pipeline/source/game_source.hpp"
#include "pipeline/source/host_budget.hpp"
#include "pipeline/source/host_judge.hpp"
#include "pipeline/source/retry.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace nba {

// How many requests wait for a permit at most, whatever the settings, with so many games in fetch:
//   - those of every game in fetch;
//   - the others of every game that failed for one of them while they waited: each is withdrawn when its turn comes.
//     Permits are granted in order, so a game that was admitted later cannot fail before they are gone: of no more than
//     games_max. What is asked again goes to the front, but a game that is new to fetch waits behind all of them.
//   - the canary, one that was asked out of its turn (as a probe), and one document of the engine.
constexpr std::size_t waiting_requests_max(std::size_t games_max) {
  return (2 * documents_per_game_max - 1) * games_max + 3;
}

// The longest that one request alone waits because the host asked it to (Retry-After).
inline constexpr std::chrono::seconds apart_max{900};

struct request_book_options {
  std::shared_ptr<const game_source> games;  // where a canary's documents lie
  retry_settings retry;
  nba::canary canary;
  std::uint64_t seed = 0;  // of the jitter
  // A pause at least this long counts as sleeping: the game's chunk may free its slot.
  std::chrono::milliseconds sleep_notice{1'000};
  std::size_t waiting_max = waiting_requests_max(512);
};

class request_book {
 public:
  using ticket = std::uint64_t;  // of one request
  using asking = std::uint64_t;  // of one document_request; whoever calls `ask` chooses it, another one each time
  using time_point = host_judge::time_point;

  // ---- what is to be done, in this order

  struct ask_permit {
    ticket which = 0;
    std::string host;
    bool urgent = false;  // before everything that waits
  };
  struct send {
    ticket which = 0;
    std::string host;
    wanted_document what;
  };
  struct return_permit {
    std::string host;
    budget_signal signal = budget_signal::success;
    std::optional<std::chrono::seconds> retry_after;
    std::string reason;                      // of a bad answer, in short
    std::optional<host_answer> answer = {};  // empty: there was none, the request was cancelled
  };
  struct return_unused {};  // the permit that was granted just now
  struct wake_after {       // call retry_due then
    ticket which = 0;
    std::chrono::milliseconds pause{0};
  };
  struct reply {
    asking whom = 0;
    document_reply what;
  };
  struct tell_sleeping {  // every request that the game still has out sleeps, or does so no longer
    asking whom = 0;
    game_id game;
    bool sleeping = true;
  };
  using action = std::variant<ask_permit, send, return_permit, return_unused, wake_after, reply, tell_sleeping>;
  using actions = std::vector<action>;

  // ---- what has happened

  explicit request_book(request_book_options options);

  // Documents are wanted: each of them ends in one reply.
  actions ask(asking whom, const document_request& wanted);
  // `probe`: the one request that decides whether the host is open again.
  actions granted(ticket which, bool probe);
  // The host was given up for this run. `reason`: why, in short; empty when it is not known.
  actions denied(ticket which, const std::string& reason);
  actions answered(ticket which, const http_response& response, time_point now);
  actions retry_due(ticket which);
  // Everything that is asked for is given up, and so is what will be.
  actions drop();
  // Games to compare with from now on; before the first document of a game is asked for.
  void compare_with(const canary& witnesses);

  // ---- for tests and counters

  enum class phase { waiting_for_permit, in_flight, sleeping, held };  // held: until the canary has spoken
  struct request {
    ticket which = 0;
    wanted_document what;
    std::string host;
    std::optional<game_id> game;  // whose document it is
    std::optional<asking> whom;   // empty: nobody wants it (any more), or it is the canary
    bool is_canary = false;
    phase now = phase::waiting_for_permit;
    body_ptr refused = {};  // what the last answer had in place of the document

    bool is_wanted() const { return whom || is_canary; }
  };
  const std::unordered_map<ticket, request>& requests() const noexcept { return requests_; }
  // Permits that were asked for and neither granted nor denied.
  std::size_t waiting() const noexcept { return waiting_; }
  // Askings that are not over.
  std::size_t open() const noexcept { return groups_.size(); }

 private:
  struct group {  // of one document_request
    std::optional<game_id> game;
    std::vector<ticket> open;
    bool told_sleeping = false;
  };
  // How a group ends without all of its documents.
  struct loss {
    failure why;
    int tries = 1;
    bool interrupted = false;
  };

  actions take_actions() { return std::exchange(actions_, {}); }
  request& open_request(wanted_document what, std::optional<game_id> game);
  void ask_for(request& one, bool urgent = false);
  void send_out(request& one);
  void give_back(const request& one, budget_signal signal, const classified& answer, const http_response& response);
  void permit_is_here();
  void report_sleep(asking whom);
  void sleep(request& one, std::chrono::milliseconds pause);
  void deliver(request& one, const body_ptr& body);
  void lose(asking whom, ticket first, const loss& how);
  void carry_out(const host_judge::ruling& what, std::chrono::seconds asked_pause = {});
  request& open_canary(const host_judge::question& what);
  void ask_canary_if_due();
  void lose_canary(const loss& how);
  void canary_answered(request& one, const classified& answer, const http_response& response, time_point now);
  bool probes_with_canary(request& one);

  request_book_options options_;
  host_judge judge_;
  std::mt19937_64 random_;
  std::unordered_map<ticket, request> requests_;
  std::map<asking, group> groups_;
  actions actions_;
  ticket next_ticket_ = 1;
  ticket canary_ticket_ = 0;  // 0: none asked
  std::size_t waiting_ = 0;
  bool dropped_ = false;
};

}  // namespace nba
