// The few words in which databases differ. Each has its own beside its session (storage/NAME/session.hpp).
//
// Threads: constants.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace nba::sql {

struct dialect {
  std::string_view name;  // "sqlite", "postgresql"
  // After a SELECT: hold the rows until the transaction ends. SQLite has one writer at a time and needs none.
  std::string_view for_update;
  // The same against deleting and FOR UPDATE only: others may do so too, and may change what is no key.
  std::string_view for_key_share;
  // Whether a parameter in a VALUES list needs its type said.
  bool casts_parameters;
  // COMMENT ON tables and columns.
  bool has_comments;
  // ALTER TABLE changes types, keys and constraints of columns.
  bool alters_columns;
  // What a person does where the place is another program's.
  std::string_view elsewhere;
  // Words of the migrations: `{{timestamp}}` and so on, see storage/migrations/README.md.
  std::array<std::pair<std::string_view, std::string_view>, 12> words;
};

}  // namespace nba::sql
