#include "cli/commands/arguments.hpp"

#include "pipeline/plan/game_id.hpp"
#include "pipeline/time.hpp"

#include <fmt/format.h>

namespace nba::cli {
namespace {

// A validator that leaves no trace in help texts (CLI11 prints a description behind the option's type).
template <class Check>
CLI::Validator quiet_validator(Check check, std::string format) {
  return CLI::Validator(
      [check, format = std::move(format)](std::string& text) {
        return check(text) ? std::string{} : fmt::format("'{}' is not {}", text, format);
      },
      std::string{});
}

}  // namespace

CLI::Validator season_format() {
  return quiet_validator([](const std::string& text) { return parse_season(text).has_value(); },
                         "a season; write it like 2024-25");
}

CLI::Validator date_format() {
  return quiet_validator([](const std::string& text) { return parse_date(text).has_value(); },
                         "a date; write it like 2024-10-22");
}

CLI::Validator game_id_format() {
  return quiet_validator([](const std::string& text) { return game_id::parse(text).has_value(); },
                         "an NBA game id: ten digits, like 0022400061");
}

CLI::Option* add_season_option(CLI::App& command, std::string& target, season_need need,
                               const std::string& description) {
  return command.add_option("--season", target, description)
      ->type_name("YYYY-YY")
      ->check(season_format())
      ->required(need == season_need::required);
}

CLI::Option* add_json_option(CLI::App& command, bool& target) {
  return command.add_flag("--json", target, "answer in JSON, for programs");
}

}  // namespace nba::cli
