// What the end-to-end tests share: the real program, a league behind a real server, and both stores.
//
// Threads: used by the test's thread.
#pragma once

#include "bench/fake_nba/server.hpp"
#include "storage/store.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/dump.hpp"
#include "tests/support/postgres_cluster.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nba::test {

struct scene_settings {
  league_settings league;
  latency_model latency = {};
  std::vector<fault_rule> faults = {};
};

// A short season of the synthetic league (a few dozen games over the whole calendar) on a free loopback port.
class scene {
 public:
  explicit scene(int regular_games = 60, std::vector<fault_rule> faults = {});
  explicit scene(scene_settings settings);

  fake_nba_server& server() { return *server_; }
  const nba::league& league() const { return *league_; }
  const temporary_folder& folder() const { return folder_; }

  // Runs `nba-scraper ARGUMENTS --database URL` against the server.
  process_result run(const std::string& database, std::vector<std::string> arguments,
                     std::map<std::string, std::string> environment = {}) const;
  std::unique_ptr<child_process> start(const std::string& database, std::vector<std::string> arguments,
                                       std::map<std::string, std::string> environment = {}) const;

  // A new, empty database of a backend ("sqlite", "postgresql").
  std::string new_database(const std::string& backend) const;
  // Frees its disk space: for tests that make hundreds.
  void drop_database(const std::string& database) const;

 private:
  std::map<std::string, std::string> environment_of(const std::string& database) const;
  temporary_folder folder_;
  std::shared_ptr<const nba::league> league_;
  std::unique_ptr<fake_nba_server> server_;
  mutable int databases_ = 0;
};

std::unique_ptr<store> open(const std::string& database);
store_dump dump(const std::string& database);
// A statement behind the program's back.
void change(const std::string& database, const std::string& sql);
// What a command prints without the line breaks: every run of white space is one blank.
std::string unwrapped(const std::string& text);
// First value of the first row.
std::string ask(const std::string& database, const std::string& sql);

inline const std::vector<std::string> backfill{"schedule", "backfill", "--season", "2024-25", "--chunk-days", "20"};

}  // namespace nba::test
