#include "cli/export_file.hpp"

#include "pipeline/json_string.hpp"
#include "pipeline/sha256.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace nba::cli {
namespace {

constexpr std::size_t buffer_bytes = 1 << 20;

// The shortest text that reads back as the same number.
void append_real(std::string& out, double value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

bool is_yes_no(const dictionary_column& column) { return column.unit == "yes/no"; }

void append_csv_text(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos && !text.empty()) {
    out += text;
    return;
  }
  out += '"';
  for (const char letter : text) {
    if (letter == '"') out += '"';
    out += letter;
  }
  out += '"';
}

// Numbers and yes/no are the same in both formats; text is not.
template <class AppendText>
void append_value(std::string& out, const dictionary_column& column, const table_value& value, AppendText append_text) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    out += is_yes_no(column) ? std::string{*number != 0 ? "true" : "false"} : std::to_string(*number);
  else if (const auto* real = std::get_if<double>(&value))
    append_real(out, *real);
  else
    append_text(out, std::get<std::string>(value));
}

}  // namespace

std::string csv_header(const dictionary_table& table) {
  std::string line;
  for (const auto& column : table.columns) line += fmt::format("{}{}", line.empty() ? "" : ",", column.name);
  return line + '\n';
}

bool is_formula(std::string_view text) {
  if (text.empty()) return false;
  if (std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos) return true;
  constexpr std::array<std::string_view, 4> full_width{"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
  return std::any_of(full_width.begin(), full_width.end(), [&](auto sign) { return text.starts_with(sign); });
}

void append_csv(std::string& out, const dictionary_table& table, const std::vector<table_value>& row, bool csv_safe) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += ',';
    const auto* text = std::get_if<std::string>(&row[i]);
    if (csv_safe && text && is_formula(*text))
      append_csv_text(out, "'" + *text);
    else if (!std::holds_alternative<std::monostate>(row[i]))
      append_value(out, table.columns.at(i), row[i], append_csv_text);
  }
  out += '\n';
}

void append_jsonl(std::string& out, const dictionary_table& table, const std::vector<table_value>& row) {
  out += '{';
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, table.columns.at(i).name);
    out += ':';
    const auto* real = std::get_if<double>(&row[i]);
    // JSON has no word for infinity.
    if (std::holds_alternative<std::monostate>(row[i]) || (real && !std::isfinite(*real)))
      out += "null";
    else
      append_value(out, table.columns[i], row[i],
                   [](std::string& line, std::string_view text) { append_json_string(line, text); });
  }
  out += "}\n";
}

// zlib's own file functions, for plain files too ("T": transparent). It closes a descriptor of its own.
compressed_file::compressed_file(int descriptor, bool gzip, std::string name) : name_(std::move(name)) {
  errno = 0;
  const int own = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (own < 0) fail();
  file_ = gzdopen(own, gzip ? "wb6" : "wbT");
  if (!file_) {
    ::close(own);
    fail();
  }
  gzbuffer(static_cast<gzFile>(file_), 1 << 17);
}

compressed_file::~compressed_file() {
  if (file_) gzclose(static_cast<gzFile>(file_));
}

void compressed_file::write(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto size = static_cast<unsigned>(bytes.size());
  if (gzwrite(static_cast<gzFile>(file_), bytes.data(), size) != static_cast<int>(size)) fail();
}

void compressed_file::close() {
  const auto code = gzclose(static_cast<gzFile>(file_));
  file_ = nullptr;
  if (code != Z_OK) fail();
}

void compressed_file::fail() const {
  throw std::runtime_error(
      fmt::format("cannot write {}: {}", name_, errno != 0 ? std::strerror(errno) : "the compressed stream failed"));
}

export_file::export_file(const export_folder& folder, std::string name, const dictionary_table& table,
                         export_style style)
    : folder_(folder),
      name_(std::move(name)),
      table_(table),
      style_(style),
      part_(folder.create(name_)),
      output_(part_.file.get(), style.gzip, (folder.path() / name_).string()) {
  if (style.format == export_format::csv) buffer_ = csv_header(table);
}

export_file::~export_file() {
  if (published_) return;
  try {
    folder_.remove(part_.name);
  } catch (const std::exception&) {  // the next export with --overwrite removes it
  }
}

void export_file::write(const table_rows& rows) {
  for (const auto& row : rows.rows) {
    if (style_.format == export_format::csv)
      append_csv(buffer_, table_, row, style_.csv_safe);
    else
      append_jsonl(buffer_, table_, row);
    if (buffer_.size() >= buffer_bytes) {
      output_.write(buffer_);
      buffer_.clear();
    }
  }
  rows_ += rows.rows.size();
}

export_file::summary export_file::close() {
  output_.write(buffer_);
  output_.close();
  auto done = read_back();
  folder_.publish(part_, name_);
  published_ = true;
  return done;
}

// What is named is what lies there.
export_file::summary export_file::read_back() const {
  const auto fail = [&] {
    throw std::runtime_error(fmt::format("cannot read {} back", (folder_.path() / name_).string()));
  };
  summary done;
  done.rows = rows_;
  sha256_hasher hasher;
  std::vector<char> block(buffer_bytes);
  for (;;) {
    const auto size = ::pread(part_.file.get(), block.data(), block.size(), static_cast<off_t>(done.bytes));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) fail();
    if (size == 0) break;
    done.bytes += static_cast<std::uint64_t>(size);
    hasher.update({block.data(), static_cast<std::size_t>(size)});
  }
  done.sha256 = to_hex(hasher.finish());
  return done;
}

}  // namespace nba::cli
