// What is missing, closed, held or parked, as JSON: the documents of `gaps`, `dlq list|show` and `doctor`, and of /api.
//
// Threads: pure functions.
#pragma once

#include "cli/season_report.hpp"
#include "cli/settings.hpp"
#include "cli/watch/watch_facts.hpp"
#include "storage/roles/letters.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <unordered_map>
#include <vector>

namespace nba::cli {

// "BOS at NYK" by game; a game with a team that is not decided is not among them.
std::unordered_map<game_id, std::string> matchups(const std::vector<planned_game>& plan);

nlohmann::ordered_json gaps_document(const season_report& report);    // `gaps --season S --json`
nlohmann::ordered_json closed_document(const season_report& report);  // `gaps --season S --closed --json`
// Every lane of every season: [{"season", ... as in `status --json`}].
nlohmann::ordered_json lanes_document(const watch_facts& facts);

// `dlq list --json`: an array.
nlohmann::ordered_json letters_document(const std::vector<dead_letter>& letters);
// One of it; of one that was read whole also how much is stored of its payload (`dlq show --json`).
nlohmann::ordered_json letter_document(const dead_letter& letter, bool whole);

// Every setting in effect, with its origin, without secrets: [{"key", "value", "origin"}]; values as in the file.
nlohmann::ordered_json config_document(const settings& values);

}  // namespace nba::cli
