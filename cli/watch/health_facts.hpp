// What is seen of a database as facts to judge: since when a lane is held, a host blocked, which day is missing.
//
// Nothing of this is stored as such; how each moment is derived stands with its function. docs/adr/0122-health.md
// Threads: pure functions.
#pragma once

#include "cli/watch/watch_facts.hpp"

#include <optional>
#include <set>
#include <vector>

namespace nba::cli {

// `today`: the ET date of facts.at.
health_facts health_facts_of(const watch_facts& facts, et_date today);

// Since when the first unfinished game of a lane has held its mark: the latest of the end of its day, the last move of
// the mark, and when the game was first in trouble (its dead letter, the first doubt about it) or, if it was never
// tried, planned. nullopt: nothing is held. That is also so while a game is still to come, and for games before the
// first one that any run has tried: nobody has asked for those.
std::optional<utc_time> held_since(const lane_report& lane, const std::vector<watermark_row>& marks,
                                   const std::vector<dead_letter>& letters, utc_time now);

// Hosts that are at rest or were given up. A host counts as long as its pause goes on, and after that while the newest
// run that asked a host ended because of one (class edge_blocked, throttled). Since: the end of the first of the runs
// in a row that ended so, or the moment the stored pause was written, whichever is earlier.
std::vector<health_facts::blocked_host> blocked_hosts_of(const watch_facts& facts);

// Of the tasks (cli/watch/run_task.hpp) that are not under way, how each ended last, without what was made good since.
std::vector<health_facts::job_end> job_ends_of(const watch_facts& facts, et_date today);

// Games of a plan that nobody has to play: a playoff game that no series came to, one that is cancelled or postponed.
std::set<game_id> games_not_needed(const season_report& report);
// A game that is due has no rows yet, and nobody has set it aside.
bool is_missing(game_state state);

health_facts::daily_state daily_facts_of(const database_status& status, et_date today);

}  // namespace nba::cli
