#include "cli/table.hpp"

#include "cli/printable.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace nba::cli {
namespace {

constexpr std::size_t gap_columns = 2;
constexpr std::size_t wrapped_columns_min = 20;

void print_line(std::ostream& out, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

}  // namespace

text_table::text_table(std::vector<column> columns) : columns_(std::move(columns)) {}

void text_table::add_row(std::vector<std::string> cells) {
  assert(cells.size() <= columns_.size());
  for (auto& cell : cells) cell = printable(cell);  // here, so that the columns' widths are those of what is shown
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

void text_table::print(std::ostream& out, std::size_t width, std::size_t indent) const {
  if (columns_.empty()) return;
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    auto widest = display_width(columns_[i].title);
    for (const auto& row : rows_) widest = std::max(widest, display_width(row[i]));
    widths.push_back(widest);
  }
  const auto last = columns_.size() - 1;
  std::size_t last_starts = indent;
  for (std::size_t i = 0; i < last; ++i) last_starts += widths[i] + gap_columns;
  const auto last_columns = std::max(width > last_starts ? width - last_starts : 0, wrapped_columns_min);

  const auto print_row = [&](const std::vector<std::string>& cells) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < last; ++i) {
      const std::string fill(widths[i] - display_width(cells[i]), ' ');
      line += columns_[i].alignment == align::right ? fill + cells[i] : cells[i] + fill;
      line.append(gap_columns, ' ');
    }
    if (columns_[last].alignment == align::right) {
      print_line(out, line + std::string(widths[last] - display_width(cells[last]), ' ') + cells[last]);
      return;
    }
    auto pieces = wrap(cells[last], last_columns);
    if (pieces.empty()) pieces.emplace_back();
    for (const auto& piece : pieces) {
      print_line(out, line + piece);
      line.assign(last_starts, ' ');
    }
  };

  std::vector<std::string> titles;
  for (const auto& entry : columns_) titles.push_back(entry.title);
  print_row(titles);
  for (const auto& row : rows_) print_row(row);
}

}  // namespace nba::cli
