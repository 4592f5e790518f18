#include "bench/fake_nba/faults.hpp"

#include "bench/fake_nba/random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace nba {
namespace {

constexpr std::array<std::pair<fault_kind, std::string_view>, fault_kinds> kind_names{
    {{fault_kind::too_many_requests, "429"},
     {fault_kind::service_unavailable, "503"},
     {fault_kind::empty_error, "500"},
     {fault_kind::forbidden, "403"},
     {fault_kind::html, "html"},
     {fault_kind::empty_rows, "empty"},
     {fault_kind::truncated, "truncated"},
     {fault_kind::stall, "stall"},
     {fault_kind::slow, "slow"},
     {fault_kind::drop, "drop"},
     {fault_kind::hang, "hang"},
     {fault_kind::reset, "reset"},
     {fault_kind::wrong_length, "length"}}};
constexpr std::array<endpoint, endpoint_count> endpoints{endpoint::schedule, endpoint::boxscore, endpoint::playbyplay,
                                                         endpoint::current_schedule};

constexpr int count_max = 1'000'000;
constexpr int retry_after_seconds_max = 86'400;
constexpr double duration_seconds_max = 3'600;
constexpr int bytes_per_second_max = 100'000'000;

template <class Number>
std::optional<Number> parse_number(std::string_view text, Number low, Number high) {
  Number value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!(value >= low && value <= high)) return std::nullopt;
  return value;
}

// Sets `target` and answers true when the text is a number in the range.
template <class Target, class Number>
bool read(std::string_view text, Number low, Number high, Target& target) {
  const auto value = parse_number<Number>(text, low, high);
  if (value) target = Target(*value);
  return value.has_value();
}

// A part of the form key=value. False: not understood.
bool read_parameter(std::string_view key, std::string_view value, fault_rule& rule) {
  if (key == "game") return (rule.game = game_id::parse(value)).has_value();
  if (key == "endpoint") {
    const auto* const one =
        std::find_if(endpoints.begin(), endpoints.end(), [&](endpoint known) { return to_string(known) == value; });
    if (one == endpoints.end()) return false;
    rule.where = *one;
    return true;
  }
  if (key == "retry-after") return read(value, 0, retry_after_seconds_max, rule.retry_after_seconds);
  if (key == "rate") return read(value, 1, bytes_per_second_max, rule.bytes_per_second);
  if (key == "keep") return read(value, 0.0, 1.0, rule.keep);
  double seconds = 0;
  if (key != "seconds" || !read(value, 0.0, duration_seconds_max, seconds)) return false;
  rule.duration = std::chrono::milliseconds{std::lround(seconds * 1000)};
  return true;
}

bool read_part(std::string_view part, fault_rule& rule) {
  if (const auto equals = part.find('='); equals != std::string_view::npos)
    return read_parameter(part.substr(0, equals), part.substr(equals + 1), rule);
  if (part == "each") return rule.each = true;
  if (part.starts_with('x')) return read(part.substr(1), 1, count_max, rule.first);
  return read(part, 0.0, 1.0, rule.probability);
}

std::string document_key(endpoint what, const game_id& id) { return fmt::format("{} {}", to_string(what), id.str()); }

}  // namespace

std::string_view to_string(fault_kind value) {
  for (const auto& [kind, name] : kind_names)
    if (kind == value) return name;
  return "unknown";
}

result<fault_rule> parse_fault(std::string_view text) {
  fault_rule rule;
  const auto refuse = [&](std::string_view part) {
    return failure{failure_class::configuration,
                   fmt::format("cannot read \"{}\" in the fault \"{}\"; write KIND[:PROBABILITY][:xCOUNT][:each]"
                               "[:key=value ...] with KIND one of 429 503 500 403 html empty truncated stall slow drop "
                               "hang reset length and keys game endpoint retry-after seconds rate keep, for example "
                               "429:0.05:retry-after=2",
                               part, text),
                   "fault"};
  };
  const auto colon = text.find(':');
  const auto kind = text.substr(0, colon);
  bool known = false;
  for (const auto& [value, name] : kind_names)
    if (name == kind) rule.kind = value, known = true;
  if (!known) return refuse(kind);
  auto rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto part = rest.substr(0, rest.find(':'));
    if (!read_part(part, rule)) return refuse(part);
    rest.remove_prefix(part.size());
  }
  return rule;
}

std::string to_string(const fault_rule& rule) {
  const fault_rule standard;
  auto text = fmt::format("{}:{}", to_string(rule.kind), rule.probability);
  if (rule.first) text += fmt::format(":x{}", *rule.first);
  if (rule.each) text += ":each";
  if (rule.where) text += fmt::format(":endpoint={}", to_string(*rule.where));
  if (rule.game) text += fmt::format(":game={}", rule.game->str());
  if (rule.retry_after_seconds) text += fmt::format(":retry-after={}", *rule.retry_after_seconds);
  if (rule.duration != standard.duration)
    text += fmt::format(":seconds={}", static_cast<double>(rule.duration.count()) / 1000);
  if (rule.bytes_per_second != standard.bytes_per_second) text += fmt::format(":rate={}", rule.bytes_per_second);
  if (rule.keep != standard.keep) text += fmt::format(":keep={}", rule.keep);
  return text;
}

std::vector<fault_rule> chaos(double rate) {
  std::vector<fault_rule> rules;
  // A rule is asked only when the ones before it did not fire.
  double left = 1;
  const double share = rate / static_cast<double>(kind_names.size());
  for (const auto& [kind, name] : kind_names) {
    fault_rule rule;
    rule.kind = kind;
    rule.probability = std::min(1.0, share / left);
    left = std::max(left - share, share);
    if (kind == fault_kind::too_many_requests || kind == fault_kind::service_unavailable) rule.retry_after_seconds = 1;
    if (kind == fault_kind::stall || kind == fault_kind::hang || kind == fault_kind::wrong_length)
      rule.duration = std::chrono::milliseconds{1'000};
    if (kind == fault_kind::slow) rule.bytes_per_second = 1'000'000;
    rules.push_back(rule);
  }
  return rules;
}

fault_plan::fault_plan(std::vector<fault_rule> rules, std::uint64_t seed) : seed_(seed) { set(std::move(rules)); }

void fault_plan::set(std::vector<fault_rule> rules) {
  const std::lock_guard lock(mutex_);
  rules_.clear();
  requests_by_document_.clear();
  for (auto& rule : rules) rules_.push_back({std::move(rule), 0, {}});
}

std::optional<fault_rule> fault_plan::draw(endpoint what, const game_id& id) {
  const std::lock_guard lock(mutex_);
  if (rules_.empty()) return std::nullopt;
  const auto document = document_key(what, id);
  const int request = ++requests_by_document_[document];
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    auto& [rule, fired, fired_by_document] = rules_[i];
    if (rule.where && *rule.where != what) continue;
    if (rule.game && *rule.game != id) continue;
    if (rule.first && (rule.each ? fired_by_document[document] : fired) >= *rule.first) continue;
    fake::random_stream random(seed_, fmt::format("fault {} {} {}", i, document, request));
    if (!random.chance(rule.probability)) continue;
    ++fired;
    if (rule.first && rule.each) ++fired_by_document[document];
    return rule;
  }
  return std::nullopt;
}

}  // namespace nba
