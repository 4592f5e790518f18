#include "cli/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>

namespace nba::cli {
namespace {

failure unusable_secret(const std::string& path, std::string_view why) {
  return {failure_class::configuration, fmt::format("the secret in {} cannot be used: {}", path, why), path};
}

class secret_descriptor {
 public:
  // Without waiting for a writer, should it be a pipe.
  explicit secret_descriptor(const std::string& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~secret_descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  secret_descriptor(const secret_descriptor&) = delete;
  secret_descriptor& operator=(const secret_descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

bool lies_below(std::string_view path, std::string_view folder) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return !folder.empty() && path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/' &&
         path.find("/../") == std::string_view::npos;
}

// nullopt when nobody else may read it.
std::optional<std::string> too_open(mode_t mode, bool is_credential) {
  const mode_t others_may = mode & 0777 & ~mode_t{is_credential ? 0740u : 0700u};
  if (others_may == 0) return std::nullopt;
  return fmt::format("its mode is {:04o}, so others than its owner can get at it; chmod 600", mode & 07777);
}

}  // namespace

result<std::string> read_secret_file(const std::string& path, const std::optional<std::string>& credentials_directory) {
  const secret_descriptor file{path};
  struct stat info {};
  if (file.number() < 0 || ::fstat(file.number(), &info) != 0) return unusable_secret(path, std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return unusable_secret(path, "it is no regular file");
  const bool is_credential = credentials_directory && lies_below(path, *credentials_directory);
  if (const auto problem = too_open(info.st_mode, is_credential)) return unusable_secret(path, *problem);
  std::string text(secret_bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(file.number(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unusable_secret(path, std::strerror(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  if (text.size() > secret_bytes_max)
    return unusable_secret(path, fmt::format("it is longer than {} bytes", secret_bytes_max));
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  if (text.empty()) return unusable_secret(path, "it is empty");
  for (const unsigned char byte : text)
    if (byte < 0x20) return unusable_secret(path, "it has more than one line, or a control character");
  return text;
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
