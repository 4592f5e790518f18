// Opening the database that the settings name.
//
// Commands that read never create one: a database that is not there yet is a message that names the command to run, and
// exit code 121.
// Threads: the store that comes back belongs to the caller's thread.
#pragma once

#include "cli/context.hpp"
#include "storage/store.hpp"

#include <functional>
#include <memory>
#include <string>

namespace nba::cli {

enum class schema_check {
  complete,  // every migration applied, else 121
  any,       // whatever is there (db check, doctor)
};

struct opened_database {
  std::unique_ptr<nba::store> store;
  int exit_code = exit_success;  // what the command returns when there is no store; the reason is printed already
  explicit operator bool() const noexcept { return store != nullptr; }
};
// An existing database.
opened_database open_existing(const context& with, schema_check check = schema_check::complete);
// The same for a command that changes rows without bringing games from a source (derive, watermark set). One that is
// told a --source of the other kind than the database's games is refused (120); without one it takes the database as it
// is.
opened_database open_to_change(const context& with);
// One more connection to the database that is open already, for another thread.
result<std::unique_ptr<nba::store>> open_another(const context& with);
// For `db migrate`: creates an SQLite file when missing, migrates, and writes down what it is for where that is known.
opened_database open_or_create(const context& with);

// Takes the session's next lock through `database`. 122 when another run holds it (told, with the fix), 121 for a
// failure of the database, 130 when `stopped` says that a signal came meanwhile.
int take_lock(const context& with, nba::store& database, const std::string& stage, const std::string& key);
// Where the session's locks are. Before the first of them.
result<void> place_locks(const context& with, std::function<bool()> stopped = nullptr);

// A failure of opening, of the schema or of rows, as an exit code: 121, as everywhere.
int fail_database(const context& with, const failure& why);

// "cannot open the database sqlite:///nba.db: WHY. WHAT TO DO".
std::string describe_unopened(const database_url& url, const failure& why);
// False only for an SQLite file that is not there.
bool database_exists(const database_url& url);
store_options store_options_of(const settings& values);
lock_settings lock_settings_of(const settings& values);

}  // namespace nba::cli
