#!/usr/bin/env bash
# From a fresh Debian 12 to a database with a whole season of a synthetic league. See --help.
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
Usage: ops/quickstart.sh [options]

Installs what is missing, builds the program and fills an SQLite database with a whole season
of a synthetic league. Nothing is asked of the NBA. Run it again at any time: it goes on where
it stopped and redoes nothing.

  --season YYYY-YY   season to make up (default 2024-25)
  --database URL     sqlite:///relative.db or sqlite:////absolute.db
                     (default: quickstart.db in the project's folder)
  --no-install       install nothing; what the build needs is there already
  --help             print this and exit

The first run takes about four minutes on two cores, most of it compiling.

Exit codes: 0 done; 1 installing or building failed; 2 wrong arguments, or packages are missing
and this user may not install them; otherwise that of the backfill (README.md lists them).
HELP
}

season=2024-25
database=sqlite:///$project/quickstart.db
install=yes
while (($# > 0)); do
  case $1 in
    --season | --database)
      [[ -n ${2:-} ]] || die 2 "$1 needs a value; see --help"
      if [[ $1 == --season ]]; then season=$2; else database=$2; fi
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
[[ $season =~ ^[0-9]{4}-[0-9]{2}$ ]] || die 2 "'$season' is not a season; write it like 2024-25"
[[ $database == sqlite:///?* ]] ||
  die 2 "'${database%%:*}' is not for the quickstart, which fills an SQLite file: sqlite:///file.db. README.md has PostgreSQL"

database_file=${database#sqlite:///}
binary=$project/build/release/nba-scraper
logs=$project/build/quickstart-logs

step_packages() {
  heading "1/4  Packages"
  if [[ $install == no ]]; then
    detail "not looked at (--no-install)"
  else
    packages_install "$logs" build runtime
  fi
}

step_build() {
  heading "2/4  Build"
  cd "$project" || exit 1
  if [[ ! -f build/release/build.ninja ]]; then
    # Only the program: its tests and benchmarks would need more packages.
    logged "configuring" "$logs/configure.log" progress_none \
      cmake --preset release -DNBA_TESTS=OFF -DNBA_BENCH=OFF || exit 1
  fi
  logged "compiling" "$logs/build.log" progress_of_ninja \
    cmake --build --preset release --parallel "$(build_jobs)" --target nba-scraper nba_manual || exit 1
  if grep -q 'no work to do' "$logs/build.log"; then
    detail "nothing to build: $("$binary" --version) is up to date"
  else
    detail "built $("$binary" --version)"
  fi
}

step_backfill() {
  heading "3/4  Season $season of the synthetic league"
  [[ -f $database_file ]] && detail "the database is there already; only what is missing is added"
  local code=0
  # The terminal shows progress and what needs attention; the report follows on standard output.
  "$binary" schedule backfill --season "$season" --source sim --database "$database" --log-level warn || code=$?
  ((code < 100)) && return "$code"
  complain "the backfill ended with exit code $code; its message stands above, README.md explains the codes"
  exit "$code"
}

# Shows a query, the way to run it again, and its answer.
show_query() { # FILE
  local title
  title=$(sed -n '1s/^-- *//p' "$1")
  say
  say "  $console_bold$title$console_reset"
  say "  ${console_dim}sqlite3 $database_file < ${1#"$project"/}$console_reset"
  sqlite3 -readonly -column -header "$database_file" <"$1" | sed 's/^/    /'
}

step_look() {
  heading "4/4  Three queries worth trying"
  if ! command -v sqlite3 >/dev/null; then
    detail "the program sqlite3 is not here; with it: sqlite3 $database_file < ops/queries/standings.sql"
    return
  fi
  local query
  for query in standings scorers back_to_backs; do
    show_query "$project/ops/queries/$query.sql"
  done
}

what_next() {
  heading "What now"
  say "  What is there:  ${binary#"$project"/} status --database $database"
  say "  A live page:    ${binary#"$project"/} serve --database $database"
  say "  The real NBA (at its polite pace a season takes about twelve minutes):"
  say "                  ${binary#"$project"/} doctor"
  say "                  ${binary#"$project"/} schedule backfill --season $season --database sqlite:///nba.db"
  say "  Every morning:  README.md, \"Every day\""
}

step_packages
step_build
failures=0
step_backfill || failures=$?
step_look
what_next
exit "$failures"
