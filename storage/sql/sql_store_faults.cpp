// See storage/stored_faults.hpp.
#include "pipeline/plan/ledger_row.hpp"
#include "storage/sql/people.hpp"
#include "storage/sql/row_digest.hpp"
#include "storage/sql/sql_store.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace nba {
namespace sql {
namespace {

constexpr std::string_view versions_table = "derived_versions";

struct judged_row {
  ledger_texts texts;
  ledger_verdict verdict;
};

// Rows that cannot be true. A season that is asked for is that of the id, or of a row without one.
std::vector<judged_row> judge_ledger(session& db, std::optional<season> only) {
  std::vector<judged_row> wrong;
  for (const auto& row :
       db.query("SELECT game_id, CAST(season AS text), CAST(game_type AS text), CAST(game_date AS text), "
                "CAST(state AS text) FROM ingest_games ORDER BY game_id")
           .rows) {
    judged_row one{{as_text(row[0]), as_text(row[1]), as_text(row[2]), as_text(row[3]), as_text(row[4])}, {}};
    one.verdict = judge_ledger_row(one.texts);
    if (one.verdict.problems.empty()) continue;
    if (only && (one.verdict.id ? one.verdict.id->in_season() != *only : one.texts.season != to_string(*only)))
      continue;
    wrong.push_back(std::move(one));
  }
  return wrong;
}

// Rows wait for their game where it is to be fetched again and the ledger says that they are there; those are none of
// this. A closed game's, and those that the ledger does not know of, are.
constexpr std::string_view orphan_condition =
    "i.game_id IS NULL OR i.state IN ('waived', 'unavailable', 'cancelled') OR "
    "(i.payload_sha256 IS NULL AND i.state NOT IN ('loaded', 'done'))";

std::vector<orphan_rows> read_orphans(session& db, std::optional<season> only) {
  std::map<std::string, orphan_rows> games;
  const auto look = [&](std::string_view table) {
    for (const auto& row : db.query(fmt::format("SELECT t.game_id, t.n, i.state FROM (SELECT game_id, COUNT(*) AS n "
                                                "FROM {} GROUP BY game_id) t LEFT JOIN ingest_games i "
                                                "ON i.game_id = t.game_id WHERE {}",
                                                table, orphan_condition))
                               .rows) {
      auto& game = games[as_text(row[0])];
      game.game_id = as_text(row[0]);
      game.state = as_text(row[2]);
      game.tables.emplace_back(std::string(table), as_integer(row[1]));
    }
  };
  for (const auto& table : game_tables()) look(table.name);
  look(versions_table);
  std::vector<orphan_rows> orphans;
  for (auto& [id, game] : games) {
    const auto parsed = game_id::parse(id);
    if (only && !(parsed && parsed->in_season() == *only)) continue;
    const auto state = parse_game_state(game.state);
    game.is_replaced = !game.state.empty() && !is_terminal(state.value_or(game_state::planned));
    orphans.push_back(std::move(game));
  }
  return orphans;
}

// The last stored game of a team or player, and its date; also one that is being mended.
std::optional<std::pair<game_id, et_date>> last_game(session& db, const stored_person& person) {
  const cell_row which{integer(person.id)};
  const auto found =
      db.query(fmt::format("SELECT g.game_id, g.game_date FROM games g JOIN ingest_games i ON i.game_id = g.game_id "
                           "WHERE i.payload_sha256 IS NOT NULL AND i.state NOT IN ('waived', 'unavailable', "
                           "'cancelled') AND {} ORDER BY g.game_date DESC, g.game_id DESC LIMIT 1",
                           person.table == "teams"
                               ? "(g.home_team_id = $1 OR g.away_team_id = $1)"
                               : "g.game_id IN (SELECT game_id FROM player_game_stats WHERE player_id = $1)"),
               which);
  if (found.rows.empty()) return std::nullopt;
  const auto id = game_id::parse(as_text(found.rows[0][0]));
  const auto date = as_optional_date(found.rows[0][1]);
  if (!id || !date) return std::nullopt;
  return std::pair{*id, *date};
}

person_fault fault_of(session& db, const stored_person& person) {
  person_fault fault{person.table, person.id, person.name};
  if (const auto last = last_game(db, person)) fault.source = last->first;
  return fault;
}

stored_faults find_all(session& db, std::optional<season> only) {
  stored_faults found;
  for (const auto& row : judge_ledger(db, only))
    found.ledger.push_back({row.texts.game_id, fmt::format("{}", fmt::join(row.verdict.problems, "; ")),
                            row.verdict.id.has_value(), !row.verdict.state});
  found.orphans = read_orphans(db, only);
  for (const auto& person : read_people(db)) {
    if (person.kept.empty()) ++found.people_without_digest;
    if (!person.is_as_written()) found.people.push_back(fault_of(db, person));
  }
  return found;
}

// What the id says, and the date that the game or the schedule has.
void mend_ledger_row(session& db, const judged_row& row, const std::string& run_id) {
  const auto& [texts, verdict] = row;
  const cell_row which{text(texts.game_id)};
  cell day;
  for (const std::string_view table : {"schedule_games", "games"}) {
    if (verdict.date || !is_null(day)) break;
    const auto found = db.query(fmt::format("SELECT game_date FROM {} WHERE game_id = $1", table), which);
    if (!found.rows.empty())
      if (const auto date_there = as_optional_date(found.rows[0][0])) day = date(*date_there);
  }
  const cell_row values{text(texts.game_id),
                        text(to_string(verdict.id->in_season())),
                        text(to_string(verdict.id->type())),
                        text(verdict.state ? texts.state : std::string(to_string(game_state::planned))),
                        text(run_id),
                        timestamp(utc_now())};
  db.execute(
      "UPDATE ingest_games SET season = $2, game_type = $3, state = $4, run_id = $5, updated_at = $6 WHERE game_id = "
      "$1",
      values);
  if (verdict.date) return;
  const cell_row dated{text(texts.game_id), day};
  db.execute("UPDATE ingest_games SET game_date = $2 WHERE game_id = $1", dated);
}

void delete_game_rows(session& db, const std::string& id) {
  const cell_row which{text(id)};
  for (const auto& table : game_tables())
    db.execute(fmt::format("DELETE FROM {} WHERE game_id = $1", table.name), which);
  db.execute(fmt::format("DELETE FROM {} WHERE game_id = $1", versions_table), which);
}

// The digest stays, so that the row is still known to be wrong should nothing come of it.
void mend_person(session& db, const stored_person& person, const std::string& run_id) {
  const auto last = last_game(db, person);
  if (!last) return;
  const bool only_date = person.digest_at(last->second) == person.kept;
  const cell_row dated{integer(person.id), date(last->second)};
  if (only_date || !person.last_game_date || *person.last_game_date > last->second)
    db.execute(fmt::format("UPDATE {} SET last_game_date = $2 WHERE {} = $1", person.table,
                           person.table == "teams" ? "team_id" : "player_id"),
               dated);
  if (only_date) return;
  const cell_row values{text(last->first.str()), text(run_id), timestamp(utc_now())};
  db.execute(
      "UPDATE ingest_games SET state = 'planned', run_id = $2, updated_at = $3 WHERE game_id = $1 "
      "AND state IN ('loaded', 'done')",
      values);
}

}  // namespace

result<stored_faults> sql_store::find_faults(std::optional<nba::season> only) {
  return transact(transaction_mode::read, [&] { return find_all(*db_, only); });
}

result<stored_faults> sql_store::mend_faults(std::optional<nba::season> only, bool delete_orphans,
                                             const std::string& run_id) {
  return write({failpoint{"states.before_commit"}, failpoint{"states.after_commit"}}, [&] {
    auto found = find_all(*db_, only);
    for (const auto& row : judge_ledger(*db_, only)) {
      if (row.verdict.id) {
        mend_ledger_row(*db_, row, run_id);
      } else if (delete_orphans) {
        const cell_row which{text(row.texts.game_id)};
        db_->execute("DELETE FROM ingest_games WHERE game_id = $1", which);
      }
    }
    if (delete_orphans)
      for (const auto& game : read_orphans(*db_, only)) delete_game_rows(*db_, game.game_id);
    for (const auto& person : read_people(*db_))
      if (!person.is_as_written()) mend_person(*db_, person, run_id);
    return found;
  });
}

result<std::int64_t> sql_store::adopt_people() {
  return transact(transaction_mode::write, [&] {
    std::int64_t adopted = 0;
    for (const auto& person : read_people(*db_)) {
      if (!person.kept.empty() || !person.last_game_date) continue;
      const cell_row values{integer(person.id), text(person.digest_at(*person.last_game_date))};
      adopted += db_->execute(fmt::format("UPDATE {} SET row_digest = $2 WHERE {} = $1 AND row_digest IS NULL",
                                          person.table, person.table == "teams" ? "team_id" : "player_id"),
                              values);
    }
    return adopted;
  });
}

}  // namespace sql

std::vector<game_id> games_to_fetch(const stored_faults& found) {
  std::set<game_id> games;
  for (const auto& row : found.ledger)
    if (const auto id = game_id::parse(row.game_id); id && row.to_fetch) games.insert(*id);
  for (const auto& person : found.people)
    if (person.source) games.insert(*person.source);
  return {games.begin(), games.end()};
}

namespace {

sql::sql_store& known(store& database) { return dynamic_cast<sql::sql_store&>(database); }

}  // namespace

result<stored_faults> find_stored_faults(store& database, std::optional<season> only) {
  return known(database).find_faults(only);
}

result<stored_faults> mend_stored_faults(store& database, std::optional<season> only, bool delete_orphans,
                                         const std::string& run_id) {
  return known(database).mend_faults(only, delete_orphans, run_id);
}

result<std::int64_t> adopt_people(store& database) { return known(database).adopt_people(); }

}  // namespace nba
