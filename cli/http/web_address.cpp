#include "cli/http/web_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace nba::cli {
namespace {

// The address in the one form that the system writes; nullopt for what is none.
std::optional<std::string> canonical_address(const std::string& text) {
  std::array<char, INET6_ADDRSTRLEN> shown{};
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1)
    return std::string{::inet_ntop(AF_INET, &four, shown.data(), shown.size())};
  in6_addr six{};
  if (::inet_pton(AF_INET6, text.c_str(), &six) == 1)
    return std::string{::inet_ntop(AF_INET6, &six, shown.data(), shown.size())};
  return std::nullopt;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace

bool web_address::is_loopback() const { return is_loopback_address(host); }

std::string web_address::text() const {
  return is_ipv6() ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::string web_address::url() const {
  auto shown = *this;
  if (is_wildcard()) shown.host = is_ipv6() ? "::1" : "127.0.0.1";
  return fmt::format("http://{}/", shown.text());
}

std::string web_address::bound_url() const { return fmt::format("http://{}/", text()); }

result<web_address> parse_web_address(std::string_view text, std::string_view setting) {
  const auto refuse = [&](std::string_view why) {
    return failure{
        failure_class::configuration,
        fmt::format("{} must be ADDRESS:PORT, like 127.0.0.1:8099 or [::1]:8099, not '{}'{}", setting, text, why),
        std::string{setting}};
  };
  web_address out;
  auto host = std::string_view{"127.0.0.1"};
  auto port = text;
  if (const auto colon = text.rfind(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (is_bracketed) host = host.substr(1, host.size() - 2);
    if (!is_bracketed && host.find(':') != std::string_view::npos)
      return refuse(": an IPv6 address stands in brackets");
  }
  const auto number = parse_port(port);
  if (!number) return refuse(": a port is a number from 0 to 65535");
  out.port = *number;
  auto address = host == "localhost" ? std::optional<std::string>{"127.0.0.1"} : canonical_address(std::string{host});
  if (!address) return refuse(": it takes an IP address, not a name");
  out.host = std::move(*address);
  return out;
}

std::string plain_address(std::string_view address) {
  constexpr std::string_view mapped = "::ffff:";
  if (address.starts_with(mapped) && address.find('.') != std::string_view::npos) address.remove_prefix(mapped.size());
  return std::string{address};
}

bool is_loopback_address(std::string_view address) {
  const auto plain = plain_address(address);
  return plain == "::1" || plain.starts_with("127.");
}

}  // namespace nba::cli
