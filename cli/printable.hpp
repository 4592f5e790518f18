// What may reach a terminal or a log: the one place that takes the sting out of text that others wrote.
//
// Purpose: documents, hosts, databases and command lines may hold characters that a terminal obeys (C0 and C1 controls,
// DEL, the marks that turn the writing direction) or that nobody sees (zero-width spaces, soft hyphens, selectors,
// tags: two names that look alike would not be). They are shown as escapes instead: \n \r \t, \x1b for a byte, \u202e
// and \U000e0041 for a code point; bytes that are not UTF-8 become \xff. Everything that prints goes through here:
// standard output by `printable_stream`, lines on the terminal by `terminal`, log lines by their formats. Threads: pure
// functions; a stream belongs to one thread at a time.
#pragma once

#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

namespace nba::cli {

// One line: line feeds and tabs are escaped too. Printable text is answered as it is, so doing it twice is harmless.
std::string printable(std::string_view text);
// Several lines: line feeds stay.
std::string printable_lines(std::string_view text);
bool is_printable(std::string_view text);
// A JSON document: in its strings, what printable() would escape becomes \u009b; its layout stays. `json` is valid.
std::string printable_json(std::string_view json);

// Gives what is written on to `target`, escaped as by printable_lines. A failed write of the target is one of this
// buffer. A code point whose bytes come in two writes is put together.
class printable_buffer final : public std::streambuf {
 public:
  explicit printable_buffer(std::streambuf& target) : target_(target) {}
  ~printable_buffer() override;
  printable_buffer(const printable_buffer&) = delete;
  printable_buffer& operator=(const printable_buffer&) = delete;

 protected:
  int_type overflow(int_type byte) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int sync() override;

 private:
  bool forward(bool all);

  std::streambuf& target_;
  std::string pending_;  // the beginning of a code point, or what is being written
};

class printable_stream final : public std::ostream {
 public:
  explicit printable_stream(std::ostream& target) : std::ostream(nullptr), buffer_(*target.rdbuf()) { rdbuf(&buffer_); }

 private:
  printable_buffer buffer_;
};

}  // namespace nba::cli
