// Runs every file of the corpus and every regression through its target, without libFuzzer: in every build.
//
//   fuzz_smoke FOLDER...    each with one folder a target: FOLDER/schedule/accepted-moved.json
//
// A file called accepted-* must be accepted and one called refused-* must not: seeds that rot would fuzz nothing.
// Exit codes: 0 all hold; 1 a property is broken, or a target has no file.
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// Exactly as large as the file, so that AddressSanitizer sees a read after its end.
struct exact_bytes {
  std::unique_ptr<char[]> data;
  std::size_t size = 0;
  std::string_view view() const { return {data.get(), size}; }
};

exact_bytes read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error("cannot be read");
  const auto held = std::move(text).str();
  exact_bytes bytes{std::make_unique<char[]>(held.size()), held.size()};
  std::copy(held.begin(), held.end(), bytes.data.get());
  return bytes;
}

bool holds(const nba::fuzz::target& target, const fs::path& file) {
  const auto name = file.filename().string();
  // Told beforehand: a sanitizer ends the process.
  std::printf("%.*s %s\n", static_cast<int>(target.name.size()), target.name.data(), file.c_str());
  std::fflush(stdout);
  try {
    const bool accepted = target.run(read(file).view());
    if (!accepted && name.starts_with("accepted-")) throw std::runtime_error("should be accepted, was refused");
    if (accepted && name.starts_with("refused-")) throw std::runtime_error("should be refused, was accepted");
    return true;
  } catch (const std::exception& error) {
    std::printf("  FAILED: %s\n", error.what());
    return false;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t ran = 0, failed = 0;
  for (const auto& target : nba::fuzz::all_targets()) {
    std::size_t of_target = 0;
    for (int i = 1; i < argc; ++i)
      for (const auto& file : files_below(fs::path(argv[i]) / target.name)) {
        ++of_target;
        if (!holds(target, file)) ++failed;
      }
    if (of_target == 0) {
      std::printf("target %s has no file\n", std::string(target.name).c_str());
      ++failed;
    }
    ran += of_target;
  }
  std::printf("%zu files, %zu failures\n", ran, failed);
  return failed == 0 ? 0 : 1;
}
