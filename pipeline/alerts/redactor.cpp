#include "pipeline/alerts/redactor.hpp"

#include <algorithm>
#include <string>

namespace nba {
namespace {

// A shorter part is a word like "services" cut short, or a number; hiding it would make texts unreadable.
constexpr std::size_t secret_part_min = 8;
// Words of addresses that are the same for everybody.
constexpr std::string_view plain_parts[] = {"services", "workflows",    "triggers",
                                            "webhooks", "integrations", "envelope"};

struct address_parts {
  std::string_view scheme, user, host, rest;  // rest: from the first '/' or '?'
};

address_parts split(std::string_view url) {
  address_parts parts;
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return parts;
  parts.scheme = url.substr(0, scheme);
  auto tail = url.substr(scheme + 3);
  const auto path = std::min(tail.find_first_of("/?#"), tail.size());
  parts.rest = tail.substr(path);
  tail = tail.substr(0, path);
  if (const auto at = tail.rfind('@'); at != std::string_view::npos) {
    parts.user = tail.substr(0, at);
    tail = tail.substr(at + 1);
  }
  parts.host = tail;
  return parts;
}

void add_parts(std::vector<std::string>& words, std::string_view text, std::string_view separators) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of(separators, at), text.size());
    const auto part = text.substr(at, end - at);
    const bool is_plain = std::find(std::begin(plain_parts), std::end(plain_parts), part) != std::end(plain_parts);
    if (part.size() >= secret_part_min && !is_plain) words.emplace_back(part);
    at = end + 1;
  }
}

}  // namespace

redactor::redactor(const std::vector<std::string>& secrets) {
  for (const auto& secret : secrets) {
    if (secret.empty()) continue;
    words_.push_back(secret);
    if (secret.starts_with("whsec_")) words_.push_back(secret.substr(6));
    const auto parts = split(secret);
    if (parts.scheme.empty()) continue;
    if (!parts.user.empty()) words_.emplace_back(parts.user);
    add_parts(words_, parts.user, ":");
    if (parts.rest.size() >= secret_part_min) words_.emplace_back(parts.rest);
    add_parts(words_, parts.rest, "/?&=#");
  }
  std::sort(words_.begin(), words_.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
}

std::string redactor::operator()(std::string_view text) const {
  std::string out{text};
  for (const auto& word : words_)
    for (auto at = out.find(word); at != std::string::npos; at = out.find(word, at + 3))
      out.replace(at, word.size(), "***");
  return out;
}

std::string shown_address(std::string_view url) {
  const auto parts = split(url);
  if (parts.scheme.empty()) return "***";
  return std::string{parts.scheme} + "://" + std::string{parts.host} + "/***";
}

}  // namespace nba
