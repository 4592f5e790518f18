#include "pipeline/alerts/sentry.hpp"

#include "pipeline/alerts/identifiers.hpp"
#include "pipeline/json_string.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace nba {
namespace {

constexpr std::size_t slug_max = 50, environment_max = 64;
constexpr std::chrono::seconds rest_without_number{60};

std::string quoted_word(std::string_view text) {
  std::string out;
  append_json_string(out, text, json_letters::ascii);
  return out;
}

alert_request envelope(const sentry_place& place, const std::string& event_id, std::string_view type,
                       const std::string& payload, utc_time sent_at) {
  alert_request out;
  out.url = place.dsn.endpoint;
  out.headers = {{"Content-Type", "application/x-sentry-envelope"},
                 {"X-Sentry-Auth", fmt::format(
                                       "Sentry sentry_version=7, sentry_client={}, sentry_key={}",
                                       [&] {
                                         auto client = place.release;
                                         std::replace(client.begin(), client.end(), '@', '/');
                                         return client;
                                       }(),
                                       place.dsn.key)}};
  out.body = "{";
  if (!event_id.empty()) out.body += "\"event_id\":" + quoted_word(event_id) + ",";
  out.body += "\"sent_at\":" + quoted_word(format_timestamp(sent_at)) + "}\n";
  out.body +=
      fmt::format("{{\"type\":\"{}\",\"content_type\":\"application/json\",\"length\":{}}}\n", type, payload.size());
  out.body += payload + "\n";
  return out;
}

std::string with_place(const sentry_place& place) {
  auto out = ",\"release\":" + quoted_word(place.release);
  if (!place.environment.empty()) out += ",\"environment\":" + quoted_word(cut_to(place.environment, environment_max));
  return out;
}

std::string monitor_config(const sentry_place& place) {
  if (place.schedule.empty()) return {};
  auto out = ",\"monitor_config\":{\"schedule\":{\"type\":\"crontab\",\"value\":" + quoted_word(place.schedule) + "}";
  if (place.checkin_margin_minutes > 0) out += fmt::format(",\"checkin_margin\":{}", place.checkin_margin_minutes);
  if (place.max_runtime_minutes > 0) out += fmt::format(",\"max_runtime\":{}", place.max_runtime_minutes);
  // Beside the schedule: within it Sentry takes no notice of it.
  if (!place.timezone.empty()) out += ",\"timezone\":" + quoted_word(place.timezone);
  return out + "}";
}

// "60:error;transaction:organization, 2700:default:key": the longest for this category.
std::optional<std::chrono::seconds> limit_of(std::string_view header, std::string_view category) {
  std::optional<std::chrono::seconds> longest;
  for (std::size_t at = 0; at < header.size();) {
    const auto comma = std::min(header.find(',', at), header.size());
    auto limit = header.substr(at, comma - at);
    at = comma + 1;
    limit.remove_prefix(std::min(limit.find_first_not_of(' '), limit.size()));
    const auto colon = std::min(limit.find(':'), limit.size());
    long seconds = 0;
    if (std::from_chars(limit.data(), limit.data() + colon, seconds).ec != std::errc{}) continue;
    auto categories = limit.substr(std::min(colon + 1, limit.size()));
    categories = categories.substr(0, categories.find(':'));
    bool concerns = categories.empty();
    for (std::size_t from = 0; from < categories.size();) {
      const auto end = std::min(categories.find(';', from), categories.size());
      concerns |= categories.substr(from, end - from) == category;
      from = end + 1;
    }
    if (concerns) longest = std::max(longest.value_or(std::chrono::seconds{0}), std::chrono::seconds{seconds});
  }
  return longest;
}

}  // namespace

std::optional<sentry_dsn> parse_dsn(std::string_view text) {
  const auto scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const auto protocol = text.substr(0, scheme);
  if (protocol != "https" && protocol != "http") return std::nullopt;
  auto rest = text.substr(scheme + 3);
  const auto at = rest.find('@');
  const auto slash = rest.rfind('/');
  if (at == std::string_view::npos || slash == std::string_view::npos || slash < at) return std::nullopt;
  const auto key = rest.substr(0, std::min(rest.find(':'), at));
  const auto project = rest.substr(slash + 1);
  const auto place = rest.substr(at + 1, slash - at - 1);  // host, port, path
  const auto host = place.substr(0, place.find('/'));
  if (key.empty() || host.empty() || project.empty() ||
      project.find_first_not_of("0123456789") != std::string_view::npos ||
      text.find_first_of(" \t\r\n?#") != std::string_view::npos)
    return std::nullopt;
  const auto path = place.size() > host.size() ? place.substr(host.size()) : std::string_view{};
  return sentry_dsn{std::string{key}, fmt::format("{}://{}{}/api/{}/envelope/", protocol, host, path, project)};
}

alert_request sentry_event(const sentry_place& place, const alert_message& message, utc_time sent_at) {
  const auto& first = message.first();
  const auto event_id = without_dashes(message.id);
  const bool is_test = message.what == parcel_kind::test;
  auto event = "{\"event_id\":" + quoted_word(event_id) + ",\"timestamp\":" + quoted_word(format_timestamp(message.at));
  event +=
      fmt::format(",\"platform\":\"other\",\"level\":\"{}\",\"logger\":\"nba-scraper\"", is_test ? "info" : "error");
  event += ",\"message\":{\"formatted\":" + quoted_word(message.title + "\n" + message.text) + "}";
  event += ",\"fingerprint\":[\"nba-scraper\"," +
           quoted_word(message.what == parcel_kind::digest ? std::string{"digest"} : first.fingerprint) + "]";
  event += ",\"tags\":{\"kind\":" + quoted_word(to_string(first.news.kind));
  if (!first.news.job.empty()) event += ",\"job\":" + quoted_word(first.news.job);
  event += "},\"extra\":{\"help\":" + quoted_word(message.help) + ",\"run_id\":" + quoted_word(first.news.run_id) + "}";
  if (!first.news.host.empty()) event += ",\"server_name\":" + quoted_word(first.news.host);
  event += with_place(place) + "}";
  return envelope(place, event_id, "event", event, sent_at);
}

alert_request sentry_check_in(const sentry_place& place, const alert_news& news, std::string_view status,
                              utc_time sent_at) {
  auto check = "{\"check_in_id\":" + quoted_word(without_dashes(uuid_of_run(news.run_id)));
  check += ",\"monitor_slug\":" + quoted_word(place.monitor.substr(0, slug_max)) + ",\"status\":" + quoted_word(status);
  if (status != "in_progress") check += fmt::format(",\"duration\":{:.3f}", news.seconds);
  check += with_place(place) + monitor_config(place) + "}";
  return envelope(place, {}, "check_in", check, sent_at);
}

delivery_answer judge_sentry(const alert_answer& answer, std::string_view category, utc_time now) {
  auto out = judge_status(answer, now);
  if (answer.status != 429) return out;
  if (const auto limit = limit_of(answer.rate_limits, category)) out.not_before = limit;
  if (!out.not_before) out.not_before = rest_without_number;
  return out;
}

}  // namespace nba
