// The health verdict as JSON, and as one line.
//
// Threads: pure functions.
#pragma once

#include "pipeline/health/health.hpp"
#include "pipeline/time.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace nba::cli {

// {"level": "trouble", "code": 2, "reasons": [{"level", "kind", "subject", "text", "help"}], "hint"}.
nlohmann::ordered_json json_of(const health_verdict& verdict);
// The same, with when it was judged and of which database: what `health --json` and /healthz answer.
nlohmann::ordered_json health_document(const health_verdict& verdict, const std::string& database, utc_time at);

// "TROUBLE: the worst reason (and 2 more); to mend it: COMMAND". One line, without the rest.
std::string health_line(const health_verdict& verdict);

}  // namespace nba::cli
