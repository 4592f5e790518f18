// Which redirects of a host are followed.
//
// Purpose: budgets, canary and pauses are kept for the host that was asked, and a redirect must not lead a request to a
// neighbour in this network, to another program on this machine, or out of TLS.
// Threads: pure function.
#pragma once

#include <string_view>

namespace nba {

// Only within one host and port (so into a private or loopback address only when the host is that address), and up from
// http to https on their own ports. Never with a user name in it.
bool may_follow(std::string_view from, std::string_view to);

}  // namespace nba
