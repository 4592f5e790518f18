#include "pipeline/source/document_head.hpp"

#include <algorithm>
#include <cstddef>

namespace nba {
namespace {

constexpr std::string_view blank_characters = " \t\r\n";

std::string_view without_space(std::string_view text) {
  const auto first = text.find_first_not_of(blank_characters);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank_characters) - first + 1);
}

// Walks over JSON without judging it: every function answers false where it cannot go on.
class head_walker {
 public:
  explicit head_walker(std::string_view text) : text_(text) {}

  // After this character, which is the next one.
  bool take(char wanted) {
    if (next() != wanted) return false;
    ++at_;
    return true;
  }
  // The next character that is no white space; 0 at the end. It is not taken.
  char next() {
    at_ = std::min(text_.find_first_not_of(blank_characters, at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  // A text, its escapes as they stand.
  bool text(std::string_view& out) {
    if (!take('"')) return false;
    const auto begin = at_;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        out = text_.substr(begin, at_ - begin);
        ++at_;
        return true;
      }
    }
    return false;
  }
  // After any value.
  bool skip() {
    std::string_view ignored;
    std::size_t depth = 0;
    do {
      switch (next()) {
        case '\0':
          return false;
        case '"':
          if (!text(ignored)) return false;
          break;
        case '{':
        case '[':
          ++depth, ++at_;
          break;
        case '}':
        case ']':
          if (depth == 0) return false;
          --depth, ++at_;
          break;
        case ',':
        case ':':
          if (depth == 0) return false;
          ++at_;
          break;
        default:
          at_ = std::min(text_.find_first_of(" \t\r\n,:]}", at_), text_.size());
          break;
      }
    } while (depth > 0);
    return true;
  }
  // From after an object's '{' to the value of its member `wanted`. `found` false: after its '}'.
  bool find_member(std::string_view wanted, bool& found, bool& empty) {
    found = false;
    empty = take('}');
    if (empty) return true;
    while (true) {
      std::string_view key;
      if (!text(key) || !take(':')) return false;
      found = key == wanted;
      if (found) return true;
      if (!skip()) return false;
      if (take('}')) return true;
      if (!take(',')) return false;
    }
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

document_head read_document_head(std::string_view document) {
  using part = document_head::part;
  document_head out;
  head_walker at(document);
  bool found = false, empty = false;
  if (!at.take('{') || !at.find_member("game", found, empty)) return out;
  out.game = part::missing;
  if (!found || at.next() == 'n') return out;  // null
  out.game = part::wrong;
  if (!at.take('{')) return out;
  if (!at.find_member("gameId", found, empty)) {
    out.game = part::there;
    return out;
  }
  if (empty) return out;
  out.game = part::there;
  out.id = part::missing;
  if (!found || at.next() == 'n') return out;
  out.id = part::wrong;
  std::string_view id;
  if (!at.text(id)) return out;
  out.game_id = without_space(id);
  if (!out.game_id.empty()) out.id = part::there;
  return out;
}

}  // namespace nba
