// Derived rows, and by which rules they were made.
#include "storage/sql/read_rows.hpp"
#include "storage/sql/sql_store.hpp"

namespace nba::sql {

result<derived_rows> sql_store::read_derived(const game_id& id) {
  return transact(transaction_mode::read, [&] {
    const cell_row which{text(id.str())};
    derived_rows rows;
    bool found = false;
    for_each_table(derived_table_list{}, [&]<class Row>(std::type_identity<Row>) {
      auto read = read_rows<Row>(*db_, which);
      if constexpr (std::is_same_v<Row, outcome_row>) found = !read.empty();
      take_rows(rows.*table_traits<Row>::rows, std::move(read));
    });
    if (!found)
      throw refused(
          {failure_class::rejected, fmt::format("game {} has no derived rows in the database", id.str()), "outcomes"});
    return rows;
  });
}

result<std::vector<derived_state>> sql_store::read_derived_states(nba::season season) {
  return transact(transaction_mode::read, [&] {
    const cell_row which{text(to_string(season))};
    const auto found = db_->query(
        "SELECT g.game_id, g.state, v.table_name, v.rules_version FROM ingest_games g "
        "LEFT JOIN derived_versions v ON v.game_id = g.game_id "
        "WHERE g.season = $1 AND g.state IN ('loaded', 'done') ORDER BY g.game_id",
        which);
    std::vector<derived_state> states;
    for (const auto& row : found.rows) {
      const auto id = game_id::parse(as_text(row[0]));
      if (!id) continue;  // a row put there by hand
      if (states.empty() || states.back().game_id != *id)
        states.push_back({*id, parse_game_state(as_text(row[1])).value_or(game_state::loaded), {}});
      const auto table = parse_derived_table(as_text(row[2]));
      if (table && as_integer(row[3]) == rules_version_of(*table)) states.back().current.insert(*table);
    }
    return states;
  });
}

result<std::vector<travel_record>> sql_store::read_travel(nba::season season) {
  return transact(transaction_mode::read, [&] {
    const cell_row which{text(to_string(season))};
    const auto found =
        db_->query(fmt::format("SELECT r.game_id, {} FROM {} r JOIN ingest_games g ON g.game_id = r.game_id "
                               "WHERE g.season = $1 ORDER BY r.game_id",
                               field_list<travel_row>("r."), table_traits<travel_row>::name),
                   which);
    std::vector<travel_record> records;
    records.reserve(found.rows.size());
    for (const auto& row : found.rows) {
      const auto id = game_id::parse(as_text(row[0]));
      if (!id) continue;  // a row put there by hand
      const cell_row fields(row.begin() + 1, row.end());
      auto& record = records.emplace_back();
      record.game_id = *id;
      visit_fields(field_reader(fields), record.row);
    }
    return records;
  });
}

}  // namespace nba::sql
