// Where the recorded seasons lie, if they do.
//
// They are not part of the project: a test that needs them calls `recorded_data()` and, when it answers nullopt, says
// that it skips (`NBA_SKIP_WITHOUT_RECORDED_DATA`).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace nba::test {

// $NBA_RECORDED_DATA, else ../shared/data beside the checkout, when it holds unpack.sh.
std::optional<std::filesystem::path> recorded_data();

// Unpacks the season once per machine boot into a folder under the system's temporary directory and answers the folder
// laid out as the hosts serve it (static/json/liveData/..., stats/...). nullopt without recorded data, and where it
// cannot be unpacked (no xz, no room).
std::optional<std::filesystem::path> unpacked_season(const std::string& season);

// Why the last of these calls answered nullopt.
std::string why_no_recorded_data();

// The whole file. Throws std::runtime_error when it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace nba::test

#define NBA_SKIP_WITHOUT_RECORDED_DATA(path)                     \
  do {                                                           \
    if (!(path)) {                                               \
      MESSAGE("SKIPPED: " << nba::test::why_no_recorded_data()); \
      return;                                                    \
    }                                                            \
  } while (false)
