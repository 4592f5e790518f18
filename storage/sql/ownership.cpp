#include "storage/sql/ownership.hpp"

#include "storage/sql/sql_error.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace nba::sql {
namespace {

constexpr std::string_view bookkeeping = "schema_migrations";

[[noreturn]] void refuse(std::string message) {
  throw refused({failure_class::configuration, std::move(message), std::string(bookkeeping)});
}

// The words of a line, without what ends a name.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (words.size() < 6) {
    const auto start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) break;
    line.remove_prefix(start);
    const auto end = std::min(line.find_first_of(" \t(;"), line.size());
    if (end == 0) break;
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return words;
}

void take_statement(std::vector<std::string_view> words, made_relations& made) {
  if (words.size() > 2 && words[1] == "UNIQUE") words.erase(words.begin() + 1);
  if (words.size() > 3 && words[1] == "OR" && words[2] == "REPLACE") words.erase(words.begin() + 1, words.begin() + 3);
  if (words.size() < 3) return;
  const std::string name{words[2]};
  auto& kind = words[1] == "INDEX" ? made.indexes : words[1] == "VIEW" ? made.views : made.tables;
  if (words[0] == "CREATE")
    kind.insert(name);
  else if (words[0] == "DROP")
    kind.erase(name);
  else if (words[0] == "ALTER" && words.size() >= 6 && words[3] == "RENAME" && words[4] == "TO" && kind.erase(name) > 0)
    kind.insert(std::string{words[5]});
}

std::string list_some(const std::vector<std::string>& names) {
  constexpr std::size_t shown_max = 5;
  const std::vector<std::string> shown(names.begin(),
                                       names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), shown_max)));
  const auto more = names.size() - shown.size();
  return fmt::format("{}{}", fmt::join(shown, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
}

[[noreturn]] void refuse_foreign(const session& db, const std::string& what) {
  refuse(fmt::format("the database {} is another program's: {}. Nothing was changed; {}", db.description(), what,
                     db.dialect().elsewhere));
}

// Other tools call their bookkeeping so too, with other columns.
void check_bookkeeping(session& db) {
  const auto columns = db.columns_of(bookkeeping);
  for (const std::string_view needed : {"version", "name", "checksum", "applied_at"})
    if (std::find(columns.begin(), columns.end(), needed) == columns.end())
      refuse_foreign(db, fmt::format("its table {} has no column {}", bookkeeping, needed));
}

std::vector<migration> chosen(std::span<const migration> known, const std::vector<migration_step>& steps,
                              bool applied) {
  std::vector<migration> some;
  for (std::size_t i = 0; i < known.size(); ++i)
    if (steps[i].applied == applied) some.push_back(known[i]);
  return some;
}

}  // namespace

made_relations relations_of(std::span<const migration> run) {
  made_relations made;
  for (const auto& each : run) {
    std::string_view rest = each.sql;
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      const auto line = rest.substr(0, end);
      if (line.starts_with("CREATE ") || line.starts_with("DROP ") || line.starts_with("ALTER TABLE "))
        take_statement(words_of(line), made);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return made;
}

bool has_bookkeeping(session& db) {
  if (!db.has_table(bookkeeping)) return false;
  check_bookkeeping(db);
  return true;
}

std::vector<migration_step> inspect_schema(session& db, std::span<const migration> known) {
  const bool is_kept = has_bookkeeping(db);
  auto steps = compare_migrations(known, read_applied_migrations(db));
  if (!is_kept)
    if (const auto mark = db.foreign_mark()) refuse_foreign(db, *mark);

  const auto relations = db.relations();
  const std::set<std::string> there(relations.begin(), relations.end());
  const auto ours = relations_of(chosen(known, steps, true));
  std::vector<std::string> missing, missing_views, foreign;
  const auto lost = [&](const std::set<std::string>& made, std::vector<std::string>& out) {
    std::set_difference(made.begin(), made.end(), there.begin(), there.end(), std::back_inserter(out));
  };
  lost(ours.tables, missing);
  lost(ours.views, missing_views);
  const auto to_make = relations_of(chosen(known, steps, false));
  for (const auto* names : {&to_make.tables, &to_make.views, &to_make.indexes})
    for (const auto& name : *names)
      if (there.contains(name) && !ours.tables.contains(name) && !ours.views.contains(name) &&
          !ours.indexes.contains(name))
        foreign.push_back(name);
  if (!foreign.empty())
    refuse_foreign(db, fmt::format("it has {} ({}) where nba-scraper would make its own",
                                   foreign.size() == 1 ? "a relation" : "relations", list_some(foreign)));
  if (!missing.empty())
    refuse(
        fmt::format("the database {} has lost {} ({}): dropped by hand, or a backup was not whole. Their rows are "
                    "gone and no game is to blame; restore a backup, or fill another database (--database URL)",
                    db.description(), missing.size() == 1 ? "a table" : "tables", list_some(missing)));
  if (!missing_views.empty())
    refuse(fmt::format("the database {} has lost {} ({}), and no row with it: `nba-scraper db repair` makes it again",
                       db.description(), missing_views.size() == 1 ? "a view" : "views", list_some(missing_views)));
  return steps;
}

}  // namespace nba::sql
