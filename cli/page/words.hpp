// Days, instants, durations and bars as the page writes them.
//
// Days of games are dates in New York. Instants are written in UTC; the script of the page turns them into the
// reader's zone. Threads: pure functions.
#pragma once

#include "cli/page/markup.hpp"
#include "pipeline/time.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nba::cli {

std::string day_and_month(et_date value);   // "28 November"
std::string day_in_full(et_date value);     // "Thursday 28 November 2024"
std::string day_in_short(et_date value);    // "Thu 28 Nov 2024"
std::string month_in_short(et_date value);  // "Nov"
std::string months_in_full(et_date value);  // "November 2024"
std::string duration_words(
    std::chrono::milliseconds value);  // "under a second", "45 s", "12 min", "3 h 20 min", "2 days"
// For a time that is only guessed: "about 4 minutes", "less than a minute", "about 3 hours".
std::string about(std::chrono::seconds value);
std::string milliseconds_in_short(double value);          // "0.4 ms", "12 ms", "1.3 s"
std::string rate_in_short(double value);                  // "0.4", "38.2", "412"
std::string share_in_percent(double part, double whole);  // "46 %", never 100 % before the end

// <time> of a game's day and of an instant.
markup day_markup(et_date value);
enum class instant_detail { minute, second };
markup instant_markup(utc_time value, instant_detail detail = instant_detail::minute);

// A bar that fills from the left, drawn with SVG attributes. `label` is what a screen reader says; `kind`: its class.
markup bar_markup(double part, double whole, std::string_view kind, std::string_view label);

// A command in a box of its own, with a button to copy it.
markup command_markup(std::string_view command);

}  // namespace nba::cli
