#include "pipeline/source/redirects.hpp"

#include "pipeline/source/endpoints.hpp"

#include <curl/curl.h>

#include <memory>
#include <string>

namespace nba {
namespace {

// Of an absolute URL, by the parser that will make the request.
std::string part_of(std::string_view url, CURLUPart part) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), 0) != CURLUE_OK) return {};
  char* text = nullptr;
  if (curl_url_get(parsed.get(), part, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, void (*)(void*)> held(text, curl_free);
  return held.get();
}

}  // namespace

bool may_follow(std::string_view from, std::string_view to) {
  const auto host = host_of(from);  // without the scheme's own port
  if (host.empty() || host != host_of(to)) return false;
  if (!part_of(to, CURLUPART_USER).empty() || !part_of(to, CURLUPART_PASSWORD).empty()) return false;
  const auto scheme = part_of(from, CURLUPART_SCHEME), next = part_of(to, CURLUPART_SCHEME);
  if (scheme == next) return true;
  // Equal although the schemes differ: both on their own ports, or both on one named port, which speaks only one.
  const bool names_port = !part_of(from, CURLUPART_PORT).empty();
  return scheme == "http" && next == "https" && !names_port;
}

}  // namespace nba
