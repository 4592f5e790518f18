// The TOML configuration file.
//
// Threads: pure but for reading the file.
// Errors: class configuration, with file and line: unreadable file, one that is no regular file or too large, TOML
// syntax, an unknown key (naming the nearest known one), a value of the wrong type or out of range.
#pragma once

#include "cli/setting_table.hpp"

#include <string>
#include <vector>

namespace nba::cli {

struct configured_value {
  const setting_descriptor* setting = nullptr;
  std::string host;  // for a setting of a host
  setting_value value;
};

result<std::vector<configured_value>> read_config_file(const std::string& path);
// The same for text; `path` names it in messages.
result<std::vector<configured_value>> parse_config(std::string_view toml_text, const std::string& path);

}  // namespace nba::cli
