#include "cli/setting_table.hpp"

#include "cli/text.hpp"
#include "storage/database_url.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>

namespace nba::cli {
namespace {

template <class T>
struct is_host_member : std::false_type {};
template <class T>
struct is_host_member<std::optional<T> host_settings::*> : std::true_type {
  using value_type = T;
};

template <class T>
struct is_channel_member : std::false_type {};
template <class T>
struct is_channel_member<T channel_settings::*> : std::true_type {
  using value_type = T;
};

// +[] turns a lambda into the function pointer that setting_place holds.
#define NBA_SETTING(member) (+[](settings & s) -> auto& { return s.member; })

std::vector<setting_descriptor> make_table() {
  static const std::string forms = database_url_forms();
  constexpr double gib = 1024.0 * 1024 * 1024;
  constexpr double mib = 1024.0 * 1024;
  // key, flag, environment, value name, help, default in words, place, minimum, maximum, choices, in file
  return {
      {"config",
       "--config",
       "NBA_SCRAPER_CONFIG",
       "FILE",
       "TOML file with settings",
       "$XDG_CONFIG_HOME/nba-scraper/config.toml, if there is one",
       NBA_SETTING(config_file),
       0,
       0,
       {},
       false},
      {"database", "--database", "DATABASE_URL", "URL", forms,
       "SQLite file $XDG_DATA_HOME/nba-scraper/nba.db (sim: sim.db)", NBA_SETTING(database)},
      {"database_password_file", "", "NBA_SCRAPER_PASSWORD_FILE", "FILE",
       "file with the password of a database server, and nothing else; its mode is 0600 or 0400",
       "$CREDENTIALS_DIRECTORY/database-password, if there is one", NBA_SETTING(database_password_file)},
      {"source",
       "--source",
       "",
       "NAME",
       "cdn (the NBA) or sim (a synthetic league)",
       "",
       NBA_SETTING(source),
       0,
       0,
       {"cdn", "sim"}},
      {"cdn_url", "", "NBA_CDN_URL", "URL", "base URL of box scores and play-by-play", "", NBA_SETTING(cdn_url)},
      {"stats_url", "", "NBA_STATS_URL", "URL", "base URL of the season schedule", "", NBA_SETTING(stats_url)},
      {"sim_url", "", "NBA_SIM_URL", "URL", "with --source sim: the server of nba-scraper simulate to ask",
       "a league of its own, within the command", NBA_SETTING(sim_url)},
      {"log_level",
       "--log-level",
       "NBA_SCRAPER_LOG_LEVEL",
       "LEVEL",
       "debug, info (the default), warn or error",
       "",
       NBA_SETTING(log_level),
       0,
       0,
       {"debug", "info", "warn", "error"}},
      {"log_format",
       "--log-format",
       "",
       "FORMAT",
       "text, or json (one object a line)",
       "",
       NBA_SETTING(log_format),
       0,
       0,
       {"text", "json"}},
      {"log_file", "--log-file", "", "FILE", "append the log to this file too", "none", NBA_SETTING(log_file)},
      {"metrics_file",
       "--metrics-file",
       "",
       "FILE",
       "write metrics for node_exporter's textfile collector, *.prom; {task}: daily, backfill, ...",
       "none",
       NBA_SETTING(metrics_file),
       0,
       0,
       {},
       true,
       ".prom"},
      {"quiet", "--quiet", "", "", "no progress, no log lines below warnings", "", NBA_SETTING(quiet)},
      {"no_progress", "--no-progress", "", "", "no progress line; on a terminal log lines instead", "",
       NBA_SETTING(no_progress)},
      {"metrics_interval_seconds", "--metrics-interval", "", "SECONDS",
       "between actor.metrics events; 0: only at the end", "", NBA_SETTING(engine.metrics_interval), 0, 3600},
      {"drain_deadline_seconds", "", "", "", "how long a stopped run may finish what is in load and derive", "",
       NBA_SETTING(engine.drain_deadline), 1, 3600},

      {"http",
       "--http",
       "",
       "ADDR:PORT",
       "a run serves its page, metrics and health there while it goes on",
       "none",
       NBA_SETTING(http),
       0,
       0,
       {},
       false},
      {"http.listen", "", "", "ADDR:PORT", "where `serve` listens", "", NBA_SETTING(http_listen)},
      {"http.hosts", "", "", "NAMES", "further Host names that are answered, with commas between them", "none",
       NBA_SETTING(http_hosts)},
      {"http.token_file", "", "", "FILE", "file with the token that readers need; off loopback there must be one",
       "none", NBA_SETTING(http_token_file)},

      {"hosts.*.requests_per_minute", "", "", "", "pace of requests to the host; 0: no limit",
       "240; stats.nba.com 20; loopback 0", &host_settings::requests_per_minute, 0, 100'000},
      {"hosts.*.connections", "", "", "", "connections to the host, and requests in flight",
       "8; stats.nba.com 1; loopback 16", &host_settings::connections, 1, 256},
      {"hosts.*.burst", "", "", "", "requests that may leave at once after a pause", "8; stats.nba.com 1; loopback 16",
       &host_settings::burst, 1, 1000},

      {"engine.fetch_games_max", "", "", "", "games being fetched; 0: 16, or enough for the connections of a host",
       "16, or enough for the connections of a host", NBA_SETTING(engine.fetch_games_max), 0, 512},
      {"engine.http_requests_max", "", "", "",
       "requests sent and not answered, of all hosts; one host gets one less at most; 0: 64, or enough for fetch",
       "64, or enough for fetch", NBA_SETTING(engine.http_requests_max), 0, 4096},
      {"engine.transform_workers", "", "", "", "parsers; 0: one for two cores, up to 16", "one for two cores",
       NBA_SETTING(engine.transform_workers), 0, 256},
      {"engine.transform_games_max", "", "", "", "games being parsed or waiting for it", "",
       NBA_SETTING(engine.transform_games_max), 1, 512},
      {"engine.transform_bytes_max", "", "", "", "bytes of payloads in transform", "",
       NBA_SETTING(engine.transform_bytes_max), mib, 16 * gib},
      {"engine.load_connections", "", "", "", "database writers; 0: SQLite 1, PostgreSQL one per core, 2 to 8",
       "SQLite 1, PostgreSQL one per core", NBA_SETTING(engine.load_connections), 0, 64},
      {"engine.load_games_max", "", "", "", "games being written or waiting for it", "",
       NBA_SETTING(engine.load_games_max), 1, 1024},
      {"engine.load_bytes_max", "", "", "", "bytes of rows in load", "", NBA_SETTING(engine.load_bytes_max), mib,
       16 * gib},
      {"engine.load_batch_games_max", "", "", "", "games in one transaction", "",
       NBA_SETTING(engine.load_batch_games_max), 1, 256},
      {"engine.derive_games_max", "", "", "", "games being derived or waiting for it", "",
       NBA_SETTING(engine.derive_games_max), 1, 1024},

      {"chunks.games_target", "", "", "", "with `--chunk-days auto`: games in a chunk, as near as whole days allow", "",
       NBA_SETTING(engine.chunks.games_target), 1, 10'000},
      {"chunks.days_max", "", "", "", "with `--chunk-days auto`: days in a chunk at most", "",
       NBA_SETTING(engine.chunks.days_max), 1, 366},

      {"retry.tries_max", "", "", "", "tries of a request before its game is parked", "",
       NBA_SETTING(engine.retry.tries_max), 1, 20},
      {"retry.backoff_first_ms", "", "", "", "wait before the second try; doubles from there", "",
       NBA_SETTING(engine.retry.backoff_first), 1, 600'000},
      {"retry.backoff_max_ms", "", "", "", "longest wait between two tries", "", NBA_SETTING(engine.retry.backoff_max),
       1, 3'600'000},
      {"retry.unavailable_confirmations", "", "", "", "days with a refusal before a final game counts as unavailable",
       "", NBA_SETTING(engine.dispositions.unavailable_confirmations), 1, 100},
      {"retry.unavailable_spacing_minutes", "", "", "", "least time between two of these refusals", "",
       NBA_SETTING(engine.dispositions.unavailable_spacing), 0, 10'080},
      {"retry.patience_days", "", "", "", "days after its date from which a final game with stale documents is parked",
       "", NBA_SETTING(engine.dispositions.patience_days), 0, 366},
      {"retry.alike_max", "", "", "",
       "games in a row with documents refused alike, from which a run stops asking and blames none; 0: never", "",
       NBA_SETTING(engine.common.alike_max), 0, 1'000},

      {"store.synchronous_commit", "", "", "",
       "false: a power cut may lose the last transactions whole (redone by the next run)", "",
       NBA_SETTING(synchronous_commit)},
      {"store.lock_patience_seconds", "", "", "",
       "how long a lock's holder that cannot be seen is watched for a heartbeat; 0: it counts as alive", "",
       NBA_SETTING(lock_patience_seconds), 0, 3600},

      {"alerts.kinds", "", "", "KINDS", "what is told at all: all, or kinds separated by commas", "",
       NBA_SETTING(alerts.kinds)},
      {"alerts.cool_down_minutes", "", "", "",
       "the same trouble is told again after so long at the earliest, with a count", "",
       NBA_SETTING(alerts.cool_down_minutes), 1, 10'080},
      {"alerts.expiry_minutes", "", "", "", "what could not be delivered for so long is not worth it any more", "",
       NBA_SETTING(alerts.expiry_minutes), 1, 10'080},
      {"alerts.deadline_seconds", "", "", "", "the longest that alerts hold up the end of a command", "",
       NBA_SETTING(alerts.deadline_seconds), 1, 60},
      {"alerts.daily_missing_hours", "", "", "", "without a daily run for so long one is missing; 0: never", "",
       NBA_SETTING(alerts.daily_missing_hours), 0, 8'784},
      {"alerts.games_failed", "", "", "", "whether exit codes 1 to 99 (some games failed) are failures of the run", "",
       NBA_SETTING(alerts.games_failed)},
      {"alerts.state_file", "", "", "FILE", "remembers what was told while the database could not be reached",
       "$STATE_DIRECTORY or $XDG_STATE_HOME/nba-scraper/alerts.json", NBA_SETTING(alerts.state_file)},
      {"alerts.*.type",
       "",
       "",
       "TYPE",
       "slack, sentry, ping (in the manner of healthchecks.io), webhook or command",
       "the channel's name",
       &channel_settings::type,
       0,
       0,
       {"slack", "sentry", "ping", "webhook", "command"}},
      {"alerts.*.kinds", "", "", "KINDS", "what this channel is told", "", &channel_settings::kinds},
      {"alerts.*.url", "", "", "URL", "slack, ping, webhook: where to; a secret", "", &channel_settings::url},
      {"alerts.*.url_file", "", "", "FILE", "a file with it", "", &channel_settings::url_file},
      {"alerts.*.dsn", "", "", "DSN", "sentry: where to; a secret", "", &channel_settings::dsn},
      {"alerts.*.dsn_file", "", "", "FILE", "a file with it", "", &channel_settings::dsn_file},
      {"alerts.*.secret", "", "", "SECRET", "webhook: what signatures are made with (whsec_...)", "",
       &channel_settings::secret},
      {"alerts.*.secret_file", "", "", "FILE", "a file with it", "", &channel_settings::secret_file},
      {"alerts.*.command", "", "", "COMMAND", "command: program and arguments, separated by spaces", "",
       &channel_settings::command},
      {"alerts.*.shell", "", "", "", "command: it is a line for /bin/sh", "", &channel_settings::shell},
      {"alerts.*.job", "", "", "JOB", "ping, and sentry with a monitor: the job whose runs it watches", "",
       &channel_settings::job},
      {"alerts.*.monitor", "", "", "SLUG", "sentry: the cron monitor that is told of each run", "none",
       &channel_settings::monitor},
      {"alerts.*.schedule", "", "", "CRONTAB", "sentry: the monitor's schedule, as five fields of a crontab",
       "as it is set there", &channel_settings::schedule},
      {"alerts.*.timezone", "", "", "ZONE", "sentry: of that schedule", "as it is set there",
       &channel_settings::timezone},
      {"alerts.*.checkin_margin_minutes", "", "", "",
       "sentry, with schedule: how late a run may start; 0: Sentry's own", "",
       &channel_settings::checkin_margin_minutes, 0, 10'080},
      {"alerts.*.max_runtime_minutes", "", "", "", "sentry, with schedule: how long a run may take; 0: Sentry's own",
       "", &channel_settings::max_runtime_minutes, 0, 10'080},
      {"alerts.*.environment", "", "", "NAME", "sentry: the environment of its events", "none",
       &channel_settings::environment},
      {"health.daily_behind_hours_max", "", "", "",
       "hours after the end of a day from which its missing games are trouble", "",
       NBA_SETTING(health.daily_behind_hours_max), 1, 8'760},
      {"health.lane_held_days_max", "", "", "", "days for which a game may hold a watermark", "",
       NBA_SETTING(health.lane_held_days_max), 0, 3'660},
      {"health.host_blocked_hours_max", "", "", "", "hours for which a host may serve nothing", "",
       NBA_SETTING(health.host_blocked_hours_max), 0, 8'760},
      {"health.disk_free_min_pct", "", "", "", "free share of the disk of an SQLite file below which it is trouble", "",
       NBA_SETTING(health.disk_free_min_pct), 0, 100},
      {"health.disk_free_min_bytes", "", "", "", "free bytes there below which it is trouble", "",
       NBA_SETTING(health.disk_free_min_bytes), 0, 1024 * gib},
  };
}
#undef NBA_SETTING

std::string plain_number(double value) { return fmt::format("{}", static_cast<long long>(value)); }

std::string quoted_choices(const std::vector<std::string>& choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
    text += choices[i];
  }
  return text;
}

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> parse_boolean(std::string_view text) {
  if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "no" || text == "off") return false;
  return std::nullopt;
}

double as_double(const setting_value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  return std::get<double>(value);
}

// The unit of a duration in the file is the end of its name.
std::chrono::milliseconds unit_of(std::string_view key) {
  if (key.ends_with("_minutes")) return std::chrono::minutes{1};
  if (key.ends_with("_seconds")) return std::chrono::seconds{1};
  return std::chrono::milliseconds{1};
}

}  // namespace

setting_kind setting_descriptor::kind() const {
  return std::visit(
      [](auto where) {
        using place_type = decltype(where);
        if constexpr (is_host_member<place_type>::value) {
          return std::is_same_v<typename is_host_member<place_type>::value_type, double> ? setting_kind::number
                                                                                         : setting_kind::integer;
        } else if constexpr (is_channel_member<place_type>::value) {
          using member = typename is_channel_member<place_type>::value_type;
          if constexpr (std::is_same_v<member, std::string>) return setting_kind::text;
          if constexpr (std::is_same_v<member, bool>) return setting_kind::boolean;
          return setting_kind::integer;
        } else {
          using member = std::remove_reference_t<std::invoke_result_t<place_type, settings&>>;
          if constexpr (std::is_same_v<member, std::string>) return setting_kind::text;
          if constexpr (std::is_same_v<member, bool>) return setting_kind::boolean;
          return setting_kind::integer;
        }
      },
      place);
}

bool setting_descriptor::is_secret() const {
  return key == "alerts.*.url" || key == "alerts.*.dsn" || key == "alerts.*.secret" || key == "alerts.*.command";
}

std::span<const setting_descriptor> setting_table() {
  static const auto table = make_table();
  return table;
}

const setting_descriptor* find_setting(std::string_view key) {
  for (const auto& setting : setting_table())
    if (setting.key == key) return &setting;
  return nullptr;
}

std::optional<std::string> check_value(const setting_descriptor& setting, const setting_value& value) {
  switch (setting.kind()) {
    case setting_kind::text: {
      const auto& text = std::get<std::string>(value);
      if (!text.empty() && !text.ends_with(setting.ending))
        return fmt::format("must end in {}, not '{}'", setting.ending, text);
      if (setting.choices.empty()) return std::nullopt;
      for (const auto& choice : setting.choices)
        if (choice == text) return std::nullopt;
      return fmt::format("must be {}, not '{}'", quoted_choices(setting.choices), text);
    }
    case setting_kind::integer:
    case setting_kind::number: {
      const auto number = as_double(value);
      if (std::isfinite(number) && number >= setting.minimum && number <= setting.maximum) return std::nullopt;
      return fmt::format("must be between {} and {}, not {}", plain_number(setting.minimum),
                         plain_number(setting.maximum), format_value(value));
    }
    case setting_kind::boolean:
      return std::nullopt;
  }
  return std::nullopt;
}

std::variant<setting_value, std::string> parse_value(const setting_descriptor& setting, std::string_view text) {
  std::optional<setting_value> value;
  std::string expected;
  switch (setting.kind()) {
    case setting_kind::text:
      value = std::string{text};
      break;
    case setting_kind::integer:
      if (const auto number = parse_number<std::int64_t>(text)) value = *number;
      expected = "a whole number";
      break;
    case setting_kind::number:
      if (const auto number = parse_number<double>(text)) value = *number;
      expected = "a number";
      break;
    case setting_kind::boolean:
      if (const auto truth = parse_boolean(text)) value = *truth;
      expected = "true or false";
      break;
  }
  if (!value) return fmt::format("must be {}, not '{}'", expected, text);
  if (auto problem = check_value(setting, *value)) return std::move(*problem);
  return std::move(*value);
}

void assign(settings& target, const setting_descriptor& setting, const std::string& host, const setting_value& value) {
  std::visit(
      [&](auto where) {
        using place_type = decltype(where);
        if constexpr (is_host_member<place_type>::value) {
          using number = typename is_host_member<place_type>::value_type;
          target.hosts[host].*where = static_cast<number>(as_double(value));
        } else if constexpr (is_channel_member<place_type>::value) {
          auto& member = target.alerts.channels[host].*where;
          if constexpr (std::is_same_v<typename is_channel_member<place_type>::value_type, int>)
            member = static_cast<int>(std::get<std::int64_t>(value));
          else
            member = std::get<typename is_channel_member<place_type>::value_type>(value);
        } else {
          auto& member = where(target);
          using member_type = std::remove_reference_t<decltype(member)>;
          if constexpr (std::is_same_v<member_type, std::string> || std::is_same_v<member_type, bool>)
            member = std::get<member_type>(value);
          else if constexpr (std::is_same_v<member_type, std::chrono::milliseconds>)
            member = std::get<std::int64_t>(value) * unit_of(setting.key);
          else
            member = static_cast<member_type>(std::get<std::int64_t>(value));
        }
      },
      setting.place);
}

std::optional<setting_value> value_of(const settings& source, const setting_descriptor& setting,
                                      const std::string& host) {
  return std::visit(
      [&](auto where) -> std::optional<setting_value> {
        using place_type = decltype(where);
        if constexpr (is_host_member<place_type>::value) {
          const auto found = source.hosts.find(host);
          if (found == source.hosts.end() || !(found->second.*where)) return std::nullopt;
          using number = typename is_host_member<place_type>::value_type;
          if constexpr (std::is_same_v<number, double>)
            return *(found->second.*where);
          else
            return std::int64_t{*(found->second.*where)};
        } else if constexpr (is_channel_member<place_type>::value) {
          static const channel_settings defaults;
          const auto found = source.alerts.channels.find(host);
          const auto& member = (found == source.alerts.channels.end() ? defaults : found->second).*where;
          if constexpr (std::is_same_v<typename is_channel_member<place_type>::value_type, int>)
            return setting_value{std::int64_t{member}};
          else
            return setting_value{member};
        } else {
          // The places are written for assignment; reading through them changes nothing.
          const auto& member = where(const_cast<settings&>(source));
          using member_type = std::remove_cvref_t<decltype(member)>;
          if constexpr (std::is_same_v<member_type, std::string> || std::is_same_v<member_type, bool>)
            return setting_value{member};
          else if constexpr (std::is_same_v<member_type, std::chrono::milliseconds>)
            return setting_value{std::int64_t{member / unit_of(setting.key)}};
          else
            return setting_value{std::int64_t{member}};
        }
      },
      setting.place);
}

std::string format_value(const setting_value& value) {
  return std::visit([](const auto& held) { return fmt::format("{}", held); }, value);
}

std::string describe_range(const setting_descriptor& setting) {
  switch (setting.kind()) {
    case setting_kind::text:
      return setting.choices.empty() ? std::string{setting.value_name} : quoted_choices(setting.choices);
    case setting_kind::boolean:
      return "true or false";
    default:
      return fmt::format("{} to {}", plain_number(setting.minimum), plain_number(setting.maximum));
  }
}

std::string describe_default(const setting_descriptor& setting) {
  if (!setting.default_text.empty()) return std::string{setting.default_text};
  const auto value = value_of(settings{}, setting, {});
  return value ? format_value(*value) : std::string{};
}

std::string documentation_row(const setting_descriptor& setting) {
  const auto code = [](std::string_view text) { return text.empty() ? std::string{} : fmt::format("`{}`", text); };
  auto key = std::string{setting.key};
  if (setting.of_host()) key = "hosts.\"HOST\"." + key.substr(key.rfind('.') + 1);
  if (setting.of_channel()) key = "alerts.CHANNEL." + key.substr(key.rfind('.') + 1);
  return fmt::format("| {} | {} | {} | {} | {} | {} |", setting.in_file ? code(key) : "(not in the file)",
                     code(setting.flag), code(setting.environment), describe_range(setting), describe_default(setting),
                     setting.help);
}

}  // namespace nba::cli
