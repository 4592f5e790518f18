#include "cli/manual/sample_config.hpp"

#include "cli/text.hpp"
#include "pipeline/json_string.hpp"
#include "pipeline/source/endpoints.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba::cli {
namespace {

constexpr std::size_t comment_columns = 78;  // two are the comment's sign

constexpr std::string_view sample_begin =
    "# Settings of nba-scraper: every one there is, with its default, as a comment.\n"
    "# Copy what you want to change, without its #, into the file that is read:\n"
    "# ~/.config/nba-scraper/config.toml, or /etc/nba-scraper/config.toml for the\n"
    "# services. `nba-scraper doctor` shows what is in force, and where from.\n";

// What a setting of hosts, and one of alert channels, is shown for.
std::string example_host() { return host_of(source_urls{}.cdn); }
constexpr std::string_view example_channel = "slack";

// The default as TOML.
std::string default_literal(const setting_descriptor& setting) {
  if (setting.of_host()) {
    const auto budget = default_budget(example_host());
    if (setting.key.ends_with(".connections")) return std::to_string(budget.in_flight_max);
    if (setting.key.ends_with(".burst")) return std::to_string(budget.burst);
    return fmt::format("{}", budget.requests_per_minute);
  }
  const auto value = *value_of(settings{}, setting, {});
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return format_value(value);
  // A channel without a type has its name's.
  const bool is_type = setting.of_channel() && name_in_table(setting) == "type";
  std::string quoted;  // TOML's strings have JSON's escapes
  append_json_string(quoted, is_type ? example_channel : std::string_view{*text});
  return quoted;
}

std::string heading_of(const setting_descriptor& setting) {
  if (setting.of_host()) return fmt::format("[hosts.\"{}\"]", example_host());
  if (setting.of_channel()) return fmt::format("[alerts.{}]", example_channel);
  const auto dot = setting.key.rfind('.');
  return dot == std::string_view::npos ? std::string{} : fmt::format("[{}]", setting.key.substr(0, dot));
}

std::string as_comment(const std::string& text) {
  std::string lines;
  for (const auto& line : wrap(text, comment_columns)) lines += "# " + line + "\n";
  return lines;
}

std::string remark_of(const setting_descriptor& setting) {
  auto text = std::string{setting.help};
  if (setting.kind() == setting_kind::integer || setting.kind() == setting_kind::number)
    text += fmt::format(" ({})", describe_range(setting));
  if (!setting.default_text.empty()) text += fmt::format("; default: {}", setting.default_text);
  return as_comment(text);
}

std::string remark_on_table(const setting_descriptor& setting) {
  if (setting.of_host()) return "A host; one such table each.";
  if (setting.of_channel()) return "A channel that alerts go to; one such table each, called as you like.";
  return {};
}

}  // namespace

std::vector<settings_of_table> settings_by_table() {
  std::vector<settings_of_table> tables(1);
  for (const auto& setting : setting_table()) {
    if (!setting.in_file) continue;
    const auto heading = heading_of(setting);
    auto place =
        std::find_if(tables.begin(), tables.end(), [&](const auto& table) { return table.heading == heading; });
    if (place == tables.end()) place = tables.insert(tables.end(), {heading, remark_on_table(setting), {}});
    place->settings.push_back(&setting);
  }
  return tables;
}

std::string_view name_in_table(const setting_descriptor& setting) {
  const auto dot = setting.key.rfind('.');
  return dot == std::string_view::npos ? setting.key : setting.key.substr(dot + 1);
}

std::string sample_config() {
  std::string text{sample_begin};
  for (const auto& table : settings_by_table()) {
    if (!table.heading.empty()) text += "\n" + as_comment(table.remark) + fmt::format("#{}\n", table.heading);
    for (const auto* setting : table.settings)
      text += fmt::format("\n{}#{} = {}\n", remark_of(*setting), name_in_table(*setting), default_literal(*setting));
  }
  return text;
}

}  // namespace nba::cli
