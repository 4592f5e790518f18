#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # `project` comes from helpers; code in single quotes is for another shell
# The settings file that cron and systemd share.

load helpers

setup() {
  file=$BATS_TEST_TMPDIR/settings.env
  # shellcheck source=ops/lib/env_file.sh
  . "$project/ops/lib/env_file.sh"
}

@test "values are taken as they stand, with and without quotes" {
  cat >"$file" <<'END'
# a comment
; another

PLAIN=postgresql://nba@host/db?sslmode=require&application_name=a b
  DOUBLE="two words"
SINGLE='it is $HOME and `id`'
EMPTY=
END
  printf 'LAST=no newline' >>"$file"
  load_env_file "$file"
  expect_equal "$PLAIN" 'postgresql://nba@host/db?sslmode=require&application_name=a b'
  expect_equal "$DOUBLE" 'two words'
  expect_equal "$SINGLE" 'it is $HOME and `id`'
  expect_equal "${EMPTY-unset}" ''
  expect_equal "$LAST" 'no newline'
  expect_equal "$(printenv DOUBLE)" 'two words'
}

@test "nothing in the file is executed" {
  echo "TEXT=\$(touch $BATS_TEST_TMPDIR/executed)" >"$file"
  load_env_file "$file"
  [[ ! -e $BATS_TEST_TMPDIR/executed ]]
}

@test "what the environment says already wins, unless it is empty" {
  printf 'FIRST=file\nSECOND=file\n' >"$file"
  export FIRST=environment SECOND=
  load_env_file "$file"
  expect_equal "$FIRST" environment
  expect_equal "$SECOND" file
}

@test "a line that is no assignment is named by its number and not repeated" {
  printf 'GOOD=1\nhunter2 secret\n' >"$file"
  run load_env_file "$file"
  expect_equal "$status" 1
  expect_equal "$output" "$file line 2 is not NAME=VALUE"
}

@test "lines that end as in Windows lose the carriage return" {
  printf 'ENDING=one\r\n' >"$file"
  load_env_file "$file"
  expect_equal "$ENDING" one
}

@test "the example in the project is valid, and sets nothing" {
  unset DATABASE_URL
  load_env_file "$project/ops/cron/nba-scraper.env.example"
  [[ -z ${DATABASE_URL:-} ]]
  sed 's/^#\([A-Z_]*=\)/\1/' "$project/ops/cron/nba-scraper.env.example" >"$file"
  load_env_file "$file"
  expect_equal "$DATABASE_URL" postgresql://nba@localhost/nba
}
