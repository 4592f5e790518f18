// What the configuration says of alerts: [alerts], and [alerts.CHANNEL] for each channel.
//
// The defaults are the member initialisers. Threads: plain values. Secrets are in here as they stand in the file: print
// them through cli/alerts/alert_channels.hpp only.
#pragma once

#include <functional>
#include <map>
#include <string>

namespace nba::cli {

struct channel_settings {
  std::string type;  // "slack", "sentry", "ping", "webhook", "command"; empty: the channel's name
  // Each secret by itself, or as the file that it is in.
  std::string url, url_file;        // slack, ping, webhook
  std::string dsn, dsn_file;        // sentry
  std::string secret, secret_file;  // webhook
  std::string command;              // command: program and arguments, or a line for the shell
  bool shell = false;
  std::string kinds = "all";  // what it is told
  std::string job = "daily";  // ping, and sentry with `monitor`: whose ends it is told
  std::string monitor;        // sentry: slug of the cron monitor; empty: no check-ins
  std::string schedule;       // sentry: the monitor's crontab line; empty: as it is set there
  std::string timezone;       // sentry: of that schedule
  int checkin_margin_minutes = 0, max_runtime_minutes = 0;  // sentry, with `schedule`; 0: Sentry's own
  std::string environment;                                  // sentry
};

struct alert_settings {
  std::string kinds = "all";  // what is told at all
  int cool_down_minutes = 720;
  int expiry_minutes = 1'440;
  int deadline_seconds = 10;  // the longest that alerts hold up the end of a command
  int daily_missing_hours = 26;
  bool games_failed = true;  // whether exit codes 1 to 99 are failures of the run
  std::string state_file;    // for what cannot be written to the database
  std::map<std::string, channel_settings, std::less<>> channels;
};

}  // namespace nba::cli
