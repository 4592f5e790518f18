// One file of an export: rows as CSV or JSON lines, gzip-compressed when asked.
//
// CSV: RFC 4180, UTF-8, LF, a header line; NULL is an empty field. JSON lines: one object a row, NULL is null. Yes/no
// columns are true and false in both. Threads: one thread at a time.
// Errors: std::runtime_error when the file cannot be written, at the latest by close(). A file that close() has not
// completed is removed.
#pragma once

#include "cli/export_folder.hpp"
#include "storage/dictionary.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli {

enum class export_format { csv, jsonl };

struct export_style {
  export_format format = export_format::csv;
  bool gzip = false;
  // Texts of CSV that a spreadsheet would take for a formula get an apostrophe before them.
  bool csv_safe = false;
};

// The line of a row, with its line end; of the column names for CSV. Pure.
std::string csv_header(const dictionary_table& table);
void append_csv(std::string& out, const dictionary_table& table, const std::vector<table_value>& row,
                bool csv_safe = false);
void append_jsonl(std::string& out, const dictionary_table& table, const std::vector<table_value>& row);

// Whether a spreadsheet would run it: = + - @ (their full-width forms too), or a tab, carriage return or line feed
// before anything (OWASP, "CSV injection").
bool is_formula(std::string_view text);

// Bytes into an open file, compressed when asked. Every failed write is an error, the last ones by close().
class compressed_file {
 public:
  // The descriptor stays the caller's; `name` is for messages.
  compressed_file(int descriptor, bool gzip, std::string name);
  ~compressed_file();
  compressed_file(const compressed_file&) = delete;
  compressed_file& operator=(const compressed_file&) = delete;

  void write(std::string_view bytes);
  void close();

 private:
  [[noreturn]] void fail() const;

  const std::string name_;
  void* file_ = nullptr;  // zlib's
};

class export_file {
 public:
  // Written beside the file called `name` in the folder, which outlives it, and put in its place by close().
  export_file(const export_folder& folder, std::string name, const dictionary_table& table, export_style style);
  ~export_file();
  export_file(const export_file&) = delete;
  export_file& operator=(const export_file&) = delete;

  void write(const table_rows& rows);
  struct summary {
    std::uint64_t rows = 0, bytes = 0;  // bytes of the file as it lies there
    std::string sha256;                 // of the same
  };
  summary close();

 private:
  summary read_back() const;

  const export_folder& folder_;
  const std::string name_;
  const dictionary_table& table_;
  const export_style style_;
  const export_folder::unfinished part_;
  compressed_file output_;
  std::string buffer_;
  std::uint64_t rows_ = 0;
  bool published_ = false;
};

}  // namespace nba::cli
