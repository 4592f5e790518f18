#include "storage/sql/game_batch.hpp"

#include "pipeline/failpoint.hpp"
#include "storage/sql/dead_letters.hpp"
#include "storage/sql/row_digest.hpp"
#include "storage/sql/sql_error.hpp"
#include "storage/sql/stored_checks.hpp"
#include "storage/sql/table_shape.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace nba::sql {
namespace {

const game_id& id_of(const core_write& write) { return write.rows->game.game_id; }
const game_id& id_of(const derived_write& write) { return write.game_id; }

[[noreturn]] void refuse(std::string message) {
  throw refused({failure_class::internal, std::move(message), "write_games"});
}

void check(const core_write& write) {
  if (!write.rows || id_of(write).empty()) refuse("core rows without a game id");
  if (write.payload_sha256.empty()) refuse(fmt::format("game {}: core rows without a digest", id_of(write).str()));
}

void check(const derived_write& write) {
  if (!write.rows || write.game_id.empty()) refuse("derived rows without a game id");
  if (write.tables.empty()) refuse(fmt::format("game {}: derived rows for no table", write.game_id.str()));
  if (write.rules_version < 1)
    refuse(fmt::format("game {}: rules version {} is not positive", write.game_id.str(), write.rules_version));
}

// Runs a statement with "{}" where its list of ids belongs, in slices of few sizes so that few statements are
// prepared; a slice is filled up by repeating its last id.
template <class Run>
void for_id_slices(const std::vector<std::string>& ids, std::string_view statement, std::string_view behind, Run run) {
  constexpr std::array<std::size_t, 3> sizes{1, 8, 64};
  for (std::size_t from = 0; from < ids.size();) {
    const auto left = ids.size() - from;
    const auto fitting = std::find_if(sizes.begin(), sizes.end(), [&](std::size_t each) { return each >= left; });
    const auto size = fitting == sizes.end() ? sizes.back() : *fitting;
    std::string list;
    cell_row values;
    for (std::size_t i = 0; i < size; ++i) {
      list += fmt::format("{}${}", i == 0 ? "" : ", ", i + 1);
      values.push_back(text(ids[std::min(from + i, ids.size() - 1)]));
    }
    run(fmt::format("{} ({}){}", statement, list, behind), values);
    from += size;
  }
}

std::vector<derived_version_row> versions_of(derived_table_set tables) {
  std::vector<derived_version_row> versions;
  for (const auto& each : derived_tables)
    if (tables.contains(each.table)) versions.push_back({each.name, each.rules_version});
  return versions;
}

}  // namespace

std::vector<write_outcome> game_batch::run(std::span<const game_write> writes, bool distrust_ledger) {
  lock_ledger(writes);
  std::vector<write_outcome> outcomes;
  outcomes.reserve(writes.size());
  for (const auto& write : writes)
    outcomes.push_back(std::visit([&](const auto& each) { return decide(each); }, write));
  delete_rows(distrust_ledger);
  NBA_FAILPOINT("games.rows_deleted");
  insert_rows();
  NBA_FAILPOINT("games.rows_inserted");
  update_ledger();
  return outcomes;
}

void game_batch::lock_ledger(std::span<const game_write> writes) {
  for (const auto& write : writes)
    std::visit(
        [&](const auto& each) {
          check(each);
          auto& game = games_[id_of(each)];
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(each)>, core_write>)
            game.date = each.rows->game.game_date;
        },
        write);
  if (read_ledger_rows() == games_.size()) return;
  // Another loader may add the same row meanwhile: the insert waits for it, the second look sees what it made.
  add_missing_ledger_rows();
  read_ledger_rows();
}

std::size_t game_batch::read_ledger_rows() {
  std::vector<std::string> ids;
  for (const auto& [id, game] : games_) ids.push_back(id.str());
  std::size_t found = 0;
  const auto behind = fmt::format(" ORDER BY game_id{}", db_.dialect().for_update);
  for_id_slices(ids,
                "SELECT game_id, state, payload_sha256, rules_version, stored_rows FROM ingest_games WHERE game_id IN",
                behind, [&](const std::string& sql, const cell_row& values) {
                  for (const auto& row : db_.query(sql, values).rows) {
                    auto& game = games_.at(*game_id::parse(as_text(row[0])));
                    game.before = {parse_game_state(as_text(row[1])).value_or(game_state::planned), as_text(row[2]),
                                   static_cast<int>(as_integer(row[3]))};
                    game.after = game.before;
                    game.stored = as_text(row[4]);
                    ++found;
                  }
                });
  return found;
}

void game_batch::add_missing_ledger_rows() {
  for (const auto& [id, game] : games_) {
    const cell_row values{text(id.str()),
                          text(to_string(id.in_season())),
                          text(to_string(id.type())),
                          game.date == et_date{} ? cell{} : date(game.date),
                          text(to_string(game_state::planned)),
                          text(run_id_),
                          timestamp(now_)};
    db_.execute(
        "INSERT INTO ingest_games (game_id, season, game_type, game_date, state, run_id, updated_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (game_id) DO NOTHING",
        values);
  }
}

write_outcome game_batch::decide(const core_write& write) {
  auto& game = games_.at(id_of(write));
  auto outcome = decide_core_write(game.after, write.payload_sha256);
  game.after = after_core_write(game.after, write.payload_sha256);
  // The same documents; but are their rows still there, and as this build makes them?
  if (outcome == write_outcome::unchanged && !game.core && !has_rows_of(write)) {
    outcome = write_outcome::replaced;
    game.after = {game_state::loaded, write.payload_sha256, 0};
  }
  if (outcome != write_outcome::unchanged) {
    game.core = &write;
    game.derived = nullptr;
  }
  return outcome;
}

