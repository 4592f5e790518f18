#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # `project` comes from helpers; code in single quotes is for another shell
# Messages, and commands whose output goes to a log.

load helpers

# The console in a script of its own, because it looks at its terminal when it is sourced.
in_script() { # COMMANDS
  bash -uc ". '$project/ops/lib/console.sh'; $1" script
}

@test "there are no colours where there is no terminal" {
  run in_script 'heading "a title"; complain "a fault"'
  expect_not_in $'\e' "$output"
  expect_in 'a title' "$output"
}

@test "a terminal gets colours, unless NO_COLOR is set" {
  command -v script >/dev/null || skip 'the program script (package bsdutils) is not installed'
  on_terminal() { TERM=xterm script -qec "bash -uc \". '$project/ops/lib/console.sh'; heading title\"" /dev/null; }
  run on_terminal
  expect_in $'\e[1mtitle' "$output"
  NO_COLOR=1 run on_terminal
  expect_in 'title' "$output"
  expect_not_in $'\e' "$output"
}

@test "die ends the script with its code and its message on standard error" {
  run --separate-stderr in_script 'die 7 "it is broken"; echo never'
  expect_equal "$status" 7
  expect_equal "$output" ''
  # shellcheck disable=SC2154 # set by run
  expect_in 'it is broken' "$stderr"
}

@test "a command that succeeds says nothing, and its output is in the log" {
  run in_script "logged copying '$BATS_TEST_TMPDIR/logs/a.log' progress_none sh -c 'echo out; echo err >&2'"
  expect_equal "$status" 0
  expect_equal "$output" ''
  expect_equal "$(cat "$BATS_TEST_TMPDIR/logs/a.log")" $'out\nerr'
}

@test "a command that fails shows its exit code, the log's path and its last lines" {
  run in_script "logged copying '$BATS_TEST_TMPDIR/a.log' progress_none sh -c 'seq 100; exit 9'"
  expect_equal "$status" 9
  expect_in "copying failed with exit code 9" "$output"
  expect_in "$BATS_TEST_TMPDIR/a.log" "$output"
  expect_in '100' "$output"
  expect_not_in ' 75' "$output"
}

@test "the progress of a build is read from ninja's lines" {
  printf '[1/94] Building a\n[17/94] Building b\nwarning: [3] of something\n' >"$BATS_TEST_TMPDIR/a.log"
  run in_script "progress_of_ninja '$BATS_TEST_TMPDIR/a.log'"
  expect_equal "$output" '17 of 94'
}

@test "a script that is killed while a command runs leaves no progress line behind" {
  mkfifo "$BATS_TEST_TMPDIR/running"
  # `exec` makes $! the script itself; its output is a pipe that ends when the last process that holds it has ended.
  in_script "logged waiting '$BATS_TEST_TMPDIR/a.log' progress_none sh -c 'echo \$\$ >\"$BATS_TEST_TMPDIR/running\"; exec sleep 60'" |
    cat >"$BATS_TEST_TMPDIR/out" 3>&- &
  read -r -t 30 command_pid <>"$BATS_TEST_TMPDIR/running"
  script_pid=$(ps -o ppid= -p "$command_pid")
  kill -KILL "$script_pid"
  kill "$command_pid"
  wait $!
}
