#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# The units' own command lines, run with their variables and umask as the user and group that systemd-sysusers makes for them:
# in a small root of its own, so that this machine's users stay as they are. The program is NBA_SCRAPER_TESTED.

load helpers
load unit_command

setup() {
  started=()
  [[ -x ${NBA_SCRAPER_TESTED:-} ]] || { echo 'NBA_SCRAPER_TESTED must name the program'; return 1; }
  [[ $(id -u) == 0 ]] || skip 'SKIPPED: another user can be taken on by root only'
  command -v systemd-sysusers >/dev/null || skip 'SKIPPED: systemd-sysusers is not installed'
  # Another user must come through: bats' own folders are for one alone.
  root=$(mktemp -d)
  mkdir -p "$root/etc" "$root/var/lib" "$root/var/log"
  chmod 755 "$root"
  systemd-sysusers --root="$root" "$project/ops/systemd/nba-scraper.sysusers" >/dev/null
  uid=$(awk -F: '$1 == "nba-scraper" { print $3 }' "$root/etc/passwd")
  gid=$(awk -F: '$1 == "nba-scraper-readers" { print $3 }' "$root/etc/group")
  [[ -n $uid && -n $gid ]]
  state=$root/var/lib
}

teardown() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  [[ -z ${root:-} ]] || rm -rf "$root"
}

# The folders of the unit, as systemd makes them.
make_folders() {
  systemd-tmpfiles --root="$root" --create "$project/ops/systemd/nba-scraper.tmpfiles" >/dev/null 2>&1 || true
  [[ -d $root/var/lib/nba-scraper ]]
}

# Replaces this shell by the unit's command, with further arguments.
as_unit() { # UNIT [ARGUMENT...]
  local unit=$project/ops/systemd/$1
  local -a environment words
  shift
  mapfile -t environment < <(unit_environment "$unit" "$state")
  mapfile -t words < <(unit_command "$unit" "$state")
  words[0]=$NBA_SCRAPER_TESTED
  umask "$(unit_values "$unit" UMask)"
  cd "$state/nba-scraper" || exit
  exec setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs --bounding-set=-all \
    env -i PATH=/usr/bin:/bin "${environment[@]}" "${extra[@]}" "${words[@]}" "$@" 3>&-
}

as_somebody() { # UID GID COMMAND...
  local uid=$1 gid=$2
  shift 2
  setpriv --reuid "$uid" --regid "$gid" --clear-groups "$@"
}

