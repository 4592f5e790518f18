// One table describes every setting: it drives parsing, `doctor` and docs/configuration.md.
//
// To add a setting: a member in `settings` (its initialiser is the default), a line in setting_table.cpp, and the row
// that the failing documentation test prints.
// Threads: constant data and pure functions.
#pragma once

#include "cli/settings.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nba::cli {

using setting_value = std::variant<std::string, std::int64_t, double, bool>;
enum class setting_kind { text, integer, number, boolean };  // in the order of setting_value's alternatives

// Where a value lives: in the settings, or in the settings of one host or one alert channel. A duration is a whole
// number in the file, of the unit that the end of its name says (_ms, _seconds, _minutes).
using setting_place = std::variant<std::string& (*)(settings&), int& (*)(settings&), std::int64_t& (*)(settings&),
                                   bool& (*)(settings&), std::chrono::milliseconds& (*)(settings&),
                                   std::optional<int> host_settings::*, std::optional<double> host_settings::*,
                                   std::string channel_settings::*, int channel_settings::*, bool channel_settings::*>;

struct setting_descriptor {
  std::string_view key;           // TOML key: "engine.fetch_games_max"; "hosts.*.burst" for a setting of each host,
                                  // "alerts.*.url" for one of each alert channel
  std::string_view flag;          // "--log-level"; empty: none
  std::string_view environment;   // "NBA_CDN_URL"; empty: none
  std::string_view value_name;    // "URL", for help texts; empty for a flag without value
  std::string_view help;          // one line, for help texts and the documentation
  std::string_view default_text;  // where the default is not one value ("one for two cores"); else empty
  setting_place place;
  double minimum = 0, maximum = 0;  // inclusive, for numbers
  std::vector<std::string> choices = {};
  bool in_file = true;           // false: `--config` itself
  std::string_view ending = {};  // what the text must end in, unless it is empty

  setting_kind kind() const;
  bool of_host() const { return place.index() == 5 || place.index() == 6; }
  bool of_channel() const { return place.index() > 6; }
  bool of_many() const { return of_host() || of_channel(); }  // its key has a name for '*'
  bool is_secret() const;
};

std::span<const setting_descriptor> setting_table();
// By key; for a setting of a host by its pattern ("hosts.*.burst").
const setting_descriptor* find_setting(std::string_view key);

// What is wrong with the value, as the rest of a sentence ("must be between 1 and 512, not 0"); nullopt when it is
// fine.
std::optional<std::string> check_value(const setting_descriptor& setting, const setting_value& value);
// Text of a flag or an environment variable as a value of the setting's kind; the failure is such a sentence's rest.
std::variant<setting_value, std::string> parse_value(const setting_descriptor& setting, std::string_view text);

// `host`: whose it is, of a setting of a host or of a channel; else empty.
void assign(settings& target, const setting_descriptor& setting, const std::string& host, const setting_value& value);
std::optional<setting_value> value_of(const settings& source, const setting_descriptor& setting,
                                      const std::string& host);

// "16", "true", "240".
std::string format_value(const setting_value& value);
// What the documentation says: "1 to 512", "cdn or sim", "text".
std::string describe_range(const setting_descriptor& setting);
std::string describe_default(const setting_descriptor& setting);
// The row of the setting in the table of docs/configuration.md.
std::string documentation_row(const setting_descriptor& setting);

}  // namespace nba::cli
