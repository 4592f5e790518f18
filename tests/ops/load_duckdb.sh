#!/usr/bin/env bash
# What `export` writes, loaded by the duckdb.sql beside it, and written as Parquet.
#   load_duckdb.sh PROGRAM
# Runs where Node.js finds the package @duckdb/node-api (NODE_PATH names the folder node_modules that has it: `npm
# install @duckdb/node-api` makes one); ends with 77 elsewhere. Nothing is downloaded here.
set -euo pipefail
# shellcheck source=tests/ops/export_sample.sh
. "$(dirname "${BASH_SOURCE[0]}")/export_sample.sh"

if ! command -v node >/dev/null; then
  echo 'SKIPPED: node is not installed'
  exit 77
fi
if ! node -e "require('@duckdb/node-api')" 2>/dev/null; then
  echo 'SKIPPED: Node.js does not find @duckdb/node-api; NODE_PATH names a folder node_modules that has it'
  exit 77
fi

make_sample "$1"
for folder in "$work"/csv "$work"/csv_gz "$work"/jsonl; do
  # Paths in the script are relative to the folder.
  (cd "$folder" && node - "$(basename "$folder")" <<'NODE'
const assert = require('assert');
const fs = require('fs');
const { DuckDBInstance } = require('@duckdb/node-api');

const types = { text: 'VARCHAR', integer: 'INTEGER', bigint: 'BIGINT', real: 'DOUBLE', boolean: 'BOOLEAN', date: 'DATE',
                timestamp: 'TIMESTAMP WITH TIME ZONE' };

async function main() {
  const form = process.argv[2];
  const manifest = JSON.parse(fs.readFileSync('manifest.json', 'utf8'));
  const open = async () => (await DuckDBInstance.create(':memory:')).connect();
  const run = async (db, script) => {
    const statements = await db.extractStatements(script);
    for (let i = 0; i < statements.count; ++i) await (await statements.prepare(i)).run();
  };
  const ask = async (db, sql) => (await db.runAndReadAll(sql)).getRows();
  const db = await open();
  const script = fs.readFileSync('duckdb.sql', 'utf8');
  await run(db, script);
  await run(db, script);  // again: the tables are replaced
  const rows = {};
  for (const file of manifest.files) rows[file.table] = (rows[file.table] || 0) + file.rows;
  for (const [table, count] of Object.entries(rows))
    assert.deepEqual(await ask(db, `SELECT count(*) FROM ${table}`), [[BigInt(count)]], table);
  for (const file of manifest.files) {
    const there = await ask(db, `SELECT column_name, data_type FROM information_schema.columns
                                 WHERE table_name = '${file.table}' ORDER BY ordinal_position`);
    assert.deepEqual(there, file.columns.map((column) => [column.name, types[column.type]]), file.table);
  }
  const check = async (sql, expected) => assert.deepEqual((await ask(db, sql))[0].map(String), expected, sql);
  await check(`SELECT count(*) FILTER (NOT regexp_full_match(game_id, '00[0-9]{8}')) FROM games`, ['0']);
  await check(`SELECT count(DISTINCT season), count(*) FILTER (attendance IS NULL),
                      count(*) FILTER (arena_state = '') FROM games`, ['2', '1', '1']);
  await check(`SELECT count(DISTINCT jersey_number) FROM player_game_stats WHERE jersey_number IN ('0', '00')`, ['2']);
  await check(`SELECT count(*) FROM players WHERE first_name = 'NA'`, ['1']);
  await check(`SELECT count(*) = (SELECT 10 * count(*) FROM games) FROM player_game_stats WHERE starter`, ['true']);
  await check(`SELECT count(*) > 0 FROM schedule_travel WHERE prev_game_id IS NULL`, ['true']);
  await check(`SELECT min(tipoff_utc) BETWEEN TIMESTAMPTZ '2023-10-01 00:00:00+00' AND TIMESTAMPTZ '2023-11-01 00:00:00+00'
               FROM games`, ['true']);
  await run(db, script.replace(/^-- COPY/gm, 'COPY'));
  const other = await open();
  for (const [table, count] of Object.entries(rows))
    assert.deepEqual(await ask(other, `SELECT count(*) FROM '${table}.parquet'`), [[BigInt(count)]], table);
  assert.deepEqual(await ask(other, `SELECT typeof(game_id) FROM 'games.parquet' LIMIT 1`), [['VARCHAR']]);
  console.log(`${form}: ${Object.keys(rows).length} tables`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
NODE
  )
done
