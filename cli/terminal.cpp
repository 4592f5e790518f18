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
constexpr std::string_view alarm_begins = "\x1b[1;31m", alarm_ends = "\x1b[0m";
constexpr int width_default = 80;
constexpr int width_max = 1000;

}  // namespace

terminal_abilities abilities_of(bool is_tty,
                                const std::function<std::optional<std::string>(std::string_view)>& environment) {
  const auto value = [&](std::string_view name) { return environment(name).value_or(""); };
  terminal_abilities out;
  const auto kind = value("TERM");
  out.moves = is_tty && !kind.empty() && kind != "dumb";
  const auto forced = value("CLICOLOR_FORCE");
  if (!value("NO_COLOR").empty())
    out.colors = false;
  else if (!forced.empty() && forced != "0")
    out.colors = true;
  else
    out.colors = out.moves && value("CLICOLOR") != "0";
  return out;
}

terminal::terminal(std::ostream& stream, bool is_tty, std::function<int()> width, bool colors)
    : stream_(stream), is_tty_(is_tty), width_(std::move(width)), colors_(colors) {}

std::string terminal::marked(std::string text, std::string_view part) const {
  const auto at = colors_ && !part.empty() ? text.find(part) : std::string::npos;
  if (at == std::string::npos) return text;
  text.insert(at + part.size(), alarm_ends);
  text.insert(at, alarm_begins);
  return text;
}

void terminal::write_line(std::string_view line, std::string_view alarm) {
  const std::lock_guard lock{mutex_};
  if (!status_.empty()) stream_ << clear_line;
  stream_ << marked(printable_lines(line), alarm) << '\n' << status_ << std::flush;
}

void terminal::show_status(std::string line, const std::vector<std::string>& alarms) {
  if (!is_tty_) return;
  line = printable(line);
  for (const auto& alarm : alarms) line = marked(std::move(line), alarm);
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
