#include "cli/metrics/metrics_text.hpp"

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include <utility>

namespace nba::cli {

facts_collector::facts_collector(std::function<std::shared_ptr<const watch_facts>()> read, metrics_scope scope)
    : read_(std::move(read)), scope_(std::move(scope)) {}

std::vector<prometheus::MetricFamily> facts_collector::Collect() const {
  const auto facts = read_();
  if (!facts) return {};
  family_builder families;
  add_reading(families, *facts, scope_);
  add_database(families, *facts, scope_);
  add_runs(families, *facts, scope_);
  return families.take();
}

std::string metrics_text(const watch_facts& facts, const metrics_scope& scope) {
  const facts_collector collector{[&facts] {
                                    return std::shared_ptr<const watch_facts>{std::shared_ptr<void>{}, &facts};
                                  },
                                  scope};
  return prometheus::TextSerializer{}.Serialize(collector.Collect());
}

std::string metrics_text(const watch_facts& facts, const std::string& task) {
  return metrics_text(facts, metrics_scope{task});
}

std::string metrics_documentation() {
  std::string out = "| metric | type | labels beside `task` | what it says |\n|---|---|---|---|\n";
  for (const auto& kind : metrics::all)
    out += fmt::format("| `{}` | {} | {} | {} |\n", kind.name, to_string(kind.type), kind.labels, kind.help);
  return out;
}

}  // namespace nba::cli
