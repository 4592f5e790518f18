#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# The planted bugs of tests/mutants: nothing is built here.

load helpers

# A tree with three planted bugs; enough of it for the script.
small_tree() {
  tree=$BATS_TEST_TMPDIR/tree
  mkdir -p "$tree/tests/mutants/plan" "$tree/tests/unit" "$tree/ops"
  cp "$project/tests/mutants/run.sh" "$tree/tests/mutants"
  cp -r "$project/ops/lib" "$tree/ops"
  seq 1 40 | sed 's/^/line /' >"$tree/code.cpp"
  echo 'TEST_CASE("a test of \"words\", and more") {}' >"$tree/tests/unit/code_test.cpp"
  write_bug good 20 'plan_tests: a test of "words", and*'
}

write_bug() { # NAME LINE TEST
  sed "$2s/\$/ changed/" "$tree/code.cpp" >"$BATS_TEST_TMPDIR/changed.cpp"
  {
    printf 'A line is another one.\nTest: %s\n\n' "$3"
    diff -u --label a/code.cpp --label b/code.cpp "$tree/code.cpp" "$BATS_TEST_TMPDIR/changed.cpp"
  } >"$tree/tests/mutants/plan/$1.patch" || true
}

@test "every planted bug applies, has its head and a test that is there, and there are enough" {
  run "$project/tests/mutants/run.sh" --check
  echo "$output"
  expect_equal "$status" 0
  for room in plan source transform derive actors storage cli; do
    (($(find "$project/tests/mutants/$room" -name '*.patch' | wc -l) >= 15))
  done
}

@test "a planted bug that has gone bad is named, and too few are too few" {
  small_tree
  write_bug moved 5 'plan_tests: a test of "words"*'
  write_bug headless 30 'some test'
  write_bug testless 35 'plan_tests: a test that was renamed'
  sed -i '4s/$/ and more/' "$tree/code.cpp"
  run "$tree/tests/mutants/run.sh" --check
  expect_equal "$status" 1
  expect_in 'plan/moved: it does not apply' "$output"
  expect_in "plan/headless: its head is not" "$output"
  expect_in "plan/testless: there is no test 'a test that was renamed'" "$output"
  expect_not_in 'plan/good' "$output"
  expect_in '4 planted bugs, 3 of them of no use' "$output"
  rm "$tree/tests/mutants/plan/"{moved,headless,testless}.patch
  run "$tree/tests/mutants/run.sh" --check
  expect_equal "$status" 1
  expect_in 'there have to be 120' "$output"
  # A part of them may be few.
  run "$tree/tests/mutants/run.sh" --check --room plan
  expect_equal "$status" 0
}

@test "planted bugs are chosen by room and name, and listed with their tests" {
  small_tree
  write_bug other 30 'plan_tests: a test of "words"*'
  run "$tree/tests/mutants/run.sh" --list --only 'plan/o*'
  expect_equal "$output" 'plan/other  plan_tests: a test of "words"*
    A line is another one.'
  run "$tree/tests/mutants/run.sh" --list --only good
  expect_in 'plan/good' "$output"
  expect_not_in 'plan/other' "$output"
  run "$tree/tests/mutants/run.sh" --only nothing
  expect_equal "$status" 2
  run "$tree/tests/mutants/run.sh" --room kitchen
  expect_equal "$status" 2
  expect_in "unknown room 'kitchen'" "$output"
  run "$tree/tests/mutants/run.sh" --jobs none
  expect_equal "$status" 2
  run "$tree/tests/mutants/run.sh" --help
  expect_in 'Exit codes:' "$output"
}
