#!/usr/bin/env bats
# shellcheck disable=SC2154 # `project` comes from helpers
# The planted bugs of tests/mutants: nothing is built here.

load helpers

# A tree with a planted bug; enough of it for the script.
small_tree() {
  tree=$BATS_TEST_TMPDIR/tree
  mkdir -p "$tree/tests/mutants/plan" "$tree/tests/unit" "$tree/ops"
  cp "$project/tests/mutants/run.sh" "$tree/tests/mutants"
  cp -r "$project/ops/lib" "$tree/ops"
  seq 1 60 | sed 's/^/line /' >"$tree/code.cpp"
  echo 'TEST_CASE("a test of \"words\", and more") {}' >"$tree/tests/unit/code_test.cpp"
  write_bug good 20 'plan_tests: a test of "words", and*'
}

write_bug() { # NAME LINE TEST [NEW_TEXT]
  sed "$2s/.*/${4:-changed}/" "$tree/code.cpp" >"$BATS_TEST_TMPDIR/changed.cpp"
  {
    printf 'A line is another one.\nTest: %s\n\n' "$3"
    diff -u --label a/code.cpp --label b/code.cpp "$tree/code.cpp" "$BATS_TEST_TMPDIR/changed.cpp"
  } >"$tree/tests/mutants/plan/$1.patch" || true
}

# In place of the compiler: what it makes is a test that looks at lines 20 and 40 of the code as it was then.
stand_in_for_cmake() {
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  cat >"$BATS_TEST_TMPDIR/bin/cmake" <<'PROGRAM'
#!/bin/bash
[[ $1 == --build ]] || exit 0
if grep 'no code' code.cpp; then echo 'code.cpp: error: this is no code'; exit 1; fi
mkdir -p build/dev
cp code.cpp build/dev/code
cat >build/dev/plan_tests <<'TEST'
#!/bin/bash
case "$*" in
  *--list-test-cases*nobody*) echo 'unskipped test cases passing the current filters: 0' ;;
  *--list-test-cases*) echo 'unskipped test cases passing the current filters: 1' ;;
  *always*) exit 1 ;;
  *)
    grep -qx 'line 40' build/dev/code || sleep 60
    grep -qx 'line 20' build/dev/code
    ;;
esac
TEST
chmod +x build/dev/plan_tests
PROGRAM
  chmod +x "$BATS_TEST_TMPDIR/bin/cmake"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH
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

@test "what becomes of a planted bug is told apart, and the tree is as it was" {
  small_tree
  stand_in_for_cmake
  local before
  before=$(cd "$tree" && find . -type f | sort | xargs sha256sum)
  run "$tree/tests/mutants/run.sh"
  echo "$output"
  expect_equal "$status" 0
  expect_in 'noticed  plan/good' "$output"
  [[ $output =~ plan' '+1' '+1' '+100 ]]

  write_bug slow 40 'plan_tests: a test*'
  write_bug useless 30 'plan_tests: a test*'
  write_bug wordless 10 'plan_tests: a test*' 'no code'
  write_bug unnamed 12 'plan_tests: nobody'
  write_bug failing 14 'plan_tests: always'
  write_bug stale 50 'plan_tests: a test*'
  sed -i 's/^ line 51$/ line of the past/' "$tree/tests/mutants/plan/stale.patch"
  run "$tree/tests/mutants/run.sh" --seconds 2
  echo "$output"
  expect_equal "$status" 1
  expect_in 'noticed  plan/good' "$output"
  expect_in 'timeout  plan/slow' "$output"
  expect_in 'missed: plan/useless: A line is another one.' "$output"
  expect_in 'broken: plan/wordless: code.cpp: error: this is no code' "$output"
  expect_in "untested: plan/unnamed: plan_tests has no test 'nobody'" "$output"
  expect_in "untested: plan/failing: plan_tests: 'always' fails without the bug, too" "$output"
  expect_in 'stale: plan/stale: it does not apply' "$output"
  [[ $output =~ plan' '+2' '+7' '+28 ]]
  # Each was taken back before the next: alone the good one is noticed as well.
  rm "$tree/tests/mutants/plan/"{slow,useless,wordless,unnamed,failing,stale}.patch
  run "$tree/tests/mutants/run.sh" --jobs 1
  expect_equal "$status" 0
  expect_equal "$(cd "$tree" && find . -type f | sort | xargs sha256sum)" "$before"
}
