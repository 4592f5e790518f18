#include "tests/support/recorded_data.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <unistd.h>

namespace nba::test {
namespace fs = std::filesystem;

std::optional<fs::path> recorded_data() {
  fs::path candidate;
  if (const char* set = std::getenv("NBA_RECORDED_DATA"))
    candidate = set;
  else
    candidate = fs::path(NBA_SOURCE_DIR) / ".." / "shared" / "data";
  std::error_code ignored;
  if (!fs::exists(candidate / "unpack.sh", ignored)) return std::nullopt;
  return fs::canonical(candidate);
}

std::optional<fs::path> unpacked_season(const std::string& season) {
  const auto data = recorded_data();
  if (!data || !fs::exists(*data / season)) return std::nullopt;
  const auto root = fs::temp_directory_path() / ("nba-recorded-" + std::to_string(::getuid()));
  const auto target = root / season;
  if (fs::exists(target / "complete")) return target;
  // Unpack beside and rename, so that an interrupted or concurrent unpacking never leaves half a season.
  const auto partial = root / (season + "." + std::to_string(::getpid()));
  fs::create_directories(partial);
  const auto command = "'" + (*data / "unpack.sh").string() + "' '" + partial.string() + "' " + season + " >/dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("cannot unpack recorded season " + season);
  std::ofstream(partial / "complete") << "\n";
  std::error_code raced;
  fs::rename(partial, target, raced);
  if (raced) fs::remove_all(partial);
  return target;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

}  // namespace nba::test
