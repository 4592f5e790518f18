// nba-scraper: see app.hpp.
#include "cli/app.hpp"
#include "cli/settings.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"

#include <unistd.h>

#include <iostream>

int main(int argc, char** argv) {
  nba::cli::block_termination_signals();  // before any thread exists
  const nba::cli::app_streams streams{std::cout, std::cerr, ::isatty(STDERR_FILENO) == 1,
                                      [] { return nba::cli::terminal_width(STDERR_FILENO); }};
  return nba::cli::run_app({argv + (argc > 0 ? 1 : 0), argv + argc}, streams, nba::cli::process_environment);
}
