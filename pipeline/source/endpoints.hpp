// The kinds of documents that hosts serve, with their bounds and header profiles, as data; and what URLs say.
//
// Threads: values and pure functions.
// Sources: docs/adr/0042-header-profiles.md. The profiles change about once a year, so they are a table, not code.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/source/http_client.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

// Every kind of document, of every source. current_schedule: the second way to the schedule, of the season that
// cdn.nba.com holds for the current one. New ones go to the end: stored payloads know the documents of a game by their
// order here.
enum class endpoint { schedule, boxscore, playbyplay, current_schedule };

enum class header_profile { stats, cdn };  // of the host that serves it; a mirror is asked in the same way
struct endpoint_traits {
  endpoint what;
  std::string_view name;       // in logs and file names
  bool is_of_a_game;           // otherwise a schedule
  std::size_t body_bytes_max;  // a game's real documents are 40 KB (box score) and 460 KB (play-by-play)
  header_profile headers;
};
inline constexpr std::array endpoint_list{
    endpoint_traits{endpoint::schedule, "schedule", false, 32u << 20, header_profile::stats},
    endpoint_traits{endpoint::boxscore, "boxscore", true, 1u << 20, header_profile::cdn},
    endpoint_traits{endpoint::playbyplay, "playbyplay", true, 4u << 20, header_profile::cdn},
    endpoint_traits{endpoint::current_schedule, "current-schedule", false, 32u << 20, header_profile::cdn},
};
inline constexpr std::size_t endpoint_count = endpoint_list.size();
constexpr const endpoint_traits& traits_of(endpoint what) { return endpoint_list[static_cast<std::size_t>(what)]; }
static_assert(std::ranges::all_of(endpoint_list, [](const auto& one) { return &traits_of(one.what) == &one; }));
constexpr std::string_view to_string(endpoint value) { return traits_of(value).name; }

// Of games, of every source; so no source's game has more documents, or more bytes.
inline constexpr auto documents_per_game_max =
    static_cast<std::size_t>(std::ranges::count_if(endpoint_list, &endpoint_traits::is_of_a_game));
inline constexpr auto game_endpoints = [] {
  std::array<endpoint, documents_per_game_max> out{};
  auto next = out.begin();
  for (const auto& one : endpoint_list)
    if (one.is_of_a_game) *next++ = one.what;
  return out;
}();
inline constexpr std::size_t game_bytes_max = [] {
  std::size_t bytes = 0;
  for (const auto what : game_endpoints) bytes += traits_of(what).body_bytes_max;
  return bytes;
}();

// One value for each kind of document.
template <class T>
class by_endpoint {
 public:
  T& operator[](endpoint what) { return values_[static_cast<std::size_t>(what)]; }
  const T& operator[](endpoint what) const { return values_[static_cast<std::size_t>(what)]; }
  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  bool operator==(const by_endpoint&) const = default;

 private:
  std::array<T, endpoint_count> values_{};
};

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
// cdn.nba.com's document of a game; `what` must be one of its.
std::string game_document_url(const source_urls& urls, endpoint what, const game_id& id);

// "cdn.nba.com", "127.0.0.1:8080", "[::1]:8080": what a budget is kept for. Lower case, as libcurl will connect to it
// ("127.1" is "127.0.0.1"), without user name and without the scheme's own port. Empty for anything but an http or
// https URL with a host.
std::string host_of(std::string_view url);
// The URL without user name and password, as it may be logged.
std::string without_credentials(std::string_view url);
// 127.0.0.0/8, [::1], localhost, with or without a port: no budget unless one is set.
bool is_loopback(std::string_view host);

// Headers and limits of an endpoint. `connections_max`: to the host; 0 is that of its default budget (host_budget.hpp).
http_request make_request(endpoint what, std::string url, int connections_max = 0);

}  // namespace nba
