#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# ops/install.sh below a folder of its own, with a stand-in build.

load helpers

setup() {
  export DESTDIR=$BATS_TEST_TMPDIR/root
  build=$BATS_TEST_TMPDIR/build
  mkdir "$build"
  printf '#!/bin/sh\necho stand-in "$@"\n' >"$build/nba-scraper"
  chmod +x "$build/nba-scraper"
  # What `cmake --install` reads.
  cat >"$build/cmake_install.cmake" <<END
file(INSTALL DESTINATION "\${CMAKE_INSTALL_PREFIX}/bin" TYPE PROGRAM FILES "$build/nba-scraper")
END
}

install_with() { run "$project/ops/install.sh" --build "$build" "$@"; }

@test "everything lies below the prefix, and the units know it" {
  install_with
  expect_equal "$status" 0
  [[ -x $DESTDIR/usr/local/bin/nba-scraper ]]
  [[ -x $DESTDIR/usr/local/share/nba-scraper/ops/cron/run_daily.sh ]]
  [[ -f $DESTDIR/usr/local/share/doc/nba-scraper/README.md ]]
  units=$DESTDIR/usr/local/lib/systemd/system
  grep -q '^ExecStart=/usr/local/bin/nba-scraper schedule daily' "$units/nba-scraper-daily.service"
  [[ -f $units/nba-scraper-daily.timer ]]
}

@test "another prefix is written into the units, which go where systemd looks" {
  install_with --prefix /opt/nba/
  expect_equal "$status" 0
  unit=$DESTDIR/etc/systemd/system/nba-scraper-daily.service
  grep -q '^ExecStart=/opt/nba/bin/nba-scraper schedule daily' "$unit"
  grep -q '^Documentation=file:/opt/nba/share/doc/nba-scraper/operations.md' "$unit"
  expect_equal "$(grep -c "$DESTDIR\|/usr/local" "$unit")" 0
}

@test "the documents that the units name are installed" {
  install_with
  document=$(sed -n 's/^Documentation=file://p' "$DESTDIR/usr/local/lib/systemd/system/nba-scraper-daily.service")
  [[ -f $DESTDIR$document ]]
}

@test "the settings file is for root alone and survives the next installation" {
  install_with
  settings=$DESTDIR/etc/nba-scraper/nba-scraper.env
  expect_equal "$(stat -c %a "$settings")" 600
  echo 'DATABASE_URL=sqlite:///mine.db' >"$settings"
  install_with
  expect_equal "$status" 0
  expect_equal "$(<"$settings")" DATABASE_URL=sqlite:///mine.db
  expect_in 'kept as it is' "$output"
}

@test "the installed cron script works from where it lies" {
  install_with
  NBA_SCRAPER_BIN=$DESTDIR/usr/local/bin/nba-scraper NBA_SCRAPER_LOG_DIR=$BATS_TEST_TMPDIR/logs \
    NBA_SCRAPER_ENV_FILE=$DESTDIR/etc/nba-scraper/nba-scraper.env \
    run "$DESTDIR/usr/local/share/nba-scraper/ops/cron/run_daily.sh" --catch-up-days 2
  expect_equal "$status" 0
  grep -qx 'stand-in schedule daily --catch-up-days 2' "$BATS_TEST_TMPDIR"/logs/daily_*.log
}

@test "the installed cron script finds the program of its own prefix, with cron's PATH" {
  install_with --prefix /opt/nba
  env -i PATH=/usr/bin:/bin HOME="$BATS_TEST_TMPDIR" NBA_SCRAPER_LOG_DIR="$BATS_TEST_TMPDIR/logs" \
    "$DESTDIR/opt/nba/share/nba-scraper/ops/cron/run_daily.sh"
  grep -qx 'stand-in schedule daily' "$BATS_TEST_TMPDIR"/logs/daily_*.log
}

@test "without a build it says what to do" {
  rm "$build/nba-scraper"
  install_with
  expect_equal "$status" 2
  expect_in 'ops/quickstart.sh' "$output"
  [[ ! -e $DESTDIR ]]
}

@test "a prefix must be absolute" {
  install_with --prefix here
  expect_equal "$status" 2
  expect_in "not 'here'" "$output"
}