bool game_batch::has_rows_of(const core_write& write) {
  const auto found = digest_stored(db_, id_of(write));
  if (!compare_stored(digest_core(*write.rows), found).empty() || !missing_people(db_, id_of(write)).empty())
    return false;
  // A changed row of a team or player whose last game this is: writing the game takes it back.
  const auto people = read_people_of(db_, id_of(write));
  return std::none_of(people.begin(), people.end(), [&](const stored_person& each) {
    return !each.is_as_written() && !(each.last_game_date > std::optional(write.rows->game.game_date));
  });
}

write_outcome game_batch::decide(const derived_write& write) {
  auto& game = games_.at(id_of(write));
  if (!game.after.has_core_rows())
    refuse(fmt::format("game {} has no core rows: derived rows cannot be written before them", write.game_id.str()));
  if (write.tables != derived_table_set::all() && (game.after.state != game_state::done || game.core))
    refuse(fmt::format("game {} is not done: all its derived tables have to be written", write.game_id.str()));
  const auto outcome = game.after.has_derived_rows() ? write_outcome::replaced : write_outcome::inserted;
  game.after.state = game_state::done;
  game.after.rules_version = write.rules_version;
  game.derived = &write;
  return outcome;
}

void game_batch::delete_rows(bool distrust_ledger) {
  // New core rows take all derived rows with them.
  std::vector<std::string> core;
  std::array<std::vector<std::string>, derived_tables.size()> derived;
  std::vector<std::string> versions;  // of games that lose all their derived rows
  for (const auto& [id, game] : games_) {
    if (game.core && (game.before.has_core_rows() || distrust_ledger)) core.push_back(id.str());
    if (!(game.core || game.derived) || !(game.before.has_derived_rows() || distrust_ledger)) continue;
    const auto tables = game.core ? derived_table_set::all() : game.derived->tables;
    for (std::size_t i = 0; i < derived_tables.size(); ++i)
      if (tables.contains(derived_tables[i].table)) derived[i].push_back(id.str());
    if (tables == derived_table_set::all()) versions.push_back(id.str());
  }
  const auto delete_from = [&](std::string_view table, const std::vector<std::string>& ids) {
    for_id_slices(ids, fmt::format("DELETE FROM {} WHERE game_id IN", table), "",
                  [&](const std::string& sql, const cell_row& values) { db_.execute(sql, values); });
  };
  for_each_table(core_table_list{},
                 [&]<class Row>(std::type_identity<Row>) { delete_from(table_traits<Row>::name, core); });
  for (std::size_t i = 0; i < derived_tables.size(); ++i) delete_from(derived_tables[i].name, derived[i]);
  delete_from("derived_versions", versions);
  for (const auto& [id, game] : games_) {
    if (!game.derived || game.derived->tables == derived_table_set::all()) continue;
    for (const auto& each : derived_tables)
      if (game.derived->tables.contains(each.table))
        db_.execute("DELETE FROM derived_versions WHERE game_id = $1 AND table_name = $2",
                    cell_row{text(id.str()), text(each.name)});
  }
}

void game_batch::insert_rows() {
  std::vector<const game_rows*> core;
  std::vector<derived_record> derived;
  for (auto& [id, game] : games_) {
    if (game.core) {
      core.push_back(game.core->rows.get());
      note_stored(game, digest_core(*game.core->rows), true);
    }
    if (const auto* write = game.derived) {
      derived.push_back({&id, write->rows.get(),
                         row_origin{write->origin.source, url_of_game(write->origin), write->origin.ingested_at},
                         write->tables, versions_of(write->tables)});
      note_stored(game, digest_derived(derived.back()), false);
    }
  }
  if (!core.empty()) {
    people_.run(db_, core);
    db_.insert_core(core);
  }
  if (!derived.empty()) db_.insert_derived(derived);
}

void game_batch::note_stored(plan& game, const stored_rows& written, bool core) {
  auto known = core ? stored_rows{} : parse_stored_rows(game.stored);
  if (!known) return;  // an earlier build wrote the rest: half a note would be none
  for (const auto& [table, digest] : written) known->insert_or_assign(table, digest);
  game.stored = to_text(*known);
}

void game_batch::update_ledger() {
  for (const auto& [id, game] : games_) {
    const bool same_state = game.after.state == game.before.state;
    if (!game.core && !game.derived && same_state) continue;  // unchanged: not even the time
    const bool done = game.after.state == game_state::done;
    const cell_row values{text(id.str()),
                          text(to_string(game.after.state)),
                          text(game.after.payload_sha256),
                          integer(game.after.rules_version),
                          text(run_id_),
                          timestamp(now_),
                          integer(done ? 0 : 1),
                          text_or_null(game.stored)};
    db_.execute(
        "UPDATE ingest_games SET state = $2, attempts = attempts * $7, error_class = NULL, error = NULL, "
        "payload_sha256 = $3, rules_version = $4, run_id = $5, updated_at = $6, closing_ground = NULL, "
        "closing_evidence = NULL, closing_occasions = 0, first_seen_at = NULL, last_seen_at = NULL, closed_at = NULL, "
        "closing_checks = 0, stored_rows = $8 WHERE game_id = $1",
        values);
    if (done) resolve_letters(db_, id, "retried", "", now_);
  }
}

}  // namespace nba::sql
