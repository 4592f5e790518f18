// A configuration file of comments: every setting with what it means and its default, ready to be copied.
//
// With the `#` before each setting taken away it is a valid file that changes nothing (a test does that).
// Threads: pure functions.
#pragma once

#include "cli/setting_table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

// The settings of the file by the table that they are in, those at the top first.
struct settings_of_table {
  std::string heading;  // "[engine]", "[hosts.\"cdn.nba.com\"]", "[alerts.slack]"; empty at the top
  std::string remark;   // what the table stands for, where there may be several of it
  std::vector<const setting_descriptor*> settings;
};
std::vector<settings_of_table> settings_by_table();
// The setting's name in its table.
std::string_view name_in_table(const setting_descriptor& setting);

std::string sample_config();

}  // namespace nba::cli
