// Tables for people: aligned columns, two blanks between them, no trailing blanks.
//
// Threads: not thread-safe; a value like any other.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace nba::cli {

enum class align { left, right };

class text_table {
 public:
  struct column {
    std::string title;
    align alignment = align::left;
  };
  explicit text_table(std::vector<column> columns);

  // Missing cells are empty; cells beyond the columns are a bug (asserted).
  void add_row(std::vector<std::string> cells);
  bool empty() const noexcept { return rows_.empty(); }

  // A line that would be longer than `width` columns breaks its last cell at spaces and goes on below it.
  void print(std::ostream& out, std::size_t width = 80, std::size_t indent = 0) const;

 private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace nba::cli
