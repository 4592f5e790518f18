// What is stored of each game, against what the ledger says was written.
#include "storage/sql/row_digest.hpp"
#include "storage/sql/sql_store.hpp"
#include "storage/sql/stored_checks.hpp"
#include "storage/sql/table_shape.hpp"

#include <map>

#include <fmt/format.h>

namespace nba::sql {
namespace {

struct ledger_text {
  game_state state = game_state::done;
  std::string stored;
};

std::optional<ledger_text> read_ledger_text(session& db, const game_id& id) {
  const cell_row which{text(id.str())};
  const auto found =
      db.query("SELECT state, stored_rows FROM ingest_games WHERE game_id = $1 AND state IN ('loaded', 'done')", which);
  if (found.rows.empty()) return std::nullopt;
  return ledger_text{parse_game_state(as_text(found.rows[0][0])).value_or(game_state::loaded),
                     as_text(found.rows[0][1])};
}

std::vector<std::string> old_rules(session& db, const game_id& id) {
  const cell_row which{text(id.str())};
  derived_table_set current;
  for (const auto& row :
       db.query("SELECT table_name, rules_version FROM derived_versions WHERE game_id = $1", which).rows)
    if (const auto table = parse_derived_table(as_text(row[0]));
        table && as_integer(row[1]) == rules_version_of(*table))
      current.insert(*table);
  std::vector<std::string> out;
  for (const auto& each : derived_tables)
    if (!current.contains(each.table)) out.push_back(fmt::format("{}: not by the current rules", each.name));
  return out;
}

void split(const stored_rows& all, stored_rows& core, stored_rows& derived) {
  for (const auto& [table, digest] : all) (is_derived_table(table) ? derived : core).emplace(table, digest);
}

// Everything that the counts or digests say.
stored_check compare(const game_id& id, const ledger_text& ledger, const stored_rows& found) {
  stored_check check{id, ledger.state};
  const auto kept = parse_stored_rows(ledger.stored);
  check.kept = kept.has_value();
  const bool done = ledger.state == game_state::done;
  if (!kept) {
    check.core = check_core_shape(found);
    if (done) check.derived = check_derived_shape(found);
    return check;
  }
  stored_rows core, derived;
  split(*kept, core, derived);
  check.core = compare_stored(core, found);
  if (done) {
    check.derived = compare_stored(derived, found);
    if (derived.empty()) check.derived = check_derived_shape(found);
  }
  return check;
}

}  // namespace

std::vector<std::string> missing_people(session& db, const game_id& id) {
  const cell_row which{text(id.str())};
  std::vector<std::string> out;
  const auto ask = [&](std::string_view table, const std::string& sql) {
    const auto missing = as_integer(db.query(sql, which).rows.at(0).at(0));
    if (missing > 0) out.push_back(fmt::format("{}: {} missing", table, missing));
  };
  ask("players",
      "SELECT COUNT(*) FROM player_game_stats s LEFT JOIN players p ON p.player_id = s.player_id "
      "WHERE s.game_id = $1 AND p.player_id IS NULL");
  ask("teams",
      "SELECT COUNT(*) FROM team_game_stats s LEFT JOIN teams t ON t.team_id = s.team_id "
      "WHERE s.game_id = $1 AND t.team_id IS NULL");
  return out;
}

std::optional<stored_check> check_rows(session& db, const game_id& id) {
  const auto ledger = read_ledger_text(db, id);
  if (!ledger) return std::nullopt;
  auto check = compare(id, *ledger, digest_stored(db, id));
  for (auto& missing : missing_people(db, id)) check.core.push_back(std::move(missing));
  if (ledger->state == game_state::done && check.derived.empty()) check.derived = old_rules(db, id);
  return check;
}

void refuse_damaged(session& db, const game_rows& read) {
  const auto& id = read.game.game_id;
  const auto ledger = read_ledger_text(db, id);
  if (!ledger) return;  // rows that the ledger does not know: as they are
  const auto kept = parse_stored_rows(ledger->stored);
  if (!kept) return;
  stored_rows core, derived;
  split(*kept, core, derived);
  auto problems = compare_stored(core, digest_core(read));
  if (problems.empty()) return;
  auto said = fmt::format("the stored rows of game {} are damaged: {}", id.str(), fmt::join(problems, "; "));
  if (ledger->state == game_state::done)
    said += fmt::format("; `nba-scraper db repair --season {}` fetches them again", to_string(id.in_season()));
  throw refused({failure_class::rejected, std::move(said), "stored_rows"});
}

result<std::optional<stored_check>> sql_store::check_stored(const game_id& id) {
  return transact(transaction_mode::read, [&] { return check_rows(*db_, id); });
}

result<std::vector<stored_check>> sql_store::count_stored(std::optional<nba::season> only) {
  return transact(transaction_mode::read, [&] {
    const cell_row which = only ? cell_row{text(to_string(*only))} : cell_row{};
    const std::string_view limit = only ? " AND g.season = $1" : "";
    std::map<std::string, ledger_text> games;
    for (const auto& row : db_->query(fmt::format("SELECT g.game_id, g.state, g.stored_rows FROM ingest_games g "
                                                  "WHERE g.state IN ('loaded', 'done'){}",
                                                  limit),
                                      which)
                               .rows)
      games[as_text(row[0])] = {parse_game_state(as_text(row[1])).value_or(game_state::loaded), as_text(row[2])};
    std::map<std::string, stored_rows> counted;
    for (const auto& table : game_tables()) {
      for (auto& [id, ledger] : games) counted[id].emplace(table.name, table_digest{});
      const auto sql = fmt::format(
          "SELECT t.game_id, COUNT(*) FROM {} t JOIN ingest_games g ON g.game_id = t.game_id "
          "WHERE g.state IN ('loaded', 'done'){} GROUP BY t.game_id",
          table.name, limit);
      for (const auto& row : db_->query(sql, which).rows)
        if (const auto found = counted.find(as_text(row[0])); found != counted.end())
          found->second[std::string(table.name)].rows = as_integer(row[1]);
    }
    std::vector<stored_check> wrong;
    for (const auto& [text_id, ledger] : games) {
      const auto id = game_id::parse(text_id);
      if (!id) continue;  // a row put there by hand
      auto check = compare(*id, ledger, counted[text_id]);
      if (!check.good()) wrong.push_back(std::move(check));
    }
    return wrong;
  });
}

result<bool> sql_store::adopt_stored(const game_id& id) {
  return transact(transaction_mode::write, [&] {
    const auto check = check_rows(*db_, id);
    if (!check || check->kept || !check->good()) return false;
    auto found = digest_stored(*db_, id);
    if (check->state != game_state::done)
      std::erase_if(found, [](const auto& entry) { return is_derived_table(entry.first); });
    const cell_row values{text(id.str()), text(to_text(found))};
    return db_->execute("UPDATE ingest_games SET stored_rows = $2 WHERE game_id = $1", values) != 0;
  });
}

result<stored_check> sql_store::reopen_damaged(const game_id& id, const std::string& run_id) {
  return write({failpoint{"states.before_commit"}, failpoint{"states.after_commit"}}, [&] {
    auto check = check_rows(*db_, id);
    if (!check) return stored_check{id, game_state::planned};
    if (check->good()) return *check;
    // Digest and version stay: they say that there are rows to be replaced.
    const auto state = check->core.empty() ? game_state::loaded : game_state::planned;
    const cell_row values{text(id.str()), text(to_string(state)), text(run_id), timestamp(utc_now())};
    db_->execute("UPDATE ingest_games SET state = $2, run_id = $3, updated_at = $4 WHERE game_id = $1", values);
    return *check;
  });
}

}  // namespace nba::sql
