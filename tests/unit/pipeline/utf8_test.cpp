#include "pipeline/utf8.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace nba;

TEST_CASE("a code point is read whole, with its number") {
  struct sample {
    std::string text;
    std::uint32_t code_point;
  };
  for (const auto& [text, code_point] : {sample{"a", 'a'},
                                         {"\x7F", 0x7F},
                                         {"\u0080", 0x80},
                                         {"\u07FF", 0x7FF},
                                         {"\u0800", 0x800},
                                         {"\uD7FF", 0xD7FF},
                                         {"\uE000", 0xE000},
                                         {"\uFFFF", 0xFFFF},
                                         {"\U00010000", 0x10000},
                                         {"\U0010FFFF", 0x10FFFF}}) {
    CAPTURE(code_point);
    const auto piece = utf8_at("x" + text + "y", 1);
    CHECK(piece.valid);
    CHECK(piece.bytes == text.size());
    CHECK(piece.code_point == code_point);
  }
}

TEST_CASE("what is cut off, overlong, a surrogate or beyond Unicode is one byte that belongs to nothing") {
  for (const std::string text :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF0\x9F\x8F", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    CAPTURE(text.size());
    const auto piece = utf8_at(text, 0);
    CHECK_FALSE(piece.valid);
    CHECK(piece.bytes == 1);
  }
}
