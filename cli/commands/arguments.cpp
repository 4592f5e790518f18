#include "cli/commands/arguments.hpp"

#include "cli/text.hpp"
#include "pipeline/plan/chunks.hpp"
#include "pipeline/plan/work.hpp"
#include "pipeline/time.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>
#include <utility>
#include <vector>

namespace nba::cli {
namespace {

template <class Check>
argument_check matching(Check matches, std::string format) {
  return [matches, format = std::move(format)](const std::string& text) {
    return matches(text) ? std::string{} : fmt::format("'{}' is not {}", text, format);
  };
}

std::vector<std::string> split(const std::string& comma_separated) {
  std::vector<std::string> words;
  std::istringstream rest{comma_separated};
  for (std::string word; std::getline(rest, word, ',');) words.push_back(word);
  return words;
}

}  // namespace

argument_check season_format() {
  return matching([](const std::string& text) { return parse_season(text).has_value(); },
                  "a season; write it like 2024-25");
}

argument_check date_format() {
  return matching([](const std::string& text) { return parse_date(text).has_value(); },
                  "a date; write it like 2024-10-22");
}

argument_check game_id_format() {
  return matching([](const std::string& text) { return game_id::parse(text).has_value(); },
                  "an NBA game id: ten digits, like 0022400061");
}

option_syntax* add_season_option(command_syntax& command, std::string& target, season_need need,
                                 const std::string& description) {
  return command.add_option("--season", target, description)
      ->type_name("YYYY-YY")
      ->check(season_format())
      ->required(need == season_need::required);
}

option_syntax* add_game_types_option(command_syntax& command, std::string& target) {
  const auto by_default = scope{}.types;
  std::vector<std::string> names, taken;
  for (const auto type : all_game_types()) {
    names.emplace_back(to_string(type));
    if (by_default.contains(type)) taken.emplace_back(to_string(type));
  }
  const auto check = [names](const std::string& text) {
    for (const auto& name : split(text))
      if (!parse_game_type(name)) return fmt::format("'{}' is not a game type; there is {}", name, join_words(names));
    return text.empty() ? std::string{"name at least one game type"} : std::string{};
  };
  return command
      .add_option("--game-types", target,
                  fmt::format("of {}; default {}", fmt::join(names, ", "), fmt::join(taken, ",")))
      ->type_name("T,T,...")
      ->check(check);
}

std::set<game_type> to_game_types(const std::string& comma_separated) {
  if (comma_separated.empty()) return scope{}.types;
  std::set<game_type> types;
  for (const auto& name : split(comma_separated))
    if (const auto type = parse_game_type(name)) types.insert(*type);
  return types;
}

namespace {

constexpr std::string_view automatic = "auto";

// A whole number in the range, or the word; the target gets the number, or `automatic_value`.
option_syntax* add_number_or_auto(command_syntax& command, const std::string& name, int& target, int automatic_value,
                                  int highest, const std::string& description) {
  const auto is_number = in_range(1, highest);
  return command
      .on_option(
          name,
          [&target, automatic_value](const std::string& text) {
            // Hexadecimal and octal, as the check has read it.
            target = text == automatic ? automatic_value : static_cast<int>(std::strtol(text.c_str(), nullptr, 0));
          },
          description)
      ->type_name("N|auto")
      ->check([is_number](const std::string& text) {
        if (text == automatic) return std::string{};
        const auto problem = is_number(text);
        return problem.empty() ? problem : problem + "; or write auto";
      });
}

}  // namespace

option_syntax* add_parallel_option(command_syntax& command, int& target) {
  return add_number_or_auto(command, "--parallel", target, parallel_auto, parallel_max,
                            "chunks in flight at a time (default 4); auto: as many as keep the engine busy");
}

option_syntax* add_chunk_days_option(command_syntax& command, int& target) {
  return add_number_or_auto(command, "--chunk-days", target, chunk_days_auto, 366,
                            "days in a chunk, the unit of parallelism (default 7); auto: chunks of some 50 games");
}

option_syntax* add_json_option(command_syntax& command, bool& target) {
  return command.add_flag("--json", target, "answer in JSON, for programs");
}

}  // namespace nba::cli
