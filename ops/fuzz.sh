#!/usr/bin/env bash
# Builds the fuzzers and runs each of them for a while. See --help.
set -uo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=ops/lib/console.sh
. "$project/ops/lib/console.sh"
# shellcheck source=ops/lib/packages.sh
. "$project/ops/lib/packages.sh"
# shellcheck source=ops/lib/build.sh
. "$project/ops/lib/build.sh"

build=${NBA_FUZZ_BUILD:-$project/build/fuzz} # the tests of this script bring their own
fuzz=$project/tests/fuzz

usage() {
  cat <<'HELP'
Usage: ops/fuzz.sh [options]

Builds the fuzzers of the parsers with clang (preset fuzz) and runs each for a while, one a core.
Prints how many inputs each one tried. A finding fails the script; its input is kept and named.

  --seconds N     how long each target runs (default 10)
  --target NAME   only this one; may be given more than once (default: all)
  --list          print the targets' names and exit
  --no-install    install nothing; what is missing is there already
  --no-build      run what is built
  --help          print this and exit

What a run learns stays in build/fuzz/learned and is where the next one starts; the corpus in
tests/fuzz is only read. To fix a finding: put its input into tests/fuzz/regressions/TARGET, where
the test fuzz_smoke runs it in every build, then fix the parser.

Exit codes: 0 nothing found; 1 installing or building failed, or a fuzzer did not run; 2 wrong
arguments, or packages are missing and this user may not install them; 3 a finding.
HELP
}

# The targets' names, from the one list of them.
fuzz_targets() { sed -n 's/^set(nba_fuzz_names \(.*\))$/\1/p' "$fuzz/names.cmake" | tr ' ' '\n'; }

# Longest input worth trying: about the largest seed, less where inputs are one line.
fuzz_length_max() { # TARGET
  case $1 in
    boxscore | playbyplay | game | schedule) echo 16384 ;;
    payloads | config | answers) echo 4096 ;;
    *) echo 256 ;;
  esac
}

fuzz_dictionary() { # TARGET
  case $1 in
    boxscore | playbyplay | game) echo "$fuzz/dictionaries/live_data.dict" ;;
    *) echo "$fuzz/dictionaries/$1.dict" ;;
  esac
}

# Runs one target into its log; its exit code is the fuzzer's.
fuzz_one() { # TARGET SECONDS
  local target=$1 seconds=$2 dictionary
  local -a options=(-max_total_time="$seconds" -max_len="$(fuzz_length_max "$target")" -print_final_stats=1
    -timeout=60 -rss_limit_mb=2048 -artifact_prefix="$build/findings/$target-")
  dictionary=$(fuzz_dictionary "$target")
  [[ -r $dictionary ]] && options+=(-dict="$dictionary")
  local -a folders=("$build/learned/$target")
  local folder
  for folder in "$fuzz/corpus/$target" "$fuzz/regressions/$target"; do
    [[ -d $folder ]] && folders+=("$folder")
  done
  mkdir -p "$build/learned/$target" "$build/findings" "$build/fuzz-logs"
  UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 "$build/fuzz_$target" "${options[@]}" "${folders[@]}" \
    >"$build/fuzz-logs/$target.log" 2>&1 </dev/null
}

# One line about a target that ran: "schedule          123456 executions".
fuzz_report() { # TARGET EXIT_CODE
  local target=$1 code=$2 log=$build/fuzz-logs/$1.log executions finding
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  if ((code == 0)) && [[ -n $executions ]]; then
    detail "$(printf '%-14s %10d executions' "$target" "$executions")"
    return
  fi
  finding=$(sed -n 's/^.*Test unit written to //p' "$log" | tail -n 1)
  detail "$(printf '%-14s FAILED with exit code %d' "$target" "$code")"
  grep -Em 5 'this should hold|ERROR: |runtime error: |terminate called|what\(\)' "$log" | sed 's/^/    /' >&2
  if [[ -n $finding ]]; then
    complain "a finding in $target; its input: $finding"
    found=yes
  else
    complain "the fuzzer of $target did not run to its end; the last lines of $log:"
    tail -n 10 "$log" | sed 's/^/    /' >&2
    broken=yes
  fi
}

seconds=10
targets=()
install=yes
built=no
while (($# > 0)); do
  case $1 in
    --seconds)
      [[ ${2:-} =~ ^[1-9][0-9]{0,5}$ ]] || die 2 "--seconds needs a whole number from 1 to 999999"
      seconds=$2
      shift
      ;;
    --target)
      [[ -n ${2:-} ]] || die 2 "--target needs a value; --list prints the targets"
      [[ " $(fuzz_targets | paste -sd ' ') " == *" $2 "* ]] || die 2 "unknown target '$2'; there is $(fuzz_targets | paste -sd ' ')"
      targets+=("$2")
      shift
      ;;
    --list)
      fuzz_targets
      exit 0
      ;;
    --no-install) install=no ;;
    --no-build) built=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) die 2 "unknown argument '$1'; see --help" ;;
  esac
  shift
done
((${#targets[@]} > 0)) || mapfile -t targets < <(fuzz_targets)

cd "$project" || exit 1
if [[ $built == no ]]; then
  heading "Packages (fuzz)"
  if [[ $install == no ]]; then
    detail "not looked at (--no-install)"
  else
    packages_install "$project/build/test-logs" build runtime fuzz
  fi
  heading "Build (fuzz)"
  cmake --preset fuzz || exit 1
  cmake --build --preset fuzz --parallel "$(build_jobs)" --target "${targets[@]/#/fuzz_}" || exit 1
fi

heading "Fuzzing, $seconds s a target"
found=no broken=no
mkdir -p "$build/fuzz-logs"
jobs_max=$(nproc)
declare -A target_of=()
wait_for_one() {
  local process code=0
  wait -n -p process || code=$?
  fuzz_report "${target_of[$process]}" "$code"
  unset "target_of[$process]"
}
for target in "${targets[@]}"; do
  ((${#target_of[@]} < jobs_max)) || wait_for_one
  fuzz_one "$target" "$seconds" &
  target_of[$!]=$target
done
while ((${#target_of[@]} > 0)); do wait_for_one; done

[[ $found == no ]] || exit 3
[[ $broken == no ]] || exit 1
say "nothing found"
