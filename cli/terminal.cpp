#include "cli/terminal.hpp"

#include "cli/printable.hpp"
#include "cli/text.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
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

void terminal::show_page(std::string_view page, int rows) {
  if (!is_tty_) return;
  constexpr std::string_view to_corner = "\x1b[H", clear_rest_of_line = "\x1b[K", clear_below = "\x1b[J";
  const auto columns = static_cast<std::size_t>(std::max(width_() - 1, 1));
  std::string drawn{to_corner};
  for (int row = 0; row < rows && !page.empty(); ++row) {
    const auto end = std::min(page.find('\n'), page.size());
    if (row > 0) drawn += "\r\n";  // none after the last one: the screen would scroll
    drawn += clip(printable(page.substr(0, end)), columns);
    drawn += clear_rest_of_line;
    page.remove_prefix(std::min(end + 1, page.size()));
  }
  drawn += clear_below;
  const std::lock_guard lock{mutex_};
  stream_ << drawn << std::flush;
}

int terminal_height(int file_descriptor) {
  constexpr int height_default = 24;
  winsize size{};
  return ::ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : height_default;
}

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
