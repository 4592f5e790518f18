#include "tests/support/recorded_data.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <unistd.h>

namespace nba::test {
namespace fs = std::filesystem;

namespace {

std::string& reason() {
  static std::string text;
  return text;
}

std::nullopt_t missing(std::string why) {
  reason() = std::move(why);
  return std::nullopt;
}

// What a command says, and its exit code; the commands here say little.
int run(const std::string& command, std::string& said) {
  FILE* output = ::popen((command + " 2>&1").c_str(), "r");
  if (output == nullptr) return -1;
  char piece[256];
  while (std::fgets(piece, sizeof piece, output) != nullptr) said += piece;
  return ::pclose(output);
}

}  // namespace

std::optional<fs::path> recorded_data() {
  fs::path candidate;
  if (const char* set = std::getenv("NBA_RECORDED_DATA"))
    candidate = set;
  else
    candidate = fs::path(NBA_SOURCE_DIR) / ".." / "shared" / "data";
  std::error_code ignored;
  if (!fs::exists(candidate / "unpack.sh", ignored))
    return missing("no recorded data (set NBA_RECORDED_DATA or lay ../shared/data beside the checkout)");
  return fs::canonical(candidate);
}

std::optional<fs::path> unpacked_season(const std::string& season) {
  const auto data = recorded_data();
  if (!data) return std::nullopt;
  std::error_code failed;
  if (!fs::exists(*data / season, failed)) return missing("no recorded season " + season + " in " + data->string());
  const auto root = fs::temp_directory_path() / ("nba-recorded-" + std::to_string(::getuid()));
  const auto target = root / season;
  if (fs::exists(target / "complete", failed)) return target;
  // Unpack beside and rename, so that an interrupted or concurrent unpacking never leaves half a season.
  const auto partial = root / (season + "." + std::to_string(::getpid()));
  if (fs::create_directories(partial, failed); failed)
    return missing("cannot make " + partial.string() + ": " + failed.message());
  std::string said;
  if (run("'" + (*data / "unpack.sh").string() + "' '" + partial.string() + "' " + season, said) != 0) {
    fs::remove_all(partial, failed);
    return missing("the recorded season " + season + " cannot be unpacked: " + said);
  }
  std::ofstream(partial / "complete") << "\n";
  fs::rename(partial, target, failed);
  if (failed) fs::remove_all(partial, failed);
  return target;
}

std::string why_no_recorded_data() { return reason(); }

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

}  // namespace nba::test
