#include "cli/http/host_check.hpp"

#include "cli/http/web_address.hpp"
#include "cli/printable.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace nba::cli {
namespace {

constexpr std::size_t shown_host_columns = 80;

bool is_port_of_host(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char byte) { return std::isdigit(byte); });
}

}  // namespace

std::string host_name_of(std::string_view host_header) {
  auto name = host_header;
  if (name.starts_with('[')) {
    const auto end = name.find(']');
    if (end == std::string_view::npos) return {};
    const auto rest = name.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !is_port_of_host(rest.substr(1)))) return {};
    name = name.substr(1, end - 1);
  } else if (const auto colon = name.rfind(':'); colon != std::string_view::npos) {
    // Without brackets, an IPv6 address is no Host; only the port may stand after a colon.
    if (!is_port_of_host(name.substr(colon + 1))) return {};
    name = name.substr(0, colon);
    if (name.find(':') != std::string_view::npos) return {};
  }
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string lower{name};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char byte) { return std::tolower(byte); });
  return lower;
}

std::vector<std::string> parse_host_names(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto begin = text.find_first_not_of(", \t");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const auto end = text.find_first_of(", \t");
    if (auto name = host_name_of(text.substr(0, end)); !name.empty()) names.push_back(std::move(name));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end);
  }
  return names;
}

std::optional<std::string> refuse_host(std::string_view host_header, std::string_view listens_on,
                                       std::string_view asked, const std::vector<std::string>& names) {
  const auto name = host_name_of(host_header);
  const bool is_ours = name == "127.0.0.1" || name == "localhost" || name == "::1";
  if (is_ours || (!name.empty() && (name == listens_on || name == plain_address(asked)))) return std::nullopt;
  if (!name.empty() && std::find(names.begin(), names.end(), name) != names.end()) return std::nullopt;
  if (host_header.empty()) return "This request names no Host; this server answers only to names that it knows.";
  const auto shown = clip(printable(host_header), shown_host_columns);
  return fmt::format(
      "This server does not answer to the name '{}'. If the name is meant, add it to hosts in [http] of the "
      "configuration file (all names in one string, with a comma between them) and start the server again: "
      "hosts = \"{}\".",
      shown, name.empty() ? "nba.example.org" : clip(printable(name), shown_host_columns));
}

}  // namespace nba::cli
