// The frame around the parts: head, headings, landmarks, foot.
//
// Threads: pure functions.
#pragma once

#include "cli/page/markup.hpp"
#include "cli/page/page.hpp"

#include <string>
#include <string_view>

namespace nba::cli {

struct document_frame {
  std::string title;
  std::string tone;        // class of the body
  bool old = false;        // the database does not answer: what is shown is greyed
  std::string extra = {};  // class of the body besides these
  bool scripted = true;
};
// A whole document; `body` is what is between its header and its end.
std::string whole_document(const document_frame& frame, const markup& body);

// <section> with a heading of the second level.
markup section_markup(std::string_view id, std::string_view title, const markup& content);
markup foot_markup(const page_frame& frame, const watch_facts* facts);

}  // namespace nba::cli
