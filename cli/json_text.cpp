#include "cli/json_text.hpp"

#include "cli/printable.hpp"

#include <nlohmann/json.hpp>

namespace nba::cli {

std::string json_text(const nlohmann::ordered_json& document, int indent) {
  return printable_json(document.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace nba::cli
