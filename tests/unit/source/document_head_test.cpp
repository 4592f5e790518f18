#include "pipeline/source/document_head.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using nba::document_head;
using nba::read_document_head;
using part = nba::document_head::part;

TEST_SUITE("head of a document") {
  TEST_CASE("the game is found wherever it stands, in any form") {
    for (const auto* text : {
             R"({"game":{"gameId":"0022400061"}})",
             R"({"meta":{"version":1,"game":{"gameId":"1"}},"game":{"gameId":"0022400061","actions":[]}})",
             "{ \"meta\" : null ,\r\n\t\"game\" : { \"a\" : [ { \"gameId\" : \"2\" } , [ ] , -1.5e3 , true ] , "
             "\"gameId\" : \" 0022400061\t\" } }",
             R"({"say \"game\":{\"gameId\":\"3\"":"\\","game":{"x":"}","gameId":"0022400061"}})",
             R"({"game":{"gameId":"0022400061"},"game":{"gameId":"4"}})",
             R"({"game":{"gameId":"0022400061", and what follows is nobody's business)",
         }) {
      CAPTURE(text);
      const auto head = read_document_head(text);
      CHECK(head.game == part::there);
      CHECK(head.id == part::there);
      CHECK(head.game_id == "0022400061");
    }
  }

  TEST_CASE("a game that is not there, is nothing, or has no id") {
    const std::vector<std::pair<std::string, part>> games{
        {R"({})", part::missing},
        {R"({"meta":{"game":{"gameId":"1"}}})", part::missing},
        {R"({"games":{"gameId":"1"}})", part::missing},
        {R"({"game":null})", part::missing},
        {R"({"game":{}})", part::wrong},
        {R"({"game": { } })", part::wrong},
        {R"({"game":[]})", part::wrong},
        {R"({"game":"0022400061"})", part::wrong},
        {R"({"game":7})", part::wrong},
    };
    for (const auto& [text, expected] : games) {
      CAPTURE(text);
      const auto head = read_document_head(text);
      CHECK(head.game == expected);
      CHECK(head.game_id.empty());
    }
    const std::vector<std::pair<std::string, part>> ids{
        {R"({"game":{"gameStatus":3}})", part::missing},  {R"({"game":{"gameId":null}})", part::missing},
        {R"({"game":{"gameId":22400061}})", part::wrong}, {R"({"game":{"gameId":""}})", part::wrong},
        {R"({"game":{"gameId":" "}})", part::wrong},      {R"({"game":{"gameId":["1"]}})", part::wrong},
    };
    for (const auto& [text, expected] : ids) {
      CAPTURE(text);
      const auto head = read_document_head(text);
      CHECK(head.game == part::there);
      CHECK(head.id == expected);
      CHECK(head.game_id.empty());
    }
  }

  TEST_CASE("what is no JSON up to there is not judged") {
    for (const auto* text : {"", "[]", "<html>", "{", R"({"game)", R"({"a":})", R"({"a")", R"({"a":[1,2})",
                             R"({"a":"\)", R"({"a":1 "game":{"gameId":"1"}})", R"({,"game":{}})"}) {
      CAPTURE(text);
      CHECK(read_document_head(text).game == part::unreadable);
    }
    for (const auto* text : {R"({"game":{)", R"({"game":{"x":1)", R"({"game":{"gameId)", R"({"game":{,}})"}) {
      CAPTURE(text);
      CHECK(read_document_head(text).game == part::there);
      CHECK(read_document_head(text).id == part::unreadable);
    }
    CHECK(read_document_head(R"({"game":{"gameId":"00224)").id == part::wrong);
  }

  TEST_CASE("a hundred thousand brackets cost time, not stack") {
    const std::string deep = R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + R"(,"game":{}})";
    CHECK(read_document_head(deep).game == part::wrong);
    CHECK(read_document_head(R"({"a":)" + std::string(100'000, '[')).game == part::unreadable);
  }
}
