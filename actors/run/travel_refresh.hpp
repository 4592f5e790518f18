// Travel rows that a change of the schedule made wrong.
//
// Purpose: a game's travel depends on the games before it. When one of them moves to another day after this one was
// derived, its stored row is behind; these rows, and nothing else, are written again. Threads: uses the store's thread.
#pragma once

#include "pipeline/derive/derive.hpp"
#include "pipeline/plan/job_plan.hpp"
#include "pipeline/source/game_source.hpp"
#include "storage/store.hpp"

#include <cstddef>
#include <string>

namespace nba {

// Done games of the season whose stored rows are not those of `travel`, in id order. Pure.
std::vector<game_id> games_with_other_travel(const std::vector<ledger_entry>& ledger, const season_travel& travel,
                                             const std::vector<travel_record>& stored);

// `origin`, `source`: where the games are from. Answers how many games got new rows. A few dozen games a transaction.
result<std::size_t> refresh_travel(game_store& database, const season_plan& plan, const season_travel& travel,
                                   const game_source& origin, const std::string& source, const std::string& run_id);

}  // namespace nba
