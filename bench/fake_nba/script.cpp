#include "bench/fake_nba/script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace nba {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  while (true) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return words;
    line.remove_prefix(first);
    words.push_back(line.substr(0, line.find_first_of(" \t\r")));
    line.remove_prefix(words.back().size());
  }
}

// What is wrong with the line; nullopt when it is a step.
std::optional<std::string> read_step(const std::vector<std::string_view>& words, script_step& step) {
  const auto number = words[0];
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), step.after_requests);
  if (error != std::errc{} || end != number.data() + number.size())
    return fmt::format("\"{}\" is no number of requests", number);
  const auto verb = words.size() > 1 ? words[1] : std::string_view{};
  const auto game = words.size() > 2 ? game_id::parse(words[2]) : std::nullopt;
  if (verb == "faults") {
    set_faults_step faults;
    for (std::size_t i = 2; i < words.size(); ++i) {
      auto rule = parse_fault(words[i]);
      if (!rule) return rule.error().message;
      faults.rules.push_back(std::move(*rule));
    }
    step.what = std::move(faults);
    return std::nullopt;
  }
  const auto date = words.size() > 2 ? parse_date(words.back()) : std::nullopt;
  if (verb == "today" && words.size() == 3 && date)
    step.what = set_today_step{*date};
  else if (verb == "correct" && words.size() == 3 && game)
    step.what = correct_step{*game};
  else if (verb == "move" && words.size() == 4 && game && date)
    step.what = move_step{*game, *date};
  else
    return "it is none of: N faults RULE ..., N today DATE, N correct GAME, N move GAME DATE";
  return std::nullopt;
}

}  // namespace

result<std::vector<script_step>> parse_script(std::string_view text) {
  std::vector<script_step> steps;
  for (int number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto words = words_of(line);
    if (words.empty()) continue;
    if (const auto wrong = read_step(words, steps.emplace_back()))
      return failure{failure_class::configuration,
                     fmt::format("line {} of the script cannot be read: {}", number, *wrong), "script"};
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const auto& a, const auto& b) { return a.after_requests < b.after_requests; });
  return steps;
}

}  // namespace nba
