#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# The scripts with the real program (NBA_SCRAPER_TESTED), against the synthetic league over loopback HTTP.

load helpers

setup() {
  [[ -x ${NBA_SCRAPER_TESTED:-} ]] || { echo 'NBA_SCRAPER_TESTED must name the program'; return 1; }
  unset NBA_CDN_URL NBA_STATS_URL NBA_SCRAPER_CONFIG NBA_SCRAPER_LOG_LEVEL
  # No configuration or database of the person who runs the tests.
  export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config XDG_DATA_HOME=$BATS_TEST_TMPDIR/data
  export NBA_SCRAPER_BIN=$NBA_SCRAPER_TESTED
  export NBA_SCRAPER_LOG_DIR=$BATS_TEST_TMPDIR/logs
  export NBA_SCRAPER_ENV_FILE=$BATS_TEST_TMPDIR/settings.env
  database=$BATS_TEST_TMPDIR/nba.db
  echo "DATABASE_URL=sqlite:///$database" >"$NBA_SCRAPER_ENV_FILE"
}

run_daily() { run "$project/ops/cron/run_daily.sh" --source sim "$@"; }
last_log() { cat "$(find "$NBA_SCRAPER_LOG_DIR" -name 'daily_*.log' | sort | tail -n 1)"; }
in_database() { sqlite3 -readonly "$database" "$1"; }

@test "the cron script brings in a day, notes it, and has nothing to do the second time" {
  run_daily --date 2025-01-10
  echo "$output"
  expect_equal "$status" 0
  log=$(last_log)
  expect_in 'INFO job.start job=daily target_date=2025-01-10' "$log"
  expect_in 'INFO job.end job=daily failures=0' "$log"
  expect_in 'cron.end job=daily result=success exit_code=0' "$log"
  expect_equal "$(in_database "SELECT value FROM ingest_watermarks WHERE stage = 'schedule' AND key = 'daily'")" 2025-01-10
  games=$(in_database "SELECT COUNT(*) FROM games WHERE game_date = '2025-01-10'")
  ((games > 0))
  expect_equal "$(in_database "SELECT COUNT(*) FROM ingest_games WHERE state = 'done'")" "$games"

  run_daily --date 2025-01-12
  expect_equal "$status" 0
  expect_equal "$(in_database "SELECT value FROM ingest_watermarks WHERE stage = 'schedule' AND key = 'daily'")" 2025-01-12
  expect_equal "$(in_database "SELECT MIN(game_date) || ' ' || MAX(game_date) FROM games")" '2025-01-10 2025-01-12'
}

@test "the program's exit codes come through the cron script" {
  echo 'DATABASE_URL=mysql://host/db' >"$NBA_SCRAPER_ENV_FILE"
  run_daily
  expect_equal "$status" 120
  run_daily --no-such-option
  expect_equal "$status" 109
  expect_in 'exit_code=109' "$(last_log)"
}

@test "a run that SIGTERM reaches through the cron script drains, and the next one goes on" {
  # The league answers slowly, so the run is at work when the signal comes.
  "$NBA_SCRAPER_TESTED" simulate --help >/dev/null
  "$NBA_SCRAPER_TESTED" schedule backfill --season 2024-25 --source sim --database "sqlite:///$database" \
    --from 2024-10-20 --to 2024-11-10 >/dev/null
  before=$(in_database 'SELECT COUNT(*) FROM games')
  ((before > 100))
  run_daily --date 2024-11-11
  expect_equal "$status" 0
  expect_equal "$(in_database "SELECT COUNT(*) FROM ingest_games g WHERE state = 'done' AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.game_id = g.game_id)")" 0
}

@test "every query of ops/queries answers with five rows on a finished season, on SQLite" {
  "$NBA_SCRAPER_TESTED" schedule backfill --season 2024-25 --source sim --database "sqlite:///$database" >/dev/null
  for query in "$project"/ops/queries/*.sql; do
    echo "$query"
    expect_equal "$(sqlite3 -readonly "$database" <"$query" | wc -l)" 5
  done
  # Wins and losses of the whole league balance, and nobody plays more than 82 games.
  sed 's/LIMIT 5/LIMIT 99/' "$project/ops/queries/standings.sql" | sqlite3 -readonly -separator ' ' "$database" |
    awk '{ wins += $(NF-2); losses += $(NF-1); sum += $NF } END { exit !(NR == 30 && wins == losses && sum == 0) }'
}
