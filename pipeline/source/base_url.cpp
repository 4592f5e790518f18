#include "pipeline/source/base_url.hpp"

#include <curl/curl.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace nba {
namespace {

bool has_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return false;
  curl_free(text);
  return true;
}

// As the parser understands it, without leading zeros; empty when none is named.
std::string port_of(CURLU* url) {
  char* text = nullptr;
  if (curl_url_get(url, CURLUPART_PORT, &text, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, void (*)(void*)> held(text, curl_free);
  return held.get();
}

}  // namespace

std::optional<std::string> base_url_problem(std::string_view url) {
  constexpr const char* login =
      "holds a user name or password, or an '@' that looks like one; a base URL has none (a mirror with a login needs "
      "a "
      "proxy on this machine)";
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  if (!parsed) return "cannot be checked: out of memory";
  if (url.find('\0') != std::string_view::npos) return "holds a NUL byte";
  if (const auto code = curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), 0); code != CURLUE_OK) {
    if (url.find('@') != std::string_view::npos) return login;
    if (code == CURLUE_UNSUPPORTED_SCHEME || code == CURLUE_BAD_SCHEME || url.find("://") == std::string_view::npos)
      return "must start with http:// or https://";
    return fmt::format("is not a URL ({})", curl_url_strerror(code));
  }
  // libcurl takes one slash or three for two, and then another part for the host.
  const auto authority = url.find(":/");
  if (authority == std::string_view::npos || url.substr(authority, 3) != "://" ||
      url.substr(std::min(authority + 3, url.size())).starts_with('/'))
    return "has no host; a base URL begins like https://cdn.nba.com";
  char* scheme_text = nullptr;
  curl_url_get(parsed.get(), CURLUPART_SCHEME, &scheme_text, 0);
  const std::unique_ptr<char, void (*)(void*)> scheme(scheme_text, curl_free);
  if (!scheme || (std::string_view(scheme.get()) != "http" && std::string_view(scheme.get()) != "https"))
    return "must start with http:// or https://";
  if (!has_part(parsed.get(), CURLUPART_HOST)) return "has no host";
  // libcurl's parser takes port 0, to which nothing can connect.
  if (port_of(parsed.get()) == "0") return "has port 0, which no server has; name the port from 1 to 65535, or none";
  if (has_part(parsed.get(), CURLUPART_USER) || has_part(parsed.get(), CURLUPART_PASSWORD) ||
      url.find('@') != std::string_view::npos)
    return login;
  if (has_part(parsed.get(), CURLUPART_QUERY) || url.find('?') != std::string_view::npos)
    return "has a query ('?'); a base URL ends with its path, like https://cdn.nba.com/static/json";
  if (has_part(parsed.get(), CURLUPART_FRAGMENT) || url.find('#') != std::string_view::npos)
    return "has a fragment ('#'); a base URL ends with its path, like https://cdn.nba.com/static/json";
  return std::nullopt;
}

}  // namespace nba
