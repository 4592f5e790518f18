#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# The scripts with the real program (NBA_SCRAPER_TESTED), against the synthetic league over loopback HTTP.

load helpers

setup() {
  [[ -x ${NBA_SCRAPER_TESTED:-} ]] || { echo 'NBA_SCRAPER_TESTED must name the program'; return 1; }
  unset NBA_CDN_URL NBA_STATS_URL NBA_SIM_URL NBA_SCRAPER_CONFIG NBA_SCRAPER_LOG_LEVEL
  # No configuration or database of the person who runs the tests.
  export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/config XDG_DATA_HOME=$BATS_TEST_TMPDIR/data
  export NBA_SCRAPER_BIN=$NBA_SCRAPER_TESTED
  export NBA_SCRAPER_LOG_DIR=$BATS_TEST_TMPDIR/logs
  export NBA_SCRAPER_ENV_FILE=$BATS_TEST_TMPDIR/settings.env
  database=$BATS_TEST_TMPDIR/nba.db
  echo "DATABASE_URL=sqlite:///$database" >"$NBA_SCRAPER_ENV_FILE"
}

teardown() {
  if [[ -n ${league:-} ]]; then kill "$league" 2>/dev/null || true; fi
}

program() { "$NBA_SCRAPER_TESTED" "$@" --database "sqlite:///$database"; }
run_daily() { run "$project/ops/cron/run_daily.sh" "$@"; }
all_logs() { cat "$NBA_SCRAPER_LOG_DIR"/daily_*.log; }
in_database() { sqlite3 -readonly -cmd '.timeout 5000' "$database" "$1"; }
daily_date() { in_database "SELECT value FROM ingest_watermarks WHERE stage = 'schedule' AND key = 'daily'"; }
games_stored() { in_database 'SELECT COUNT(*) FROM games'; }

# A league that answers so many milliseconds late, in a process of its own; sets its URL.
start_league() {
  "$NBA_SCRAPER_TESTED" simulate --port 0 --latency "$1" >"$BATS_TEST_TMPDIR/league.out" 2>&1 3>&- &
  league=$!
  eventually grep -q 'Ctrl-C stops it' "$BATS_TEST_TMPDIR/league.out"
  NBA_SIM_URL=$(sed -n 's/.*NBA_SIM_URL=//p' "$BATS_TEST_TMPDIR/league.out")
  export NBA_SIM_URL
}

@test "the cron script brings in a day, then the days that were missed" {
  run_daily --source sim --date 2025-01-10
  echo "$output"
  expect_equal "$status" 0
  log=$(all_logs)
  expect_in 'INFO job.start job=daily target_date=2025-01-10' "$log"
  expect_in 'INFO job.end job=daily failures=0' "$log"
  expect_in 'cron.end job=daily result=success exit_code=0' "$log"
  expect_equal "$(daily_date)" 2025-01-10
  (($(games_stored) > 0))
  expect_equal "$(in_database "SELECT DISTINCT game_date FROM games")" 2025-01-10
  expect_equal "$(in_database "SELECT COUNT(*) FROM ingest_games WHERE state = 'done'")" "$(games_stored)"

  run_daily --source sim --date 2025-01-12
  expect_equal "$status" 0
  expect_equal "$(daily_date)" 2025-01-12
  expect_equal "$(in_database "SELECT MIN(game_date) || ' ' || MAX(game_date) FROM games")" '2025-01-10 2025-01-12'

  run_daily --source sim --date 2025-01-12
  expect_equal "$status" 0
}

@test "the program's exit codes come through the cron script" {
  echo 'DATABASE_URL=mysql://host/db' >"$NBA_SCRAPER_ENV_FILE"
  run_daily
  expect_equal "$status" 120
  run_daily --no-such-option
  expect_equal "$status" 109
  expect_in 'exit_code=109' "$(all_logs)"
}

@test "a daily run that is stopped through the cron script drains, and the next one goes on" {
  start_league 500
  program db migrate >/dev/null
  program watermark set schedule daily 2024-11-01 >/dev/null
  "$project/ops/cron/run_daily.sh" --source sim --date 2024-11-20 --catch-up-days 60 >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
  script=$!
  some_games() { (($(games_stored) > 0)); }
  eventually some_games
  kill -TERM "$script"
  code=0
  wait "$script" || code=$?
  expect_equal "$code" 143
  expect_in 'drain.end' "$(all_logs)"
  # Whatever was begun was finished.
  expect_equal "$(in_database "SELECT COUNT(*) FROM ingest_games WHERE state = 'loaded'")" 0
  before=$(games_stored)

  # The same league without the wait.
  kill "$league"
  wait "$league" 2>/dev/null || true
  start_league 1
  run_daily --source sim --date 2024-11-20 --catch-up-days 60
  expect_equal "$status" 0
  expect_equal "$(daily_date)" 2024-11-20
  planned=$(in_database "SELECT COUNT(*) FROM schedule_games WHERE game_date BETWEEN '2024-11-02' AND '2024-11-20'")
  ((before < planned))
  expect_equal "$(games_stored)" "$planned"
}

@test "every query of ops/queries answers with five rows" {
  # Far enough for everybody to have played forty games.
  program schedule backfill --season 2024-25 --source sim --game-types regular --to 2025-01-31 >/dev/null
  for query in "$project"/ops/queries/*.sql; do
    echo "$query"
    expect_equal "$(sqlite3 -readonly "$database" <"$query" | wc -l)" 5
  done
  # Thirty teams; wins and losses of the whole league balance, and each team's at home and away are all of them.
  sed 's/LIMIT 5/LIMIT 99/' "$project/ops/queries/standings.sql" | sqlite3 -readonly -separator '|' "$database" |
    awk -F '|' '{ wins += $2; losses += $3; split($5 "-" $6, of, "-"); sum += $2 - of[1] - of[3]; left += $3 - of[2] - of[4] }
      END { exit !(NR == 30 && wins == losses && wins > 0 && sum == 0 && left == 0) }'
}
