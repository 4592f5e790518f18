// Whether a base URL of the settings (NBA_CDN_URL, NBA_STATS_URL) can be one.
//
// Purpose: a mistake there is a matter of configuration and is said before anything starts; found by a request it would
// be put down to the host or to a game.
// Threads: pure function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nba {

// What is wrong, as the rest of a sentence ("has no host"); nullopt when libcurl's own parser can use it, it is http or
// https, and it has a host, no user name, no query and no fragment. Nothing of the URL is quoted: it may hold a
// password.
std::optional<std::string> base_url_problem(std::string_view url);

}  // namespace nba
