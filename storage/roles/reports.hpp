// What reports, exports and people read.
// One role of the store; threads and errors: storage/store.hpp.
#pragma once

#include "pipeline/plan/game_id.hpp"
#include "pipeline/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace nba {

struct season_progress_row {
  nba::season season;
  game_type type = game_type::regular;
  std::int64_t planned = 0;  // all games of the lane
  std::int64_t done = 0, loaded = 0, parked = 0, waived = 0, unavailable = 0, postponed = 0, cancelled = 0,
               not_final = 0;
  std::optional<std::string> watermark;
  // Largest id the watermark could ever reach, and how many planned games lie above it.
  std::string last_game_id;
  std::int64_t lag_games = 0;
};

// Part of a table or view, for export: of these games, else of this season, else all of it.
struct table_slice {
  std::string table;  // as the data dictionary names it
  std::vector<nba::game_id> games = {};
  std::optional<nba::season> season = {};
};
// NULL, integer (and yes/no as 1 and 0), real, text (dates and instants as ISO text).
using table_value = std::variant<std::monostate, std::int64_t, double, std::string>;
struct table_rows {
  std::vector<std::string> columns;
  std::vector<std::vector<table_value>> rows;
};

// What `season_report` would be made from, in short: another value means that something of the season has changed. Not
// covered: dead letters and checkpoints, which are few and read as they are.
struct season_stamp {
  nba::season season;
  std::string value;
};

struct table_count {
  std::string table;
  std::int64_t rows = 0;
};

class report_store {
 public:
  virtual ~report_store() = default;

  virtual result<std::vector<season_progress_row>> read_progress(std::optional<nba::season> only) = 0;
  // Of each season that has planned games, the oldest first. One pass over plan and ledger.
  virtual result<std::vector<season_stamp>> read_season_stamps() { return std::vector<season_stamp>{}; }
  virtual result<std::vector<table_count>> count_rows() = 0;
  // Rows in the order of the table's first columns, which are its key. Refused for a table that the data dictionary
  // does not have, and for a season of a table without that column.
  virtual result<table_rows> read_table(const table_slice& slice) = 0;
  // Runs a read-only query and answers header and rows as text (NULL is empty); for the quickstart's sample queries and
  // for tests. At most `rows_max` rows.
  virtual result<std::vector<std::vector<std::string>>> query_text(const std::string& sql, std::size_t rows_max) = 0;
};

}  // namespace nba
