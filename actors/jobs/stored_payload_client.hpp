// An HTTP client that answers with payloads of dead letters, and asks the network for everything else.
//
// Purpose: `dlq retry`. A game that was fetched but failed later goes the whole way again without a request, so it is
// judged by what was judged before; nothing in the pipeline has to know.
// Threads: as http_client. Payloads are read and unpacked on a thread of its own, one at a time.
// Ownership: owns both the network client and the database connection.
// Errors: a letter that is gone, or whose payload cannot be read, is asked of the network like any other game; without
// a network it fails like a host that cannot be reached.
#pragma once

#include "pipeline/packed_payloads.hpp"
#include "pipeline/plan/game_id.hpp"
#include "pipeline/source/game_source.hpp"
#include "pipeline/source/http_client.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

namespace nba {

// Requests for stored payloads that may wait. The engine's credit keeps far below it; more are refused as curl's client
// refuses its own.
inline constexpr std::size_t stored_requests_max = 1024;

// Whether a retry of the letter starts from its payload: the game was fetched, and what came is kept.
bool starts_from_payload(const dead_letter& letter);
// What a dead letter holds; nullopt when the letter or its payload is gone or cannot be read.
std::optional<unpacked_payloads> read_stored_payloads(letter_store& database, std::int64_t letter);

// `letters`: the games to answer for, and the dead letter that holds the payload of each. `network`: null when no host
// may be asked.
std::unique_ptr<http_client> make_stored_payload_client(std::unique_ptr<http_client> network,
                                                        std::unique_ptr<store> database, const game_source& games,
                                                        const std::map<game_id, std::int64_t>& letters);

}  // namespace nba
