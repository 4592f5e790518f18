// Which season and day a reader of the page has opened: the part of its address after the question mark.
//
// Threads: plain values and pure functions. Errors: what cannot be read counts as not said.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace nba::cli {

struct page_query {
  std::optional<nba::season> season;  // ?season=2024-25
  std::optional<et_date> day;         // &day=2024-11-12
  bool day_only = false;              // &part=day: the games of the day and nothing else
};
// "season=2024-25&day=2024-11-12", with or without the question mark.
page_query parse_page_query(std::string_view text);
// "?season=2024-25&day=2024-11-12".
std::string to_string(const page_query& query);

}  // namespace nba::cli
