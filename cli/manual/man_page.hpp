// The manual pages, in the language of man(7).
//
// nba-scraper(1) is the command line; nba-scraper-config(5) is every setting. Both come from the tables that the
// program itself goes by.
// Threads: pure functions.
#pragma once

#include "cli/manual/command_tree.hpp"

#include <string>

namespace nba::cli {

// `version` stands in the page's footer: "nba-scraper 0.1.0". No date does: the same tree gives the same page.
std::string command_man_page(const command_description& program, const std::string& version);
std::string settings_man_page(const std::string& version);

}  // namespace nba::cli
