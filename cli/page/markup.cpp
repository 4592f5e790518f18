#include "cli/page/markup.hpp"

#include "cli/printable.hpp"

#include <algorithm>
#include <array>

namespace nba::cli {
namespace {

void append_escaped(std::string& html, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
}

constexpr std::array<std::string_view, 5> empty_elements{"meta", "link", "br", "input", "hr"};

}  // namespace

attribute attribute::when(bool present, attribute_name name, std::string_view value) {
  return present ? attribute{name, value} : attribute{};
}

markup::markup(std::string_view text) { append_escaped(html_, printable(text)); }

markup markup::of(std::initializer_list<markup> parts) {
  markup all;
  for (const auto& part : parts) all += part;
  return all;
}

markup markup::lines(std::string_view text) {
  markup out;
  append_escaped(out.html_, printable_lines(text));
  return out;
}

markup& markup::operator+=(const markup& more) {
  html_ += more.html_;
  return *this;
}

markup tag(std::string_view name, std::initializer_list<attribute> attributes, const markup& content) {
  markup out;
  auto& html = out.html_;
  html.append("<").append(name);
  for (const auto& one : attributes) {
    if (one.name().empty()) continue;
    html.append(" ").append(one.name()).append("=\"");
    append_escaped(html, printable(one.value()));
    html += '"';
  }
  html += '>';
  if (std::find(empty_elements.begin(), empty_elements.end(), name) != empty_elements.end()) return out;
  html.append(content.html_).append("</").append(name).append(">");
  return out;
}

}  // namespace nba::cli
