#include "storage/sql/schema_shape.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace nba::sql {
namespace {

constexpr const char* rows_are_lost = "restore a backup, or fill another database (--database URL)";
constexpr const char* repair = "nba-scraper db repair";

const relation_column* find_column(const relation_shape& in, std::string_view name) {
  const auto found = std::find_if(in.columns.begin(), in.columns.end(),
                                  [&](const relation_column& each) { return each.name == name; });
  return found == in.columns.end() ? nullptr : &*found;
}

std::vector<std::string> names_of(const relation_shape& relation) {
  std::vector<std::string> names;
  for (const auto& column : relation.columns) names.push_back(column.name);
  return names;
}

class comparison {
 public:
  comparison(const expected_schema& expected, const schema_shape& found, const dialect& words)
      : expected_(expected), found_(found), alters_columns_(words.alters_columns) {}

  std::vector<schema_drift> run() {
    for (const auto& [name, wanted] : expected_.shape) {
      const auto there = found_.find(name);
      if (there == found_.end())
        tell_lost(name, wanted);
      else if (wanted.is_view)
        compare_view(name, wanted, there->second);
      else
        compare_table(name, wanted, there->second);
    }
    return std::move(drift_);
  }

 private:
  void tell(std::string what, std::string fix, bool made_again = false) {
    drift_.push_back({std::move(what), std::move(fix), made_again});
  }
  // A statement where the database has one.
  void tell_alter(std::string what, const std::string& table, const std::string& change) {
    tell(std::move(what), alters_columns_ ? fmt::format("ALTER TABLE {} {}", table, change) : rows_are_lost);
  }

  void tell_lost(const std::string& name, const relation_shape& wanted) {
    if (wanted.is_view) return tell(fmt::format("the view {} is gone", name), repair, true);
    for (const auto& [other, shape] : found_)
      if (!expected_.shape.contains(other) && !shape.is_view && names_of(shape) == names_of(wanted))
        return tell(fmt::format("the table {} is called {}", name, other),
                    fmt::format("ALTER TABLE {} RENAME TO {}", other, name));
    tell(fmt::format("the table {} is gone, with its rows", name), rows_are_lost);
  }

  void compare_view(const std::string& name, const relation_shape& wanted, const relation_shape& there) {
    const auto again = fmt::format("DROP {} {}; then {}", there.is_view ? "VIEW" : "TABLE", name, repair);
    if (!there.is_view)
      tell(fmt::format("{} is a table where there should be a view", name), again);
    else if (there.columns.empty())
      tell(fmt::format("the view {} cannot be read", name),
           "first what is told of its tables; then, if it is still so: " + again);
    else if (names_of(there) != names_of(wanted) || (!there.text.empty() && there.text != wanted.text))
      tell(fmt::format("the view {} is another one", name), again);
  }

