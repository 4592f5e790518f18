#include "pipeline/source/host_pause.hpp"

#include <fmt/format.h>

#include <charconv>

namespace nba {
namespace {

// The number at the front of `text`, which loses it; nullopt when there is none that could be one of a probe.
std::optional<int> take_number(std::string_view& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, char letter) {
  if (!text.starts_with(letter)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string describe_in_short(const host_pause& pause) {
  if (pause.given_up) return pause.host + " given up for this run";
  return fmt::format("{} paused until {} UTC", pause.host, format_timestamp(pause.until).substr(11, 5));
}

std::string describe_details(const host_pause& pause) {
  auto text = pause.reason;
  if (pause.probe == 0) return text;
  if (!text.empty()) text += ", ";
  return text + (pause.given_up ? fmt::format("after {} probes", pause.probes_max)
                                : fmt::format("probe {} of {}", pause.probe, pause.probes_max));
}

std::string describe(const host_pause& pause) {
  auto bare = pause;
  bare.reason.clear();
  const auto reason = pause.reason.empty() ? std::string() : fmt::format(" ({})", pause.reason);
  const auto rest = describe_details(bare);
  return describe_in_short(pause) + reason + (rest.empty() ? rest : ", " + rest);
}

std::string stored_reason(const host_pause& pause) {
  return fmt::format("{} {}/{} {}", format_timestamp(pause.until), pause.probe, pause.probes_max, pause.reason);
}

std::optional<host_pause> parse_stored_pause(std::string_view host, std::string_view until, std::string_view reason) {
  const auto time = parse_timestamp(until);
  if (!time) return std::nullopt;
  host_pause out;
  out.host = host;
  out.until = *time;
  if (!reason.starts_with(until)) return out;
  reason.remove_prefix(until.size());
  if (!take(reason, ' ')) return out;
  const auto probe = take_number(reason);
  if (!probe || !take(reason, '/')) return out;
  const auto probes = take_number(reason);
  if (!probes || !take(reason, ' ')) return out;
  out.probe = *probe;
  out.probes_max = *probes;
  out.reason = reason;
  return out;
}

stored_pause judge_stored_pause(utc_time until, utc_time now, std::chrono::milliseconds longest) {
  if (until <= now) return stored_pause::over;
  return until - now <= longest ? stored_pause::holds : stored_pause::impossible;
}

}  // namespace nba
