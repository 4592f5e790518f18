// What a database says of itself: whose it is, and whether its games are real or synthetic.
//
// Purpose: real games and games of the synthetic league never share a database, as they have the same ids.
// What a database holds stands in its table `meta`; of one made by an earlier version (without that table's row) the
// column `source` of its games tells. docs/adr/0100-a-database-knows-what-it-holds.md
// Threads: pure functions, and functions on a store.
// Errors: a failure's message names the database and the fix.
#pragma once

#include "pipeline/failure.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nba {

class store;

// `where` of a failure that says: the file of an SQLite database is not at its path any more, or not whole.
inline constexpr const char* moved_file_code = "SQLITE_MOVED";

// Where the games of a database come from.
enum class data_kind { real, synthetic };
std::string_view to_string(data_kind kind);
std::optional<data_kind> parse_data_kind(std::string_view text);
// Of the column `source`: "sim" is the synthetic league, every other one is real.
data_kind kind_of_source(std::string_view source);

struct database_contents {
  std::optional<data_kind> stated;  // by `meta`
  std::string made_by;              // "nba-scraper 1.0 (1a2b3c)"; empty when nothing says so
  // Counted only where nothing is stated.
  std::int64_t real_games = 0;
  std::int64_t synthetic_games = 0;

  bool is_mixed() const { return !stated && real_games > 0 && synthetic_games > 0; }
  // What it holds; nullopt for a database without games (and for a mixed one).
  std::optional<data_kind> kind() const;
};

// Why games of this kind may not be written there (class configuration); nullopt when they may. `database` is the
// store's description.
std::optional<failure> refuse_mix(const database_contents& held, data_kind wanted, std::string_view database);

// What kept a database from being taken.
struct database_refusal {
  bool mixes = false;  // real and synthetic games would be in one database: exit code 120, else 121
  failure why;
};
// What every command does first that brings games from a source: refuses a database of the other kind before anything
// is changed, and migrates. nullopt: done.
std::optional<database_refusal> prepare_database(store& database, data_kind kind, std::string_view made_by);
// Then, once the source has shown that it is of this kind and before anything of it is written: says what the database
// is for. nullopt: done.
std::optional<database_refusal> claim_database(store& database, data_kind kind, std::string_view made_by);
// Both at once, where no source is asked.
std::optional<database_refusal> take_database(store& database, data_kind kind, std::string_view made_by);

}  // namespace nba
