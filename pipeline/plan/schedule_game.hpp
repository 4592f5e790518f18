// One entry of the schedule as sent, and what it becomes. Internal to the schedule parser.
//
// Threads: pure functions.
#pragma once

#include "pipeline/plan/planned_game.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nba {

// The fields of an entry that the plan uses; empty where absent or null.
struct schedule_game {
  std::string id;
  std::optional<std::int64_t> status;
  std::string status_text;
  std::string postponed_status;
  std::string date_est;       // "2024-10-22T00:00:00Z": the Z is false, this is wall-clock ET
  std::string date_time_est;  // the same with the time
  std::string date_time_utc;
  bool if_necessary = false;
  bool is_neutral = false;
  std::string arena_name, arena_city, arena_state;
  struct team {
    bool seen = false;  // the key was there, if only as null
    std::optional<std::int64_t> id;
    std::string tricode;
    std::optional<std::int64_t> score;
  } home, away;
  // The first essential field that could not be read, and why; empty when all could.
  std::string problem_where, problem;
};

// The ET date of an entry: `gameDateEst`, else `gameDateTimeEst`, else `day` (the `gameDate` of its group,
// "10/22/2024 00:00:00"); the first that is a date near the season. Dummy dates (1900, 0001) are not.
std::optional<et_date> date_of(const schedule_game& entry, std::string_view day, season in_season);

// "PPD", "Postponed" in any case.
bool says_postponed(std::string_view status_text);
// "Cancelled", "Canceled" in any case.
bool says_cancelled(std::string_view status_text);

planned_game to_planned_game(schedule_game entry, const game_id& id, et_date date);

// Whether `candidate` replaces `kept`, two entries of one game; see schedule::games.
bool is_better_evidence(const planned_game& candidate, const planned_game& kept);

// What two entries of one id cannot both say: other teams, or another result. Empty when there is no contradiction;
// a game that was moved (another date) is none.
std::string contradiction_between(const planned_game& kept, const planned_game& other);

}  // namespace nba
