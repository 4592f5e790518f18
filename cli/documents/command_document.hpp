// The one JSON document that a command with `--json` answers, whatever becomes of it.
//
// Threads: the command's own.
#pragma once

#include "cli/context.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>

namespace nba::cli {

// Does the work and prints the document, once: what it held at the beginning and what the work put in, `exit_code`, and
// `error`, which is what the person on the terminal is told, or null. An exception is an internal error.
using document_work = std::function<int(const context& with, nlohmann::ordered_json& document)>;
int answer_in_json(const context& with, nlohmann::ordered_json document, const document_work& work);

}  // namespace nba::cli
