// Games as cdn.nba.com serves them, and the synthetic league: a box score and a play-by-play.
//
// Threads: see game_source.hpp.
#pragma once

#include "pipeline/source/game_source.hpp"

#include <memory>

namespace nba {

std::shared_ptr<const game_source> make_cdn_source(source_urls urls);
std::unique_ptr<game_parser> make_cdn_parser();

}  // namespace nba
