// A request to the HTTP server and its answer, as plain values, and the small readings of what clients send.
//
// Threads: plain values and pure functions. Errors: none; what cannot be read is not there.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nba::cli {

using web_header = std::pair<std::string, std::string>;

struct web_request {
  std::string method;               // "GET"
  std::string path;                 // as it was sent, not decoded: every path of ours is plain
  std::string query;                // after the '?', not decoded
  std::vector<web_header> headers;  // names in small letters
  std::string body;                 // of a POST
  std::string remote;               // the peer's address, without its port
  std::string local;                // the address that it asked

  // The first of that name (in small letters); empty when there is none.
  std::string_view header(std::string_view name) const;
};

struct web_response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<web_header> headers = {};               // besides those that every answer has
  std::shared_ptr<const std::string> body = nullptr;  // null: none
  bool close = false;                                 // the connection ends with it
};

web_response text_response(int status, std::string text);
web_response json_response(int status, std::string document);
web_response html_response(int status, std::string page);
web_response redirect_response(std::string location);  // 303

// What every answer carries. A header of the response's own comes in place of one of the same name.
std::vector<web_header> web_headers_of(const web_response& response);
// The same for an event stream.
std::vector<web_header> stream_headers();

// The value of `name` in "a=1&b=2", decoded; of a query or a form.
std::optional<std::string> form_value(std::string_view text, std::string_view name);
// The value of a cookie in "a=1; b=2".
std::optional<std::string> cookie_value(std::string_view header, std::string_view name);
// Whether an Accept header names the media type itself ("text/html"); wildcards do not count.
bool accept_names(std::string_view header, std::string_view media_type);

// One server-sent event; the lines of `data` become lines of it. An empty name: "message".
std::string server_sent_event(std::string_view name, std::string_view data);

}  // namespace nba::cli
