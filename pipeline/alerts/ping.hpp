// Ping addresses in the manner of healthchecks.io: a service that expects to hear from a job, and says when it does
// not.
//
// Source: healthchecks.io/docs/http_api. URL itself: success; URL/start, URL/fail, URL/log. `rid` is a UUID that tells
// overlapping runs apart. The service keeps the first 100,000 bytes of a body, so it is given the end of the log.
// Threads: pure functions.
#pragma once

#include "pipeline/alerts/alert_message.hpp"

namespace nba {

enum class ping_signal { start, success, fail, log };
// `news` is of kind check_in.
alert_request ping_request(const std::string& url, ping_signal signal, const alert_news& news);
// Of a closing check-in: "ok" success, "error" fail, "log" log.
ping_signal ping_signal_of(std::string_view status);
// The hosted service answers 200 also where nothing was noted, and says so in the body.
delivery_answer judge_ping(const alert_answer& answer, utc_time now);

}  // namespace nba
