// Box scores of games that are not over.
//
// Threads: pure but for the parser's buffers. Internal to pipeline/source/cdn.
#pragma once

#include "pipeline/failure.hpp"
#include "pipeline/source/http_client.hpp"

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace nba {

failure not_final(int status, std::string_view status_text);
failure still_pregame();

// A box score from before or during the game lacks much of what a final one has. So when one does not parse, its status
// and score decide whether that is news; a second, partial look, off the common path. Field by field, as everywhere:
// simdjson's look-up by key must not be used on a document that may be malformed (it searches round the end of the
// object and takes for granted that it saw no error on the way).
std::optional<failure> reason_unfinished(simdjson::ondemand::parser& parser, const padded_body& body);

}  // namespace nba
