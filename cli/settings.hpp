// The effective settings of a process, and where each value came from.
//
// Precedence: flag > environment > config file > default. The table in setting_table.hpp describes every setting; the
// defaults are the member initialisers below (one place).
// Threads: plain values; loading happens once, before any thread exists.
// Errors: class configuration; the message names the setting, its origin, the value (secrets redacted) and the fix.
#pragma once

#include "actors/engine_settings.hpp"
#include "cli/alerts/alert_settings.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/health/health.hpp"
#include "pipeline/result.hpp"
#include "pipeline/source/endpoints.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

enum class origin_kind { fallback, file, environment, flag };
struct setting_origin {
  origin_kind kind = origin_kind::fallback;
  std::string detail;  // "--database", "DATABASE_URL", "/etc/nba-scraper.toml:engine.fetch_games_max"
  bool operator==(const setting_origin&) const = default;
};
// "default", "flag --database", "environment DATABASE_URL", "file /etc/nba-scraper.toml".
std::string to_string(const setting_origin& value);

// What the file says about one host; what it leaves out comes from default_budget.
struct host_settings {
  std::optional<double> requests_per_minute;
  std::optional<int> connections;
  std::optional<int> burst;
};

struct settings {
  std::string config_file;  // the file that was read; empty without one
  std::string database;     // URL, with its password: print `redact_secrets(database)` only
  // Read when the settings are loaded: the password is in `database` then. Empty: none is named.
  std::string database_password_file;
  std::string source = "cdn";
  std::string cdn_url = source_urls{}.cdn;
  std::string stats_url = source_urls{}.stats;
  std::string sim_url;  // a server of `simulate`; empty: a league in this process
  std::string log_level = "info";
  std::string log_format = "text";
  std::string log_file;      // empty: none
  std::string metrics_file;  // empty: none; {task} in it is the command's job
  bool quiet = false;
  bool no_progress = false;
  bool synchronous_commit = true;
  int lock_patience_seconds = 90;
  health_settings health;
  std::string http;                            // where a run serves its page; empty: nowhere
  std::string http_listen = "127.0.0.1:8099";  // where `serve` does
  std::string http_hosts;                      // further Host names that are answered, with commas between them
  std::string http_token_file;                 // empty: no token
  engine_settings engine;                      // without its budgets: those are of `hosts`
  std::map<std::string, host_settings, std::less<>> hosts;
  alert_settings alerts;

  // By key ("engine.fetch_games_max", "hosts.cdn.nba.com.burst", "alerts.slack.url"); a key that is absent has its
  // default.
  std::map<std::string, setting_origin, std::less<>> origins;
};

// What the three sources say. `environment` answers nullopt for a variable that is not set; an empty variable counts as
// not set.
struct settings_input {
  std::map<std::string, std::string, std::less<>> flags;  // key -> text as typed ("true" for a flag without value)
  std::function<std::optional<std::string>(std::string_view)> environment;
};
result<settings> load_settings(const settings_input& input);

// The variables of this process.
std::optional<std::string> process_environment(std::string_view name);

// ---- questions to the settings

setting_origin origin_of(const settings& values, std::string_view key);

// The budget of a host: default_budget with what the settings say about it.
budget_settings budget_of(const settings& values, std::string_view host);

// Log levels as the event log names them.
event_level parse_level(std::string_view name);

struct effective_setting {
  std::string table;  // of the TOML file: "", "engine", `hosts."cdn.nba.com"`
  std::string name;   // in that table
  std::string value;  // as TOML, secrets redacted: `16`, `"cdn"`
  std::string note;   // what the value means where it is not one value: "one for two cores"
  setting_origin origin;
  std::string key() const { return table.empty() ? name : table + "." + name; }
};
// Every setting of the file in table order, hosts last (the two NBA hosts in use and every configured one).
std::vector<effective_setting> list_settings(const settings& values);

}  // namespace nba::cli
