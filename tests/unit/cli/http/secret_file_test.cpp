#include "cli/secret_file.hpp"

#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

using namespace nba;
using namespace nba::cli;
using nba::cli::test::contains;

TEST_CASE("a secret's file is its owner's alone, but for systemd's credentials, which may be the group's") {
  const nba::cli::test::temporary_folder folder;
  const auto file = folder.write("token", "  secret word \nsecond line\n");
  const auto credentials = folder.path().string();
  struct row {
    mode_t mode;
    bool here, as_credential;
  };
  for (const auto& [mode, here, as_credential] :
       {row{0600, true, true}, row{0400, true, true}, row{0440, false, true}, row{0640, false, true},
        row{0644, false, false}, row{0444, false, false}, row{0604, false, false}}) {
    CAPTURE(mode);
    ::chmod(file.c_str(), mode);
    const auto plain = read_secret_file(file, "http.token_file", "");
    CHECK(plain.has_value() == here);
    if (plain) CHECK(*plain == "secret word");
    if (!plain) {
      CHECK(contains(plain.error().message, "chmod 600"));
      CHECK_FALSE(contains(plain.error().message, "secret word"));
    }
    CHECK(read_secret_file(file, "x", credentials).has_value() == as_credential);
  }
  ::chmod(file.c_str(), 0440);
  CHECK_FALSE(read_secret_file(file, "x", credentials + "/other"));
}

TEST_CASE("a secret's file that is empty, large, or none at all is named with its setting") {
  const nba::cli::test::temporary_folder folder;
  const auto refusal = [&](const std::string& path) {
    ::chmod(path.c_str(), 0600);
    const auto read = read_secret_file(path, "http.token_file", "");
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == failure_class::configuration);
    CHECK(contains(read.error().message, "http.token_file: the file " + path));
    return read.error().message;
  };
  CHECK(contains(refusal(folder.write("empty", "\n")), "is empty"));
  CHECK(contains(refusal(folder.write("large", std::string(secret_bytes_max + 1, 'x'))), "is larger than"));
  CHECK(contains(refusal(folder.path().string() + "/none"), "No such file"));
  std::string folder_itself = folder.path().string();
  CHECK(contains(read_secret_file(folder_itself, "x", "").error().message, "not a regular file"));
}
