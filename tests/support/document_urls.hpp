// Where the two documents of a game lie.
#pragma once

#include "pipeline/source/endpoints.hpp"

#include <string>

namespace nba::test {

inline std::string boxscore_url(const source_urls& urls, const game_id& id) {
  return game_document_url(urls, endpoint::boxscore, id);
}
inline std::string playbyplay_url(const source_urls& urls, const game_id& id) {
  return game_document_url(urls, endpoint::playbyplay, id);
}

}  // namespace nba::test
