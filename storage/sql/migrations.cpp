#include "storage/sql/migrations.hpp"

#include "pipeline/failpoint.hpp"
#include "pipeline/sha256.hpp"
#include "storage/sql/ownership.hpp"
#include "storage/sql/sql_error.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace nba::sql {
namespace {

[[noreturn]] void refuse(std::string message) {
  throw refused({failure_class::configuration, std::move(message), "schema_migrations"});
}

constexpr std::string_view bookkeeping_table =
    "CREATE TABLE schema_migrations (version integer NOT NULL PRIMARY KEY, name text NOT NULL, "
    "checksum text NOT NULL, applied_at {{timestamp}} NOT NULL)";

// Applies the first one that is missing. False when there was none.
bool apply_next(session& db, std::span<const migration> known) {
  db.begin(transaction_mode::write);
  db.lock_migrations();
  const auto steps = inspect_schema(db, known);
  const auto next = std::find_if(steps.begin(), steps.end(), [](const auto& step) { return !step.applied; });
  if (next == steps.end()) {
    db.rollback();
    return false;
  }
  db.check_place(true);
  NBA_FAILPOINT("migrate.before_step");
  if (!db.has_table("schema_migrations")) db.run_script(bookkeeping_statement(db.dialect()));
  db.put_mark();
  const auto& chosen = known[static_cast<std::size_t>(next - steps.begin())];
  db.run_script(chosen.sql);
  NBA_FAILPOINT("migrate.script_run");
  const cell_row row{integer(chosen.version), text(chosen.name), text(chosen.checksum), timestamp(utc_now())};
  db.execute("INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)", row);
  NBA_FAILPOINT("migrate.before_commit");
  db.commit();
  NBA_FAILPOINT("migrate.after_commit");
  return true;
}

}  // namespace

std::string put_words(std::string_view text, const dialect& words) {
  std::string out;
  for (;;) {
    const auto open = text.find("{{");
    out += text.substr(0, open);
    if (open == std::string_view::npos) return out;
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos) throw std::logic_error("migration: {{ without }}");
    const auto word = text.substr(open + 2, close - open - 2);
    const auto found =
        std::find_if(words.words.begin(), words.words.end(), [&](const auto& pair) { return pair.first == word; });
    if (found == words.words.end()) throw std::logic_error(fmt::format("migration: unknown word {}", word));
    out += found->second;
    text.remove_prefix(close + 2);
  }
}

std::string bookkeeping_statement(const dialect& words) { return put_words(bookkeeping_table, words); }

std::vector<migration> migrations_for(const dialect& words) {
  std::vector<migration> made;
  for (const auto& file : migration_files()) {
    auto sql = put_words(file.text, words);
    auto checksum = sha256_hex(sql);
    made.push_back({file.version, std::string(file.name), std::move(sql), std::move(checksum)});
  }
  return made;
}

std::vector<migration_step> compare_migrations(std::span<const migration> known,
                                               std::span<const applied_migration> applied) {
  std::vector<migration_step> steps;
  for (const auto& each : known) steps.push_back({each.version, each.name, false});
  for (const auto& row : applied) {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const migration& each) { return each.version == row.version; });
    if (found == known.end())
      refuse(
          fmt::format("the database has migration {} \"{}\", which this program does not know (it knows up to {}): "
                      "use the newer nba-scraper that made it, or another database",
                      row.version, row.name, known.empty() ? 0 : known.back().version));
    if (found->name != row.name || found->checksum != row.checksum)
      refuse(
          fmt::format("migration {} \"{}\" is not the one this database was made with (checksum {:.12}, expected "
                      "{:.12}): use the nba-scraper that made the database, or restore a backup",
                      row.version, row.name, row.checksum, found->checksum));
    steps[static_cast<std::size_t>(found - known.begin())].applied = true;
  }
  for (std::size_t i = 1; i < steps.size(); ++i)
    if (steps[i].applied && !steps[i - 1].applied)
      refuse(
          fmt::format("the database has migration {} but not {}: restore a backup of schema_migrations, or use "
                      "another database",
                      steps[i].version, steps[i - 1].version));
  return steps;
}

std::vector<applied_migration> read_applied_migrations(session& db) {
  std::vector<applied_migration> applied;
  if (!db.has_table("schema_migrations")) return applied;
  for (const auto& row : db.query("SELECT version, name, checksum FROM schema_migrations ORDER BY version").rows)
    applied.push_back({static_cast<int>(as_integer(row[0])), as_text(row[1]), as_text(row[2])});
  return applied;
}

std::vector<migration_step> apply_migrations(session& db) {
  const auto known = migrations_for(db.dialect());
  db.begin(transaction_mode::read);
  db.check_place(false);
  db.rollback();
  // Another process may apply some of them in between; each round looks anew. At most one round per migration.
  for (std::size_t round = 0; round < known.size() && apply_next(db, known); ++round) {
  }
  db.begin(transaction_mode::read);
  auto steps = inspect_schema(db, known);
  db.rollback();
  return steps;
}

}  // namespace nba::sql
