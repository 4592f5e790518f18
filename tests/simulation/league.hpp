// The world outside of the simulation: a season that is being played, and the host that tells of it.
//
// Purpose: games lie ahead, become final (some late), move to other dates, are cancelled, get corrected payloads. The
// host serves schedule and documents, and fails in every way that pipeline/source/classify.hpp knows. It refuses games
// for days, serves stale documents for days, and its schedule lies (schedule_weather).
// Threads: one.
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/schedule_weather.hpp"
#include "tests/simulation/trace.hpp"
#include "tests/support/engine/small_league.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace nba::simulation {

inline constexpr season the_season{2024};
// Over before the other one begins, with a few games; not every league has it.
inline constexpr season season_before{2023};
// Known to the host, in no plan.
inline constexpr const char* canary_digits = "0022400999";

class league {
 public:
  league(std::uint64_t seed, trace& log);

  // ---- time: an ET date and an instant of it; both move between runs only
  et_date today() const { return today_; }
  utc_time now() const;
  // Some days pass: games are played, moved, cancelled, corrected.
  void pass_days();

  // ---- weather: how the host behaves in the next run
  void change_weather();
  // Everything was played, and the host serves all of it without a fault. `season_over`: long ago.
  void calm(bool season_over);
  // Then nothing happens any more.
  void pass_calm_days(int days);

  http_response answer(const http_request& request);

  // What the last schedule of this season said that was served whole; null when none was.
  const served_schedule* served(season of) const;
  void forget_served() { served_.clear(); }

  // Every game, with the document digest that the host serves for it now; cancelled games are not among them.
  std::map<game_id, std::string> playable() const;
  // Of the games that are over.
  std::map<game_id, et_date> dates_played() const;
  std::size_t games() const { return games_.size(); }
  // That have games, the older first.
  std::vector<season> seasons() const;

 private:
  struct game {
    planned_game planned;  // with its present date
    bool postponed = false, cancelled = false;
    int late_days = 0;             // days after its date until the schedule calls it final
    bool documents_first = false;  // they are final on the next day all the same
    test::small_payload payload;
  };
  bool is_over(const game& one) const;  // by the schedule
  bool is_played(const game& one) const;
  std::string schedule_json(season of);
  listing truth_of(const game& one) const;
  void refresh_payloads();
  void begin_spell(std::map<game_id, et_date>& spells, int games_max);
  http_response fault(const http_request& request);
  http_response mixed_up(http_request request);

  dice dice_;
  trace& log_;
  std::vector<game> games_;
  et_date today_{};
  int passes_ = 0;
  test::small_host host_;
  int fault_per_mille_ = 0;
  int schedule_fault_per_mille_ = 0;
  std::size_t answers_ = 0, blocked_from_ = 0, blocked_to_ = 0;  // answers while the host is in trouble
  enum class trouble { refuses, shows_a_page, is_gone, mixes_up, changes } trouble_ = trouble::refuses;
  std::set<game_id> late_, wrong_;  // payload says not final; does not add up
  // Until when the host has no documents of a game, and until when its box score is one of before the game.
  std::map<game_id, et_date> refused_until_, stale_until_;
  schedule_weather schedule_weather_;
  std::map<season, served_schedule> served_;
};

}  // namespace nba::simulation
