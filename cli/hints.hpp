// Commands in messages, so that they can be copied as they stand.
//
// Purpose: who gave a run --database and --source means that database in what comes next. Variables and the
// configuration file are still there for the next command; what stood on the command line is not, and is said again.
// Threads: pure functions.
#pragma once

#include "cli/settings.hpp"

#include <string>
#include <string_view>

namespace nba::cli {

// " --source sim --database sqlite:///sim.db", quoted for a shell, passwords redacted; empty when nothing was given.
std::string options_to_repeat(const settings& values);

// The text with `options` behind every command in it: one between backticks that begins with "nba-scraper ", or all of
// a text of one line that begins so. Not behind --help and --version, and not twice.
std::string repeat_options(std::string_view text, std::string_view options);

}  // namespace nba::cli
