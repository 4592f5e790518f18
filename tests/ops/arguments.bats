#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# What the scripts say to people who ask for help or mistype. Nothing is installed or built here.

load helpers

@test "every script explains itself with --help" {
  for script in quickstart.sh test.sh fuzz.sh install.sh package.sh nightly.sh cron/run_daily.sh; do
    run "$project/ops/$script" --help
    expect_equal "$status" 0
    expect_in "Usage: ops/$script" "$output"
    expect_in 'Exit codes:' "$output"
  done
}

@test "an unknown argument is named, and --help with it" {
  for script in quickstart.sh test.sh fuzz.sh install.sh package.sh nightly.sh; do
    run "$project/ops/$script" --sesaon 2024-25
    expect_equal "$status" 2
    expect_in "unknown argument '--sesaon'; see --help" "$output"
  done
}

@test "quickstart refuses what is no season" {
  run "$project/ops/quickstart.sh" --season 2024
  expect_equal "$status" 2
  expect_in "'2024' is not a season; write it like 2024-25" "$output"
}

@test "quickstart refuses a database that is no SQLite file, and does not repeat its password" {
  run "$project/ops/quickstart.sh" --database postgresql://nba:hunter2@host/db
  expect_equal "$status" 2
  expect_in 'sqlite:///' "$output"
  expect_not_in hunter2 "$output"
}

@test "an option without its value is an error" {
  for option in --season --database; do
    run "$project/ops/quickstart.sh" "$option"
    expect_equal "$status" 2
    expect_in "$option needs a value" "$output"
  done
  run "$project/ops/test.sh" --preset
  expect_equal "$status" 2
  expect_in 'test, dev, release, asan or tsan' "$output"
}

@test "test.sh knows its presets, and CMake has every one of them" {
  run "$project/ops/test.sh" --preset valgrind
  expect_equal "$status" 2
  expect_in "unknown preset 'valgrind'" "$output"
  for preset in test dev release asan tsan; do
    expect_equal "$(cd "$project" && cmake --list-presets=configure | grep -c "\"$preset\"")" 1
  done
}

@test "nightly.sh wants numbers where numbers belong, and a preset whose program has failpoints" {
  for option in --kills --seeds --minutes; do
    for value in '' 0 many -5; do
      run "$project/ops/nightly.sh" "$option" "$value"
      expect_equal "$status" 2
      expect_in "$option needs a number above 0" "$output"
    done
  done
  run "$project/ops/nightly.sh" --preset release
  expect_equal "$status" 2
  expect_in 'a release build has no failpoints' "$output"
}

@test "nightly.sh runs only the parts it is told to, and skips what is not built" {
  # A copy, so that whatever is built here plays no part.
  mkdir -p "$BATS_TEST_TMPDIR/build/test"
  cp -r "$project/ops" "$BATS_TEST_TMPDIR/ops"
  rm -f "$BATS_TEST_TMPDIR/ops/fuzz.sh"
  cat >"$BATS_TEST_TMPDIR/build/test/crash_tests" <<'PROGRAM'
#!/bin/sh
echo "MESSAGE: kills survived: $NBA_CRASH_KILLS"
PROGRAM
  chmod +x "$BATS_TEST_TMPDIR/build/test/crash_tests"
  run "$BATS_TEST_TMPDIR/ops/nightly.sh" --simulation --fuzz
  expect_equal "$status" 3
  expect_in 'SKIPPED: there is no build/test/simulation_tests' "$output"
  expect_in 'SKIPPED: there is no ops/fuzz.sh' "$output"
  expect_not_in 'kills survived' "$output"
  # With the options that the real one takes.
  printf '#!/bin/sh\n%s/ops/fuzz.sh "$@" --list >/dev/null || exit\necho "asked for $*: 12 executions"\n' "$project" \
    >"$BATS_TEST_TMPDIR/ops/fuzz.sh"
  chmod +x "$BATS_TEST_TMPDIR/ops/fuzz.sh"
  run "$BATS_TEST_TMPDIR/ops/nightly.sh" --fuzz --minutes 2
  expect_equal "$status" 0
  expect_in 'asked for --seconds 120: 12 executions' "$output"
  run "$BATS_TEST_TMPDIR/ops/nightly.sh" --crash --kills 17
  expect_equal "$status" 0
  expect_in 'kills survived: 17' "$output"
  expect_in '1 of 1 parts ran, 0 failed' "$output"
  printf '#!/bin/sh\necho broken; exit 1\n' >"$BATS_TEST_TMPDIR/build/test/crash_tests"
  run "$BATS_TEST_TMPDIR/ops/nightly.sh"
  expect_equal "$status" 1
  expect_in '2 of 6 parts ran, 1 failed' "$output"
  mkdir -p "$BATS_TEST_TMPDIR/tests/mutants"
  printf '#!/bin/sh\necho "  plan   28   29   96"\necho "run.sh: missed: plan/one: it is wrong"\nexit 1\n' \
    >"$BATS_TEST_TMPDIR/tests/mutants/run.sh"
  chmod +x "$BATS_TEST_TMPDIR/tests/mutants/run.sh"
  run "$BATS_TEST_TMPDIR/ops/nightly.sh" --mutants
  expect_equal "$status" 1
  expect_in '  plan   28   29   96' "$output"
  expect_in 'missed: plan/one: it is wrong' "$output"
}

@test "the test of a fresh machine knows its variants" {
  run "$project/tests/ops/fresh_machine.sh" --help
  expect_equal "$status" 0
  expect_in 'Exit codes:' "$output"
  run "$project/tests/ops/fresh_machine.sh" --variant moon
  expect_equal "$status" 2
  expect_in "unknown variant 'moon'; there is root user no-locale old-list no-cache" "$output"
}

@test "what continuous integration runs is ops/test.sh, with fuzzers and a fresh machine" {
  [[ -x $project/.ci/run ]]
  grep -q '^exec bash ops/test.sh --preset asan --fuzz --fresh-machine ' "$project/.ci/run"
}
