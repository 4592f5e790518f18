#include "tests/unit/cli/support.hpp"

#include "cli/app.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace nba::cli::test {

outcome run(const std::vector<std::string>& arguments, const environment& variables) {
  std::ostringstream out, err;
  const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  const int code = run_app(arguments, {out, err}, lookup);
  return {code, out.str(), err.str()};
}

temporary_folder::temporary_folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "nba-cli-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  path_ = pattern;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string temporary_folder::write(const std::string& name, std::string_view text) const {
  const auto path = path_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

void temporary_folder::execute(const std::string& name, const std::string& sql) const {
  sqlite3* database = nullptr;
  const int opened = sqlite3_open((path_ / name).c_str(), &database);
  const int done = opened == SQLITE_OK ? sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) : opened;
  const std::string problem = done == SQLITE_OK ? "" : sqlite3_errmsg(database);
  sqlite3_close(database);
  if (done != SQLITE_OK) throw std::runtime_error(problem);
}

std::string temporary_folder::sqlite_url(const std::string& name) const {
  return "sqlite:///" + (path_ / name).string();
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string{text}};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace nba::cli::test
