// A message in words: what every format is made from.
//
// Threads: plain values and pure functions.
#pragma once

#include "pipeline/alerts/outbox.hpp"

#include <string>
#include <vector>

namespace nba {

struct alert_message {
  parcel_kind what = parcel_kind::firing;
  std::string id;        // a UUID; the same for every try
  std::string title;     // one line: "daily failed", "over: daily failed"
  std::string text;      // lines; never empty
  std::string help;      // a command; may be empty
  bool is_well = false;  // says that something is over, and nothing else
  utc_time at{};         // of the newest of it
  std::vector<parcel_part> parts;

  const parcel_part& first() const { return parts.front(); }
};
alert_message compose(const parcel& sent);

// One message as one object, the same for webhook and command:
//   {"type":"alert.firing","timestamp":"...","data":{"id":...,"title":...,"text":...,"help":...,"alerts":[...]}}
std::string to_json(const alert_message& message);

// ---- requests: what a format makes of a message

struct alert_request {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  // name, value
  std::string body;
};
struct alert_answer {
  int status = 0;                        // 0: there was no answer
  std::string error;                     // why, then
  std::string body;                      // its beginning
  std::string retry_after, rate_limits;  // headers Retry-After and X-Sentry-Rate-Limits
};
// What every service means by its status: 2xx delivered; 429, 408, 5xx and no answer later; anything else refused.
delivery_answer judge_status(const alert_answer& answer, utc_time now);

}  // namespace nba
