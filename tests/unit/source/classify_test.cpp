#include "pipeline/source/classify.hpp"

#include "tests/support/recorded_data.hpp"

#include <doctest/doctest.h>

#include <string>

using nba::classify;
using nba::endpoint;
using nba::failure_class;
using nba::http_error;
using nba::verdict;

namespace {

nba::http_response answer(long status, std::string body) {
  nba::http_response response;
  response.url = "https://cdn.nba.com/static/json/liveData/boxscore/boxscore_0022400061.json";
  response.status = status;
  response.body = std::make_shared<const nba::padded_body>(std::move(body));
  return response;
}

nba::http_response broken(http_error error, long status = 0) {
  nba::http_response response;
  response.url = "https://cdn.nba.com/x";
  response.error = error;
  response.error_text = "libcurl's words";
  response.status = status;
  return response;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const std::string html_page =
    "<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>You don't have permission</BODY></HTML>\n";
const std::string xml_page = "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>";

}  // namespace

TEST_CASE("200 with a JSON object is good, whatever white space surrounds it") {
  for (const auto* const body :
       {R"({"game":{}})", " \r\n\t{ \"meta\":1,\"game\":{}}\n\n", "\xEF\xBB\xBF{\"game\":{}}"}) {
    CAPTURE(body);
    const auto result = classify(endpoint::boxscore, answer(200, body));
    CHECK(result.what == verdict::ok);
    CHECK(result.why.message.empty());
  }
}

TEST_CASE("200 with anything but a JSON object is contract drift and shows what came") {
  const auto html = classify(endpoint::boxscore, answer(200, "  " + html_page));
  CHECK(html.what == verdict::contract_drift);
  CHECK(html.why.kind == failure_class::contract_drift);
  CHECK(contains(html.why.message, "cdn.nba.com"));
  CHECK(contains(html.why.message, "200"));
  CHECK(contains(html.why.message, "a page titled \"Access Denied\""));
  for (const auto* const body : {"[]", "null", "Too busy", "\xEF\xBB\xBF[]", "\"{}\""}) {
    CAPTURE(body);
    CHECK(classify(endpoint::schedule, answer(200, body)).what == verdict::contract_drift);
  }
}

TEST_CASE("200 with a document of another game is told apart, with both ids and the rule") {
  const auto asked = nba::game_id::parse("0022400061");
  for (const auto what : {endpoint::boxscore, endpoint::playbyplay}) {
    const auto good = classify(what, answer(200, R"({"meta":{},"game":{"gameId":"0022400061","x":[]}})"), asked);
    CHECK(good.what == verdict::ok);
    const auto other = classify(what, answer(200, R"({"meta":{},"game":{"gameId":"0022400062","x":[]}})"), asked);
    CHECK(other.what == verdict::another_game);
    CHECK(other.why.kind == failure_class::rejected);
    CHECK(other.why.where == "game_as_asked");
    CHECK(contains(other.why.message, "of game 0022400062, not 0022400061"));
    CHECK(contains(other.why.message, "cdn.nba.com"));
    CHECK(nba::budget_effect(other, answer(200, "")) == nba::budget_signal::failure);
    // Nobody asked for a game: it is not compared.
    CHECK(classify(what, answer(200, R"({"game":{"gameId":"0022400062"}})")).what == verdict::ok);
  }
  CHECK(
      classify(endpoint::boxscore, answer(200, "\xEF\xBB\xBF {\"game\":{\"gameId\":\" 0022400061 \"}} "), asked).what ==
      verdict::ok);
  const auto strange = classify(endpoint::boxscore, answer(200, "{\"game\":{\"gameId\":\"\x1b[2J7\"}}"), asked);
  CHECK(contains(strange.why.message, "of game [2J7, not"));
}

TEST_CASE("200 with an empty game, or one without an id, is contract drift and names the path") {
  const auto asked = nba::game_id::parse("0022400061");
  for (const auto* const body : {R"({"meta":{},"game":{}})", R"({"meta":{},"game":null})", R"({"game":[]})",
                                 R"({"meta":{"game":{"gameId":"0022400061"}}})"}) {
    CAPTURE(body);
    const auto result = classify(endpoint::boxscore, answer(200, body), asked);
    CHECK(result.what == verdict::contract_drift);
    CHECK(result.why.kind == failure_class::contract_drift);
    CHECK(result.why.where == "game");
  }
  for (const auto* const body :
       {R"({"game":{"gameStatus":3}})", R"({"game":{"gameId":null}})", R"({"game":{"gameId":7}})"}) {
    CAPTURE(body);
    const auto result = classify(endpoint::playbyplay, answer(200, body), asked);
    CHECK(result.what == verdict::contract_drift);
    CHECK(result.why.where == "game.gameId");
  }
  // What is no JSON inside is for the parser.
  CHECK(classify(endpoint::boxscore, answer(200, R"({"game":{oops}})"), asked).what == verdict::ok);
}

TEST_CASE("a refusal names its page's title or its error code, and nothing that differs in every answer") {
  const auto message_of = [](const std::string& body) {
    return classify(endpoint::boxscore, answer(403, body)).why.message;
  };
  CHECK(contains(message_of(html_page), "answered 403 with a page titled \"Access Denied\""));
  CHECK(contains(message_of(xml_page), "answered 403 with an XML error \"AccessDenied\""));
  CHECK(contains(message_of("<html><body>No</body></html>"), "answered 403 with \"<html><body>No</body></html>\""));
  CHECK(contains(message_of("<title>"), "answered 403 with \"<title>\""));
  CHECK(contains(message_of(""), "answered 403 with an empty body"));
}

TEST_CASE("200 with an empty or a broken-off body is worth another try") {
  CHECK(classify(endpoint::boxscore, answer(200, "")).what == verdict::transient);
  CHECK(classify(endpoint::boxscore, answer(200, " \n")).what == verdict::transient);
  const auto half = classify(endpoint::boxscore, answer(200, R"({"game":{"gameId":"00224)"));
  CHECK(half.what == verdict::transient);
  CHECK(half.why.kind == failure_class::transient);
  CHECK(contains(half.why.message, "breaks off after 24 bytes"));
}

TEST_CASE("a message quotes at most the first eighty printable characters") {
  const auto drift = classify(endpoint::boxscore, answer(200, "\x01\x02" + std::string(500, 'x')));
  CHECK(contains(drift.why.message, '"' + std::string(80, 'x') + "...\""));
  CHECK_FALSE(contains(drift.why.message, std::string(81, 'x')));
  const auto binary = classify(endpoint::boxscore, answer(200, std::string("a\0\n\x7f\xc3\xa9z", 7)));
  CHECK(contains(binary.why.message, "\"a z\""));
}

TEST_CASE("429, and 503 with Retry-After, are throttling") {
  auto plain = answer(429, html_page);
  CHECK(classify(endpoint::boxscore, plain).what == verdict::throttled);
  plain.retry_after = std::chrono::seconds(17);
  const auto told = classify(endpoint::boxscore, plain);
  CHECK(told.why.kind == failure_class::throttled);
  CHECK(contains(told.why.message, "429, Retry-After 17 s"));
  auto busy = answer(503, "");
  CHECK(classify(endpoint::boxscore, busy).what == verdict::transient);
  busy.retry_after = std::chrono::seconds(0);
  CHECK(classify(endpoint::boxscore, busy).what == verdict::throttled);
}

TEST_CASE("throttling counts even when its body broke off, unless the client was stopped") {
  CHECK(classify(endpoint::boxscore, broken(http_error::truncated, 429)).what == verdict::throttled);
  CHECK(classify(endpoint::boxscore, broken(http_error::cancelled, 429)).what == verdict::transient);
  CHECK(classify(endpoint::boxscore, broken(http_error::truncated, 200)).what == verdict::transient);
}

TEST_CASE("refusals stay open until the canary has spoken") {
  for (const long status : {401L, 403L, 404L, 410L, 451L})
    for (const auto& page : {html_page, xml_page, std::string("{}"), std::string()}) {
      CAPTURE(status);
      const auto result = classify(endpoint::boxscore, answer(status, page));
      CHECK(result.what == verdict::refused);
      CHECK(result.why.kind == failure_class::unavailable);
      CHECK(contains(result.why.message, std::to_string(status)));
    }
}

TEST_CASE("server errors are transient, an empty 500 is told apart") {
  const auto empty = classify(endpoint::schedule, answer(500, ""));
  CHECK(empty.what == verdict::empty_500);
  CHECK(empty.why.kind == failure_class::transient);
  CHECK(contains(empty.why.message, "500 with an empty body"));
  CHECK(classify(endpoint::schedule, answer(500, html_page)).what == verdict::transient);
  for (const long status : {501L, 502L, 503L, 504L, 520L, 408L, 425L})
    for (const auto& page : {html_page, std::string()}) {
      CAPTURE(status);
      const auto result = classify(endpoint::schedule, answer(status, page));
      CHECK(result.what == verdict::transient);
      CHECK(result.why.kind == failure_class::transient);
    }
}

TEST_CASE("no complete answer is transient and says what libcurl said") {
  for (const auto error :
       {http_error::timeout, http_error::stalled, http_error::connect, http_error::reset, http_error::dns,
        http_error::truncated, http_error::bad_encoding, http_error::tls, http_error::cancelled, http_error::other}) {
    const auto result = classify(endpoint::playbyplay, broken(error));
    CAPTURE(nba::to_string(error));
    CHECK(result.what == verdict::transient);
    CHECK(result.why.kind == failure_class::transient);
    CHECK(contains(result.why.message, nba::to_string(error)));
    CHECK(contains(result.why.message, "libcurl's words"));
    CHECK(contains(result.why.message, "cdn.nba.com"));
  }
}

TEST_CASE("a body beyond the limit is contract drift") {
  const auto result = classify(endpoint::playbyplay, broken(http_error::body_too_large, 200));
  CHECK(result.what == verdict::contract_drift);
  CHECK(contains(result.why.message, "playbyplay"));
}

TEST_CASE("statuses that no rule expects are contract drift") {
  for (const long status : {100L, 301L, 302L, 307L, 400L, 405L, 406L, 407L, 418L, 600L}) {
    CAPTURE(status);
    const auto result = classify(endpoint::boxscore, answer(status, html_page));
    CHECK(result.what == verdict::contract_drift);
    CHECK(contains(result.why.message, std::to_string(status)));
  }
  const auto redirect = classify(endpoint::boxscore, broken(http_error::other, 302));
  CHECK(redirect.what == verdict::contract_drift);
  CHECK(contains(redirect.why.message, "base URL"));
}

TEST_CASE("messages and places never show credentials") {
  auto response = answer(404, "");
  response.url = "https://user:secret@mirror.example/x";
  const auto result = classify(endpoint::boxscore, response);
  CHECK_FALSE(contains(nba::describe(result.why), "secret"));
  CHECK(result.why.where == "https://mirror.example/x");
}

TEST_CASE("a JSON object that is no game's document is contract drift, and shows what came") {
  for (const auto what : {endpoint::boxscore, endpoint::playbyplay}) {
    const auto result = classify(what, answer(200, R"({"message":"Forbidden"})"));
    CHECK(result.what == verdict::contract_drift);
    CHECK(contains(result.why.message, "Forbidden"));
    CHECK(contains(result.why.message, to_string(what)));
    CHECK(classify(what, answer(200, "{}")).what == verdict::contract_drift);
  }
  for (const auto what : {endpoint::schedule, endpoint::current_schedule})
    CHECK(classify(what, answer(200, R"({"leagueSchedule":{}})")).what == verdict::ok);
}

TEST_CASE("a status that says not now is worth another try") {
  for (const long status : {201, 202, 203, 204, 206, 304}) {
    CAPTURE(status);
    const auto result = classify(endpoint::boxscore, answer(status, ""));
    CHECK(result.what == verdict::transient);
    CHECK(contains(result.why.message, std::to_string(status)));
  }
}

TEST_CASE("a refusal beside a good canary means that the host has nothing for this request") {
  const auto refusal = classify(endpoint::boxscore, answer(403, html_page)).why;
  const auto resolved = nba::resolve_refusal_beside_canary(refusal);
  CHECK(resolved.kind == failure_class::unavailable);
  CHECK(contains(resolved.message, "403"));
  CHECK(contains(resolved.message, "canary"));
  CHECK(resolved.where == refusal.where);
}

TEST_CASE("in short an answer is its page's title, else its status, else what broke") {
  CHECK(nba::reason_in_short(answer(403, html_page)) == "Access Denied");
  CHECK(nba::reason_in_short(answer(429, "")) == "status 429");
  CHECK(nba::reason_in_short(answer(200, R"({"message":"x"})")) == "status 200");
  CHECK(nba::reason_in_short(broken(http_error::dns)) == "dns");
  CHECK(nba::reason_in_short(broken(http_error::truncated, 200)) == "truncated");
  const auto odd = nba::reason_in_short(answer(200, "<title>\x1b[31m" + std::string(500, 'x') + "</title>"));
  CHECK(odd.size() == nba::short_reason_max);
  CHECK(odd.find('\x1b') == std::string::npos);
}

TEST_CASE("each verdict has its effect on the budget") {
  const auto effect = [](const nba::http_response& response) {
    return nba::budget_effect(classify(endpoint::boxscore, response), response);
  };
  CHECK(effect(answer(200, R"({"game":{}})")) == nba::budget_signal::success);
  CHECK(effect(answer(429, "")) == nba::budget_signal::throttled);
  CHECK(effect(broken(http_error::stalled)) == nba::budget_signal::stalled);
  CHECK(effect(broken(http_error::reset)) == nba::budget_signal::failure);
  CHECK(effect(answer(403, "")) == nba::budget_signal::failure);
  CHECK(effect(answer(500, "")) == nba::budget_signal::failure);
  CHECK(effect(answer(200, "<html>")) == nba::budget_signal::failure);
}

TEST_CASE("the edge's recorded refusals are refusals") {
  const auto data = nba::test::recorded_data();
  NBA_SKIP_WITHOUT_RECORDED_DATA(data);
  for (const auto* const name : {"403.html", "403-s3.xml"}) {
    CAPTURE(name);
    const auto page = nba::test::read_file(*data / "errors" / name);
    const auto result = classify(endpoint::boxscore, answer(403, page));
    CHECK(result.what == verdict::refused);
    CHECK(contains(result.why.message, "Denied"));
    CHECK(classify(endpoint::boxscore, answer(200, page)).what == verdict::contract_drift);
  }
}

TEST_CASE("recorded games are good answers") {
  const auto season = nba::test::unpacked_season("2024-25");
  NBA_SKIP_WITHOUT_RECORDED_DATA(season);
  const auto live = *season / "static" / "json" / "liveData";
  for (const auto* const path : {"boxscore/boxscore_0022400061.json", "playbyplay/playbyplay_0022400061.json"}) {
    const auto recorded = answer(200, nba::test::read_file(live / path));
    CHECK(classify(endpoint::boxscore, recorded, nba::game_id::parse("0022400061")).what == verdict::ok);
    CHECK(classify(endpoint::boxscore, recorded, nba::game_id::parse("0022400062")).what == verdict::another_game);
  }
}
