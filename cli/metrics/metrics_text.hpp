// The metrics of one moment, as Prometheus reads them.
//
// One Collectable in the terms of prometheus-cpp: it builds its families from what was read, at each scrape, and keeps
// nothing between two. A lane, a host or a pause that is gone has no series, then.
// Threads: `Collect` may be called from any thread that `read` may be called from.
#pragma once

#include "cli/metrics/families.hpp"

#include <prometheus/collectable.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nba::cli {

// Of the answer to a scrape, to the letter: newer servers refuse any other.
inline constexpr const char* metrics_content_type = "text/plain; version=0.0.4; charset=utf-8";

class facts_collector final : public prometheus::Collectable {
 public:
  // `read` answers the newest facts; null: there are none yet.
  facts_collector(std::function<std::shared_ptr<const watch_facts>()> read, metrics_scope scope);
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::function<std::shared_ptr<const watch_facts>()> read_;
  metrics_scope scope_;
};

std::string metrics_text(const watch_facts& facts, const metrics_scope& scope);
// For whoever shows everything: `task` is who reads, "serve".
std::string metrics_text(const watch_facts& facts, const std::string& task);

// The rows of docs/metrics.md.
std::string metrics_documentation();

}  // namespace nba::cli
