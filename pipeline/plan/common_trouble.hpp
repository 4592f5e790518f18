// Whether what befalls several games of a run in the same way is theirs.
//
// The answers of a host tell when it is in trouble (pipeline/source/host_judge.hpp), but two kinds of trouble look like
// good order there, and are seen in many games together only:
//   - documents that come whole and are all refused for the same reason: their shape has changed. Several different
//     games in a row, without one whose documents were accepted in between, are nobody's fault. A refused game is to
//     blame only when another one that was asked for after its refusal is accepted: what was under way at that moment
//     may have been served before the documents changed.
//   - a host that has nothing for most games and serves a few that it is asked for as a proof: more than `missing_max`
//     final games refused in one run, and more than half of those it was asked for, are the host's.
// So a game of which this may be said waits, without a verdict, until the others have spoken. Then it is settled: its
// own, or shared by many, who are asked for again in another run. Docs: docs/adr/0110-common-trouble.md.
//
// Threads: not thread-safe; owned by the job actor. Pure. Bounds: refused_in_a_row_max() games that wait with refused
// documents beside those that are under way at a time, and every game of the run that is missing.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/plan/game_id.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nba {

struct common_settings {
  // Documents of so many different games in a row refused for the same reason: the run stops asking. 0: never. One
  // game in ten that is bad makes a row of three in every season, and one of eight in none.
  int alike_max = 8;
  // So many are enough when the run is at its end and none was accepted in all of it: nothing can speak for the
  // documents any more.
  int alike_at_end = 3;
  // More final games than that refused by the host, and more than half of those asked: nothing is concluded from it.
  int missing_max = 10;
};

// Refused for different reasons, but none accepted in between: so many are too many, too.
inline constexpr int any_reason_factor = 3;
constexpr int refused_in_a_row_max(const common_settings& settings) { return any_reason_factor * settings.alike_max; }

// Whether so many refusals are the host's, whatever it answers for games it is known to have.
bool are_the_hosts(int missing, int asked, const common_settings& settings);
// Whether a failure in transform is one of the documents: they are there, and are not what they have to be.
bool speaks_of_documents(failure_class kind);
// What two refused documents are compared by: class and place, without the indexes on its path; or the rule.
std::string reason_of(const failure& why);

class common_trouble {
 public:
  struct settled {
    game_id game;
    std::string shared;  // why it is not to blame; empty: the trouble is its own
  };
  // Why the run has to stop asking.
  struct change {
    std::string reason;   // as of reason_of
    std::string example;  // the last refusal in words
    int games = 0;        // in a row
  };

  explicit common_trouble(common_settings settings = {}) : settings_(settings) {}

  // The documents of a game are as they should be (or as they are known). Settles those that wait with refused ones
  // and were refused before this one was asked for: `place`, how many games were asked for before it.
  std::vector<settled> accepted(std::uint64_t place);
  // They are not: the game waits, unless this says otherwise. `asked_for`: how many games were asked for until now.
  std::vector<settled> refused(const game_id& game, const failure& why, std::uint64_t asked_for);
  // The host has no documents of a final game: it waits.
  void missing(const game_id& game);
  // The host answered for a game in a way that is neither.
  void answered() { ++asked_; }
  // Nothing is under way any more that could say more: settles all that wait.
  std::vector<settled> all_have_spoken();

  std::size_t waiting() const noexcept { return refused_.size() + missing_.size(); }
  // Set once, when it is found out.
  const std::optional<change>& documents_changed() const noexcept { return changed_; }
  int asked() const noexcept { return asked_; }
  int missing_games() const noexcept { return missing_games_; }
  // Whether refusals were put down to the host.
  bool host_refuses_games() const noexcept { return host_refuses_; }

 private:
  struct refusal {
    game_id game;
    std::uint64_t asked_for = 0;
  };
  std::vector<settled> settle_refused(const std::string& shared);
  void find_change(std::string reason, int games);

  common_settings settings_;
  std::vector<refusal> refused_;        // waiting, in their order
  bool any_accepted_ = false;           // in this run
  int in_a_row_ = 0;                    // of those the last ones, with none accepted in between
  std::map<std::string, int> reasons_;  // of the row: how many
  std::string last_;                    // the last refusal in words
  std::vector<game_id> missing_;
  int asked_ = 0, missing_games_ = 0;
  bool host_refuses_ = false;
  std::optional<change> changed_;
};

}  // namespace nba
