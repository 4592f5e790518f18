// A pause that a host was given: what logs, the progress line and `status` say of it, and how it is stored.
//
// Stored as two checkpoints, so that the first keeps the form that the contract gives it: (host, HOST) -> until, a UTC
// timestamp, and (host_reason, HOST) -> "UNTIL PROBE/PROBES REASON". The second one is believed only beside a first one
// with the same time: a person may have set or removed that one.
// Threads: plain values and pure functions.
#pragma once

#include "pipeline/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace nba {

// Checkpoints of this stage say until when a host is left alone: key the host, value a UTC timestamp.
inline constexpr const char* host_stage = "host";
// And of this one why, and which probe comes then.
inline constexpr const char* host_reason_stage = "host_reason";

struct host_pause {
  std::string host;
  utc_time until{};
  std::string reason = {};  // in short: "Access Denied", "429", "connect"; empty when it is not known
  int probe = 0;            // which one comes when the pause is over; 0: none, requests simply go on
  int probes_max = 0;
  bool given_up = false;  // no probe is left: this run asks the host for nothing more
};

// "cdn.nba.com paused until 14:03 UTC (Access Denied), probe 2 of 5"
std::string describe(const host_pause& pause);
// The same in two parts, for a line that may have no room for the second one: "cdn.nba.com paused until 14:03 UTC",
// "Access Denied, probe 2 of 5". That one may be empty.
std::string describe_in_short(const host_pause& pause);
std::string describe_details(const host_pause& pause);

// The value of the host_reason checkpoint.
std::string stored_reason(const host_pause& pause);
// From both checkpoints; nullopt when `until` is no timestamp. Only the time where `reason` does not belong to it.
std::optional<host_pause> parse_stored_pause(std::string_view host, std::string_view until, std::string_view reason);

// Whether a stored pause can be one: not over yet, and no longer than the longest that is ever given. What is longer
// was written while a clock was wrong.
enum class stored_pause { over, holds, impossible };
stored_pause judge_stored_pause(utc_time until, utc_time now, std::chrono::milliseconds longest);

}  // namespace nba
