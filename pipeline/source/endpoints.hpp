// URLs and header profiles of the NBA's hosts, as data.
//
// Threads: values and pure functions.
// Sources: docs/adr/0042-header-profiles.md. The profiles change about once a year, so they are a table, not code.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/source/http_client.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nba {

// current_schedule: the second way to the schedule, of the season that cdn.nba.com holds for the current one.
enum class endpoint { schedule, boxscore, playbyplay, current_schedule };
inline constexpr std::size_t endpoint_count = 4;
std::string_view to_string(endpoint value);

struct source_urls {
  std::string cdn = "https://cdn.nba.com/static/json";
  std::string stats = "https://stats.nba.com/stats";
};

// Of a server that has the paths of both hosts, as the synthetic league's: http://127.0.0.1:8080.
source_urls urls_below(std::string_view server);

// A base URL may end with slashes or not.
std::string schedule_url(const source_urls& urls, season value);
// Where cdn.nba.com keeps the current season's schedule in the same shape, in the order in which to ask. Both names
// have been seen.
std::vector<std::string> current_schedule_urls(const source_urls& urls);
std::string boxscore_url(const source_urls& urls, const game_id& id);
std::string playbyplay_url(const source_urls& urls, const game_id& id);

// "cdn.nba.com", "127.0.0.1:8080", "[::1]:8080": what a budget is kept for. Lower case, as libcurl will connect to it
// ("127.1" is "127.0.0.1"), without user name and without the scheme's own port. Empty for anything but an http or
// https URL with a host.
std::string host_of(std::string_view url);
// The URL without user name and password, as it may be logged.
std::string without_credentials(std::string_view url);
// 127.0.0.0/8, [::1], localhost, with or without a port: no budget unless one is set.
bool is_loopback(std::string_view host);

// Headers and limits of an endpoint. The header profile follows the endpoint, not the host, so a mirror is asked as the
// NBA's own host would be. `connections_max`: to the host; 0 is that of its default budget (host_budget.hpp).
http_request make_request(endpoint what, std::string url, int connections_max = 0);

// Largest body each endpoint may have: a game's real documents are 40 KB (box score) and 460 KB (play-by-play).
inline constexpr std::size_t schedule_bytes_max = 32u << 20;
inline constexpr std::size_t boxscore_bytes_max = 1u << 20;
inline constexpr std::size_t playbyplay_bytes_max = 4u << 20;

}  // namespace nba
