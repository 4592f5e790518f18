// Made-up games for store tests: every column filled, every optional one sometimes empty, texts that are hard on
// databases. The same number always gives the same game.
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "storage/store.hpp"

#include <memory>
#include <string>

namespace nba::test {

game_id sample_id(int number, game_type type = game_type::regular, int start_year = 2024);

// `edition` changes contents (scores, number of events), as a correction by the league would.
game_rows sample_game(int number, int edition = 1, std::size_t events = 60);
derived_rows sample_derived(const game_rows& rows);
planned_game sample_planned(int number);

// Ready to be written; the digest follows from number and edition.
core_write sample_core(int number, int edition = 1, std::size_t events = 60);
derived_write sample_derived_write(const core_write& core, int rules_version = 1);

// What read_game answers for rows that were written: the same, in the order the store documents.
game_rows in_reading_order(game_rows rows);

// Empty when equal; otherwise the first table, row and column that differ.
std::string first_difference(const game_rows& a, const game_rows& b);

}  // namespace nba::test
