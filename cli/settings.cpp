#include "cli/settings.hpp"

#include "cli/config_file.hpp"
#include "cli/http/web_address.hpp"
#include "cli/secret_file.hpp"
#include "cli/secrets.hpp"
#include "cli/setting_table.hpp"
#include "cli/text.hpp"
#include "pipeline/alerts/alert.hpp"
#include "pipeline/json_string.hpp"
#include "pipeline/source/base_url.hpp"
#include "storage/database_url.hpp"
#include "storage/identity.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <tuple>

namespace nba::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* password_credential = "database-password";

std::optional<std::string> lookup(const settings_input& input, std::string_view name) {
  if (name.empty() || !input.environment) return std::nullopt;
  auto value = input.environment(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

// $VARIABLE, else $HOME/fallback (the XDG base directory specification); nullopt without either.
std::optional<fs::path> xdg_folder(const settings_input& input, std::string_view variable, const char* fallback) {
  if (const auto set = lookup(input, variable); set && fs::path(*set).is_absolute()) return fs::path(*set);
  if (const auto home = lookup(input, "HOME")) return fs::path(*home) / fallback;
  return std::nullopt;
}

// The value of one setting from flag or environment, with its origin; nullopt when neither speaks.
struct spoken {
  std::string text;
  setting_origin origin;
};
std::optional<spoken> flag_or_environment(const settings_input& input, const setting_descriptor& setting) {
  if (const auto flag = input.flags.find(setting.key); flag != input.flags.end())
    return spoken{flag->second, {origin_kind::flag, std::string{setting.flag}}};
  if (auto value = lookup(input, setting.environment))
    return spoken{std::move(*value), {origin_kind::environment, std::string{setting.environment}}};
  return std::nullopt;
}

std::optional<failure> take_file(settings& values, const std::string& path) {
  auto entries = read_config_file(path);
  if (!entries) return std::move(entries).error();
  values.config_file = path;
  for (const auto& [setting, host, value] : *entries) {
    assign(values, *setting, host, value);
    auto key = std::string{setting->key};
    if (setting->of_many()) key.replace(key.find('*'), 1, host);
    values.origins[key] = {origin_kind::file, path};
  }
  return std::nullopt;
}

std::optional<failure> find_file(settings& values, const settings_input& input) {
  if (const auto named = flag_or_environment(input, *find_setting("config"))) {
    values.origins["config"] = named->origin;
    auto problem = take_file(values, named->text);
    if (problem) problem->message += fmt::format(" (named by {})", to_string(named->origin));
    return problem;
  }
  const auto folder = xdg_folder(input, "XDG_CONFIG_HOME", ".config");
  if (!folder) return std::nullopt;
  const auto path = *folder / "nba-scraper" / "config.toml";
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return std::nullopt;
  return take_file(values, path.string());
}

std::optional<failure> default_database(settings& values, const settings_input& input) {
  if (!values.database.empty()) return std::nullopt;
  const auto folder = xdg_folder(input, "XDG_DATA_HOME", ".local/share");
  if (!folder)
    return failure{failure_class::configuration,
                   "no database is set and neither XDG_DATA_HOME nor HOME says where to keep one; use --database URL",
                   "database"};
  // Synthetic games have the ids of real ones: they have a file of their own.
  const auto* file = kind_of_source(values.source) == data_kind::synthetic ? "sim.db" : "nba.db";
  values.database = "sqlite:///" + (*folder / "nba-scraper" / file).string();
  return std::nullopt;
}

// The password of a server comes from a file; a database that is a file has none. A URL that cannot be read is said by
// whoever uses it.
std::optional<failure> take_password(settings& values, const settings_input& input) {
  const auto url = parse_database_url(values.database);
  if (!url || url->kind().is_file) return std::nullopt;
  const auto credentials = lookup(input, "CREDENTIALS_DIRECTORY");
  auto path = values.database_password_file;
  if (path.empty() && credentials) {
    path = (fs::path(*credentials) / password_credential).string();
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return std::nullopt;
  }
  if (path.empty()) return std::nullopt;
  const auto password = read_secret_file(path, "database_password_file", credentials.value_or(""));
  if (!password) {
    auto why = password.error();
    why.where = to_string(origin_of(values, "database_password_file"));
    return why;
  }
  values.database = with_password(values.database, *password);
  return std::nullopt;
}

// A budget for a host with its scheme's own port is nobody's: hosts are named without it.
std::optional<failure> check_hosts(const settings& values) {
  const std::set<std::string> asked{host_of(values.cdn_url), host_of(values.stats_url), host_of(values.sim_url)};
  for (const auto& [host, ignored] : values.hosts) {
    const auto plain = host.substr(0, host.rfind(':'));
    if ((host != plain + ":443" && host != plain + ":80") || asked.contains(host)) continue;
    return failure{failure_class::configuration,
                   fmt::format("[hosts.\"{}\"] has no effect: the port that a scheme has by itself is left out; write "
                               "[hosts.\"{}\"]",
                               host, plain),
                   values.config_file};
  }
  return std::nullopt;
}

std::optional<failure> check_alerts(const settings& values) {
  const auto check = [&](const std::string& key, const std::string& list) -> std::optional<failure> {
    std::string wrong;
    if (parse_alert_kinds(list, wrong)) return std::nullopt;
    std::vector<std::string> known;
    for (const auto& kind : alert_kind_table)
      if (kind.chosen) known.emplace_back(kind.name);
    return failure{failure_class::configuration,
                   fmt::format("{}: there is no kind of alert '{}'; there are all, {}", key, wrong, join_words(known)),
                   to_string(origin_of(values, key))};
  };
  if (auto problem = check("alerts.kinds", values.alerts.kinds)) return problem;
  for (const auto& [name, channel] : values.alerts.channels)
    if (auto problem = check("alerts." + name + ".kinds", channel.kinds)) return problem;
  return std::nullopt;
}

std::optional<failure> check_listening(const settings& values) {
  for (const auto& [key, name, text] :
       {std::tuple{"http", "--http", &values.http}, std::tuple{"http.listen", "http.listen", &values.http_listen}}) {
    if (text->empty() && key == std::string_view{"http"}) continue;
    auto address = parse_web_address(*text, name);
    if (address) continue;
    address.error().where = to_string(origin_of(values, key));
    return std::move(address).error();
  }
  return std::nullopt;
}

std::optional<failure> check_together(const settings& values) {
  const auto& retry = values.engine.retry;
  if (retry.backoff_max < retry.backoff_first)
    return failure{failure_class::configuration,
                   fmt::format("retry.backoff_max_ms is {}, below retry.backoff_first_ms = {}; raise it or lower that",
                               retry.backoff_max.count(), retry.backoff_first.count()),
                   to_string(origin_of(values, "retry.backoff_max_ms"))};
  for (const auto& [key, url] : {std::pair{"cdn_url", &values.cdn_url}, std::pair{"stats_url", &values.stats_url},
                                 std::pair{"sim_url", &values.sim_url}}) {
    if (url == &values.sim_url && url->empty()) continue;
    if (const auto problem = base_url_problem(*url))
      return failure{failure_class::configuration, fmt::format("{} {}", key, *problem),
                     to_string(origin_of(values, key))};
  }
  if (auto problem = check_alerts(values)) return problem;
  if (auto problem = check_listening(values)) return problem;
  return check_hosts(values);
}

void drop_trailing_slashes(std::string& url) {
  while (url.size() > 1 && url.back() == '/') url.pop_back();
}

std::string toml_literal(const setting_descriptor& setting, const setting_value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return format_value(value);
  std::string quoted;  // TOML's strings have JSON's escapes
  append_json_string(quoted, setting.key == "database" ? shown_database(*text) : redact_secrets(*text));
  return quoted;
}

void list_host(const settings& values, const std::string& host, std::vector<effective_setting>& list) {
  const auto budget = budget_of(values, host);
  for (const auto& setting : setting_table()) {
    if (!setting.of_host()) continue;
    const auto name = std::string{setting.key.substr(setting.key.rfind('.') + 1)};
    auto value = fmt::format("{}", budget.requests_per_minute);
    if (name == "connections") value = std::to_string(budget.in_flight_max);
    if (name == "burst") value = std::to_string(budget.burst);
    const bool is_unlimited = name == "requests_per_minute" && budget.requests_per_minute == 0;
    list.push_back({fmt::format("hosts.\"{}\"", host), name, std::move(value), is_unlimited ? "no limit" : "",
                    origin_of(values, fmt::format("hosts.{}.{}", host, name))});
  }
}

// What the file says of a channel, and nothing else: most of what can be said belongs to one type of them.
void list_channel(const settings& values, const std::string& channel, std::vector<effective_setting>& list) {
  for (const auto& setting : setting_table()) {
    if (!setting.of_channel()) continue;
    const auto name = std::string{setting.key.substr(setting.key.rfind('.') + 1)};
    const auto from = origin_of(values, fmt::format("alerts.{}.{}", channel, name));
    if (from.kind == origin_kind::fallback) continue;
    const auto value = *value_of(values, setting, channel);
    list.push_back(
        {"alerts." + channel, name, setting.is_secret() ? "\"***\"" : toml_literal(setting, value), "", from});
  }
}

}  // namespace

std::string to_string(const setting_origin& value) {
  switch (value.kind) {
    case origin_kind::fallback:
      return "default";
    case origin_kind::file:
      return "file " + value.detail;
    case origin_kind::environment:
      return "environment " + value.detail;
    case origin_kind::flag:
      return "flag " + value.detail;
  }
  return "default";
}

std::optional<std::string> process_environment(std::string_view name) {
  const char* value = std::getenv(std::string{name}.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string{value};
}

result<settings> load_settings(const settings_input& input) {
  settings values;
  if (auto problem = find_file(values, input)) return std::move(*problem);
  for (const auto& setting : setting_table()) {
    if (setting.of_many() || setting.key == "config") continue;
    const auto given = flag_or_environment(input, setting);
    if (!given) continue;
    auto parsed = parse_value(setting, given->text);
    if (const auto* problem = std::get_if<std::string>(&parsed))
      return failure{failure_class::configuration, fmt::format("{} {}", setting.key, redact_secrets(*problem)),
                     to_string(given->origin)};
    assign(values, setting, {}, std::get<setting_value>(parsed));
    values.origins[std::string{setting.key}] = given->origin;
  }
  if (auto problem = default_database(values, input)) return std::move(*problem);
  if (auto problem = take_password(values, input)) return std::move(*problem);
  drop_trailing_slashes(values.cdn_url);
  drop_trailing_slashes(values.stats_url);
  drop_trailing_slashes(values.sim_url);
  if (auto problem = check_together(values)) return std::move(*problem);
  return values;
}

setting_origin origin_of(const settings& values, std::string_view key) {
  const auto found = values.origins.find(key);
  return found == values.origins.end() ? setting_origin{} : found->second;
}

budget_settings budget_of(const settings& values, std::string_view host) {
  auto budget = default_budget(host);
  const auto found = values.hosts.find(host);
  if (found == values.hosts.end()) return budget;
  const auto& [requests_per_minute, connections, burst] = found->second;
  if (requests_per_minute) budget.requests_per_minute = *requests_per_minute;
  if (connections) budget.in_flight_max = *connections;
  if (burst) budget.burst = *burst;
  return budget;
}

event_level parse_level(std::string_view name) {
  if (name == "debug") return event_level::debug;
  if (name == "warn") return event_level::warn;
  if (name == "error") return event_level::error;
  return event_level::info;
}

std::vector<effective_setting> list_settings(const settings& values) {
  std::vector<effective_setting> list;
  for (const auto& setting : setting_table()) {
    if (setting.of_many() || !setting.in_file) continue;
    const auto value = *value_of(values, setting, {});
    const bool is_automatic = !setting.default_text.empty() &&
                              (value == setting_value{std::int64_t{0}} || value == setting_value{std::string{}});
    const auto dot = setting.key.rfind('.');
    const bool in_table = dot != std::string_view::npos;
    list.push_back({std::string{in_table ? setting.key.substr(0, dot) : std::string_view{}},
                    std::string{in_table ? setting.key.substr(dot + 1) : setting.key}, toml_literal(setting, value),
                    std::string{is_automatic ? setting.default_text : std::string_view{}},
                    origin_of(values, setting.key)});
  }
  std::set<std::string, std::less<>> hosts{host_of(values.cdn_url), host_of(values.stats_url)};
  for (const auto& [host, ignored] : values.hosts) hosts.insert(host);
  for (const auto& host : hosts) list_host(values, host, list);
  for (const auto& [channel, ignored] : values.alerts.channels) list_channel(values, channel, list);
  return list;
}

}  // namespace nba::cli
