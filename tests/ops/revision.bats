#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# The revision in --version: from git, from an archive that git made, or none.

load helpers

setup() {
  export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
  tree=$BATS_TEST_TMPDIR/outer/tree
  mkdir -p "$tree"
  cp -r "$project/cmake" "$project/.gitattributes" "$tree"
}
commit() { # FOLDER
  git -C "$1" init -q
  git -C "$1" add -A
  git -C "$1" -c user.name=nobody -c user.email=nobody@localhost commit -qm all
}
revision() { # TREE
  rm -f "$BATS_TEST_TMPDIR/revision.hpp"
  cmake -DSOURCE="$1" -DOUTPUT="$BATS_TEST_TMPDIR/revision.hpp" -DVERSION=1.2.3 -P "$1/cmake/write_revision.cmake"
  sed -n 's/.*git_revision\[\] = "\(.*\)";/\1/p' "$BATS_TEST_TMPDIR/revision.hpp"
}

@test "of a checkout it is the commit, and says when files were changed since" {
  commit "$tree"
  expect_equal "$(revision "$tree")" "$(git -C "$tree" rev-parse --short=12 HEAD)"
  echo '# changed' >>"$tree/cmake/revision.cmake"
  expect_equal "$(revision "$tree")" "$(git -C "$tree" rev-parse --short=12 HEAD)-modified"
}

@test "an archive that git made knows its commit" {
  commit "$tree"
  mkdir "$BATS_TEST_TMPDIR/unpacked"
  git -C "$tree" archive HEAD | tar -xC "$BATS_TEST_TMPDIR/unpacked"
  expect_equal "$(revision "$BATS_TEST_TMPDIR/unpacked")" "$(git -C "$tree" rev-parse --short HEAD)"
}

@test "of a tree without history it is unknown" {
  expect_equal "$(revision "$tree")" unknown
}

@test "a repository in which a tree was unpacked is not its history" {
  commit "$BATS_TEST_TMPDIR/outer"
  expect_equal "$(revision "$tree")" unknown
}
