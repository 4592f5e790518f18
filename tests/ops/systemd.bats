#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# The units, as systemd itself reads them.

load helpers

setup() {
  units=$BATS_TEST_TMPDIR/units
  mkdir "$units"
  cp "$project"/ops/systemd/* "$units"
  service=$units/nba-scraper-daily.service
  timer=$units/nba-scraper-daily.timer
  # systemd asks whether the program is there.
  sed -i "s#/usr/local/bin/nba-scraper#$(command -v true)#" "$service"
}

@test "systemd accepts both units without a word" {
  run systemd-analyze verify --man=no "$service" "$timer"
  expect_equal "$output" ''
  expect_equal "$status" 0
}

@test "the check above does see a fault" {
  echo 'RestartForceExitStatus=many' >>"$service"
  run systemd-analyze verify --man=no "$service"
  expect_in 'many' "$output"
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
  run systemd-analyze security --offline=true --threshold=20 --no-pager "$service"
  expect_equal "$status" 0
}
