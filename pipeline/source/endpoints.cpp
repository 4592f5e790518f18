#include "pipeline/source/endpoints.hpp"

#include "pipeline/source/host_budget.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <span>

namespace nba {
namespace {

using namespace std::chrono_literals;

// What a current browser sends. cdn.nba.com refuses a request without the Referer; stats.nba.com stalls one that does
// not look like its own page's.
constexpr const char* user_agent =
    "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 "
    "Safari/537.36";
constexpr std::array cdn_headers{
    user_agent,
    "Accept: application/json, text/plain, */*",
    "Accept-Language: en-US,en;q=0.9",
    "Referer: https://www.nba.com/",
};
constexpr std::array stats_headers{
    user_agent,
    "Accept: application/json, text/plain, */*",
    "Accept-Language: en-US,en;q=0.9",
    "Referer: https://www.nba.com/",
    "Origin: https://www.nba.com",
};

std::span<const char* const> headers_of(header_profile profile) {
  if (profile == header_profile::stats) return stats_headers;
  return cdn_headers;
}

std::string without_trailing_slashes(std::string_view base) {
  while (!base.empty() && base.back() == '/') base.remove_suffix(1);
  return std::string(base);
}

struct curl_string_deleter {
  void operator()(char* text) const { curl_free(text); }
};
using curl_string = std::unique_ptr<char, curl_string_deleter>;

curl_string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return nullptr;
  return curl_string(text);
}

// "127.0.0.1:8080" -> "127.0.0.1", "[::1]:80" -> "::1", "::1" -> "::1".
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end == std::string_view::npos ? std::string_view{} : host.substr(1, end - 1);
  }
  const auto colon = host.find(':');
  const bool bare_ipv6 = colon != std::string_view::npos && host.find(':', colon + 1) != std::string_view::npos;
  return bare_ipv6 ? host : host.substr(0, colon);
}

}  // namespace

source_urls urls_below(std::string_view server) {
  const auto base = without_trailing_slashes(server);
  return {base + "/static/json", base + "/stats"};
}

std::string schedule_url(const source_urls& urls, season value) {
  return without_trailing_slashes(urls.stats) + "/scheduleleaguev2?LeagueID=00&Season=" + to_string(value);
}

std::vector<std::string> current_schedule_urls(const source_urls& urls) {
  const auto folder = without_trailing_slashes(urls.cdn) + "/staticData/";
  return {folder + "scheduleLeagueV2_1.json", folder + "scheduleLeagueV2.json"};
}

std::string game_document_url(const source_urls& urls, endpoint what, const game_id& id) {
  const std::string name{to_string(what)};
  return without_trailing_slashes(urls.cdn) + "/liveData/" + name + '/' + name + '_' + id.str() + ".json";
}

std::string host_of(std::string_view url) {
  // libcurl's own parser: a budget kept for another host than the one that is contacted would be worthless.
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), 0) != CURLUE_OK) return {};
  const auto scheme = part_of(parsed.get(), CURLUPART_SCHEME);
  const auto host = part_of(parsed.get(), CURLUPART_HOST);
  if (!scheme || !host || (std::string_view(scheme.get()) != "http" && std::string_view(scheme.get()) != "https"))
    return {};
  std::string answer = host.get();
  std::transform(answer.begin(), answer.end(), answer.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  if (const auto port = part_of(parsed.get(), CURLUPART_PORT, CURLU_NO_DEFAULT_PORT))
    answer.append(1, ':').append(port.get());
  return answer;
}

std::string without_credentials(std::string_view url) {
  std::string answer(url);
  const auto scheme_end = answer.find("://");
  if (scheme_end == std::string::npos) return answer;
  const auto authority = scheme_end + 3;
  const auto at = answer.substr(0, answer.find_first_of("/?#", authority)).rfind('@');
  if (at != std::string::npos && at >= authority) answer.erase(authority, at + 1 - authority);
  return answer;
}

bool is_loopback(std::string_view host) {
  std::string name(without_port(host));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  if (name == "localhost") return true;
  in_addr ipv4{};
  if (inet_pton(AF_INET, name.c_str(), &ipv4) == 1) return (ntohl(ipv4.s_addr) >> 24) == 127;
  in6_addr ipv6{};
  return inet_pton(AF_INET6, name.c_str(), &ipv6) == 1 && IN6_IS_ADDR_LOOPBACK(&ipv6);
}

http_request make_request(endpoint what, std::string url, int connections_max) {
  const auto& traits = traits_of(what);
  const auto headers = headers_of(traits.headers);
  http_request request;
  request.connections_max = connections_max > 0 ? connections_max : default_budget(host_of(url)).in_flight_max;
  request.url = std::move(url);
  request.headers.assign(headers.begin(), headers.end());
  request.body_bytes_max = traits.body_bytes_max;
  // A season is the larger document.
  request.timeout = traits.is_of_a_game ? 30s : 60s;
  request.low_speed_time = traits.is_of_a_game ? 10s : 15s;
  return request;
}

}  // namespace nba
