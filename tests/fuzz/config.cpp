#include "cli/config_file.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/targets.hpp"

namespace nba::fuzz {

bool config(std::string_view input) {
  const auto values = cli::parse_config(input, "fuzz.toml");
  if (!values) {
    require(values.error().kind == failure_class::configuration, "a bad file is a matter of configuration");
    require(values.error().where.starts_with("fuzz.toml"), "a failure names the file");
    return false;
  }
  cli::settings effective;
  for (const auto& [setting, host, value] : *values) {
    require(setting != nullptr && setting->in_file, "only settings that may stand in a file come from one");
    require(!cli::check_value(*setting, value), "an accepted value is in its range");
    cli::assign(effective, *setting, host, value);
    require(!cli::format_value(value).empty() || value.index() == 0, "a value that is no text is written as one");
  }
  for (const auto& [setting, host, value] : *values) {
    const auto kept = cli::value_of(effective, *setting, host);
    require(kept.has_value(), "a setting that was assigned can be read");
    require(!cli::check_value(*setting, *kept), "an assigned value is in its range");
    const auto again = cli::parse_value(*setting, cli::format_value(*kept));
    require(again.index() == 0 && std::get<0>(again) == *kept, "a value is read as it was written");
  }
  return true;
}

}  // namespace nba::fuzz
