// nba-scraper-manual: writes what is made from the program's tables into a folder. Part of the build, never installed.
//
//   nba-scraper-manual FOLDER
//
// Writes nba-scraper.1, nba-scraper-config.5, nba-scraper.bash, _nba-scraper, nba-scraper.fish and config.toml.
// Exit codes: 0 all written, 1 one could not be, 2 wrong arguments.
#include "cli/app.hpp"
#include "cli/manual/completion.hpp"
#include "cli/manual/man_page.hpp"
#include "cli/manual/sample_config.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

int main(int argc, char** argv) {
  using namespace nba::cli;
  if (argc != 2) {
    std::fprintf(stderr, "usage: nba-scraper-manual FOLDER\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  const auto program = describe_program();
  // Without the revision: a commit that changes nothing of this leaves the files as they are.
  const auto full = program_version();
  const auto version = full.substr(0, full.find(" ("));
  const std::vector<std::pair<const char*, std::string>> files{
      {"nba-scraper.1", command_man_page(program, version)}, {"nba-scraper-config.5", settings_man_page(version)},
      {"nba-scraper.bash", bash_completion(program)},        {"_nba-scraper", zsh_completion(program)},
      {"nba-scraper.fish", fish_completion(program)},        {"config.toml", sample_config()},
  };
  for (const auto& [name, text] : files) {
    std::ofstream file{folder / name, std::ios::binary | std::ios::trunc};
    file << text;
    file.close();
    if (!file) {
      std::fprintf(stderr, "nba-scraper-manual: cannot write %s\n", (folder / name).c_str());
      return 1;
    }
  }
  return 0;
}
