// What somebody is told: kinds of alerts, and what one of them says.
//
// Threads: plain values and pure functions. Times are UTC. Nothing here reads a clock.
#pragma once

#include "pipeline/time.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace nba {

enum class alert_kind {
  run_failed,
  run_died,
  run_missing,
  watermark_held,
  host_blocked,
  payload_drift,
  game_given_up,
  database_trouble,
  disk_trouble,
  channel_broken,
  check_in,  // how a run ended, for services that watch a schedule: no alert, but delivered like one
  test,
};

struct alert_kind_traits {
  alert_kind kind;
  std::string_view name;  // in settings, tables and payloads
  bool recovers;          // it can be over, and that is said
  bool chosen;            // may be left out by the setting `kinds`
  std::string_view meaning;
};
// In the order of the enumeration.
inline constexpr alert_kind_traits alert_kind_table[] = {
    {alert_kind::run_failed, "run_failed", true, true, "a run ended without having done its job"},
    {alert_kind::run_died, "run_died", true, true, "a run was killed: it has no end, and its process is gone"},
    {alert_kind::run_missing, "run_missing", true, true, "the daily run did not happen"},
    {alert_kind::watermark_held, "watermark_held", true, true, "one game holds the mark of a lane for too long"},
    {alert_kind::host_blocked, "host_blocked", true, true, "a host refuses everything"},
    {alert_kind::payload_drift, "payload_drift", true, true, "the documents have another shape than agreed"},
    {alert_kind::game_given_up, "game_given_up", false, true, "a game was closed without rows, by inference"},
    {alert_kind::database_trouble, "database_trouble", true, true, "the database cannot be used"},
    {alert_kind::disk_trouble, "disk_trouble", true, true, "the disk of the database is nearly full"},
    {alert_kind::channel_broken, "channel_broken", true, true, "another channel refuses what it is sent, for good"},
    {alert_kind::check_in, "check_in", false, false, "how a run ended, for a service that watches its schedule"},
    {alert_kind::test, "test", false, false, "a test, asked for by `alerts test`"},
};
constexpr const alert_kind_traits& traits_of(alert_kind kind) {
  return alert_kind_table[static_cast<std::size_t>(kind)];
}
constexpr std::string_view to_string(alert_kind kind) { return traits_of(kind).name; }
std::optional<alert_kind> parse_alert_kind(std::string_view name);

// "all", or names separated by commas; nullopt with the first word that is no name in `wrong`.
std::optional<std::set<alert_kind>> parse_alert_kinds(std::string_view list, std::string& wrong);

// Longest texts; what is longer is cut on a code point.
inline constexpr std::size_t alert_title_bytes_max = 200;
inline constexpr std::size_t alert_text_bytes_max = 2'000;
// The end of a run's log that goes with a failed check.
inline constexpr std::size_t alert_log_bytes_max = 100'000;

struct alert_news {
  alert_kind kind = alert_kind::test;
  std::string subject;  // what it is about: the job, lane, host, season, path or channel
  // Which time it happened, in an order: a run's id. Empty for a state that lasts: seeing it again is no news.
  std::string occurrence;
  std::string title;  // one line
  std::string text;   // why, in sentences
  std::string help;   // the command that helps; may be empty
  std::string job, run_id;
  std::string invocation;  // systemd's id of the unit's start; empty without
  std::string host;        // the machine
  utc_time at{};
  // Of a check-in.
  std::string status;  // "ok", "error", "log"
  int exit_code = 0;
  double seconds = 0;
  std::string log;  // its end

  bool operator==(const alert_news&) const = default;
};

// "run_failed:daily": alerts with the same one are the same trouble.
std::string fingerprint_of(alert_kind kind, std::string_view subject);
inline std::string fingerprint_of(const alert_news& news) { return fingerprint_of(news.kind, news.subject); }

// As JSON for the table, and back; what cannot be read is empty.
std::string to_payload(const alert_news& news);
alert_news parse_payload(std::string_view json);

// At most so many bytes from the beginning, or from the end; never half a code point.
std::string cut_to(std::string_view text, std::size_t bytes_max);
std::string end_of(std::string_view text, std::size_t bytes_max);

}  // namespace nba
