// A small synthetic season in a database, its games in whatever states a test wants.
//
// The rows are real: league documents through the transformer and the derivation, written by the store.
// Threads: one.
#pragma once

#include "bench/fake_nba/league.hpp"
#include "pipeline/derive/derive.hpp"
#include "storage/store.hpp"
#include "tests/unit/cli/support.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nba::cli::test {

class sample_season {
 public:
  static constexpr int regular_games = 12;
  static constexpr const char* run_id = "20241008T060001Z-sample";

  // Creates and migrates the database, and writes the plan. `playoffs`: after the regular season.
  explicit sample_season(const std::string& url, bool playoffs = false);

  nba::store& database() { return *store_; }
  const std::vector<planned_game>& games() const { return games_; }
  const game_id& id(std::size_t position) const { return games_.at(position).id; }

  void load(std::size_t position);      // core rows
  void complete(std::size_t position);  // and derived rows: done
  void park(std::size_t position, const std::string& stage, const failure& why);
  void set_state(std::size_t position, game_state state, int attempts = 1);

 private:
  game_rows rows_of(const game_id& id) const;

  std::shared_ptr<const league> league_;
  std::vector<planned_game> games_;
  std::unique_ptr<season_travel> travel_;
  std::unique_ptr<nba::store> store_;
};

// A sample season in an SQLite file of its own, and commands on it. Fixtures of tests are made of it.
struct season_on_disk {
  temporary_folder folder;
  std::string url = folder.sqlite_url();
  sample_season season{url};

  outcome on(std::vector<std::string> words) const {
    words.insert(words.end(), {"--database", url});
    return run(words);
  }
};

}  // namespace nba::cli::test
