// One file of an export: rows as CSV or JSON lines, gzip-compressed when asked.
//
// CSV: RFC 4180, UTF-8, LF, a header line; NULL is an empty field. JSON lines: one object a row, NULL is null. Yes/no
// columns are true and false in both. Threads: one thread at a time.
// Errors: std::runtime_error when the file cannot be written. A file that close() has not completed is removed.
#pragma once

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

// The line of a row, with its line end; of the column names for CSV. Pure.
std::string csv_header(const dictionary_table& table);
void append_csv(std::string& out, const dictionary_table& table, const std::vector<table_value>& row);
void append_jsonl(std::string& out, const dictionary_table& table, const std::vector<table_value>& row);

class export_file {
 public:
  // Written beside `path` and put in its place by close().
  export_file(std::filesystem::path path, const dictionary_table& table, export_format format, bool gzip);
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
  class output;

  const std::filesystem::path path_, part_;
  const dictionary_table& table_;
  const export_format format_;
  std::unique_ptr<output> output_;
  std::string buffer_;
  std::uint64_t rows_ = 0;
};

}  // namespace nba::cli
