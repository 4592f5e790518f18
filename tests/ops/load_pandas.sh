#!/usr/bin/env bash
# What `export` writes, loaded by the load_pandas.py beside it: CSV, compressed, JSON lines.
#   load_pandas.sh PROGRAM
# Ends with 77 when Python has no pandas.
set -euo pipefail
# shellcheck source=tests/ops/export_sample.sh
. "$(dirname "${BASH_SOURCE[0]}")/export_sample.sh"

python=
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -c 'import pandas' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [[ -z $python ]]; then
  echo 'SKIPPED: Python has no pandas (python3-pandas in ops/packages.txt)'
  exit 77
fi

make_sample "$1"
export PYTHONDONTWRITEBYTECODE=1
for folder in "$work"/csv "$work"/csv_gz "$work"/jsonl; do
  "$python" - "$folder" "$(basename "$folder")" <<'PYTHON'
import json
import pathlib
import sys

folder, form = pathlib.Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(folder))
import load_pandas
import pandas

frames = load_pandas.load()
manifest = json.loads((folder / "manifest.json").read_text())
rows = {}
for file in manifest["files"]:
    rows[file["table"]] = rows.get(file["table"], 0) + file["rows"]
assert {name: len(frame) for name, frame in frames.items()} == rows, rows
games, lines, log = frames["games"], frames["player_game_stats"], frames["player_game_log"]
assert sorted(set(games["season"])) == ["2023-24", "2024-25"], set(games["season"])
# Text stays text.
assert games["game_id"].str.fullmatch(r"00\d{8}").all()
numbers = set(lines["jersey_number"].dropna())
assert {"0", "00"} <= numbers, numbers
assert "NA" in set(frames["players"]["first_name"])
# Types as the manifest says, and a missing number is no 0.
expected = {"text": "string", "integer": "Int64", "bigint": "Int64", "real": "float64", "boolean": "boolean",
            "date": "datetime64[ns]", "timestamp": "datetime64[ns, UTC]"}
for file in manifest["files"]:
    for column in file["columns"]:
        kind = str(frames[file["table"]][column["name"]].dtype)
        assert kind == expected[column["type"]], (file["table"], column, kind)
assert games["attendance"].isna().sum() == 1 and games["attendance"].max() > 1000
assert str(games["tipoff_utc"].min()).startswith("2023-10")
assert lines["starter"].sum() == 10 * len(games)
assert log["is_home"].sum() > 0 and len(log) == lines["played"].sum()
assert games.attrs["units"]["attendance"] == "people"
assert int(lines["points"].sum()) == int(games["home_score"].sum() + games["away_score"].sum())
# An empty text and a missing one.
empty = (games["arena_state"] == "").sum()
assert empty == (1 if form == "jsonl" else 0), empty
assert list(load_pandas.load(folder, ["games"])) == ["games"]
print(f"{form}: {len(frames)} tables, {sum(rows.values())} rows")
PYTHON
  told=$(cd / && "$python" "$folder/load_pandas.py")
  [[ $told == *'games: '* ]]
done
