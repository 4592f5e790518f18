#include "cli/alerts/alert_channels.hpp"

#include "cli/secret_file.hpp"
#include "cli/secrets.hpp"
#include "cli/text.hpp"
#include "pipeline/sha256.hpp"
#include "pipeline/source/base_url.hpp"

#include <fmt/format.h>
#include <revision.hpp>

#include <algorithm>
#include <filesystem>

namespace nba::cli {
namespace {

constexpr std::string_view type_names[] = {"slack", "sentry", "ping", "webhook", "command"};

std::optional<channel_type> parse_type(std::string_view name) {
  for (std::size_t i = 0; i < std::size(type_names); ++i)
    if (type_names[i] == name) return static_cast<channel_type>(i);
  return std::nullopt;
}

std::string variable(const environment_reader& environment, std::string_view name) {
  return environment ? environment(name).value_or("") : "";
}

// The value itself, or what its file holds; empty when neither is set.
result<std::string> secret_of(const std::string& channel, std::string_view key, const std::string& value,
                              const std::string& file, const environment_reader& environment) {
  const auto setting = fmt::format("alerts.{}.{}", channel, key);
  if (!value.empty() && !file.empty())
    return failure{failure_class::configuration, fmt::format("{0} and {0}_file are both set; keep one", setting)};
  if (file.empty()) return value;
  const auto credentials = variable(environment, "CREDENTIALS_DIRECTORY");
  // A bare name is that of a credential of the unit.
  const bool is_bare = file.find('/') == std::string::npos && !credentials.empty();
  return read_secret_file(is_bare ? credentials + "/" + file : file, setting + "_file", credentials);
}

failure lacks(const std::string& channel, std::string_view what, std::string_view fix) {
  return {failure_class::configuration, fmt::format("[alerts.{}] has no {}; {}", channel, what, fix)};
}

// Of a webhook, a ping and Slack.
std::optional<failure> take_url(const std::string& name, const channel_settings& from, alert_channel& out,
                                const environment_reader& environment) {
  auto url = secret_of(name, "url", from.url, from.url_file, environment);
  if (!url) return std::move(url).error();
  if (url->empty()) return lacks(name, "address", "set url_file to a file with it, or url");
  if (!url->starts_with("https://") && !url->starts_with("http://"))
    return failure{failure_class::configuration,
                   fmt::format("the address of [alerts.{}] does not begin with https://", name)};
  if (out.type == channel_type::slack && url->find("/", 9) == std::string::npos)
    return failure{failure_class::configuration, fmt::format("the address of [alerts.{}] is no webhook", name)};
  out.url = std::move(*url);
  return std::nullopt;
}

std::optional<failure> take_sentry(const std::string& name, const channel_settings& from, alert_channel& out,
                                   const environment_reader& environment) {
  auto dsn = secret_of(name, "dsn", from.dsn, from.dsn_file, environment);
  if (!dsn) return std::move(dsn).error();
  if (dsn->empty()) return lacks(name, "DSN", "set dsn_file to a file with it, or dsn");
  auto parsed = parse_dsn(*dsn);
  if (!parsed)
    return failure{failure_class::configuration,
                   fmt::format("the DSN of [alerts.{}] is none; it looks like https://KEY@HOST/NUMBER", name)};
  out.url = std::move(*dsn);
  out.sentry.dsn = std::move(*parsed);
  out.sentry.release = fmt::format("nba-scraper@{}", version);
  out.sentry.environment = from.environment;
  out.sentry.monitor = from.monitor;
  out.sentry.schedule = from.schedule;
  out.sentry.timezone = from.timezone;
  out.sentry.checkin_margin_minutes = from.checkin_margin_minutes;
  out.sentry.max_runtime_minutes = from.max_runtime_minutes;
  return std::nullopt;
}

result<alert_channel> make_channel(const std::string& name, const channel_settings& from,
                                   const environment_reader& environment) {
  alert_channel out;
  out.name = name;
  out.shell = from.shell;
  const auto type = parse_type(from.type.empty() ? name : from.type);
  if (!type) return lacks(name, "type", "set type to slack, sentry, ping, webhook or command");
  out.type = *type;
  switch (*type) {
    case channel_type::sentry:
      if (auto problem = take_sentry(name, from, out, environment)) return std::move(*problem);
      if (!from.monitor.empty()) out.check_in_job = from.job;
      break;
    case channel_type::command:
      if (from.command.empty()) return lacks(name, "command", "set command to a program and its arguments");
      out.command = from.command;
      break;
    case channel_type::webhook: {
      auto secret = secret_of(name, "secret", from.secret, from.secret_file, environment);
      if (!secret) return std::move(secret).error();
      out.secret = std::move(*secret);
      [[fallthrough]];
    }
    case channel_type::slack:
    case channel_type::ping:
      if (auto problem = take_url(name, from, out, environment)) return std::move(*problem);
      if (*type == channel_type::ping) out.check_in_job = from.job;
      break;
  }
  return out;
}

outbox_channel rules_of(const alert_channel& channel, const channel_settings& from, const alert_settings& all) {
  outbox_channel out;
  out.name = channel.name;
  out.says_recovery = channel.type != channel_type::sentry;
  out.check_in_job = channel.check_in_job;
  if (channel.type == channel_type::ping) return out;  // it is told how runs end, nothing else
  std::string wrong;
  const auto here = parse_alert_kinds(from.kinds, wrong).value_or(std::set<alert_kind>{});
  const auto anywhere = parse_alert_kinds(all.kinds, wrong).value_or(std::set<alert_kind>{});
  std::set_intersection(here.begin(), here.end(), anywhere.begin(), anywhere.end(),
                        std::inserter(out.kinds, out.kinds.end()));
  return out;
}

// One a user: whose part of it is whose is written in it.
std::string state_file_of(const settings& values, const environment_reader& environment) {
  if (!values.alerts.state_file.empty()) return values.alerts.state_file;
  const std::string name = "alerts.json";
  auto folder = variable(environment, "STATE_DIRECTORY");
  folder = folder.substr(0, folder.find(':'));
  if (!folder.empty()) return folder + "/" + name;
  folder = variable(environment, "XDG_STATE_HOME");
  if (folder.starts_with('/')) return folder + "/nba-scraper/" + name;
  folder = variable(environment, "HOME");
  return folder.empty() ? std::string{} : folder + "/.local/state/nba-scraper/" + name;
}

}  // namespace

std::string_view to_string(channel_type value) { return type_names[static_cast<std::size_t>(value)]; }

std::string alert_channel::description() const {
  if (type == channel_type::command) return fmt::format("command {}", command.substr(0, command.find(' ')));
  return fmt::format("{} {}", to_string(type), shown_address(url));
}

const alert_channel* alert_setup::find(std::string_view name) const {
  const auto found = std::find_if(channels.begin(), channels.end(), [&](const auto& one) { return one.name == name; });
  return found == channels.end() ? nullptr : &*found;
}

std::shared_ptr<const alert_setup> make_alert_setup(const settings& values, const environment_reader& environment) {
  auto out = std::make_shared<alert_setup>();
  std::vector<std::string> secrets;
  for (const auto& [name, from] : values.alerts.channels) {
    for (const auto& word : {from.url, from.dsn, from.secret})
      if (!word.empty()) secrets.push_back(word);
    auto channel = make_channel(name, from, environment);
    if (!channel) {
      out->unusable.push_back({name, channel.error().message});
      continue;
    }
    for (const auto& word : {channel->url, channel->secret})
      if (!word.empty()) secrets.push_back(word);
    if (channel->type == channel_type::sentry) secrets.push_back(channel->sentry.dsn.key);
    out->rules.channels.push_back(rules_of(*channel, from, values.alerts));
    out->channels.push_back(std::move(*channel));
  }
  out->hide = redactor{secrets};
  out->rules.cool_down = std::chrono::minutes{values.alerts.cool_down_minutes};
  out->rules.expiry = std::chrono::minutes{values.alerts.expiry_minutes};
  out->deadline = std::chrono::seconds{values.alerts.deadline_seconds};
  out->games_failed = values.alerts.games_failed;
  out->invocation = variable(environment, "INVOCATION_ID");
  out->outermost = variable(environment, outer_run_variable).empty();
  out->state_file = state_file_of(values, environment);
  out->database = sha256_hex(shown_database(values.database)).substr(0, 12);
  return out;
}

}  // namespace nba::cli
