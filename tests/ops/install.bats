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
  [[ -f $DESTDIR/usr/local/share/nba-scraper/ops/prometheus/alerts.yml ]]
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
  grep -q '^Documentation=.* file:/opt/nba/share/doc/nba-scraper/operations.md' "$unit"
  expect_equal "$(grep -c "$DESTDIR\|/usr/local" "$unit")" 0
}

@test "the documents that the units name are installed" {
  install_with
  for unit in "$DESTDIR"/usr/local/lib/systemd/system/nba-scraper-*; do
    document=$(sed -n 's/^Documentation=.* file://p' "$unit")
    [[ -n $document && -f $DESTDIR$document ]]
  done
}

@test "user and folders of the services come along, where systemd looks for them" {
  install_with
  [[ -f $DESTDIR/usr/local/lib/sysusers.d/nba-scraper.conf && -f $DESTDIR/usr/local/lib/tmpfiles.d/nba-scraper.conf ]]
  install_with --prefix /opt/nba
  [[ -f $DESTDIR/etc/sysusers.d/nba-scraper.conf && -f $DESTDIR/etc/tmpfiles.d/nba-scraper.conf ]]
}

@test "man pages and completion come along when they are built, and are missed when not" {
  install_with
  expect_in 'target nba_manual' "$output"
  mkdir "$build/manual"
  for file in nba-scraper.1 nba-scraper-config.5 nba-scraper.bash _nba-scraper nba-scraper.fish config.toml; do
    echo "$file" >"$build/manual/$file"
  done
  install_with
  share=$DESTDIR/usr/local/share
  expect_equal "$(cat "$share/man/man1/nba-scraper.1" "$share/man/man5/nba-scraper-config.5" | paste -sd ' ')" \
    'nba-scraper.1 nba-scraper-config.5'
  expect_equal "$(<"$share/bash-completion/completions/nba-scraper")" nba-scraper.bash
  [[ -f $share/zsh/site-functions/_nba-scraper && -f $share/fish/vendor_completions.d/nba-scraper.fish ]]
  [[ -f $share/doc/nba-scraper/examples/config.toml ]]
}

@test "the settings of the services are comments, name what is installed, and survive the next installation" {
  install_with
  config=$DESTDIR/etc/nba-scraper/config.toml
  expect_equal "$(grep -cv '^#' "$config")" 0
  expect_in /usr/local/share/doc/nba-scraper/examples/config.toml "$(<"$config")"
  echo 'log_level = "warn"' >"$config"
  install_with
  expect_equal "$(<"$config")" 'log_level = "warn"'
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

@test "the installed cron script needs nothing set: its logs go to its user's folder" {
  install_with --prefix /usr
  mkdir "$BATS_TEST_TMPDIR/home"
  # As root would find it: nobody may write beside the script.
  chmod -R a-w "$DESTDIR/usr/share"
  env -i PATH=/usr/bin:/bin HOME="$BATS_TEST_TMPDIR/home" "$DESTDIR/usr/share/nba-scraper/ops/cron/run_daily.sh"
  chmod -R u+w "$DESTDIR/usr/share"
  grep -qx 'stand-in schedule daily' "$BATS_TEST_TMPDIR"/home/.local/state/nba-scraper/cron/daily_*.log
  [[ ! -e $DESTDIR/usr/share/nba-scraper/logs ]]
}

@test "the installed cron script works for a user whose home is not there" {
  install_with --prefix /usr
  env -i PATH=/usr/bin:/bin HOME="$BATS_TEST_TMPDIR/gone" NBA_SCRAPER_LOG_DIR="$BATS_TEST_TMPDIR/logs" \
    "$DESTDIR/usr/share/nba-scraper/ops/cron/run_daily.sh"
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
