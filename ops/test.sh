#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. See --help.
set -uo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=ops/lib/console.sh
. "$project/ops/lib/console.sh"
# shellcheck source=ops/lib/packages.sh
. "$project/ops/lib/packages.sh"
# shellcheck source=ops/lib/build.sh
. "$project/ops/lib/build.sh"

usage() {
  cat <<'HELP'
Usage: ops/test.sh [options]

Installs what is missing, builds with the tests and runs all of them: C++ tests, tests of the
scripts, shellcheck and clang-format. The last lines are CTest's summary.

  --preset NAME   test (default), dev, release, asan or tsan. test is dev with sources joined,
                  which builds everything once in half the time; dev is for who changes things.
                  asan is AddressSanitizer and UndefinedBehaviorSanitizer: what continuous
                  integration runs. tsan is ThreadSanitizer over the tests without actors (CTest label
                  actorless): Debian's CAF is not instrumented, so it would not see what
                  synchronises actors
  --fuzz          fuzz the parsers too, six seconds each (CTest test fuzz; see ops/fuzz.sh)
  --fresh-machine run README.md's commands in a minimal Debian too (CTest test fresh_machine;
                  see tests/ops/fresh_machine.sh)
  --big-tools     install what the large tests want too: a browser, Prometheus, pandas (group ci of
                  ops/packages.txt), and where npm is, DuckDB for Node.js below build/. Without them
                  those tests say that they are skipped
  --no-install    install nothing; what is missing is there already
  --help          print this and exit

With NBA_IN_FRESH_MACHINE set (by that test) the kills, the fuzzers and that test are left out.

Exit codes: 0 every test passed; 1 installing or building failed; 2 wrong arguments, or packages
are missing and this user may not install them; otherwise CTest's (8: a test failed).
HELP
}

preset='test'
install=yes
big_tools=no
fuzz=OFF
fresh_machine=OFF
while (($# > 0)); do
  case $1 in
    --preset)
      case ${2:-} in
        test | dev | release | asan | tsan) preset=$2 ;;
        '') die 2 "--preset needs a value: test, dev, release, asan or tsan" ;;
        *) die 2 "unknown preset '$2'; there is test, dev, release, asan and tsan" ;;
      esac
      shift
      ;;
    --no-install) install=no ;;
    --big-tools) big_tools=yes ;;
    --fuzz) fuzz=ON ;;
    --fresh-machine) fresh_machine=ON ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) die 2 "unknown argument '$1'; see --help" ;;
  esac
  shift
done

left_out='^$'
if [[ -n ${NBA_IN_FRESH_MACHINE:-} ]]; then
  fuzz=OFF fresh_machine=OFF left_out='^(crash_tests|fuzz|fresh_machine)$'
fi

cd "$project" || exit 1
# The machine's locale may not be there: every bash would say so, and tests compare what scripts say.
export LC_ALL=C.UTF-8
heading "Packages"
if [[ $install == no ]]; then
  detail "not looked at (--no-install)"
else
  groups=(build runtime test)
  [[ $fuzz == ON ]] && groups+=(fuzz)
  [[ $big_tools == yes ]] && groups+=(ci)
  packages_install "$project/build/test-logs" "${groups[@]}"
  [[ $big_tools == yes ]] && packages_get_duckdb "$project/build"
fi

heading "Build ($preset)"
# Not left to the cache: the quickstart configures the release preset without them.
cmake --preset "$preset" -DNBA_TESTS=ON -DNBA_BENCH=ON -DNBA_FUZZ_TEST="$fuzz" -DNBA_FRESH_MACHINE_TEST="$fresh_machine" || exit 1
build=(cmake --build --preset "$preset" --parallel "$(build_jobs)")
[[ $preset == tsan ]] && build+=(--target actorless_tests)
"${build[@]}" || exit 1
if [[ $fuzz == ON ]]; then
  heading "Build (fuzz)"
  cmake --preset fuzz || exit 1
  cmake --build --preset fuzz --parallel "$(build_jobs)" || exit 1
fi

heading "Tests ($preset)"
tests=(ctest --preset "$preset" --no-tests=error --exclude-regex "$left_out")
[[ $preset == tsan ]] && tests+=(--label-regex '^actorless$')
# Two at a time on the smallest machine too: many tests wait for sockets and databases. CTest comes last, so its
# summary ends the output.
exec "${tests[@]}" --parallel 2 </dev/null
