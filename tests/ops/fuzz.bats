#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # `project` comes from helpers; code in single quotes is for another shell
# ops/fuzz.sh with stand-ins for the fuzzers: nothing is built or fuzzed here.

load helpers

setup() {
  export NBA_FUZZ_BUILD=$BATS_TEST_TMPDIR/fuzz
  mkdir -p "$NBA_FUZZ_BUILD"
  local target
  for target in $("$project/ops/fuzz.sh" --list); do
    write_fuzzer "$target" 'echo "$@" >"${0%/*}/arguments-${0##*/fuzz_}"; echo "stat::number_of_executed_units: 1234"'
  done
}

write_fuzzer() { # TARGET BODY
  printf '#!/usr/bin/env bash\n%s\n' "$2" >"$NBA_FUZZ_BUILD/fuzz_$1"
  chmod +x "$NBA_FUZZ_BUILD/fuzz_$1"
}
fuzz() { run "$project/ops/fuzz.sh" --no-build "$@"; }

@test "every target runs, and its executions are told" {
  fuzz
  expect_equal "$status" 0
  for target in $("$project/ops/fuzz.sh" --list); do
    [[ $output =~ $target' '+'1234 executions' ]]
    expect_in '-max_total_time=10 ' "$(cat "$NBA_FUZZ_BUILD/arguments-$target")"
  done
  expect_in 'nothing found' "$output"
}

@test "every target has a file, a function, a line in the table, seeds and a dictionary that is there" {
  for target in $("$project/ops/fuzz.sh" --list); do
    [[ -r $project/tests/fuzz/$target.cpp ]]
    grep -q "^bool $target(std::string_view input);" "$project/tests/fuzz/targets.hpp"
    grep -q "{\"$target\", $target}," "$project/tests/fuzz/targets.cpp"
    [[ -n $(ls "$project/tests/fuzz/corpus/$target") ]]
  done
  fuzz --target game
  expect_in "-dict=$project/tests/fuzz/dictionaries/live_data.dict" "$(cat "$NBA_FUZZ_BUILD/arguments-game")"
}

@test "one target and its seconds can be chosen; it reads the corpus and learns elsewhere" {
  fuzz --target schedule --seconds 77
  expect_equal "$status" 0
  expect_in 'schedule' "$output"
  expect_not_in 'boxscore' "$output"
  expect_in '-max_total_time=77 ' "$(cat "$NBA_FUZZ_BUILD/arguments-schedule")"
  expect_in " $NBA_FUZZ_BUILD/learned/schedule $project/tests/fuzz/corpus/schedule" \
    "$(cat "$NBA_FUZZ_BUILD/arguments-schedule")"
}

@test "a finding fails the script, its input is named, and the other targets still run" {
  write_fuzzer ids '
    echo "  what():  this should hold and does not: an id is the text it was read from"
    echo "artifact_prefix=x; Test unit written to /somewhere/findings/ids-crash-1"; exit 77'
  fuzz --target ids --target times
  expect_equal "$status" 3
  expect_in '/somewhere/findings/ids-crash-1' "$output"
  expect_in 'this should hold' "$output"
  [[ $output =~ times' '+'1234 executions' ]]
}

@test "a fuzzer that does not run to its end is an error, not a pass" {
  write_fuzzer ids 'echo "out of luck"; exit 1'
  fuzz --target ids
  expect_equal "$status" 1
  expect_in 'out of luck' "$output"
  rm "$NBA_FUZZ_BUILD/fuzz_ids"
  fuzz --target ids
  expect_equal "$status" 1
  write_fuzzer ids 'echo nothing at all'
  fuzz --target ids
  expect_equal "$status" 1
}

@test "a wrong target or number of seconds is refused" {
  fuzz --target players
  expect_equal "$status" 2
  expect_in "unknown target 'players'" "$output"
  for seconds in 0 x -1 ''; do
    fuzz --seconds "$seconds"
    expect_equal "$status" 2
  done
}
