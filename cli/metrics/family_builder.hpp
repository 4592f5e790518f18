// Metric families in the making, in the terms of prometheus-cpp.
//
// Threads: one. What a family holds twice (the same labels) is kept once, the first; a label without a value is left
// out, which to Prometheus is the same.
#pragma once

#include "cli/metrics/metric_catalogue.hpp"
#include "pipeline/latency_histogram.hpp"
#include "pipeline/time.hpp"

#include <prometheus/metric_family.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nba::cli {

using metric_labels = std::vector<std::pair<std::string_view, std::string>>;

class family_builder {
 public:
  void add(const metric_kind& kind, const std::string& task, double value, const metric_labels& labels = {});
  void add(const metric_kind& kind, const std::string& task, utc_time value, const metric_labels& labels = {});
  // One series a state: 1 for `current`, 0 for the others; none at all for a state that is not among them.
  void add_one_hot(const metric_kind& kind, const std::string& task, std::string_view current,
                   const std::vector<std::string_view>& states, const metric_labels& labels = {});
  void add(const metric_kind& kind, const std::string& task, const latency_histogram& value,
           const metric_labels& labels = {});
  // In the order of the catalogue; families without series are left out.
  std::vector<prometheus::MetricFamily> take();

 private:
  // Null where the family has these labels already.
  prometheus::ClientMetric* new_series(const metric_kind& kind, const std::string& task, const metric_labels& labels);

  struct family {
    prometheus::MetricFamily made;
    std::set<std::vector<prometheus::ClientMetric::Label>> seen;
  };
  std::map<std::string_view, family> families_;
};

// Bounds of the histogram: powers of two microseconds, each second one, from 64 microseconds to 67 seconds.
inline constexpr int histogram_first_power = 6, histogram_last_power = 26, histogram_power_step = 2;

}  // namespace nba::cli
