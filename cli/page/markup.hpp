// HTML that nothing from outside can break out of.
//
// Whatever is a string is text: it is escaped when it becomes markup, and what a reader could not see (control
// characters, marks that turn the writing direction) is shown as an escape, as on a terminal (cli/printable.hpp). Tags
// come from `tag` alone. Names of attributes are known when the program is compiled, and those that a strict
// Content-Security-Policy forbids (style, on…) do not compile.
// Threads: plain values and pure functions.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace nba::cli {

class attribute_name {
 public:
  consteval attribute_name(const char* name) : text_(name) {
    if (text_ == "style" || text_.starts_with("on")) throw "the Content-Security-Policy of the page forbids it";
  }
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// An attribute whose value is text; one that is left out is not written at all.
class attribute {
 public:
  attribute(attribute_name name, std::string_view value) : name_(name.text()), value_(value) {}
  attribute(attribute_name name, const char* value) : attribute(name, std::string_view{value}) {}
  attribute(attribute_name name, const std::string& value) : attribute(name, std::string_view{value}) {}
  // Only when `present`.
  static attribute when(bool present, attribute_name name, std::string_view value = {});

  std::string_view name() const { return name_; }
  const std::string& value() const { return value_; }

 private:
  attribute() = default;
  std::string_view name_;  // empty: left out
  std::string value_;
};

class markup {
 public:
  markup() = default;
  markup(std::string_view text);
  markup(const char* text) : markup(std::string_view{text}) {}
  markup(const std::string& text) : markup(std::string_view{text}) {}
  // Several parts, one after the other.
  static markup of(std::initializer_list<markup> parts);
  // Text whose line feeds stay.
  static markup lines(std::string_view text);

  markup& operator+=(const markup& more);
  bool empty() const noexcept { return html_.empty(); }
  const std::string& html() const noexcept { return html_; }

 private:
  friend markup tag(std::string_view, std::initializer_list<attribute>, const markup&);
  std::string html_;
};

// <name …>content</name>. Elements that cannot hold anything (meta, link, br) have no end tag.
markup tag(std::string_view name, std::initializer_list<attribute> attributes, const markup& content);
inline markup tag(std::string_view name, std::initializer_list<attribute> attributes = {}) {
  return tag(name, attributes, markup{});
}
inline markup tag(std::string_view name, std::initializer_list<attribute> attributes,
                  std::initializer_list<markup> content) {
  return tag(name, attributes, markup::of(content));
}

}  // namespace nba::cli
