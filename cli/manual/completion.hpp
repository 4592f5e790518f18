// Completion of the command line for shells: one script each, made from the commands as `--help` has them.
//
// All three walk the words before the cursor: words that are commands give the place, options bring their values along.
// Then they offer the commands or the options of that place (global options everywhere), or what the option before the
// cursor takes: its words, files or folders. They ask nothing of the program, so they are as quick as the shell is.
// Threads: pure functions.
#pragma once

#include "cli/manual/command_tree.hpp"

#include <string>

namespace nba::cli {

std::string bash_completion(const command_description& program);
std::string zsh_completion(const command_description& program);
std::string fish_completion(const command_description& program);

}  // namespace nba::cli
