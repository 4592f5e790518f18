#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # `project` comes from helpers; backquotes in single quotes are Markdown's
# The files that docs/architecture.md names: those of the reading list are there, and are few enough to be read.

load helpers

files_max=40
lines_max=6000

# Paths of sources in backquotes, in the order of the page; NAME stands for a file that is still to be written.
paths_in() {
  grep -oE '`(actors|bench|cli|cmake|ops|pipeline|storage|tests)/[^` ]+\.[a-z]+`' | tr -d '`' | grep -v NAME
}

# The table below the heading "In which order to read it".
reading_list() { # PAGE
  sed -n '/^### In which order to read it/,/^##* [^I]/{/^|/p}' "$1" | paths_in
}

# What keeps a list from being the way of one game: files that are not there or come twice, too many files or lines.
complaints_about() { # FILE...
  local file lines=0
  for file in "$@"; do
    if [[ -f $project/$file ]]; then
      lines=$((lines + $(wc -l <"$project/$file")))
    else
      echo "$file is not there"
    fi
  done
  printf '%s\n' "$@" | sort | uniq -d | sed 's/$/ is there twice/'
  (($# <= files_max)) || echo "$# files, more than $files_max"
  ((lines <= lines_max)) || echo "$lines lines, more than $lines_max"
}

@test "the way of one game can be read: every file is there, and they are not too many" {
  local files
  mapfile -t files < <(reading_list "$project/docs/architecture.md")
  echo "${#files[@]} files"
  ((${#files[@]} > 20))
  expect_equal "$(complaints_about "${files[@]}")" ""
  expect_in "watermark: ${#files[@]} files," "$(cat "$project/docs/architecture.md")"
}

@test "every file that the page names is there" {
  local file missing=
  while read -r file; do
    [[ -e $project/$file ]] || missing+=" $file"
  done < <(paths_in <"$project/docs/architecture.md")
  expect_equal "$missing" ""
}

@test "a list that is too long, or names what is not there, is seen" {
  expect_equal "$(complaints_about actors/gone.cpp README.md README.md)" "actors/gone.cpp is not there
README.md is there twice"
  files_max=1 lines_max=10
  expect_in "2 files, more than 1" "$(complaints_about README.md CONTRIBUTING.md)"
  expect_in "lines, more than 10" "$(complaints_about README.md CONTRIBUTING.md)"
}
