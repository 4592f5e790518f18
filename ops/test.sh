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

  --preset NAME   dev (default), release, asan or tsan
  --no-install    install nothing; what is missing is there already
  --help          print this and exit

Exit codes: 0 every test passed; 1 installing or building failed; 2 wrong arguments, or packages
are missing and this user may not install them; otherwise CTest's (8: a test failed).
HELP
}

preset=dev
install=yes
while (($# > 0)); do
  case $1 in
    --preset)
      case ${2:-} in
        dev | release | asan | tsan) preset=$2 ;;
        '') die 2 "--preset needs a value: dev, release, asan or tsan" ;;
        *) die 2 "unknown preset '$2'; there is dev, release, asan and tsan" ;;
      esac
      shift
      ;;
    --no-install) install=no ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) die 2 "unknown argument '$1'; see --help" ;;
  esac
  shift
done

cd "$project" || exit 1
heading "Packages"
if [[ $install == no ]]; then
  detail "not looked at (--no-install)"
else
  packages_install "$project/build/test-logs" build runtime test
fi

heading "Build ($preset)"
# Not left to the cache: the quickstart configures the release preset without them.
cmake --preset "$preset" -DNBA_TESTS=ON -DNBA_BENCH=ON || exit 1
cmake --build --preset "$preset" --parallel "$(build_jobs)" || exit 1

heading "Tests ($preset)"
# Two at a time on the smallest machine too: many tests wait for sockets and databases. CTest comes last, so its
# summary ends the output.
exec ctest --preset "$preset" --parallel 2 --no-tests=error </dev/null
