#include "pipeline/event_log.hpp"

namespace nba {

log_event make_event(event_level level, std::string_view name, std::span<const std::string_view> keys,
                     std::span<event_value> values) {
  log_event out{level, std::string{name}, {}};
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (auto value = std::move(values[i]).take()) out.fields.push_back({std::string{keys[i]}, std::move(*value)});
  return out;
}

}  // namespace nba
