// Sentry: events and the check-ins of its cron monitors, as envelopes.
//
// Source: develop.sentry.dev/sdk/data-model/envelopes, .../telemetry/check-ins. Sentry groups events by fingerprint and
// has no way to say that something is over (an event would open the issue again), so recoveries are not sent; monitors
// recover by their check-ins. `sent_at` is the moment of sending, so an envelope is made anew for each try.
// Threads: pure functions.
#pragma once

#include "pipeline/alerts/alert_message.hpp"

#include <optional>
#include <string>

namespace nba {

struct sentry_dsn {
  std::string key;       // public key
  std::string endpoint;  // "https://o1.ingest.sentry.io/api/42/envelope/"
};
// "https://KEY@HOST/PROJECT", also with a path before the project and a secret key; nullopt for anything else.
std::optional<sentry_dsn> parse_dsn(std::string_view text);

struct sentry_place {
  sentry_dsn dsn;
  std::string release;      // "nba-scraper@1.0.0"
  std::string environment;  // empty: Sentry's default
  std::string monitor;      // slug; empty: no check-ins
  // Sent only where a schedule is set: it would overwrite what is set in Sentry.
  std::string schedule, timezone;
  int checkin_margin_minutes = 0, max_runtime_minutes = 0;  // 0: left out
};

alert_request sentry_event(const sentry_place& place, const alert_message& message, utc_time sent_at);
// `news` is of kind check_in; `status`: "in_progress", "ok" or "error".
alert_request sentry_check_in(const sentry_place& place, const alert_news& news, std::string_view status,
                              utc_time sent_at);
// The longest rest that concerns this category ("error", "monitor") counts: X-Sentry-Rate-Limits, else Retry-After.
delivery_answer judge_sentry(const alert_answer& answer, std::string_view category, utc_time now);

}  // namespace nba
