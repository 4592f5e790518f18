// What a Retry-After header asks for.
//
// Source: RFC 9110, 10.2.3: whole seconds, or an HTTP date. Hosts also send fractions ("1.5").
// Threads: pure functions. Units: whole seconds, rounded up: waiting a little longer than asked is polite, less is not.
#pragma once

#include "pipeline/time.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace nba {

// Longer waits are cut to this before anything is computed with them; a budget has a much shorter bound of its own.
inline constexpr std::chrono::seconds retry_after_longest{std::chrono::hours{24 * 365}};

// The pause that `value` asks for. A date counts from `answered`, the host's own clock (its Date header) where that
// is known: ours may be wrong. Zero for a date in the past, and for what nobody can read.
std::chrono::seconds parse_retry_after(std::string_view value, utc_time answered);
// An HTTP date ("Sun, 06 Nov 1994 08:49:37 GMT"; the two old forms too); nullopt when it is none.
std::optional<utc_time> parse_http_date(std::string_view value);

}  // namespace nba
