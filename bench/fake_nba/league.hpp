// The synthetic league: a season of the NBA that never was, from a seed.
//
// Purpose: schedules, box scores and play-by-play in the NBA's own shapes and with its quirks, for any season and any
// size, whose numbers add up. For demonstrations, tests and benchmarks; docs/synthetic-league.md says what it models.
// Threads: immutable after construction; every member may be called from any thread. Documents are made on demand: the
// same settings and id give the same bytes, whatever was asked before.
// Ownership: answers are values.
#pragma once

#include "bench/fake_nba/league_settings.hpp"
#include "pipeline/plan/planned_game.hpp"
#include "pipeline/result.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nba {

class league {
 public:
  // Plays the whole season once (0.1 s for 1,230 games in a release build). Errors: configuration, with the setting and
  // its limits, or because the system has no time zone data.
  static result<std::shared_ptr<const league>> create(const league_settings& settings);
  ~league();
  league(const league&) = delete;
  league& operator=(const league&) = delete;

  const league_settings& settings() const noexcept;

  // `today` replaces the settings' own day: the season as it looked then.
  // Every game the schedule lists on that day, in id order.
  std::vector<planned_game> games(std::optional<et_date> today) const;
  std::vector<planned_game> games() const { return games(settings().today); }
  // `scheduleleaguev2`
  std::string schedule_json(std::optional<et_date> today) const;
  std::string schedule_json() const { return schedule_json(settings().today); }
  // nullopt: there is no such document (unknown id, or the game has not been played by then).
  std::optional<std::string> boxscore_json(const game_id& id, std::optional<et_date> today) const;
  std::optional<std::string> boxscore_json(const game_id& id) const { return boxscore_json(id, settings().today); }
  std::optional<std::string> playbyplay_json(const game_id& id, std::optional<et_date> today) const;
  std::optional<std::string> playbyplay_json(const game_id& id) const { return playbyplay_json(id, settings().today); }
  // True for every id that is a game of this season on any day, played or not.
  bool knows(const game_id& id) const;

 private:
  class content;
  explicit league(std::unique_ptr<const content> made);
  std::unique_ptr<const content> content_;
};

}  // namespace nba
