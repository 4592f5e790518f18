#include "cli/export_file.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <system_error>

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

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') {
      out += '\\';
      out += letter;
    } else if (static_cast<unsigned char>(letter) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(letter));
    } else {
      out += letter;
    }
  }
  out += '"';
}

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

void append_csv(std::string& out, const dictionary_table& table, const std::vector<table_value>& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += ',';
    if (!std::holds_alternative<std::monostate>(row[i]))
      append_value(out, table.columns.at(i), row[i], append_csv_text);
  }
  out += '\n';
}

void append_jsonl(std::string& out, const dictionary_table& table, const std::vector<table_value>& row) {
  out += '{';
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += ',';
    append_json_text(out, table.columns.at(i).name);
    out += ':';
    const auto* real = std::get_if<double>(&row[i]);
    // JSON has no word for infinity.
    if (std::holds_alternative<std::monostate>(row[i]) || (real && !std::isfinite(*real)))
      out += "null";
    else
      append_value(out, table.columns[i], row[i], append_json_text);
  }
  out += "}\n";
}

// The file itself; gzip with zlib's own file functions, plain through them too ("T": transparent).
class export_file::output {
 public:
  output(const std::filesystem::path& path, bool gzip) : path_(path) {
    file_ = gzopen(path.c_str(), gzip ? "wb6" : "wbT");
    if (!file_) fail("create");
    gzbuffer(file_, 1 << 17);
  }
  ~output() {
    if (file_) gzclose(file_);
  }
  output(const output&) = delete;
  output& operator=(const output&) = delete;

  void write(std::string_view bytes) {
    if (!bytes.empty() && gzwrite(file_, bytes.data(), static_cast<unsigned>(bytes.size())) == 0) fail("write");
  }
  void close() {
    const auto code = gzclose(file_);
    file_ = nullptr;
    if (code != Z_OK) fail("write");
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw std::runtime_error(fmt::format("cannot {} {}: {}", what, path_.string(),
                                         errno != 0 ? std::strerror(errno) : "the compressed stream failed"));
  }
  const std::filesystem::path path_;
  gzFile file_ = nullptr;
};

export_file::export_file(std::filesystem::path path, const dictionary_table& table, export_format format, bool gzip)
    : path_(std::move(path)), part_(path_.string() + ".part"), table_(table), format_(format) {
  errno = 0;
  output_ = std::make_unique<output>(part_, gzip);
  if (format == export_format::csv) buffer_ = csv_header(table);
}

export_file::~export_file() {
  if (!output_) return;
  output_.reset();
  std::error_code ignored;
  std::filesystem::remove(part_, ignored);
}

void export_file::write(const table_rows& rows) {
  for (const auto& row : rows.rows) {
    format_ == export_format::csv ? append_csv(buffer_, table_, row) : append_jsonl(buffer_, table_, row);
    if (buffer_.size() >= buffer_bytes) {
      output_->write(buffer_);
      buffer_.clear();
    }
  }
  rows_ += rows.rows.size();
}

export_file::summary export_file::close() {
  output_->write(buffer_);
  output_->close();
  summary done;
  done.rows = rows_;
  // Read back: what is named is what lies there.
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(part_.c_str(), "rb"), &std::fclose);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!file || !digest || EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr) != 1)
    throw std::runtime_error(fmt::format("cannot read {} back", part_.string()));
  std::vector<char> block(buffer_bytes);
  while (const auto size = std::fread(block.data(), 1, block.size(), file.get())) {
    done.bytes += size;
    EVP_DigestUpdate(digest.get(), block.data(), size);
  }
  if (std::ferror(file.get()) != 0) throw std::runtime_error(fmt::format("cannot read {} back", part_.string()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(digest.get(), bytes.data(), &size);
  for (unsigned int i = 0; i < size; ++i) done.sha256 += fmt::format("{:02x}", bytes[i]);
  std::filesystem::rename(part_, path_);
  output_.reset();
  return done;
}

}  // namespace nba::cli
