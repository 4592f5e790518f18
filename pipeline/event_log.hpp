// Log events: what happened, as a name and fields. How they look (text or JSON) is the command line's business.
//
// Threads: an event_sink may be written to from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nba {

// INFO: progress. WARN: recovered, nothing lost. ERROR: something is parked or needs a person.
enum class event_level { debug, info, warn, error };

struct event_field {
  std::string key;
  std::variant<std::string, std::int64_t, double, bool> value;
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

}  // namespace nba
