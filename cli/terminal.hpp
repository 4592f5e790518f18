// The terminal's error stream, shared by log lines and the progress line.
//
// A log line that arrives while a progress line is shown clears it, prints itself and draws it again, so neither ever
// cuts the other in two. Lines and statuses are made printable (printable.hpp) here; the only control characters that
// reach the stream are the terminal's own. There is one colour, red, and it marks only what needs a person.
// Threads: every member may be called from any thread.
// Ownership: the stream outlives the terminal.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

// What may be done on it.
struct terminal_abilities {
  bool moves = false;   // a line can be drawn again: a terminal, and neither TERM=dumb nor none
  bool colors = false;  // as NO_COLOR, then CLICOLOR_FORCE, then CLICOLOR say; by themselves where lines can be moved
};
terminal_abilities abilities_of(bool is_tty,
                                const std::function<std::optional<std::string>(std::string_view)>& environment);

class terminal {
 public:
  // `width`: columns of the terminal now; asked on every drawing, because windows are resized.
  terminal(std::ostream& stream, bool is_tty, std::function<int()> width, bool colors = false);

  bool is_tty() const noexcept { return is_tty_; }
  int width() const { return width_(); }

  // `alarm`: the part of it that is marked; empty: none.
  void write_line(std::string_view line, std::string_view alarm = {});
  // One line without a newline, kept at the bottom until it is replaced or cleared. Nothing happens without a TTY.
  void show_status(std::string line, const std::vector<std::string>& alarms = {});
  void clear_status();
  // The whole screen: at most `rows` lines of the page from the upper left corner, each clipped to the width, written
  // over what stands there, so that nothing flickers. Nothing happens without a TTY.
  void show_page(std::string_view page, int rows);

 private:
  std::string marked(std::string text, std::string_view part) const;

  std::ostream& stream_;
  const bool is_tty_;
  const std::function<int()> width_;
  const bool colors_;
  std::mutex mutex_;
  std::string status_;
};

// Columns of the terminal behind a file descriptor; $COLUMNS, then 80 when it does not say.
int terminal_width(int file_descriptor);
// Rows of it; 24 when it does not say.
int terminal_height(int file_descriptor);

}  // namespace nba::cli
