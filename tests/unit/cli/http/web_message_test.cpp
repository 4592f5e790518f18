#include "cli/http/web_message.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace nba::cli;

TEST_CASE("forms and queries are decoded, cookies are not, and what is broken is taken as it is") {
  CHECK(form_value("a=1&token=a%2Bb+c", "token") == "a+b c");
  CHECK(form_value("token", "token") == "");
  CHECK(form_value("to%6ben=x", "token") == "x");
  CHECK(form_value("token=%", "token") == "%");
  CHECK(form_value("token=%zz%4", "token") == "%zz%4");
  CHECK_FALSE(form_value("atoken=1&b=token", "token"));
  CHECK_FALSE(form_value("", "token"));
  CHECK(cookie_value("a=1; s=2%20; b", "s") == "2%20");
  CHECK_FALSE(cookie_value("as=1;b=s=2", "s"));
}

TEST_CASE("an Accept header names a type by itself, not by a wildcard") {
  CHECK(accept_names("text/html, application/json;q=0.9", "application/json"));
  CHECK(accept_names("Application/JSON", "application/json"));
  CHECK_FALSE(accept_names("*/*", "application/json"));
  CHECK_FALSE(accept_names("application/jsonx", "application/json"));
  CHECK_FALSE(accept_names("", "application/json"));
}

TEST_CASE("every line of an event's data is a data line, whatever ends it") {
  CHECK(server_sent_event("update", "a\nb\r\nc\rd") == "event: update\ndata: a\ndata: b\ndata: c\ndata: d\n\n");
  CHECK(server_sent_event("", "x") == "data: x\n\n");
  CHECK(server_sent_event("", "") == "data: \n\n");
}

TEST_CASE("a header of the answer's own comes in place of the one that all have") {
  auto response = text_response(200, "x");
  response.headers = {{"cache-control", "public"}};
  const auto all = web_headers_of(response);
  CHECK(std::count_if(all.begin(), all.end(), [](const auto& one) { return one.first == "Cache-Control"; }) == 0);
  CHECK(std::find(all.begin(), all.end(), web_header{"cache-control", "public"}) != all.end());
  const auto of_streams = stream_headers();
  CHECK(std::find(of_streams.begin(), of_streams.end(), web_header{"X-Accel-Buffering", "no"}) != of_streams.end());
  CHECK(std::find(of_streams.begin(), of_streams.end(), web_header{"Cache-Control", "no-cache, no-transform"}) !=
        of_streams.end());
}
