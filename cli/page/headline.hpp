// What the page says first: one sentence, one tone, the command that helps.
//
// Purpose: the verdict is that of judge_health (pipeline/health/health.hpp), in a person's words, joined with what only
// the whole of the facts shows: a run under way, a database that is empty or cannot be read, how far all games are
// here. Threads: plain values and pure functions.
#pragma once

#include "cli/watch/watch_facts.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nba::cli {

// Each has a colour, a shape and a word of its own.
enum class page_tone { well, busy, attention, trouble, unknown, empty };
std::string_view to_string(page_tone value);  // "well", "busy", ...
std::string_view word_for(page_tone value);   // "All well", "Under way", ...

// Of the reasons so many are in the sentence itself; the rest is below it.
inline constexpr std::size_t reasons_in_sentence = 2;

struct headline {
  page_tone tone = page_tone::well;
  std::string sentence;                // "Under way: 2024-25, 611 of 1,320 games, about 4 minutes."
  std::vector<health_reason> reasons;  // what else there is to say, the worst first; each with its command
  std::string command;                 // the one that helps; empty: none does
  std::string title;                   // of the document: "● 611/1,320"
};
headline make_headline(const watch_facts& facts);

// How long the run still takes at the pace it had so far; nullopt while that cannot be told.
std::optional<std::chrono::seconds> time_left(const job_status& job);
// The seasons whose lanes it moves: "2024-25"; empty before its plan is made.
std::set<season> seasons_under_way(const run_snapshot& run);
// When a run last succeeded, and when the next daily run is due: a day after the last one began.
std::optional<utc_time> last_success(const watch_facts& facts);
std::optional<utc_time> next_daily_run(const watch_facts& facts);
// Every season, the newest first.
std::vector<const season_report*> newest_first(const watch_facts& facts);
// The season that is shown when nobody asks for one: that of the run under way, else the newest that has begun, else
// the newest. Null when no games are planned.
const season_report* season_in_focus(const watch_facts& facts);

}  // namespace nba::cli
