#include "cli/context.hpp"

#include "cli/text.hpp"

#include <nlohmann/json.hpp>

namespace nba::cli {

int context::fail(int code, std::string_view message) const {
  screen.write_line("nba-scraper: " + redact_secrets(message));
  return code;
}

int context::fail(const failure& why) const {
  const auto message = why.where.empty() ? why.message : why.message + " (" + why.where + ")";
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
  out << document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

}  // namespace nba::cli
