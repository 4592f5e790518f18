// Whether a failure is a game's own or its host's.
//
// classify() looks at one answer; this looks at all of them. No game is blamed for what could be its host's before the
// host has answered well for another game, twice, each time right after the game failed:
//
//   request fails ──► tries left ──► again, later                                    good, once: again
//        │                                                                          ┌──────────────────► (its last try)
//        └─► refused, next to last try, last try, throttled twice in a row, ──► held ─► canary
//            or the `suspects`-th game in a row whose document failed               ├─ good, twice ────► the game's
//            fault
//                                                                                   └─ bad ─► the host is down: pause,
//                                                                                      probe; nobody is blamed, nothing
//                                                                                      counts; when it is up again,
//                                                                                      again
//
// One line of evidence for each kind of document: a host may serve box scores and fail for all play-by-plays, or refuse
// them. Of refusals (403, 404) one good answer of the canary is enough, unless `suspects` games wait for it.
// "In a row": without a document of the same kind in between. Any two failures count as alike, since a host that goes
// away fails in several ways at once; the canary decides, so that a false suspicion costs one request.
//
// A whole document of another game is no sign that a host is in trouble, unless several games get one: of fewer, a
// canary that is refused (no known game is there) does not make it the host's.
//
// Throttling belongs to the budget, and does not count as a try. But a request that is throttled again and again, while
// the canary is not and no other throttled request has come through, is a game's own trouble.
//
// Threads: not thread-safe; owned by the request book. Time is an argument. Bounds: one record a failing request.
#pragma once

#include "pipeline/source/canary.hpp"
#include "pipeline/source/classify.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nba {

struct judge_settings {
  int tries_max = 4;             // of one request; see retry_settings
  int throttles_max = 20;        // likewise
  int opinions = 3;              // so many bad answers of canaries in a row: the host is down
  int suspects = 3;              // so many different games failing in a row: the canary is asked
  int throttles_to_suspect = 2;  // so many throttled answers to one request in a row: likewise
};

class host_judge {
 public:
  using ticket = std::uint64_t;
  using time_point = canary::time_point;

  // What becomes of a request.
  enum class order {
    again,  // at once (the budget may hold it back)
    later,  // after a pause that grows with its tries
    apart,  // after the pause that the host asked for: it alone, the host goes on
    hold,   // nothing, until the canary has spoken: a later verdict names it
    fail,   // over for good, as `why` says
  };
  struct ruling {
    ticket which = 0;
    order what = order::later;
    int tries = 1;  // so far
    failure why;    // set when `what` is fail
  };
  // A document that is asked for as the canary.
  struct question {
    game_id game;
    nba::endpoint endpoint = nba::endpoint::boxscore;
  };
  struct verdict_of_canary {
    std::vector<ruling> rulings;
    bool blocked = false;    // the host does not answer for known games: it gets a pause
    bool ask_again = false;  // it was throttled: the same question again
  };

  host_judge() = default;
  host_judge(judge_settings settings, const canary& witnesses);

  // A request got its document.
  void succeeded(ticket which, const std::optional<game_id>& game, endpoint what);
  // A request got something else. `game` empty: a document that nothing can be compared with.
  ruling failed(ticket which, const std::optional<game_id>& game, endpoint what, const classified& answer,
                time_point now);
  // Nobody wants this request any more.
  void forget(ticket which);
  // Whether this request is throttled for itself: its next throttled answer is no reason to pause the host.
  bool is_singled_out(ticket which) const;

  // What to ask on behalf of those that are held; nullopt when nobody is, or when a question is out already.
  std::optional<question> next_question();
  // What to ask in place of this request when it would be the probe of a host; nullopt: it may be the probe itself.
  // A question that is out already is answered again: it is to be asked now.
  std::optional<question> probe_instead_of(const game_id& game, endpoint what);
  const std::optional<question>& out() const noexcept { return out_; }
  verdict_of_canary canary_said(const classified& answer, time_point now);
  // The question cannot be asked: the host was given up, or the client was told to stop. Answers who was held.
  std::vector<ticket> canary_lost();

  // Whether known games were not answered for when they were asked last.
  bool is_down(endpoint what) const { return line_of(what).down; }

 private:
  struct record {
    std::optional<game_id> game;
    nba::endpoint endpoint = nba::endpoint::boxscore;
    nba::endpoint line = nba::endpoint::boxscore;  // whose canary is asked; of a refusal always the box score's
    classified answer;                             // the last one
    int tries = 0;
    int throttles = 0;
    int throttles_in_a_row = 0;        // since it was judged
    bool singled_out = false;          // the canary was good while it was throttled
    std::uint64_t through_before = 0;  // throttled_through_ when it was singled out
    bool asked_twice = false;          // refused among several, and asked for once more
    bool held = false;
    bool host_was_down = false;  // its last answer says nothing about its game
  };
  struct evidence {
    canary witnesses;
    std::set<game_id> failed;  // in a row, at most `suspects`
    bool down = false;
    int bad_answers = 0;  // of the canary since it was good
  };

  bool are_many(const std::set<game_id>& games) const;
  evidence& line_of(endpoint what) { return lines_[what]; }
  const evidence& line_of(endpoint what) const { return lines_[what]; }
  bool can_be_judged(const record& one) const;
  ruling hold(ticket which, record& one);
  ruling fail(ticket which, failure why);
  ruling throttled(ticket which, record& one);
  ruling refused(ticket which, record& one, time_point now);
  ruling troubled(ticket which, record& one);
  ruling document_failed(ticket which, const record& one);
  ruling beside_good_canary(ticket which, record& one);
  std::set<game_id> accused(endpoint what) const;
  std::optional<question> choose(endpoint what, const std::set<game_id>& accused) const;
  verdict_of_canary canary_was_good(time_point now);
  verdict_of_canary canary_was_bad(const classified& answer);
  bool one_has_another_game(endpoint what) const;
  verdict_of_canary not_the_hosts(endpoint what);

  judge_settings settings_;
  by_endpoint<evidence> lines_;
  std::map<ticket, record> records_;
  std::optional<question> out_;
  int out_throttles_ = 0;
  int opinions_ = 0;                     // bad ones in a row, while somebody waits and the host is not down
  std::uint64_t throttled_through_ = 0;  // requests that were throttled and then came through
};

}  // namespace nba
