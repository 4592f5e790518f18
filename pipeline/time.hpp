// The few time types the engine uses, and their text forms.
//
// Purpose: the NBA's calendar is Eastern Time; payload fields ending in `Est` carry a false `Z` (they are wall-clock
// ET). So a game's date is a *local* day, never a UTC instant, and the two cannot be mixed up by accident.
// Errors: parsers return nullopt for anything but the exact form they document.
#pragma once

#include <date/date.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace nba {

// A calendar date in America/New_York.
using et_date = date::local_days;
// An instant, to the millisecond.
using utc_time = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

// "2024-10-22" <-> date. Ten characters exactly, a real calendar date of the years 0001 to 9999: PostgreSQL has no year
// zero.
std::optional<et_date> parse_date(std::string_view text);
std::string format_date(et_date value);

// "2024-11-13T00:00:00Z", "2024-11-13T00:10:24.9Z", "2024-11-12T19:00:00-05:00" -> instant. Fractions beyond the
// millisecond are cut off. The instant lies in the years 0001 to 9999 in UTC, with its offset too. Called for every
// play-by-play event: no streams, no allocation.
std::optional<utc_time> parse_timestamp(std::string_view text);
// "2024-11-13T00:10:24.900Z": always UTC, always milliseconds, for the years 0001 to 9999. The one text form used in
// SQLite and in JSON; text order is time order.
std::string format_timestamp(utc_time value);

utc_time utc_now();

// The ET date of an instant. Safe to call from any thread. Throws std::runtime_error when the system has no time zone
// data (package tzdata); `tz_available` tells beforehand.
et_date et_date_of(utc_time instant);
bool tz_available();
// The last complete day in New York: et_date_of(now) - 1 day.
et_date yesterday_in_new_york(utc_time now);

// ISO-8601 duration of the NBA's payloads, in hundredths of a second: "PT33M11.12S" -> 199112, "PT12M00.00S" -> 72000,
// "PT240M" -> 1440000, "PT13.9S" -> 1390, "" -> nullopt. Minutes, seconds or both, in that order, at most five digits
// each; digits beyond the hundredth are cut off. No hours, days or signs: the payloads have none.
std::optional<int> parse_clock_hundredths(std::string_view text);

}  // namespace nba
