#include "cli/documents/command_document.hpp"

#include "cli/text.hpp"

#include <nlohmann/json.hpp>

#include <exception>
#include <optional>
#include <string>

namespace nba::cli {

int answer_in_json(const context& with, nlohmann::ordered_json document, const document_work& work) {
  std::optional<std::string> why;
  auto within = with;
  within.failure_text = &why;
  int code = exit_internal;
  try {
    code = work(within, document);
  } catch (const std::exception& error) {
    code = within.fail(exit_internal, internal_error_text(error));
  }
  document["exit_code"] = code;
  document["error"] = why ? nlohmann::ordered_json(*why) : nlohmann::ordered_json();
  with.print_json(document);
  return code;
}

}  // namespace nba::cli
