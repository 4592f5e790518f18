// nba-scraper: see app.hpp.
#include "cli/app.hpp"
#include "cli/settings.hpp"
#include "cli/signals.hpp"
#include "cli/terminal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <iostream>

namespace {

// Started without standard input, output or error (some schedulers close them), the first sockets and files would get
// their numbers, and whatever is printed would go to the database or its server.
void open_standard_files() {
  int file = ::open("/dev/null", O_RDWR);
  while (file >= 0 && file <= STDERR_FILENO) file = ::open("/dev/null", O_RDWR);  // takes the lowest that is free
  if (file > STDERR_FILENO) ::close(file);
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_files();
  nba::cli::block_termination_signals();  // before any thread exists
  const nba::cli::app_streams streams{std::cout, std::cerr, ::isatty(STDERR_FILENO) == 1,
                                      [] { return nba::cli::terminal_width(STDERR_FILENO); }};
  return nba::cli::run_app({argv + (argc > 0 ? 1 : 0), argv + argc}, streams, nba::cli::process_environment);
}
