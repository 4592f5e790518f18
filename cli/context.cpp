#include "cli/context.hpp"

#include "actors/run/run_session.hpp"
#include "cli/hints.hpp"
#include "cli/json_text.hpp"
#include "cli/text.hpp"
#include "pipeline/events.hpp"
#include "storage/run_lock.hpp"

#include <nlohmann/json.hpp>

namespace nba::cli {

namespace {

// What a code says of the kind of the failure; the codes below 100 say nothing of it.
failure_class class_of(int code) {
  switch (code) {
    case exit_database:
    case exit_lock_held:
      return failure_class::storage;
    case exit_no_schedule:
      return failure_class::transient;
    case exit_internal:
      return failure_class::internal;
    default:
      return failure_class::configuration;
  }
}

}  // namespace

std::string context::command(std::string_view arguments) const {
  return "nba-scraper " + std::string{arguments} + options_to_repeat(settings);
}

int context::fail(int code, std::string_view given) const {
  const auto message = repeat_options(given, options_to_repeat(settings));
  const bool was_stopped = code == exit_interrupted || code == exit_terminated;
  if (failure_text) *failure_text = redact_secrets(message);
  if (session) {
    if (!was_stopped) session->blame({class_of(code), message});
    events.say(message);
    return code;
  }
  const bool needs_a_person = code >= exit_usage && !was_stopped;
  events.tell(nba::events::command_error.at(needs_a_person ? event_level::error : event_level::warn, code, message),
              message);
  return code;
}

void context::note(std::string_view given) const {
  const auto message = repeat_options(given, options_to_repeat(settings));
  events.tell(nba::events::command_note(message), message);
}

int context::fail(const failure& why) const {
  // A setting that the sentence names already is not named again.
  const bool is_named = why.where.empty() || why.message.find(why.where) != std::string::npos;
  const auto message = is_named ? why.message : why.message + " (" + why.where + ")";
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
  out << json_text(document, 2) << '\n';
}

}  // namespace nba::cli
