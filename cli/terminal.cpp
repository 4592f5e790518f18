#include "cli/terminal.hpp"

#include "cli/printable.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace nba::cli {
namespace {

constexpr std::string_view clear_line = "\r\x1b[2K";
constexpr int width_default = 80;
constexpr int width_max = 1000;

}  // namespace

terminal::terminal(std::ostream& stream, bool is_tty, std::function<int()> width)
    : stream_(stream), is_tty_(is_tty), width_(std::move(width)) {}

void terminal::write_line(std::string_view line) {
  const std::lock_guard lock{mutex_};
  if (!status_.empty()) stream_ << clear_line;
  stream_ << printable_lines(line) << '\n' << status_ << std::flush;
}

void terminal::show_status(std::string line) {
  if (!is_tty_) return;
  line = printable(line);
  const std::lock_guard lock{mutex_};
  if (!status_.empty() || !line.empty()) stream_ << clear_line << line << std::flush;
  status_ = std::move(line);
}

void terminal::clear_status() { show_status({}); }

int terminal_width(int file_descriptor) {
  winsize size{};
  if (::ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  if (const char* columns = std::getenv("COLUMNS")) {
    const int value = std::atoi(columns);
    if (value > 0 && value <= width_max) return value;
  }
  return width_default;
}

}  // namespace nba::cli
