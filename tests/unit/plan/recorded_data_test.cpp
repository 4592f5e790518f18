#include "tests/support/recorded_data.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <optional>

#include <unistd.h>

using namespace nba::test;
namespace fs = std::filesystem;

namespace {

// Recorded data of our own while it lives: one season that nobody has, and an unpack.sh.
class staged_data {
 public:
  explicit staged_data(const std::string& script)
      : folder_(fs::temp_directory_path() / ("nba-staged-data-" + std::to_string(::getpid()))) {
    if (const char* before = std::getenv(variable)) before_ = before;
    fs::create_directories(folder_ / "1901-02");
    std::ofstream(folder_ / "unpack.sh") << "#!/bin/sh\n" << script << "\n";
    fs::permissions(folder_ / "unpack.sh", fs::perms::owner_all);
    ::setenv(variable, folder_.c_str(), 1);
  }
  ~staged_data() {
    if (before_)
      ::setenv(variable, before_->c_str(), 1);
    else
      ::unsetenv(variable);
    fs::remove_all(folder_);
  }
  staged_data(const staged_data&) = delete;
  staged_data& operator=(const staged_data&) = delete;

 private:
  static constexpr const char* variable = "NBA_RECORDED_DATA";
  fs::path folder_;
  std::optional<std::string> before_;
};

bool says(const std::string& piece) { return why_no_recorded_data().find(piece) != std::string::npos; }

}  // namespace

TEST_CASE("a season that cannot be unpacked is no season, with the reason") {
  const staged_data data{"echo 'xz: not found' >&2; exit 127"};
  CHECK_FALSE(unpacked_season("1901-02"));
  CHECK(says("1901-02"));
  CHECK(says("xz: not found"));
}

TEST_CASE("a season that was not recorded is no season either") {
  const staged_data data{"exit 0"};
  CHECK_FALSE(unpacked_season("1902-03"));
  CHECK(says("no recorded season 1902-03"));
}
