// What the database says of itself, and damage.
#include "storage/sql/ownership.hpp"
#include "storage/sql/sql_store.hpp"

#include <algorithm>

namespace nba::sql {
namespace {

constexpr std::string_view project = "nba-scraper";

database_contents read_meta(session& db) {
  database_contents held;
  for (const auto& row : db.query("SELECT key, value FROM meta WHERE key IN ('source_kind', 'made_by')").rows) {
    if (as_text(row[0]) == "source_kind")
      held.stated = parse_data_kind(as_text(row[1]));
    else
      held.made_by = as_text(row[1]);
  }
  return held;
}

void count_games(session& db, database_contents& held) {
  const auto found = db.query(
      "SELECT CASE WHEN source = 'sim' THEN 1 ELSE 0 END AS synthetic, COUNT(*) FROM games "
      "GROUP BY CASE WHEN source = 'sim' THEN 1 ELSE 0 END");
  for (const auto& row : found.rows)
    (as_integer(row[0]) != 0 ? held.synthetic_games : held.real_games) = as_integer(row[1]);
}

// Nothing is asked of tables that are not ours.
database_contents contents_of(session& db) {
  const auto steps = inspect_schema(db, migrations_for(db.dialect()));
  database_contents held;
  if (steps.empty() || !steps.front().applied) return held;
  if (db.has_table("meta")) held = read_meta(db);
  if (!held.stated && db.has_table("games")) count_games(db, held);
  return held;
}

void state(session& db, std::string_view key, std::string_view value) {
  const cell_row row{text(key), text(value)};
  db.execute("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING", row);
}

}  // namespace

result<std::optional<read_only_reason>> sql_store::why_read_only() {
  return transact(transaction_mode::read, [&] { return db_->why_read_only(); });
}

result<void> sql_store::check_place() {
  return transact(transaction_mode::read, [&] {
    const auto steps = inspect_schema(*db_, migrations_for(db_->dialect()));
    db_->check_place(std::any_of(steps.begin(), steps.end(), [](const auto& step) { return !step.applied; }));
  });
}

result<database_contents> sql_store::read_contents() {
  return transact(transaction_mode::read, [&] { return contents_of(*db_); });
}

result<database_contents> sql_store::claim(std::optional<data_kind> kind, std::string_view made_by) {
  // Most of the time all of it stands there already, and the writer's place is left alone.
  auto held = read_contents();
  if (!held || (held->stated && !held->made_by.empty())) return held;
  return transact(transaction_mode::write, [&] {
    db_->lock_migrations();
    auto now = contents_of(*db_);
    if (!now.stated && !now.is_mixed())
      if (const auto known = now.kind() ? now.kind() : kind) {
        state(*db_, "source_kind", to_string(*known));
        now.stated = known;
      }
    state(*db_, "schema", project);
    state(*db_, "made_by", made_by);
    return now;
  });
}

result<std::vector<std::string>> sql_store::find_damage(bool thorough) {
  return answer([&] { return db_->find_damage(thorough); });
}

}  // namespace nba::sql