  void compare_table(const std::string& name, const relation_shape& wanted, const relation_shape& there) {
    if (there.is_view) return tell(fmt::format("{} is a view where there should be a table", name), rows_are_lost);
    std::set<std::string> renamed;
    for (std::size_t at = 0; at < wanted.columns.size(); ++at) {
      const auto& column = wanted.columns[at];
      if (const auto* same = find_column(there, column.name)) {
        compare_column(name, column, *same);
      } else if (const auto other = new_name_of(wanted, there, at)) {
        renamed.insert(*other);
        tell(fmt::format("{}: the column {} is called {}", name, column.name, *other),
             fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", name, *other, column.name));
      } else {
        tell(fmt::format("{}: the column {} is gone", name, column.name), rows_are_lost);
      }
    }
    for (const auto& column : there.columns)
      if (column.not_null && column.default_text.empty() && !find_column(wanted, column.name) &&
          !renamed.contains(column.name))
        tell(fmt::format("{}: the column {} is not ours and must not be NULL, so no row can be written", name,
                         column.name),
             alters_columns_ ? fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL", name, column.name)
                             : fmt::format("ALTER TABLE {} DROP COLUMN {}", name, column.name));
    if (renamed.empty()) compare_indexes(name, wanted, there);
  }

  // A column that is not ours, where ours was or the only one, and of its type.
  std::optional<std::string> new_name_of(const relation_shape& wanted, const relation_shape& there, std::size_t at) {
    const auto fits = [&](const relation_column& other) {
      return other.type == wanted.columns[at].type && !find_column(wanted, other.name);
    };
    if (at < there.columns.size() && fits(there.columns[at])) return there.columns[at].name;
    const auto count = std::count_if(there.columns.begin(), there.columns.end(), fits);
    const auto missing = std::count_if(wanted.columns.begin(), wanted.columns.end(),
                                       [&](const auto& each) { return !find_column(there, each.name); });
    if (count != 1 || missing != 1) return std::nullopt;
    return std::find_if(there.columns.begin(), there.columns.end(), fits)->name;
  }

  void compare_column(const std::string& table, const relation_column& wanted, const relation_column& there) {
    const auto change = fmt::format("ALTER COLUMN {} ", wanted.name);
    if (there.type != wanted.type)
      tell_alter(fmt::format("{}: the column {} is of type {}, not {}", table, wanted.name,
                             there.type.empty() ? "none" : there.type, wanted.type),
                 table, change + fmt::format("TYPE {0} USING {1}::{0}", wanted.type, wanted.name));
    if (there.not_null != wanted.not_null)
      tell_alter(fmt::format("{}: the column {} {}", table, wanted.name,
                             wanted.not_null ? "may be NULL" : "must not be NULL any more"),
                 table, change + (wanted.not_null ? "SET NOT NULL" : "DROP NOT NULL"));
    if (there.default_text.empty() && !wanted.default_text.empty())
      tell_alter(fmt::format("{}: the column {} has lost its default", table, wanted.name), table,
                 change + (wanted.default_text == identity_default ? "ADD GENERATED BY DEFAULT AS IDENTITY"
                                                                   : "SET DEFAULT " + wanted.default_text));
  }

  void compare_indexes(const std::string& table, const relation_shape& wanted, const relation_shape& there) {
    for (const auto& index : wanted.indexes) {
      const auto is_remade = std::any_of(expected_.remade.begin(), expected_.remade.end(),
                                         [&](const remade_relation& each) { return each.name == index.name; });
      const auto is_like = [&](const relation_index& other) {
        return other.columns == index.columns && other.unique == index.unique && other.partial == index.partial &&
               other.primary == index.primary;
      };
      if (!is_remade) {  // of a key: databases name it as they like
        if (std::none_of(there.indexes.begin(), there.indexes.end(), is_like))
          tell_alter(
              fmt::format("{}: the {} ({}) is gone", table, index.primary ? "primary key" : "unique key",
                          fmt::join(index.columns, ", ")),
              table,
              fmt::format("ADD {} ({})", index.primary ? "PRIMARY KEY" : "UNIQUE", fmt::join(index.columns, ", ")));
        continue;
      }
      const auto same_name = std::find_if(there.indexes.begin(), there.indexes.end(),
                                          [&](const relation_index& other) { return other.name == index.name; });
      if (same_name == there.indexes.end())
        tell(fmt::format("{}: the index {} is gone", table, index.name), repair, true);
      else if (!is_like(*same_name))
        tell(fmt::format("{}: the index {} is another one", table, index.name),
             fmt::format("DROP INDEX {}; then {}", index.name, repair));
    }
  }

  const expected_schema& expected_;
  const schema_shape& found_;
  bool alters_columns_;
  std::vector<schema_drift> drift_;
};

}  // namespace

std::vector<schema_drift> compare_schema(const expected_schema& expected, const schema_shape& found,
                                         const dialect& words) {
  return comparison(expected, found, words).run();
}

}  // namespace nba::sql
