// A text as a JSON string. The only place that writes JSON's escapes; whole documents are nlohmann-json's business.
//
// Threads: pure functions. Errors: none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nba {

enum class json_letters {
  utf8,   // every code point as it is; bytes that are not UTF-8, too
  ascii,  // what is not ASCII as escapes; bytes that are not UTF-8 as U+FFFD
};

// With its quotes. Controls (below U+0020) are escaped, so it is valid on one line.
void append_json_string(std::string& out, std::string_view text, json_letters letters = json_letters::utf8);
// \u1234; JSON escapes UTF-16, so there are two of them beyond U+FFFF.
void append_json_escape(std::string& out, std::uint32_t code_point);

}  // namespace nba
