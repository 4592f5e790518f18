// The command line as a function, so that tests can run it without a process.
//
// Threads: call from one thread; termination signals are blocked by the caller beforehand (main does).
// Errors: every failure is a message on `err` and an exit code (exit_codes.hpp); no exception leaves.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

struct command_description;  // cli/manual/command_tree.hpp

struct app_streams {
  std::ostream& out;
  std::ostream& err;
  bool err_is_tty = false;
  std::function<int()> err_width = [] { return 80; };
};

// "nba-scraper 1.0.0 (1a2b3c4d5e6f)": version and revision.
std::string program_version();
// Every command and option, as --help has them.
command_description describe_program();

// `arguments` without the program's name.
int run_app(const std::vector<std::string>& arguments, const app_streams& streams,
            const std::function<std::optional<std::string>(std::string_view)>& environment);

}  // namespace nba::cli
