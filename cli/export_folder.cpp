#include "cli/export_folder.hpp"

#include "storage/dictionary.hpp"
#include "storage/store.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

namespace nba::cli {
namespace {

constexpr std::string_view unfinished_ending = ".part";
constexpr std::array<std::string_view, 4> extensions{".csv", ".jsonl", ".csv.gz", ".jsonl.gz"};
constexpr int names_tried_max = 100;

int open_folder(const std::filesystem::path& path) {
  std::filesystem::create_directories(path);
  return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

bool is_table_file(std::string_view name) {
  const auto& tables = data_dictionary();
  return std::any_of(tables.begin(), tables.end(), [&](const auto& table) {
    return name.starts_with(table.name) &&
           std::find(extensions.begin(), extensions.end(), name.substr(table.name.size())) != extensions.end();
  });
}

// ".games.csv.1a2b3c4d.part"
bool is_unfinished_file(std::string_view name) {
  if (!name.starts_with('.') || !name.ends_with(unfinished_ending)) return false;
  name.remove_prefix(1);
  name.remove_suffix(unfinished_ending.size());
  const auto of = name.substr(0, name.rfind('.'));
  return is_table_file(of) || of == "manifest.json";
}

}  // namespace

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

bool export_folder::has(std::string_view name) const {
  struct stat info {};
  return ::fstatat(folder_.get(), std::string(name).c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
}

void export_folder::remove(std::string_view name) const {
  if (::unlinkat(folder_.get(), std::string(name).c_str(), 0) != 0 && errno != ENOENT) fail("remove", name);
}

void export_folder::remove_others(const std::set<std::string, std::less<>>& kept) const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{path_}) names.push_back(entry.path().filename());
  for (const auto& name : names)
    if (is_unfinished_file(name) || (is_table_file(name) && !kept.contains(name))) remove(name);
}

export_folder::unfinished export_folder::create(std::string_view for_name) const {
  std::random_device random;
  for (int i = 0; i < names_tried_max; ++i) {
    auto name = fmt::format(".{}.{:08x}{}", for_name, random(), unfinished_ending);
    const int file = ::openat(folder_.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_);
    if (file >= 0) return {std::move(name), owned_descriptor{file}};
    if (errno != EEXIST) fail("create", for_name);
  }
  fail("create", for_name);
}

void export_folder::publish(const unfinished& file, std::string_view name) const {
  if (::fsync(file.file.get()) != 0) fail("write", name);
  if (::renameat(folder_.get(), file.name.c_str(), folder_.get(), std::string(name).c_str()) != 0)
    fail("put in its place", name);
  ::fsync(folder_.get());  // not every file system can
}

mode_t export_file_mode(const std::string& text) {
  constexpr mode_t private_to_owner = 0600, all_read_and_write = 0666;
  const auto url = parse_database_url(text);
  struct stat info {};
  if (!url || !url->kind().is_file || ::stat(url->path.c_str(), &info) != 0) return private_to_owner;
  return (info.st_mode & all_read_and_write) | private_to_owner;
}

}  // namespace nba::cli
