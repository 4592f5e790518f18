#include "cli/export_loaders.hpp"

#include "storage/column_types.hpp"

#include <fmt/format.h>

namespace nba::cli {
namespace {

std::string_view duckdb_type(column_type type) {
  switch (type) {
    case column_type::text:
      return "VARCHAR";
    case column_type::integer:
      return "INTEGER";
    case column_type::bigint:
      return "BIGINT";
    case column_type::real:
      return "DOUBLE";
    case column_type::boolean:
      return "BOOLEAN";
    case column_type::date:
      return "DATE";
    case column_type::timestamp:
      return "TIMESTAMPTZ";
    case column_type::bytes:
      return "BLOB";
  }
  return "VARCHAR";
}

// Not guessed but said: a guess takes "00" for a number, and NULL for a text without letters.
constexpr std::string_view csv_options =
    "header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '',\n"
    "  allow_quoted_nulls = false, auto_detect = false";
constexpr std::string_view json_options = "format = 'newline_delimited'";

}  // namespace

std::string duckdb_script(std::span<const planned_file> files, const export_style& style) {
  const bool is_csv = style.format == export_format::csv;
  std::string out =
      "-- Loads this export into DuckDB, typed. In this folder:\n"
      "--   duckdb nba.duckdb < duckdb.sql\n"
      "-- And as Parquet, TABLE.parquet:\n"
      "--   sed 's/^-- COPY/COPY/' duckdb.sql | duckdb\n";
  std::string copies;
  std::set<std::string_view> told;
  for (const auto& file : files) {
    const auto& table = *file.table;
    if (!told.insert(table.name).second) continue;
    std::string names, columns;
    for (const auto& other : files)
      if (other.table == &table) names += fmt::format("{}'{}'", names.empty() ? "" : ", ", other.name);
    for (const auto& column : table.columns)
      columns += fmt::format("{}\n    '{}': '{}'", columns.empty() ? "" : ",", column.name,
                             duckdb_type(type_of(table, column)));
    copies += fmt::format("-- COPY {0} TO '{0}.parquet' (FORMAT parquet);\n", table.name);
    out += fmt::format("\nCREATE OR REPLACE TABLE {} AS SELECT * FROM {}([{}],\n  {}, columns = {{{}}});\n", table.name,
                       is_csv ? "read_csv" : "read_json", names, is_csv ? csv_options : json_options, columns);
  }
  return out + '\n' + copies;
}

std::string pandas_script() {
  return R"py("""Loads this export into pandas, typed: game ids and jersey numbers stay text, what may be missing is NA.

    import load_pandas
    frames = load_pandas.load()       # {"games": DataFrame, ...}, all seasons of a table together
    frames["games"].attrs["units"]    # {"attendance": "people", ...}

In CSV a text without letters and a missing one are both NA; JSON lines tell them apart.
"""
import json
import pathlib

import pandas

# By the types of manifest.json.
DTYPES = {"text": "string", "integer": "Int64", "bigint": "Int64", "real": "float64", "boolean": "boolean"}


def _typed(frame, columns):
    for column in columns:
        name, kind = column["name"], column["type"]
        if kind == "date":
            frame[name] = pandas.to_datetime(frame[name], format="%Y-%m-%d")
        elif kind == "timestamp":
            frame[name] = pandas.to_datetime(frame[name], utc=True)
        else:
            frame[name] = frame[name].astype(DTYPES.get(kind, "string"))
    return frame


def read(path, file):
    """One file; `file` is its entry in the manifest."""
    columns = file["columns"]
    if ".jsonl" in file["file"]:
        frame = pandas.read_json(path, lines=True, dtype=False, convert_dates=False, convert_axes=False)
        # A file without rows has no columns.
        return _typed(frame.reindex(columns=[column["name"] for column in columns]), columns)
    # As text first: a number that is missing somewhere would come as 1.0, "00" as 0, the name "NA" as nothing.
    frame = pandas.read_csv(path, dtype="string", keep_default_na=False, na_values=[""])
    for column in columns:
        if column["type"] == "boolean":
            frame[column["name"]] = frame[column["name"]].map({"true": True, "false": False})
        elif column["type"] in ("integer", "bigint", "real"):
            frame[column["name"]] = pandas.to_numeric(frame[column["name"]])
    return _typed(frame, columns)


def load(folder=None, tables=None):
    """All tables of the export, or those named, as {name: DataFrame}."""
    folder = pathlib.Path(folder or pathlib.Path(__file__).parent)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    parts, units = {}, {}
    for file in manifest["files"]:
        if tables is None or file["table"] in tables:
            parts.setdefault(file["table"], []).append(read(folder / file["file"], file))
            units[file["table"]] = {column["name"]: column["unit"] for column in file["columns"]}
    frames = {}
    for table, of_seasons in parts.items():
        frames[table] = pandas.concat(of_seasons, ignore_index=True)
        frames[table].attrs["units"] = units[table]
    return frames


if __name__ == "__main__":
    for table, frame in load().items():
        print(f"{table}: {len(frame):,} rows, {len(frame.columns)} columns")
)py";
}

}  // namespace nba::cli
