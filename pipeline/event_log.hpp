// Log events: what happened, as a name and fields. How they look (text or JSON) is the command line's business; which
// there are is in pipeline/events.hpp.
//
// Threads: an event_sink may be written to from any thread.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/time.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nba {

// INFO: progress. WARN: recovered, nothing lost. ERROR: something is parked or needs a person.
enum class event_level { debug, info, warn, error };

using event_scalar = std::variant<std::string, std::int64_t, double, bool>;

struct event_field {
  std::string key;
  event_scalar value;
};

struct log_event {
  event_level level = event_level::info;
  std::string name;  // "job.start"
  std::vector<event_field> fields;
};

class event_sink {
 public:
  virtual ~event_sink() = default;
  virtual void write(const log_event& event) = 0;
};

// What a field is given: scalars, and what has a text form of its own. An empty optional leaves the field out.
class event_value {
 public:
  event_value(std::nullopt_t) {}
  event_value(bool value) : held_(value) {}
  event_value(std::integral auto value) : held_(static_cast<std::int64_t>(value)) {}
  event_value(double value) : held_(value) {}
  event_value(const char* value) : held_(std::string{value}) {}
  event_value(std::string value) : held_(std::move(value)) {}
  event_value(std::string_view value) : held_(std::string{value}) {}
  event_value(const game_id& value) : held_(value.str()) {}
  event_value(season value) : held_(to_string(value)) {}
  event_value(et_date value) : held_(format_date(value)) {}
  event_value(utc_time value) : held_(format_timestamp(value)) {}
  template <class Enum>
  requires std::is_enum_v<Enum> event_value(Enum value) : held_(std::string{to_string(value)}) {}
  template <class Value>
  event_value(const std::optional<Value>& value) {
    if (value) held_ = event_value{*value}.held_;
  }

  std::optional<event_scalar> take() && { return std::move(held_); }

 private:
  std::optional<event_scalar> held_;
};
// A text that is left out when there is none.
inline std::optional<std::string> unless_empty(std::string text) {
  return text.empty() ? std::nullopt : std::optional{std::move(text)};
}

// As many values as keys.
log_event make_event(event_level level, std::string_view name, std::span<const std::string_view> keys,
                     std::span<event_value> values);

// A kind of event: its name, its level unless the case asks for another, its fields in their order, and what it means
// to whoever reads the log. Called with one value a field it makes the event.
template <std::size_t Fields>
struct event_kind {
  std::string_view name;
  event_level level;
  std::string_view keys[Fields];
  std::string_view meaning;

  template <class... Values>
  requires(sizeof...(Values) == Fields) log_event operator()(Values&&... values) const {
    return at(level, std::forward<Values>(values)...);
  }
  template <class... Values>
  requires(sizeof...(Values) == Fields) log_event at(event_level chosen, Values&&... values)
  const {
    event_value given[]{event_value(std::forward<Values>(values))...};
    return make_event(chosen, name, keys, given);
  }
  // "And so many more": what is counted instead of named.
  log_event further(event_level chosen, std::string_view key, std::size_t count) const {
    event_value given[]{event_value(count)};
    return make_event(chosen, name, {&key, 1}, given);
  }
};
template <std::size_t Fields>
event_kind(std::string_view, event_level, const std::string_view (&)[Fields], std::string_view) -> event_kind<Fields>;

}  // namespace nba
