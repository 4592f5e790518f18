#include "cli/secrets.hpp"

#include "cli/text.hpp"
#include "storage/store.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace nba::cli {
namespace {

std::string in_lower_case(std::string_view text) {
  std::string lower{text};
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char byte) { return std::tolower(byte); });
  return lower;
}

// Only a scheme that is known: anything may stand before the first colon, a password too.
std::string scheme_only(std::string_view text) {
  const auto lower = in_lower_case(text);
  std::vector<std::string_view> schemes{"https", "http"};
  for (const auto& kind : store_kinds()) schemes.insert(schemes.end(), {kind.name, kind.second_scheme});
  for (const auto scheme : schemes)
    if (!scheme.empty() && lower.starts_with(scheme) && lower.size() > scheme.size() &&
        !std::isalnum(static_cast<unsigned char>(lower[scheme.size()])))
      return std::string{scheme} + ":***";
  return "***";
}

bool names_a_secret(std::string_view lower) {
  constexpr std::array<std::string_view, 4> names{"pass", "pwd", "token", "secret"};
  return std::any_of(names.begin(), names.end(), [&](auto name) { return lower.find(name) != std::string_view::npos; });
}

// `user:password@host` and its relatives. An address in a sentence ("me@home") has neither colon nor slash.
bool may_hold_login(std::string_view word) {
  const auto at = word.find('@');
  if (at == std::string_view::npos) return false;
  return word.find_first_of(":/") != std::string_view::npos || word.find('@', at + 1) != std::string_view::npos;
}

// The URL of a database with users, whole or mistyped.
bool names_a_server(std::string_view word) {
  const auto lower = in_lower_case(word);
  const auto kinds = store_kinds();
  return lower.find(':') != std::string::npos && std::any_of(kinds.begin(), kinds.end(), [&](const auto& kind) {
           const bool is_second = !kind.second_scheme.empty() && lower.starts_with(kind.second_scheme);
           return !kind.is_file && (is_second || lower.starts_with(kind.name));
         });
}

bool may_hold_secret(std::string_view word) {
  const auto lower = in_lower_case(word);
  return may_hold_login(word) || (names_a_secret(lower) && lower.find_first_of("=:") != std::string::npos);
}

}  // namespace

std::string shown_database(std::string_view url) {
  if (const auto parsed = parse_database_url(url)) return parsed->redacted;
  return scheme_only(url);
}

std::string shown_argument(std::string_view word) {
  // `--option=value`: the option's name is no secret.
  if (const auto equals = word.find('='); word.starts_with("--") && equals != std::string_view::npos)
    return std::string{word.substr(0, equals + 1)} + shown_argument(word.substr(equals + 1));
  if (names_a_server(word)) return shown_database(word);
  return may_hold_secret(word) ? scheme_only(word) : redact_secrets(word);
}

std::string without_arguments(std::string text, const std::vector<std::string>& arguments) {
  const auto replace_all = [&](std::string_view from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  };
  for (const auto& word : arguments) {
    const auto equals = word.find('=');
    const auto value = word.starts_with("-") && equals != std::string::npos ? word.substr(equals + 1) : word;
    const auto shown = shown_argument(value);
    if (shown != value) replace_all(value, shown);
  }
  return text;
}

}  // namespace nba::cli
