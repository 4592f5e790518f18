#include "pipeline/json_string.hpp"

#include <doctest/doctest.h>

#include <simdjson.h>

#include <random>
#include <string>

using namespace nba;

namespace {

std::string json_of(std::string_view text, json_letters letters = json_letters::utf8) {
  std::string out;
  append_json_string(out, text, letters);
  return out;
}

}  // namespace

TEST_CASE("quotes, backslashes and controls are escaped, everything else stays as it is") {
  CHECK(json_of("") == R"("")");
  CHECK(json_of("plain") == R"("plain")");
  CHECK(json_of("a\"b\\c\\") == R"("a\"b\\c\\")");
  CHECK(json_of("line\nfeed\ttab\x1b") == R"("line\u000afeed\u0009tab\u001b")");
  CHECK(json_of(std::string_view{"a\0b", 3}) == R"("a\u0000b")");
  CHECK(json_of("Dončić 東京 🏀\x7f") == "\"Dončić 東京 🏀\x7f\"");
  CHECK(json_of("cut \xC3") == "\"cut \xC3\"");
}

TEST_CASE("as ASCII code points become escapes, two of them beyond U+FFFF, and other bytes U+FFFD") {
  CHECK(json_of("Dončić \"🏀\"", json_letters::ascii) == R"("Don\u010di\u0107 \"\ud83c\udfc0\"")");
  CHECK(json_of("cut \xC3", json_letters::ascii) == R"("cut \ufffd")");
}

TEST_CASE("a text comes back from its string, whatever it holds") {
  std::mt19937 random{11};
  const std::vector<std::string> parts{"a", "\"", "\\", "\n", "\x01", "ö", "東", "🏀", "\x7f", "/", "\u2028"};
  simdjson::dom::parser parser;
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (auto more = random() % 20; more > 0; --more) text += parts[random() % parts.size()];
    for (const auto letters : {json_letters::utf8, json_letters::ascii}) {
      std::string_view back;
      REQUIRE(parser.parse(json_of(text, letters)).get(back) == simdjson::SUCCESS);
      CHECK(back == text);
    }
  }
}
