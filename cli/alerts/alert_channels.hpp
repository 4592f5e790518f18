// The channels that the settings name, ready to be used.
//
// Secrets are read here, from the file that a setting names or from the setting itself, and are known to one redactor
// from here on. A channel that cannot be used stops nothing: it is listed with its reason, which `doctor`, `alerts
// test` and the log tell. Threads: plain values.
#pragma once

#include "cli/settings.hpp"
#include "pipeline/alerts/outbox.hpp"
#include "pipeline/alerts/redactor.hpp"
#include "pipeline/alerts/sentry.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

enum class channel_type { slack, sentry, ping, webhook, command };
std::string_view to_string(channel_type value);

struct alert_channel {
  std::string name;
  channel_type type = channel_type::slack;
  std::string url, secret, command;
  bool shell = false;
  sentry_place sentry;
  std::string check_in_job;  // whose runs it is told of; empty: none

  // "slack https://hooks.slack.com/***"
  std::string description() const;
};

struct unusable_channel {
  std::string name, why;
};

struct alert_setup {
  std::vector<alert_channel> channels;
  std::vector<unusable_channel> unusable;
  outbox_rules rules;
  redactor hide;
  std::chrono::milliseconds deadline{10'000};
  bool games_failed = true;
  std::string invocation;  // systemd's, of this process
  bool outermost = true;   // no command around this one speaks for it
  std::string state_file;  // empty: there is no place for one
  std::string database;    // a digest of its address without secrets

  bool empty() const noexcept { return channels.empty() && unusable.empty(); }
  const alert_channel* find(std::string_view name) const;
};

using environment_reader = std::function<std::optional<std::string>(std::string_view)>;
std::shared_ptr<const alert_setup> make_alert_setup(const settings& values, const environment_reader& environment);

// Set for what a channel of type command runs, and for nobody else: a run within a run pings no check.
inline constexpr const char* outer_run_variable = "NBA_SCRAPER_RUN";

}  // namespace nba::cli
