#include "bench/fake_nba/latency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

namespace nba {
namespace {

std::optional<double> parse_milliseconds(std::string_view text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!(value >= 0 && value <= static_cast<double>(latency_max.count()))) return std::nullopt;
  return value;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto colon = text.find(':');
    parts.push_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    text.remove_prefix(colon + 1);
  }
}

}  // namespace

std::chrono::microseconds latency_model::draw(fake::random_stream& random) const {
  double milliseconds = 0;
  switch (kind) {
    case shape::none:
      break;
    case shape::fixed:
      milliseconds = first;
      break;
    case shape::uniform:
      milliseconds = random.uniform(first, second);
      break;
    case shape::lognormal:
      milliseconds = first * std::exp(second * random.bell());
      break;
  }
  milliseconds = std::min(milliseconds, static_cast<double>(latency_max.count()));
  return std::chrono::microseconds{static_cast<std::int64_t>(milliseconds * 1000)};
}

result<latency_model> parse_latency(std::string_view text) {
  using shape = latency_model::shape;
  const auto parts = split(text);
  std::vector<double> numbers;
  for (std::size_t i = parts.size() == 1 && text != "none" ? 0 : 1; i < parts.size(); ++i) {
    const auto number = parse_milliseconds(parts[i]);
    if (!number) break;
    numbers.push_back(*number);
  }
  if (text == "none") return latency_model{};
  if (parts.size() == 1 && numbers.size() == 1) return latency_model{shape::fixed, numbers[0], 0};
  if (parts.size() == 2 && parts[0] == "fixed" && numbers.size() == 1)
    return latency_model{shape::fixed, numbers[0], 0};
  if (parts.size() == 3 && numbers.size() == 2 && parts[0] == "uniform" && numbers[0] <= numbers[1])
    return latency_model{shape::uniform, numbers[0], numbers[1]};
  if (parts.size() == 3 && numbers.size() == 2 && parts[0] == "lognormal")
    return latency_model{shape::lognormal, numbers[0], numbers[1]};
  return failure{
      failure_class::configuration,
      fmt::format("cannot read the latency \"{}\"; write none, MS, uniform:FROM:TO or lognormal:MEDIAN:SIGMA "
                  "with milliseconds from 0 to {}",
                  text, latency_max.count()),
      "latency"};
}

std::string to_string(const latency_model& value) {
  using shape = latency_model::shape;
  switch (value.kind) {
    case shape::fixed:
      return fmt::format("fixed:{}", value.first);
    case shape::uniform:
      return fmt::format("uniform:{}:{}", value.first, value.second);
    case shape::lognormal:
      return fmt::format("lognormal:{}:{}", value.first, value.second);
    case shape::none:
      break;
  }
  return "none";
}

}  // namespace nba
