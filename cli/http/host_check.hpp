// Which Host names the server answers to.
//
// Why: a page on the internet can let its own name point to 127.0.0.1 (DNS rebinding) and then read, with the reader's
// browser, whatever answers there. Such a request carries the page's name as its Host; a server that answers only to
// names it knows is of no use to it. An IP address cannot be rebound, so the address that was asked is always good.
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

// "nba.example.org, 10.0.0.5" -> names in small letters, without ports.
std::vector<std::string> parse_host_names(std::string_view text);
// The name of a Host header: small letters, without port, brackets and the dot at the end.
std::string host_name_of(std::string_view host_header);

// A sentence that names the setting when the server does not answer to this name; nullopt when it does. `listens_on`:
// the address it was told to listen on; `asked`: the address that this connection came to; `names`: of [http] hosts.
std::optional<std::string> refuse_host(std::string_view host_header, std::string_view listens_on,
                                       std::string_view asked, const std::vector<std::string>& names);

}  // namespace nba::cli
