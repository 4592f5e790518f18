#include "cli/context.hpp"

#include "cli/printable.hpp"
#include "cli/text.hpp"
#include "storage/run_lock.hpp"

#include <nlohmann/json.hpp>

namespace nba::cli {

int context::fail(int code, std::string_view message) const {
  const bool was_stopped = code == exit_interrupted || code == exit_terminated;
  const bool needs_a_person = code >= exit_usage && !was_stopped;
  events.tell(needs_a_person ? event_level::error : event_level::warn, "command.error", message,
              {{"exit_code", std::int64_t{code}}});
  return code;
}

void context::note(std::string_view message) const { events.tell(event_level::warn, "command.note", message); }

int context::fail(const failure& why) const {
  const auto message = why.where.empty() ? why.message : why.message + " (" + why.where + ")";
  if (is_lock_lost(why)) return fail(exit_lock_held, why.message);
  switch (why.kind) {
    case failure_class::storage:
      return fail(exit_database, message);
    case failure_class::configuration:
      return fail(exit_configuration, message);
    default:
      return fail(exit_internal, message);
  }
}

void context::print_json(const nlohmann::ordered_json& document) const {
  // The stream would escape the same characters, but not as JSON does.
  out << printable_json(document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)) << '\n';
}

}  // namespace nba::cli
