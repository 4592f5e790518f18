// Where games come from for the time of one command: the configured hosts, or the synthetic league, in this process or
// from a server of `simulate`.
//
// Threads: `open_source` and the destructor belong to one thread; `urls` and `games` may be read from any.
// Ownership: with `--source sim` and no sim_url the session owns a server on a free loopback port, which lives as long
// as it does.
#pragma once

#include "cli/settings.hpp"
#include "pipeline/result.hpp"
#include "pipeline/source/game_source.hpp"

#include <memory>
#include <string_view>

namespace nba::cli {

class source_session {
 public:
  virtual ~source_session() = default;
  virtual const source_urls& urls() const = 0;  // of schedules
  virtual std::shared_ptr<const game_source> games() const = 0;
  // "cdn" or "sim": the column `source` of every fact table.
  virtual std::string_view name() const = 0;
};

// Errors: class configuration when no server can be started.
result<std::unique_ptr<source_session>> open_source(const settings& values);

}  // namespace nba::cli
