// The terminal's error stream, shared by log lines and the progress line.
//
// A log line that arrives while a progress line is shown clears it, prints itself and draws it again, so neither ever
// cuts the other in two. Lines and statuses are made printable (printable.hpp) here; the only control characters that
// reach the stream are the terminal's own.
// Threads: every member may be called from any thread.
// Ownership: the stream outlives the terminal.
#pragma once

#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>

namespace nba::cli {

class terminal {
 public:
  // `width`: columns of the terminal now; asked on every drawing, because windows are resized.
  terminal(std::ostream& stream, bool is_tty, std::function<int()> width);

  bool is_tty() const noexcept { return is_tty_; }
  int width() const { return width_(); }

  void write_line(std::string_view line);
  // One line without a newline, kept at the bottom until it is replaced or cleared. Nothing happens without a TTY.
  void show_status(std::string line);
  void clear_status();
  // The whole screen: at most `rows` lines of the page from the upper left corner, each clipped to the width, written
  // over what stands there, so that nothing flickers. Nothing happens without a TTY.
  void show_page(std::string_view page, int rows);

 private:
  std::ostream& stream_;
  const bool is_tty_;
  const std::function<int()> width_;
  std::mutex mutex_;
  std::string status_;
};

// Columns of the terminal behind a file descriptor; $COLUMNS, then 80 when it does not say.
int terminal_width(int file_descriptor);
// Rows of it; 24 when it does not say.
int terminal_height(int file_descriptor);

}  // namespace nba::cli
