// JSON documents as text.
//
// Threads: pure functions. Errors: none; bytes that are not UTF-8 become U+FFFD.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace nba::cli {

// Without a character that a terminal obeys (cli/printable.hpp). `indent` blanks a level; on one line below 0.
std::string json_text(const nlohmann::ordered_json& document, int indent = -1);

}  // namespace nba::cli
