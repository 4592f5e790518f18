# shellcheck shell=bash
# Shared by the tests of the scripts: `load helpers`.

project=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
export project
bats_require_minimum_version 1.5.0

# Fails with both values when they differ.
expect_equal() { # ACTUAL EXPECTED
  [[ $1 == "$2" ]] && return
  printf 'expected: %s\nactual:   %s\n' "$2" "$1"
  return 1
}

# Fails with the whole text when it does not hold the piece.
expect_in() { # PIECE TEXT
  [[ $2 == *"$1"* ]] && return
  printf 'expected to find: %s\nin: %s\n' "$1" "$2"
  return 1
}
expect_not_in() { # PIECE TEXT
  [[ $2 != *"$1"* ]] && return
  printf 'expected not to find: %s\nin: %s\n' "$1" "$2"
  return 1
}

# Waits at most 30 s for a condition.
eventually() { # COMMAND...
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    "$@" && return
    sleep 0.1
  done
  return 1
}
