#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# The units, as systemd itself reads them.

load helpers

setup() {
  units=$BATS_TEST_TMPDIR/units
  mkdir "$units"
  cp "$project"/ops/systemd/*.service "$project"/ops/systemd/*.timer "$units"
  service=$units/nba-scraper-daily.service
  timer=$units/nba-scraper-daily.timer
  # systemd asks whether the program is there.
  sed -i "s#/usr/local/bin/nba-scraper#$(command -v true)#" "$units"/*.service
}

@test "systemd accepts every unit without a word" {
  run systemd-analyze verify --man=no "$units"/*
  expect_equal "$output" ''
  expect_equal "$status" 0
}

@test "the check above does see a fault" {
  echo 'RestartForceExitStatus=many' >>"$service"
  run systemd-analyze verify --man=no "$service"
  expect_in 'many' "$output"
}

@test "what a failure starts is there, and no failure of its own starts it again" {
  for unit in daily serve; do
    # shellcheck disable=SC2016 # systemd's specifier
    expect_equal "$(sed -n 's/^OnFailure=//p' "$units/nba-scraper-$unit.service")" 'nba-scraper-alert@%n.service'
  done
  expect_equal "$(grep -c '^OnFailure' "$units/nba-scraper-alert@.service")" 0
  # systemd has no time limit for a oneshot by itself.
  grep -q '^TimeoutStartSec=' "$units/nba-scraper-alert@.service"
}

@test "the page's service is watched, patiently: a busy machine is no fault of it" {
  seconds=$(sed -n 's/^WatchdogSec=\([0-9]*\)s$/\1/p' "$units/nba-scraper-serve.service")
  ((seconds >= 60))
  grep -qx 'Type=notify' "$units/nba-scraper-serve.service"
  # A run has no watchdog.
  expect_equal "$(grep -c '^WatchdogSec' "$service")" 0
}

@test "user, group and folders are what systemd's own tools accept" {
  command -v systemd-sysusers >/dev/null || skip 'SKIPPED: systemd-sysusers is not installed'
  root=$BATS_TEST_TMPDIR/root
  mkdir -p "$root/etc"
  run systemd-sysusers --root="$root" "$project/ops/systemd/nba-scraper.sysusers"
  expect_equal "$status" 0
  grep -q '^nba-scraper:x:[0-9]*:[0-9]*:Collects NBA games:/var/lib/nba-scraper:/usr/sbin/nologin$' "$root/etc/passwd"
  expect_equal "$(awk -F: '$1 == "nba-scraper" { print $4 }' "$root/etc/passwd")" \
    "$(awk -F: '$1 == "nba-scraper-readers" { print $3 }' "$root/etc/group")"
}

@test "the timer is due at six in New York, on both sides of daylight saving" {
  calendar=$(sed -n 's/^OnCalendar=//p' "$timer")
  for day in '2026-01-15 2026-01-16 11:00:00' '2026-07-15 2026-07-16 10:00:00'; do
    read -r base next hour <<<"$day"
    run env TZ=UTC systemd-analyze calendar --base-time="$base 12:00:00 UTC" "$calendar"
    expect_equal "$status" 0
    expect_in "$next $hour UTC" "$output"
  done
}

@test "a run that was missed is made up for" {
  grep -qx 'Persistent=true' "$timer"
}

@test "the time to stop is longer than the program's drain" {
  drain=$(sed -n 's/.* drain_deadline{\([0-9]*\)\x27000};.*/\1/p' "$project/actors/engine_settings.hpp")
  stop=$(sed -n 's/^TimeoutStopSec=\([0-9]*\)s$/\1/p' "$service")
  [[ -n $drain && -n $stop ]]
  ((stop >= 2 * drain))
}

@test "the sandbox is as tight as it was" {
  for unit in "$units"/*.service; do
    run systemd-analyze security --offline=true --threshold=20 --no-pager "$unit"
    expect_equal "$status" 0
  done
}
