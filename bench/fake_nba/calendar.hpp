// When a season's games are played: dates, tip-off times, time zones.
//
// The shape is that of the seasons since 2023-24 (late October to mid April, Cup week in December, play-in, playoffs to
// late June), for any year.
// Threads: pure functions.
// Errors: time zone arithmetic throws std::runtime_error when the system has no time zone data; league::create turns
// that into a failure.
#pragma once

#include "bench/fake_nba/franchises.hpp"
#include "bench/fake_nba/random.hpp"
#include "pipeline/plan/game_id.hpp"
#include "pipeline/time.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace nba::fake {

struct season_calendar {
  et_date preseason_first, preseason_last;
  et_date opening;       // a Tuesday
  et_date cup_final;     // a Tuesday in December; nobody else plays
  et_date regular_last;  // a Sunday in April
  et_date all_star_first, all_star_last;
  et_date play_in_first;   // the Tuesday after; four days
  et_date playoffs_first;  // the Saturday after
};
season_calendar calendar_of(season value);

// Days on which regular-season games may be played, both ends included: without the All-Star break, Thanksgiving,
// Christmas Eve and the day of the Cup final.
std::vector<et_date> playing_days(const season_calendar& calendar, et_date first, et_date last);

// First days of the playoff rounds (1 to 4), and on which days after that a series plays its seven games.
et_date playoff_round_first(const season_calendar& calendar, int round);
const int* series_day_offsets(int round);  // seven of them

// A likely tip-off, in minutes after midnight ET, for a game at that place on that day.
int draw_tipoff_minutes(random_stream& random, const venue& where, et_date day);

// The instant of a wall-clock time in New York, and what clocks in another zone show at an instant.
utc_time instant_of_et(et_date day, int minutes_after_midnight);
struct wall_clock {
  date::local_time<std::chrono::seconds> time;
  std::chrono::minutes offset;  // from UTC
};
wall_clock wall_clock_at(utc_time instant, std::string_view zone);

// "2024-11-12T19:00:00", no zone.
std::string format_local(date::local_time<std::chrono::seconds> time);
// "2024-11-12T19:00:00-05:00"
std::string format_with_offset(const wall_clock& value);

}  // namespace nba::fake
