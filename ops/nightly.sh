#!/usr/bin/env bash
# The long versions of the tests that look for rare faults. See --help.
set -uo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=ops/lib/console.sh
. "$project/ops/lib/console.sh"

usage() {
  cat <<'HELP'
Usage: ops/nightly.sh [options]

Runs the long versions of six tests and prints their figures: kills survived, seeds simulated,
inputs tried, fresh machines set up, packages tried, planted bugs noticed. Without a part, all. The first three take
a build that is there already (ops/test.sh makes one).

  --crash           kill the program at every failpoint and at random moments
  --simulation      run the engine on virtual time, one seed after the other
  --fuzz            feed the parsers with made-up input
  --fresh-machine   README.md's commands in a minimal Debian: as root, as a user with sudo, without a
                    locale, with an old package list, without any cache (needs root)
  --package         build the Debian packages and take them through install, upgrade and purge in a
                    minimal Debian (needs root)
  --mutants         plant one bug after the other in a copy of the tree: the test that is named has to
                    notice it (tests/mutants/run.sh; at most three hours)
  --kills N         kills of --crash (default 2000)
  --seeds N         seeds of --simulation (default 10000)
  --minutes N       minutes of --fuzz for each target (default 10)
  --preset NAME     test (default), dev, asan or tsan: whose build
  --help            print this and exit

What a part says goes to build/nightly-logs/. A part whose program is not built is skipped.

Exit codes: 0 every part that ran passed; 1 a part failed; 2 wrong arguments; 3 nothing ran.
HELP
}

logs=$project/build/nightly-logs
preset='test'
kills=2000
seeds=10000
minutes=10
parts=()
while (($# > 0)); do
  case $1 in
    --crash | --simulation | --fuzz | --fresh-machine | --package | --mutants) parts+=("${1#--}") ;;
    --kills | --seeds | --minutes)
      [[ ${2:-} =~ ^[1-9][0-9]{0,8}$ ]] || die 2 "$1 needs a number above 0; '${2:-}' is none"
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --preset)
      case ${2:-} in
        test | dev | asan | tsan) preset=$2 ;;
        '') die 2 "--preset needs a value: test, dev, asan or tsan" ;;
        *) die 2 "unknown preset '$2'; there is test, dev, asan and tsan (a release build has no failpoints)" ;;
      esac
      shift
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) die 2 "unknown argument '$1'; see --help" ;;
  esac
  shift
done
((${#parts[@]} > 0)) || parts=(crash simulation fuzz fresh-machine package mutants)

ran=0
failed=0

# Runs one part and shows the lines of its log that hold the figures.
run_part() { # NAME FIGURES_PATTERN COMMAND...
  local name=$1 figures=$2
  shift 2
  local log=$logs/$name.log
  ran=$((ran + 1))
  local code=0
  run_logged "$name" "$log" progress_none "$@" || code=$?
  if ((code == 77)); then
    detail "$(tail -n 1 "$log")"
    ran=$((ran - 1))
    return
  fi
  if ((code != 0)); then
    failed=$((failed + 1))
    complain "$name failed with exit code $code; the last lines of $log:"
    tail -n 25 "$log" | sed 's/^/    /' >&2
  fi
  grep -Eio -- "$figures" "$log" | tail -n 20 | sed 's/^/  /'
  detail "everything it said: ${log#"$project"/}"
}

# True when there is something to run.
have() { # FILE HOW_TO_GET_IT
  [[ -x $1 ]] && return
  detail "SKIPPED: there is no ${1#"$project"/}; $2"
  return 1
}

part_crash() {
  heading "Crash: $kills kills"
  local program=$project/build/$preset/crash_tests
  have "$program" "cmake --build --preset $preset --target crash_tests" || return
  run_part crash 'NBA_CRASH_SEED=[0-9]+|kills survived: [0-9]+' env NBA_CRASH_KILLS="$kills" "$program"
}

part_simulation() {
  heading "Simulation: $seeds seeds"
  local program=$project/build/$preset/simulation_tests
  have "$program" "cmake --build --preset $preset --target simulation_tests" || return
  run_part simulation '[^ ].*seeds.*' env NBA_SIM_SEEDS="$seeds" "$program"
}

part_fuzz() {
  heading "Fuzzing: $minutes minutes a target"
  local program=$project/ops/fuzz.sh
  have "$program" "this version has no fuzz targets" || return
  run_part fuzz '[^ ].*(executions|FAILED).*' "$program" --seconds $((minutes * 60))
}

part_fresh-machine() {
  heading "Fresh machine"
  local program=$project/tests/ops/fresh_machine.sh
  have "$program" "this version has no such test" || return
  run_part fresh-machine '.*passed in.*' "$program" --variant root --variant user --variant no-locale --variant old-list --variant no-cache
}

part_package() {
  heading "Package"
  local program=$project/tests/ops/package.sh
  have "$program" "this version has no such test" || return
  run_part package '.*checks passed.*|.*NOT so.*' "$program"
}

part_mutants() {
  heading "Planted bugs"
  local program=$project/tests/mutants/run.sh
  have "$program" "this version has no planted bugs" || return
  run_part mutants '^ +(room|[a-z]+ +[0-9]+) .*|(missed|broken|stale|untested): .*' "$program"
}

started=$SECONDS
for part in "${parts[@]}"; do "part_$part"; done

heading "Nightly"
detail "$ran of ${#parts[@]} parts ran, $failed failed, in $(((SECONDS - started) / 60)) minutes"
((ran > 0)) || exit 3
((failed == 0))
