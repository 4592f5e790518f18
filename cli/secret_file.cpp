#include "cli/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

namespace nba::cli {
namespace {

class secret_descriptor {
 public:
  // Without waiting for a writer, should it be a pipe.
  explicit secret_descriptor(const std::string& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~secret_descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  secret_descriptor(const secret_descriptor&) = delete;
  secret_descriptor& operator=(const secret_descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

bool lies_below(const std::string& path, const std::string& folder) {
  if (folder.empty()) return false;
  std::error_code trouble;
  const auto file = std::filesystem::weakly_canonical(path, trouble);
  if (trouble) return false;
  const auto top = std::filesystem::weakly_canonical(folder, trouble);
  if (trouble) return false;
  const auto inside = file.lexically_relative(top);
  return !inside.empty() && *inside.begin() != "..";
}

// Which bits of the mode are too many.
std::optional<std::string> mode_problem(mode_t mode, bool is_credential) {
  const mode_t forbidden = is_credential ? 0037 : 0077;
  if ((mode & forbidden & 0777) == 0) return std::nullopt;
  return fmt::format("others than its owner may use it (mode {:04o})", mode & 07777);
}

}  // namespace

result<std::string> read_secret_file(const std::string& path, std::string_view setting,
                                     const std::string& credentials) {
  const auto refuse = [&](const std::string& why) {
    return failure{failure_class::configuration, fmt::format("{}: the file {} {}", setting, path, why),
                   std::string{setting}};
  };
  const secret_descriptor file{path};
  struct stat info {};
  if (file.number() < 0 || ::fstat(file.number(), &info) != 0)
    return refuse(fmt::format("cannot be read ({})", std::strerror(errno)));
  if (!S_ISREG(info.st_mode)) return refuse("is not a regular file");
  if (const auto problem = mode_problem(info.st_mode, lies_below(path, credentials)))
    return refuse(fmt::format("is not secret: {}; run: chmod 600 {}", *problem, path));
  std::string text(secret_bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(file.number(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse(fmt::format("cannot be read ({})", std::strerror(errno)));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > secret_bytes_max) return refuse(fmt::format("is larger than {} bytes", secret_bytes_max));
  text.resize(size);
  text.erase(std::min(text.find('\n'), text.size()));
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return refuse("is empty");
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

std::string with_password(std::string_view url, std::string_view password) {
  std::string out{url};
  out += url.find('?') == std::string_view::npos ? '?' : '&';
  out += "password=";
  for (const unsigned char byte : password) {
    if (std::isalnum(byte))
      out += static_cast<char>(byte);
    else
      out += fmt::format("%{:02X}", byte);
  }
  return out;
}

}  // namespace nba::cli
