// `db check|migrate|dictionary`: the database's schema.
#pragma once

#include "cli/context.hpp"

namespace nba::cli {

struct db_options {
  bool json = false;
};

// Exit code 0 when every migration is applied, 1 when some are pending, 121 when the database cannot be used.
int run_db_check(const context& with, const db_options& options);
int run_db_migrate(const context& with, const db_options& options);
// What every table, view and column holds, as Markdown or JSON. Needs no database.
int run_db_dictionary(const context& with, const db_options& options);

}  // namespace nba::cli
