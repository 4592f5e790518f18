#include "cli/export_folder.hpp"

#include "pipeline/plan/game_id.hpp"
#include "storage/store.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

namespace nba::cli {
namespace {

constexpr std::string_view unfinished_ending = ".part";
constexpr std::size_t random_digits = 8;
constexpr int names_tried_max = 100;
// Of a manifest: some thirty kilobytes a season.
constexpr off_t small_file_bytes = 16 << 20;

int open_folder(const std::filesystem::path& path) {
  std::filesystem::create_directories(path);
  return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

// In front of the last slash: empty, or the season.
std::string_view parent_of(std::string_view name) {
  const auto slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
}

}  // namespace

std::string finished_name(std::string_view unfinished) {
  const auto parent = parent_of(unfinished);
  const std::string prefix{unfinished.substr(0, parent.empty() ? 0 : parent.size() + 1)};
  auto name = unfinished.substr(prefix.size());
  constexpr auto tail = 1 + random_digits + unfinished_ending.size();  // ".1a2b3c4d.part"
  if (name.size() <= 1 + tail || name.front() != '.' || !name.ends_with(unfinished_ending)) return {};
  const auto digits = name.substr(name.size() - tail + 1, random_digits);
  if (name[name.size() - tail] != '.' || digits.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return {};
  return prefix + std::string{name.substr(1, name.size() - 1 - tail)};
}

owned_descriptor::~owned_descriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int owned_descriptor::release() noexcept {
  const int held = descriptor_;
  descriptor_ = -1;
  return held;
}

export_folder::export_folder(std::filesystem::path path, mode_t mode)
    : path_(std::move(path)), mode_(mode), folder_(open_folder(path_)) {
  if (folder_.get() < 0) fail("open the folder", "");
  // On a file system without such locks the export goes on without one.
  if (::flock(folder_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    throw folder_in_use(
        fmt::format("another export is writing into {}; wait for it, or choose another --output", path_.string()));
}

void export_folder::fail(std::string_view what, std::string_view name) const {
  throw std::runtime_error(
      fmt::format("cannot {} {}: {}", what, (name.empty() ? path_ : path_ / name).string(), std::strerror(errno)));
}

// A link in the season's place is replaced, as that of a file is.
export_folder::place export_folder::find(std::string_view name, bool make) const {
  const std::string season{parent_of(name)};
  if (season.empty()) return {owned_descriptor{}, folder_.get(), std::string{name}};
  if (!parse_season(season)) throw std::runtime_error(fmt::format("{} is no season's folder of an export", season));
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  int opened = ::openat(folder_.get(), season.c_str(), flags);
  if (opened < 0 && make) {
    struct stat info {};
    if (::fstatat(folder_.get(), season.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode))
      ::unlinkat(folder_.get(), season.c_str(), 0);
    if (::mkdirat(folder_.get(), season.c_str(), 0777) != 0) fail("make the folder", season);
    opened = ::openat(folder_.get(), season.c_str(), flags);
    if (opened < 0) fail("open the folder", season);
  }
  return {owned_descriptor{opened}, opened, std::string{name.substr(season.size() + 1)}};
}

bool export_folder::has(std::string_view name) const {
  const auto at = find(name, false);
  struct stat info {};
  return at.folder >= 0 && ::fstatat(at.folder, at.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
}

void export_folder::remove(std::string_view name) const {
  {
    const auto at = find(name, false);
    if (at.folder < 0) return;
    if (::unlinkat(at.folder, at.name.c_str(), 0) != 0 && errno != ENOENT) fail("remove", name);
  }
  const std::string season{parent_of(name)};
  if (!season.empty()) ::unlinkat(folder_.get(), season.c_str(), AT_REMOVEDIR);  // unless there is something in it
}

std::string export_folder::read(std::string_view name) const {
  const auto at = find(name, false);
  const owned_descriptor file{
      at.folder < 0 ? -1 : ::openat(at.folder, at.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  struct stat info {};
  if (file.get() < 0 || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > small_file_bytes)
    return {};
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  const auto got = ::pread(file.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

file_names export_folder::names() const {
  file_names found;
  for (const auto& entry : std::filesystem::directory_iterator{path_}) {
    const auto name = entry.path().filename().string();
    if (!parse_season(name) || entry.is_symlink() || !entry.is_directory())
      found.insert(name);
    else
      for (const auto& inner : std::filesystem::directory_iterator{entry.path()})
        found.insert(name + "/" + inner.path().filename().string());
  }
  return found;
}

export_folder::unfinished export_folder::create(std::string_view for_name) const {
  const auto at = find(for_name, true);
  const auto prefix = for_name.substr(0, for_name.size() - at.name.size());
  std::random_device random;
  for (int i = 0; i < names_tried_max; ++i) {
    auto name = fmt::format(".{}.{:0{}x}{}", at.name, random(), random_digits, unfinished_ending);
    const int file = ::openat(at.folder, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_);
    if (file >= 0) return {fmt::format("{}{}", prefix, name), owned_descriptor{file}};
    if (errno != EEXIST) fail("create", for_name);
  }
  fail("create", for_name);
}

void export_folder::publish(const unfinished& file, std::string_view name) const {
  if (::fsync(file.file.get()) != 0) fail("write", name);
  const auto from = find(file.name, false), to = find(name, true);
  if (::renameat(from.folder, from.name.c_str(), to.folder, to.name.c_str()) != 0) fail("put in its place", name);
  ::fsync(to.folder);  // not every file system can
  ::fsync(folder_.get());
}

mode_t export_file_mode(const std::string& text) {
  constexpr mode_t private_to_owner = 0600, all_read_and_write = 0666;
  const auto url = parse_database_url(text);
  struct stat info {};
  if (!url || !url->kind().is_file || ::stat(url->path.c_str(), &info) != 0) return private_to_owner;
  return (info.st_mode & all_read_and_write) | private_to_owner;
}

}  // namespace nba::cli
