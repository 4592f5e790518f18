#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # `project` comes from helpers; code in single quotes is for another shell
# The cron script, run for real with a stand-in for the program.

load helpers

setup() {
  unset DATABASE_URL NBA_SCRAPER_CONFIG
  standin_state=$BATS_TEST_TMPDIR/state
  logs="$BATS_TEST_TMPDIR/log folder"
  settings=$BATS_TEST_TMPDIR/settings.env
  mkdir -p "$standin_state"
  : >"$settings"
  export standin_state
  export NBA_SCRAPER_BIN=$BATS_TEST_TMPDIR/stand-in
  export NBA_SCRAPER_LOG_DIR=$logs
  export NBA_SCRAPER_ENV_FILE=$settings
  write_standin 'exit "${STANDIN_EXIT:-0}"'
}

# A program that notes how it was called and then does BODY.
write_standin() { # BODY
  cat >"$NBA_SCRAPER_BIN" <<END
#!/usr/bin/env bash
for argument; do printf '[%s]' "\$argument"; done >"\$standin_state/arguments"
printf '%s' "\${TZ:-}" >"\$standin_state/time_zone"
printf '%s' "\${DATABASE_URL:-}" >"\$standin_state/database"
pwd >"\$standin_state/folder"
echo "words of the program"
echo "complaint of the program" >&2
$1
END
  chmod +x "$NBA_SCRAPER_BIN"
}