@test "every unit has the same user, the same group and the same way to the database" {
  for unit in "$project"/ops/systemd/*.service; do
    expect_equal "$(unit_values "$unit" User)" nba-scraper
    expect_equal "$(unit_values "$unit" Group)" nba-scraper-readers
    expect_equal "$(unit_values "$unit" Environment)" 'XDG_DATA_HOME=%S XDG_CONFIG_HOME=/etc TZ=America/New_York'
    expect_equal "$(unit_values "$unit" LoadCredential)" 'database-password:nba-scraper.database-password'
    expect_equal "$(unit_values "$unit" UMask)" 0027
    expect_equal "$(grep -c DynamicUser "$unit")" 0
  done
}

@test "the folders belong to the user; readers may look, nobody else may; metrics are for all" {
  make_folders
  expect_equal "$(stat -c '%a %u %g' "$root/var/lib/nba-scraper")" "2750 $uid $gid"
  expect_equal "$(stat -c '%a %u %g' "$root/var/log/nba-scraper")" "2750 $uid $gid"
  expect_equal "$(stat -c '%a' "$root/var/lib/nba-scraper-metrics")" 755
  expect_equal "$(stat -c '%a %u' "$root/var/lib/nba-scraper-metrics/node-exporter")" "755 $uid"
}

@test "the daily service brings in a day; a reader can look at it, a stranger cannot, and the reader leaves nothing behind" {
  make_folders
  extra=()
  run as_unit nba-scraper-daily.service --source sim --date 2025-01-10
  echo "$output"
  expect_equal "$status" 0
  database=$root/var/lib/nba-scraper/sim.db
  expect_equal "$(stat -c '%a %u %g' "$database")" "640 $uid $gid"
  # A collector is somebody else: umask and groups do not concern what it reads.
  metrics=$root/var/lib/nba-scraper-metrics/node-exporter/daily.prom
  expect_equal "$(stat -c '%a %u' "$metrics")" "644 $uid"
  as_somebody 65534 65534 grep -q '^nba_scraper_.*task="daily"' "$metrics"
  expect_equal "$(find "${metrics%/*}" -type f | wc -l)" 1
  reader=$((uid + 1))
  run as_somebody "$reader" "$gid" "$NBA_SCRAPER_TESTED" status --database "sqlite:///$database"
  expect_equal "$status" 0
  run as_somebody 65534 65534 "$NBA_SCRAPER_TESTED" status --database "sqlite:///$database"
  expect_equal "$status" 121
  # As root, and then as the user again: nothing of root's is in the way.
  run "$NBA_SCRAPER_TESTED" status --database "sqlite:///$database"
  expect_equal "$status" 0
  run as_unit nba-scraper-daily.service --source sim --date 2025-01-11
  echo "$output"
  expect_equal "$status" 0
  expect_equal "$(find "$root/var/lib/nba-scraper" ! -user "$uid" | wc -l)" 0
}

@test "the password of a credential folder as systemd makes it (0440, of root) reaches the server" {
  make_folders
  credentials=$root/credentials
  mkdir -m 755 "$credentials"
  printf 'correct horse\n' >"$credentials/database-password"
  chown "0:$gid" "$credentials/database-password"
  chmod 440 "$credentials/database-password"
  extra=(CREDENTIALS_DIRECTORY="$credentials" DATABASE_URL=postgresql://nba@127.0.0.1:1/nba)
  # Nobody listens there: 121 is the database's, 120 would be the file's.
  run as_unit nba-scraper-daily.service --source sim
  expect_equal "$status" 121
  expect_not_in horse "$output"
  chmod 444 "$credentials/database-password"
  run as_unit nba-scraper-daily.service --source sim
  expect_equal "$status" 120
  expect_in 'chmod 600' "$output"
}

@test "the page's service says that it is ready, that it lives, and that it stops" {
  command -v python3 >/dev/null || skip 'SKIPPED: python3 is not installed'
  make_folders
  extra=()
  run as_unit nba-scraper-daily.service --source sim --date 2025-01-10
  expect_equal "$status" 0
  socket=$root/notify
  python3 "$project/tests/ops/notify_socket.py" "$socket" >"$BATS_TEST_TMPDIR/said" 3>&- &
  started+=($!)
  eventually grep -q listening "$BATS_TEST_TMPDIR/said"
  # A watchdog of two seconds, so that the test need not wait for that of the unit.
  extra=(NOTIFY_SOCKET="$socket" WATCHDOG_USEC=2000000 DATABASE_URL="sqlite:///$root/var/lib/nba-scraper/sim.db")
  (as_unit nba-scraper-serve.service --http 127.0.0.1:0) >"$BATS_TEST_TMPDIR/serve.log" 2>&1 &
  serving=$!
  started+=("$serving")
  eventually grep -q 'READY=1' "$BATS_TEST_TMPDIR/said" || { cat "$BATS_TEST_TMPDIR/serve.log"; false; }
  eventually grep -q 'WATCHDOG=1' "$BATS_TEST_TMPDIR/said"
  kill -TERM "$serving"
  code=0
  wait "$serving" || code=$?
  [[ $code == 0 || $code == 143 ]]
  eventually grep -q 'STOPPING=1' "$BATS_TEST_TMPDIR/said"
}

@test "what OnFailure= starts tells of a run that was killed, as the same user" {
  make_folders
  settings=$root/config.toml
  told=$root/var/lib/nba-scraper/told.json
  printf '[alerts.pager]\ntype = "command"\ncommand = "tee %s"\n' "$told" >"$settings"
  chmod 644 "$settings"
  extra=(NBA_SCRAPER_CONFIG="$settings" MONITOR_SERVICE_RESULT=oom-kill MONITOR_EXIT_CODE=killed MONITOR_EXIT_STATUS=9
    MONITOR_UNIT=nba-scraper-daily.service)
  run as_unit nba-scraper-daily.service --source sim --date 2025-01-10
  expect_equal "$status" 0
  extra+=(DATABASE_URL="sqlite:///$root/var/lib/nba-scraper/sim.db")
  run as_unit nba-scraper-alert@.service
  echo "$output"
  expect_equal "$status" 0
  expect_in 'daily was killed' "$(<"$told")"
  expect_equal "$(stat -c %u "$told")" "$uid"
  # A code that is no failure is none here either.
  rm "$told"
  extra+=(MONITOR_SERVICE_RESULT=exit-code MONITOR_EXIT_CODE=exited MONITOR_EXIT_STATUS=122)
  run as_unit nba-scraper-alert@.service
  expect_equal "$status" 0
  [[ ! -e $told ]]
}
