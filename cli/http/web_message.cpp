#include "cli/http/web_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace nba::cli {
namespace {

// Nothing from elsewhere, nothing inline; forms go home; no frame shows this page.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> headers_of_every_answer{{
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
     "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    // Not no-referrer: with that a browser says "Origin: null" of the page's own form.
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
}};

bool same_header_name(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

web_response with_body(int status, std::string_view type, std::string text) {
  web_response response;
  response.status = status;
  response.content_type = type;
  response.body = std::make_shared<const std::string>(std::move(text));
  return response;
}

int hexadecimal_digit(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

std::string form_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto high = hexadecimal_digit(text[i + 1]);
      const auto low = hexadecimal_digit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i] == '+' ? ' ' : text[i];
  }
  return out;
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls `take` with each part between separators until it answers true.
template <class Take>
void each_part(std::string_view text, char separator, Take take) {
  for (;;) {
    const auto end = text.find(separator);
    if (take(text.substr(0, end)) || end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::string_view web_request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

web_response text_response(int status, std::string text) {
  return with_body(status, "text/plain; charset=utf-8", std::move(text));
}
web_response json_response(int status, std::string document) {
  return with_body(status, "application/json", std::move(document));
}
web_response html_response(int status, std::string page) {
  return with_body(status, "text/html; charset=utf-8", std::move(page));
}
web_response redirect_response(std::string location) {
  auto response = text_response(303, "See " + location + "\n");
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

std::vector<web_header> web_headers_of(const web_response& response) {
  std::vector<web_header> all;
  for (const auto& [name, value] : headers_of_every_answer) {
    const bool is_replaced = std::any_of(response.headers.begin(), response.headers.end(),
                                         [&](const auto& own) { return same_header_name(own.first, name); });
    if (!is_replaced) all.emplace_back(name, value);
  }
  if (response.body) all.emplace_back("Content-Type", response.content_type);
  if (response.close) all.emplace_back("Connection", "close");
  all.insert(all.end(), response.headers.begin(), response.headers.end());
  return all;
}

std::vector<web_header> stream_headers() {
  web_response head;
  // nginx would keep events until it has a page full of them; others would compress and keep them.
  head.headers = {
      {"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache, no-transform"}, {"X-Accel-Buffering", "no"}};
  return web_headers_of(head);
}

std::optional<std::string> form_value(std::string_view text, std::string_view name) {
  std::optional<std::string> found;
  each_part(text, '&', [&](std::string_view part) {
    const auto equals = part.find('=');
    if (form_decoded(part.substr(0, equals)) != name) return false;
    found = equals == std::string_view::npos ? std::string{} : form_decoded(part.substr(equals + 1));
    return true;
  });
  return found;
}

std::optional<std::string> cookie_value(std::string_view header, std::string_view name) {
  std::optional<std::string> found;
  each_part(header, ';', [&](std::string_view part) {
    part = without_blanks(part);
    const auto equals = part.find('=');
    if (equals == std::string_view::npos || part.substr(0, equals) != name) return false;
    found = std::string{part.substr(equals + 1)};
    return true;
  });
  return found;
}

bool accept_names(std::string_view header, std::string_view media_type) {
  bool found = false;
  each_part(header, ',', [&](std::string_view part) {
    found = same_header_name(without_blanks(part.substr(0, part.find(';'))), media_type);
    return found;
  });
  return found;
}

std::string server_sent_event(std::string_view name, std::string_view data) {
  std::string text;
  text.reserve(name.size() + data.size() + 32);
  if (!name.empty()) text.append("event: ").append(name).append("\n");
  // A carriage return ends a line there, too.
  for (;;) {
    const auto end = data.find_first_of("\r\n");
    text.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    data.remove_prefix(end + (data.substr(end, 2) == "\r\n" ? 2 : 1));
  }
  return text.append("\n");
}

}  // namespace nba::cli