# A program that says when it runs (to the fifo `running`) and waits for a line in the fifo `go`, or for a signal that it
# traps. Both waits end after 30 s, so that a fault fails the test instead of hanging it.
write_waiting_standin() { # BODY before waiting
  mkfifo "$standin_state/running" "$standin_state/go"
  write_standin "$1
(read -r -t 30 <>\"\$standin_state/go\") &
reader=\$!
trap 'kill \$reader 2>/dev/null' EXIT
timeout 30 sh -c 'echo yes >\"\$standin_state/running\"'
wait \$reader
exit \"\${STANDIN_EXIT:-0}\""
}
start_in_background() {
  "$project/ops/cron/run_daily.sh" >"$BATS_TEST_TMPDIR/first.out" 2>&1 3>&- &
  first=$!
  read -r -t 30 <>"$standin_state/running"
}

run_daily() { run "$project/ops/cron/run_daily.sh" "$@"; }
log_files() { find "$logs" -name '*.log' | sort; }
only_log() {
  expect_equal "$(log_files | wc -l)" 1 && cat "$(log_files)"
}
@test "a run that succeeds is silent and ends with 0" {
  run_daily
  expect_equal "$status" 0
  expect_equal "$output" ''
  log=$(only_log)
  expect_in 'INFO cron.start job=daily time_zone=America/New_York' "$log"
  expect_in 'words of the program' "$log"
  expect_in 'complaint of the program' "$log"
  expect_in 'INFO cron.end job=daily result=success exit_code=0 duration_seconds=' "$log"
}

@test "every exit code of the program is passed on and written to the log" {
  for code in 1 7 99 122 130 143; do
    STANDIN_EXIT=$code run_daily
    expect_equal "$status" "$code"
    expect_in "exit code $code after " "$output"
    # The message names the log of this very run.
    expect_in "ERROR cron.end job=daily result=failure exit_code=$code duration_seconds=" "$(cat "${lines[0]##*log: }")"
  done
}

@test "the message ends with the reason of the end and with what to do, from a log in text" {
  cat >"$BATS_TEST_TMPDIR/lines" <<'LINES'
2024-10-08 06:00:01,234 ERROR game.parked game_id=0022400061 reason="not this one"
nba-scraper: not this line either
2024-10-08 06:00:01,234 ERROR job.end job=daily failures=0 games=0 exit_code=121 class=storage reason="cannot open \"nba\": no route to host"
LINES
  write_standin "cat '$BATS_TEST_TMPDIR/lines' >&2; exit 121"
  run_daily
  expect_equal "$status" 121
  expect_equal "${#lines[@]}" 3
  expect_in 'exit code 121 after ' "${lines[0]}"
  expect_equal "${lines[1]}" 'run_daily.sh: why: cannot open "nba": no route to host'
  expect_in 'what to do: see what is wrong with the database: nba-scraper db check' "${lines[2]}"
}

@test "the same from a log in JSON" {
  cat >"$BATS_TEST_TMPDIR/lines" <<'LINES'
{"ts":"2024-10-08T10:00:01.234Z","level":"ERROR","event":"job.end","run_id":"r","job":"daily","exit_code":120,"class":"configuration","reason":"the daily date is \"2099-01-01\": nba-scraper watermark reset schedule daily"}
{"ts":"2024-10-08T10:00:02.234Z","level":"INFO","event":"alert.delivered","run_id":"r","channel":"slack"}
LINES
  write_standin "cat '$BATS_TEST_TMPDIR/lines' >&2; exit 120"
  run_daily --log-format json
  expect_equal "${lines[1]}" 'run_daily.sh: why: the daily date is "2099-01-01": nba-scraper watermark reset schedule daily'
  expect_in 'nba-scraper doctor --offline' "${lines[2]}"
}

@test "without an end in the log: the last ERROR, else the last words to a person, else what to do alone" {
  write_standin 'echo "2024-10-08 06:00:01,234 ERROR chunk.error season=2024-25 class=transient reason=timeout" >&2; exit 137'
  run_daily
  expect_equal "${lines[1]}" 'run_daily.sh: why: timeout'
  expect_in 'it was killed' "${lines[2]}"
  write_standin 'echo "nba-scraper: there is no such setting" >&2; exit 120'
  run_daily
  expect_equal "${lines[1]}" 'run_daily.sh: why: there is no such setting'
  write_standin 'exit 3'
  run_daily
  expect_equal "${#lines[@]}" 2
  expect_in 'nba-scraper dlq list' "${lines[1]}"
}

@test "start and end are the log's first and last line, with a time" {
  run_daily
  pattern='^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3} INFO cron\.'
  head -n 1 "$(log_files)" | grep -Eq "${pattern}start"
  tail -n 1 "$(log_files)" | grep -Eq "${pattern}end"
}

@test "the log is named after New York's time, whatever the machine's zone" {
  before=$(TZ=America/New_York date +%Y%m%d_%H%M%S)
  TZ=Asia/Tokyo run_daily
  after=$(TZ=America/New_York date +%Y%m%d_%H%M%S)
  name=$(basename "$(log_files)")
  [[ $name =~ ^daily_[0-9]{8}_[0-9]{6}\.log$ ]]
  stamp=${name#daily_}
  stamp=${stamp%.log}
  [[ ! $stamp < $before && ! $stamp > $after ]]
  expect_equal "$(<"$standin_state/time_zone")" America/New_York
  # The lines as well: their date and hour lie between those two.
  line=$(head -n 1 "$(log_files)")
  minute=$(tr -d ':-' <<<"${line:0:16}" | tr ' ' _)
  [[ ! $minute < ${before:0:13} && ! $minute > ${after:0:13} ]]
}

@test "arguments are passed on as they are" {
  run_daily --date 2025-01-02 --log-file 'a file.log' '' '*'
  expect_equal "$(<"$standin_state/arguments")" '[schedule][daily][--date][2025-01-02][--log-file][a file.log][][*]'
}

@test "no argument's value reaches the log" {
  run_daily --database 'postgresql://nba:hunter2@host/db' --database='postgresql://nba:hunter2@host/db'
  log=$(only_log)
  expect_in 'options=--database,--database' "$log"
  expect_not_in hunter2 "$log"
}

@test "a second start does nothing, says so and ends with 122" {
  write_waiting_standin ''
  start_in_background
  echo untouched >"$standin_state/arguments"
  run_daily
  expect_equal "$status" 122
  expect_in "another daily run (process $first) is still at work" "$output"
  expect_equal "$(<"$standin_state/arguments")" untouched
  grep -q "ERROR cron.lock_held holder_pid=$first exit_code=122" "$logs"/daily_*.log
  echo >"$standin_state/go"
  wait "$first"
}

@test "after a run has ended the next one may start" {
  write_waiting_standin ''
  start_in_background
  echo >"$standin_state/go"
  wait "$first"
  write_standin 'exit 0'
  run_daily
  expect_equal "$status" 0
}

@test "the lock stays while the program runs, even when the script was killed" {
  write_waiting_standin "echo \$\$ >\"\$standin_state/pid\""
  start_in_background
  kill -KILL "$first"
  wait "$first" || true
  run_daily
  expect_equal "$status" 122
  program=$(<"$standin_state/pid")
  echo >"$standin_state/go"
  # It is an orphan, and what is process 1 here may never fetch its exit code: a zombie is gone too.
  gone() { [[ $(ps -o stat= -p "$program") != [^Z]* ]]; }
  eventually gone
  write_standin 'exit 0'
  run_daily
  expect_equal "$status" 0
}

@test "a signal is passed on once, and the code after the drain is returned" {
  write_waiting_standin 'trap "echo TERM >>\"\$standin_state/signals\"; exit 143" TERM'
  start_in_background
  kill -TERM "$first"
  code=0
  wait "$first" || code=$?
  expect_equal "$code" 143
  expect_equal "$(<"$standin_state/signals")" TERM
  expect_in 'exit_code=143' "$(only_log)"
}

@test "a program that was killed is told of in the script's own words alone" {
  write_standin 'kill -KILL $$'
  run "$project/ops/cron/run_daily.sh"
  expect_equal "$status" 137
  expect_in 'exit code 137' "$output"
  [[ $output != *Killed* && $output != *'line '* ]]
}

@test "a program that takes its time to drain is waited for" {
  write_waiting_standin 'trap "echo drained >>\"\$standin_state/signals\"" TERM'
  export STANDIN_EXIT=5
  start_in_background
  kill -TERM "$first"
  # The signal ends the stand-in's wait; it then ends with its own code, not with the signal's.
  code=0
  wait "$first" || code=$?
  expect_equal "$code" 5
  expect_equal "$(<"$standin_state/signals")" drained
  expect_in 'exit_code=5' "$(only_log)"
}

@test "logs older than 30 days are removed, and nothing else is" {
  mkdir -p "$logs/daily_20200101_060000.log.d"
  touch -d '30 days ago 1 hour ago' "$logs/daily_20241001_060000.log"
  touch -d '31 days ago' "$logs/daily_2024.log" "$logs/notes.log" \
    "$logs/daily_20241001_060000.log.bak" "$logs/xdaily_20241001_060000.log" \
    "$logs/daily_20200101_060000.log.d/daily_20241001_060000.log"
  touch -d '30 days ago 1 hour' "$logs/daily_20241002_060000.log"
  touch -d '29 days ago' "$logs/daily_20241003_060000.log"
  run_daily
  expect_equal "$status" 0
  [[ ! -e $logs/daily_20241001_060000.log ]]
  for kept in daily_20241002_060000.log daily_20241003_060000.log daily_2024.log notes.log \
    daily_20241001_060000.log.bak xdaily_20241001_060000.log \
    daily_20200101_060000.log.d/daily_20241001_060000.log; do
    [[ -e $logs/$kept ]] || { echo "gone: $kept"; return 1; }
  done
}

@test "the settings file gives the database; the environment wins" {
  echo 'DATABASE_URL=sqlite:///from-file.db' >"$settings"
  run_daily
  expect_equal "$(<"$standin_state/database")" sqlite:///from-file.db
  DATABASE_URL=sqlite:///from-environment.db run_daily
  expect_equal "$(<"$standin_state/database")" sqlite:///from-environment.db
  expect_not_in from-file "$(cat "$logs"/*.log)"
}

@test "a broken settings file stops the run with 120" {
  echo 'this is no setting' >"$settings"
  run_daily
  expect_equal "$status" 120
  expect_in "$settings line 1" "$output"
  [[ ! -e $standin_state/arguments ]]
}

@test "a settings file that was named but is not there stops the run with 120" {
  NBA_SCRAPER_ENV_FILE=$BATS_TEST_TMPDIR/missing.env run_daily
  expect_equal "$status" 120
  expect_in 'missing.env' "$output"
}

@test "without a program the message says how to get one" {
  NBA_SCRAPER_BIN=$BATS_TEST_TMPDIR/nothing run_daily
  expect_equal "$status" 120
  expect_in 'ops/quickstart.sh' "$output"
  expect_in 'NBA_SCRAPER_BIN' "$output"
}

@test "the program is looked for in PATH" {
  mkdir "$BATS_TEST_TMPDIR/bin"
  mv "$NBA_SCRAPER_BIN" "$BATS_TEST_TMPDIR/bin/nba-scraper"
  unset NBA_SCRAPER_BIN
  PATH=$BATS_TEST_TMPDIR/bin:$PATH run_daily
  expect_equal "$status" 0
  expect_in "program=$BATS_TEST_TMPDIR/bin/nba-scraper" "$(only_log)"
}

@test "it runs in the project's folder, wherever it was started" {
  cd /
  run_daily
  expect_equal "$(<"$standin_state/folder")" "$project"
}

@test "a log folder that cannot be made stops the run with 120" {
  touch "$BATS_TEST_TMPDIR/file"
  NBA_SCRAPER_LOG_DIR=$BATS_TEST_TMPDIR/file/logs run_daily
  expect_equal "$status" 120
  expect_in 'NBA_SCRAPER_LOG_DIR' "$output"
  [[ ! -e $standin_state/arguments ]]
}

@test "it works with the bare environment that cron gives" {
  run env -i HOME="$BATS_TEST_TMPDIR" LOGNAME=nobody SHELL=/bin/sh PATH=/usr/bin:/bin \
    standin_state="$standin_state" NBA_SCRAPER_BIN="$NBA_SCRAPER_BIN" NBA_SCRAPER_LOG_DIR="$logs" \
    NBA_SCRAPER_ENV_FILE="$settings" /bin/sh -c "'$project/ops/cron/run_daily.sh' --catch-up-days 3" </dev/null
  expect_equal "$status" 0
  expect_equal "$output" ''
  expect_equal "$(<"$standin_state/arguments")" '[schedule][daily][--catch-up-days][3]'
}

@test "--help explains the script and runs nothing" {
  run_daily --help
  expect_equal "$status" 0
  expect_in 'NBA_SCRAPER_LOG_DIR' "$output"
  [[ ! -e $standin_state/arguments && ! -e $logs ]]
}

@test "what links of the lock's and the log's name lead to is left alone" {
  mkdir -p "$logs"
  echo mine >"$BATS_TEST_TMPDIR/victim"
  ln -s "$BATS_TEST_TMPDIR/victim" "$logs/.daily.lock"
  run_daily
  expect_equal "$status" 120
  expect_in 'is a link' "$output"
  expect_equal "$(<"$BATS_TEST_TMPDIR/victim")" mine
  rm "$logs/.daily.lock"
  ln -s "$BATS_TEST_TMPDIR/not-there" "$logs/.daily.lock"
  run_daily
  expect_equal "$status" 120
  [[ ! -e $BATS_TEST_TMPDIR/not-there ]]
  rm "$logs/.daily.lock"
  # A log of every second of the next minute.
  now=$(TZ=America/New_York date +%s)
  for ((second = 0; second < 60; ++second)); do
    ln -sf "$BATS_TEST_TMPDIR/victim" "$logs/daily_$(TZ=America/New_York date -d "@$((now + second))" +%Y%m%d_%H%M%S).log"
  done
  run_daily
  expect_equal "$status" 0
  expect_equal "$(<"$BATS_TEST_TMPDIR/victim")" mine
}
