#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # `project` comes from helpers; backquotes in single quotes are Markdown's
# docs/contract.md names every table, view, job, exit code and variable that the sources have.

load helpers

# The words of standard input that the page does not have in backquotes.
not_in_contract() {
  local word
  while read -r word; do
    grep -qF "\`$word\`" "$project/docs/contract.md" || echo "$word"
  done
}

@test "every table and view of the data dictionary" {
  local names
  names=$(sed -n 's/^@ \([a-z0-9_]*\) |.*/\1/p' "$project/storage/dictionary.txt")
  expect_in "season_progress" "$names"
  expect_equal "$(not_in_contract <<<"$names")" ""
}

@test "every variable of a setting" {
  local names
  names=$(grep -ohE '"(NBA_[A-Z_]+|DATABASE_URL)"' "$project/cli/setting_table.cpp" | tr -d '"' | sort -u)
  expect_in "NBA_SIM_URL" "$names"
  expect_equal "$(not_in_contract <<<"$names")" ""
}

@test "the name of every job of the command line" {
  local names
  names=$(cat "$project"/cli/commands/*.cpp | tr '\n' ' ' | grep -oE 'on_selected_job\([^;]*&run_[a-z_]+, "[a-z]+"' |
    sed 's/.*"\([a-z]*\)"$/\1/' | sort -u)
  expect_in "backfill" "$names"
  expect_equal "$(not_in_contract <<<"$names")" ""
}

@test "every exit code above 99, here and in README.md" {
  local code page
  for page in docs/contract.md README.md; do
    while read -r code; do
      grep -qE "^\|[ 0-9,to]*\b$code\b[ 0-9,to]*\|" "$project/$page" || { echo "$page does not have $code"; return 1; }
    done < <(sed -n 's/^  exit_[a-z_]* = \(1[0-9][0-9]\),.*/\1/p' "$project/pipeline/exit_codes.hpp")
  done
}

@test "a name that the page does not have is seen" {
  expect_equal "$(printf 'games\nno_such_table\n' | not_in_contract)" "no_such_table"
}
