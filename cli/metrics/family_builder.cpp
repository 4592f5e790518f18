#include "cli/metrics/family_builder.hpp"

#include "cli/printable.hpp"

#include <algorithm>
#include <cmath>

namespace nba::cli {
namespace {

prometheus::MetricType library_type(metric_type value) {
  switch (value) {
    case metric_type::counter:
      return prometheus::MetricType::Counter;
    case metric_type::histogram:
      return prometheus::MetricType::Histogram;
    case metric_type::gauge:
      return prometheus::MetricType::Gauge;
  }
  return prometheus::MetricType::Untyped;
}

}  // namespace

std::string_view to_string(metric_type value) {
  switch (value) {
    case metric_type::counter:
      return "counter";
    case metric_type::histogram:
      return "histogram";
    case metric_type::gauge:
      return "gauge";
  }
  return "gauge";
}

prometheus::ClientMetric* family_builder::new_series(const metric_kind& kind, const std::string& task,
                                                     const metric_labels& labels) {
  std::vector<prometheus::ClientMetric::Label> given;
  // A value that is no UTF-8 would cost the whole text: Prometheus refuses it.
  for (const auto& [name, value] : labels)
    if (!value.empty()) given.push_back({std::string{name}, printable(value)});
  given.push_back({"task", printable(task)});
  auto& one = families_[kind.name];
  if (!one.seen.insert(given).second) return nullptr;
  one.made.name = kind.name;
  one.made.help = kind.help;
  one.made.type = library_type(kind.type);
  one.made.metric.emplace_back().label = std::move(given);
  return &one.made.metric.back();
}

void family_builder::add(const metric_kind& kind, const std::string& task, double value, const metric_labels& labels) {
  auto* series = new_series(kind, task, labels);
  if (!series) return;
  if (kind.type == metric_type::counter)
    series->counter.value = value;
  else
    series->gauge.value = value;
}

void family_builder::add(const metric_kind& kind, const std::string& task, utc_time value,
                         const metric_labels& labels) {
  add(kind, task, std::chrono::duration<double>(value.time_since_epoch()).count(), labels);
}

void family_builder::add_one_hot(const metric_kind& kind, const std::string& task, std::string_view current,
                                 const std::vector<std::string_view>& states, const metric_labels& labels) {
  if (std::find(states.begin(), states.end(), current) == states.end()) return;
  for (const auto state : states) {
    auto with_state = labels;
    with_state.emplace_back("state", std::string{state});
    add(kind, task, state == current ? 1 : 0, with_state);
  }
}

void family_builder::add(const metric_kind& kind, const std::string& task, const latency_histogram& value,
                         const metric_labels& labels) {
  auto* series = new_series(kind, task, labels);
  if (!series) return;
  auto& out = series->histogram;
  out.sample_count = value.count();
  out.sample_sum = std::chrono::duration<double>(value.total()).count();
  for (int power = histogram_first_power; power <= histogram_last_power; power += histogram_power_step)
    out.bucket.push_back({value.count_below_power(power), std::exp2(power) / 1e6});
  out.bucket.push_back({value.count(), INFINITY});
}

std::vector<prometheus::MetricFamily> family_builder::take() {
  std::vector<prometheus::MetricFamily> out;
  for (const auto& kind : metrics::all)
    if (const auto found = families_.find(kind.name); found != families_.end())
      out.push_back(std::move(found->second.made));
  families_.clear();
  return out;
}

}  // namespace nba::cli
