#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# The rooms of docs/architecture.md and who includes whom; how files of tests are called.

load helpers

# The room of a file or of a folder: actors has two rooms inside, the others are one each.
room_of() {
  case $1 in
    actors/jobs | actors/jobs/* | actors/run | actors/run/*) cut -d/ -f1,2 <<<"$1" ;;
    *) cut -d/ -f1 <<<"$1" ;;
  esac
}

# "FROM -> TO", one a line, of every include between two rooms.
arrows_in_code() {
  local file from included to
  while read -r file; do
    from=$(room_of "$file")
    while read -r included; do
      to=$(room_of "$included")
      [[ $from == "$to" ]] || echo "$from -> $to"
    done < <(sed -nE "s,^#include \"((actors|bench|cli|pipeline|storage|tests)/[^\"]*)\".*,\\1,p" "$project/$file")
  done < <(cd "$project" && find actors bench cli pipeline storage -name '*.[ch]pp' | sort) | sort -u
}

# The same as the indented lines of the page have it.
arrows_in_page() {
  local from to
  while read -r from _ to; do
    for one in $to; do echo "$from -> $one"; done
  done < <(sed -n 's|^    \([a-z/]*\) *-> \([a-z/ ]*\)$|\1 -> \2|p' "$1") | sort -u
}

@test "the rooms of docs/architecture.md include whom the page says, and nobody else" {
  expect_equal "$(arrows_in_code)" "$(arrows_in_page "$project/docs/architecture.md")"
}

@test "an arrow that the page does not have is seen" {
  sed 's/^    cli .*/    cli -> pipeline/' "$project/docs/architecture.md" >"$BATS_TEST_TMPDIR/page.md"
  [[ $(arrows_in_code) != "$(arrows_in_page "$BATS_TEST_TMPDIR/page.md")" ]]
  [[ $(arrows_in_page "$BATS_TEST_TMPDIR/page.md") == *'cli -> pipeline'* ]]
}

@test "files with test cases, and no others, are called NAME_test.cpp" {
  cd "$project"
  expect_equal "$(grep -rlE '^ *(TEST_CASE|STORE_TEST)' tests --include='*.cpp' | sort)" "$(find tests -name '*_test.cpp' | sort)"
}
