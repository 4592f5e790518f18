#include "storage/sql/people.hpp"

#include "storage/sql/field_codec.hpp"
#include "storage/sql/read_rows.hpp"
#include "storage/sql/row_digest.hpp"
#include "storage/sql/table_shape.hpp"

#include <map>
#include <utility>

namespace nba::sql {
namespace {

// What the row says, its digest, then which game said it.
template <class Visitor, class Row>
void visit_person(Visitor&& visit, const Row& row, et_date last_game_date, const std::string& digest,
                  const row_origin& origin) {
  visit_fields(visit, row);
  visit("last_game_date", last_game_date);
  visit("row_digest", digest);
  visit("source", origin.source);
  visit("source_url", origin.url);
  visit("ingested_at", origin.ingested_at);
}

// Of everything that the row says.
template <class Row>
std::string digest_of(const Row& row, et_date last_game_date) {
  digest_sink sink(0);
  field_writer<digest_sink> write(sink);
  sink.begin_row();
  visit_fields(write, row);
  write("last_game_date", last_game_date);
  sink.end_row();
  return sink.finish().digest;
}

template <class Row>
upsert_target target_of() {
  upsert_target target{table_traits<Row>::name, {}};
  const Row row;
  visit_person(shape_visitor{target.columns}, row, et_date{}, "", row_origin{});
  target.compared = target.columns.size() - origin_columns;
  target.never_back = "last_game_date";
  return target;
}

template <class Row>
keyed_rows latest_rows(std::span<const game_rows* const> games) {
  std::map<std::int64_t, std::pair<const Row*, const game_rows*>> latest;
  for (const auto* game : games)
    for (const Row& row : rows_of<Row>(*game)) {
      auto& kept = latest[row.*table_traits<Row>::id];
      if (!kept.second || kept.second->game.game_date <= game->game.game_date) kept = {&row, game};
    }
  keyed_rows rows;
  for (const auto& [id, kept] : latest) {
    const auto& [row, game] = kept;
    auto& cells = rows[integer(id)];
    cell_sink sink(cells);
    visit_person(field_writer<cell_sink>(sink), *row, game->game.game_date, digest_of(*row, game->game.game_date),
                 row_origin{game->origin.source, url_of_game(game->origin), game->origin.ingested_at});
  }
  return rows;
}

}  // namespace

people_upserts::people_upserts() : teams_(target_of<team_row>()), players_(target_of<player_row>()) {}

void people_upserts::run(session& db, std::span<const game_rows* const> games) {
  teams_.run(db, latest_rows<team_row>(games));
  players_.run(db, latest_rows<player_row>(games));
}

namespace {

// `where`: after the table's name, with what it needs.
template <class Row>
void read_people(session& db, const std::string& where, const cell_row& which, std::vector<stored_person>& into) {
  const auto columns = fields_of<Row>();
  for (const auto& cells : db.query(fmt::format("SELECT {}, r.last_game_date, r.row_digest FROM {} r{}",
                                                field_list<Row>("r."), table_traits<Row>::name, where),
                                    which)
                               .rows) {
    Row row;
    visit_fields(field_reader(cells), row);
    auto& person = into.emplace_back();
    person.table = table_traits<Row>::name;
    person.id = as_integer(cells.front());
    person.name = as_text(cells[columns.size() - 1]);
    person.last_game_date = as_optional_date(cells[columns.size()]);
    person.kept = as_text(cells[columns.size() + 1]);
    person.digest_at = [row](et_date date) { return digest_of(row, date); };
  }
}

}  // namespace

bool stored_person::is_as_written() const {
  return kept.empty() || (last_game_date && digest_at(*last_game_date) == kept);
}

std::vector<stored_person> read_people(session& db) {
  std::vector<stored_person> people;
  read_people<team_row>(db, " ORDER BY r.team_id", {}, people);
  read_people<player_row>(db, " ORDER BY r.player_id", {}, people);
  return people;
}

std::vector<stored_person> read_people_of(session& db, const game_id& id) {
  const cell_row which{text(id.str())};
  std::vector<stored_person> people;
  read_people<team_row>(db, " WHERE r.team_id IN (SELECT team_id FROM team_game_stats WHERE game_id = $1)", which,
                        people);
  read_people<player_row>(db, " WHERE r.player_id IN (SELECT player_id FROM player_game_stats WHERE game_id = $1)",
                          which, people);
  return people;
}

}  // namespace nba::sql
