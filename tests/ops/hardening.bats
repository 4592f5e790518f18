#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# What users run is hardened. A probe is built as a release is; of a release build the program itself is looked at too
# (NBA_RELEASE_PROGRAM), and tests/ops/fresh_machine.sh looks at the quickstart's.

load helpers

build_probe() { # BUILD_TYPE
  local type=$1
  {
    cmake -G Ninja -S "$BATS_TEST_DIRNAME/hardening" -B "$BATS_TEST_TMPDIR/$type" -DCMAKE_BUILD_TYPE="$type" \
      -DNBA_CMAKE_DIR="${nba_cmake_dir:-$project/cmake}" -DCCACHE_PROGRAM= && cmake --build "$BATS_TEST_TMPDIR/$type"
  } >"$BATS_TEST_TMPDIR/build.log" 2>&1 || { cat "$BATS_TEST_TMPDIR/build.log"; return 1; }
}

@test "a release has a guarded stack, checked functions, RELRO, immediate binding and PIE" {
  build_probe Release
  run "$BATS_TEST_DIRNAME/check_hardening.sh" "$BATS_TEST_TMPDIR/Release/probe"
  expect_equal "$output" ''
  expect_equal "$status" 0
}

@test "so has a release with debug information" {
  build_probe RelWithDebInfo
  "$BATS_TEST_DIRNAME/check_hardening.sh" "$BATS_TEST_TMPDIR/RelWithDebInfo/probe"
}

@test "each protection that is missing is noticed" {
  cp -r "$project/cmake" "$BATS_TEST_TMPDIR/cmake"
  nba_cmake_dir=$BATS_TEST_TMPDIR/cmake
  sed -i -e 's/(-fstack-protector-strong .*)/(-fno-stack-protector -fno-stack-clash-protection -U_FORTIFY_SOURCE -fno-PIE)/' \
    -e 's/(-pie .*)/(-no-pie -Wl,-z,norelro -Wl,-z,lazy -Wl,-z,execstack)/' "$nba_cmake_dir/compiler.cmake"
  build_probe Release
  run "$BATS_TEST_DIRNAME/check_hardening.sh" "$BATS_TEST_TMPDIR/Release/probe"
  expect_equal "$status" 1
  for protection in 'no PIE' 'no mark as PIE' 'no RELRO' 'immediate binding' 'not executable' 'no stack protector' \
    'no checked functions' 'no touching of the stack'; do
    expect_in "$protection" "$output"
  done
}

@test "the program of a release build is hardened" {
  [[ -n ${NBA_RELEASE_PROGRAM:-} ]] || skip 'this is no release build'
  "$BATS_TEST_DIRNAME/check_hardening.sh" "$NBA_RELEASE_PROGRAM"
}
