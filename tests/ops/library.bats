#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# The documented job of one's own, outside of the tree, against the library as it is installed: that of the build that
# NBA_BUILD names, or one that lies in NBA_LIBRARY_ROOT (an unpacked package) already.

load helpers

setup() {
  [[ -d ${NBA_LIBRARY_ROOT:-${NBA_BUILD:-}} ]] || { echo 'NBA_BUILD must name a build folder'; return 1; }
}

@test "find_package(nba-scraper) and nba::actors are enough to build the job of docs/custom-jobs.md, and it runs" {
  root=${NBA_LIBRARY_ROOT:-$BATS_TEST_TMPDIR/root}
  if [[ -z ${NBA_LIBRARY_ROOT:-} ]]; then
    cmake --install "$NBA_BUILD" --prefix "$root" --component dev >/dev/null
    [[ ! -e $root/bin ]]
  fi
  cp -r "$project/docs/examples" "$BATS_TEST_TMPDIR/job"
  launcher=()
  if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  if command -v mold >/dev/null; then launcher+=(-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold); fi
  cmake -G Ninja -S "$BATS_TEST_TMPDIR/job" -B "$BATS_TEST_TMPDIR/build" -DCMAKE_PREFIX_PATH="$root" \
    -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG='' -DCMAKE_CXX_FLAGS="${NBA_BUILD_FLAGS:-}" "${launcher[@]}"
  cmake --build "$BATS_TEST_TMPDIR/build"
  # Only what was installed.
  expect_equal "$(grep -c -- "-I$project" "$BATS_TEST_TMPDIR/build/build.ninja")" 0

  run "$BATS_TEST_TMPDIR/build/recheck_week"
  expect_equal "$status" 100
  expect_in 'usage: recheck_week' "$output"
  # A season that nobody serves: the library works as far as the network.
  run "$BATS_TEST_TMPDIR/build/recheck_week" "sqlite:///$BATS_TEST_TMPDIR/nba.db" 2024-25 2024-12-08 \
    http://127.0.0.1:9/cdn http://127.0.0.1:9/stats
  expect_equal "$status" 123
  expect_in 'recheck_week: ' "$output"
  expect_equal "$("$NBA_SCRAPER_TESTED" db check --database "sqlite:///$BATS_TEST_TMPDIR/nba.db" >/dev/null; echo $?)" 0
}
