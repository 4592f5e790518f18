#!/usr/bin/env bash
# Runs the season benchmark: the servers it needs, one process a case, one table at the end. See bench/README.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); root=$(dirname "$here")
season=2024-25; parallels=1,4,8; stores=sqlite,postgresql; repeat=1; build=$root/build/release; memory=no
usage() {
  sed -n '2s/^# //p' "$0"
  echo "usage: bench/run.sh [--season S] [--parallel 1,4,8] [--stores sqlite,postgresql] [--repeat N] [--build DIR] [--memory]"
}
while [ $# -gt 0 ]; do
  case $1 in
    --season) season=$2; shift 2;;
    --parallel) parallels=$2; shift 2;;
    --stores) stores=$2; shift 2;;
    --repeat) repeat=$2; shift 2;;
    --build) build=$2; shift 2;;
    --memory) memory=yes; shift;;
    --help|-h) usage; exit 0;;
    *) echo "bench/run.sh: unknown option $1" >&2; usage >&2; exit 100;;
  esac
done
for program in nba-bench nba-scraper; do
  [ -x "$build/$program" ] || {
    # After a quickstart the preset remembers to leave the benchmarks out.
    echo "bench/run.sh: no $build/$program; build it:" >&2
    echo "  cmake --preset release -DNBA_BENCH=ON && cmake --build --preset release --target nba-scraper nba-bench" >&2
    exit 120
  }
done

work=$(mktemp -d /tmp/nba-bench.XXXXXX); chmod 755 "$work"
pids=(); postmaster=
pg_bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
cleanup() {
  [ -z "$postmaster" ] || as_postgres "$pg_bin/pg_ctl" -D "$work/pg/data" -m immediate stop >/dev/null 2>&1 || true
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
free_port() { local p; for p in $(shuf -i 20000-40000 -n 50); do (: < "/dev/tcp/127.0.0.1/$p") 2>/dev/null || { echo "$p"; return; }; done; exit 1; }

# ---- the NBA: recorded, else synthetic
port=$(free_port)
data=${NBA_RECORDED_DATA:-$root/../shared/data}
if [ "$memory" = no ] && [ -d "$data/$season" ] && command -v nginx >/dev/null; then
  "$data/unpack.sh" "$work/docroot" "$season"
  "$data/serve.sh" "$work/docroot" "$port" & pids+=($!)
  source_name="recorded season $season"; source=cdn
else
  source_name="synthetic season $season"; source=sim
fi
serve_synthetic() {  # PORT REGULAR_GAMES
  "$build/nba-scraper" simulate --port "$1" --season "$season" --regular-games "$2" >"$work/simulate.$1.log" 2>&1 & pids+=($!)
}
[ "${#pids[@]}" -gt 0 ] || serve_synthetic "$port" 1230
wait_for() { for _ in $(seq 100); do (: < "/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done; echo "bench/run.sh: no server on port $1" >&2; exit 1; }
wait_for "$port"
urls() { echo --cdn-url "http://127.0.0.1:$1/static/json" --stats-url "http://127.0.0.1:$1/stats" --source "$source"; }

# ---- PostgreSQL, as a server is by default: fsync and synchronous_commit on
start_postgres() {
  [ -n "$pg_bin" ] || { echo "bench/run.sh: PostgreSQL is not installed (apt-get install postgresql)" >&2; exit 120; }
  mkdir -p "$work/pg"; [ "$(id -u)" != 0 ] || chown postgres "$work/pg"
  as_postgres "$pg_bin/initdb" -D "$work/pg/data" -U bench -A trust >/dev/null
  pg_port=$(free_port)
  as_postgres "$pg_bin/pg_ctl" -D "$work/pg/data" -w -l "$work/pg/log" \
    -o "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$work/pg -c max_wal_size=4GB -c shared_buffers=256MB" start >/dev/null
  postmaster=$(head -n 1 "$work/pg/data/postmaster.pid")
}
# CPU seconds of the server: the postmaster, its children, and those that have ended.
server_cpu() {
  [ -n "$postmaster" ] || { echo 0; return; }
  local pid total=0 ticks
  for pid in $postmaster $(pgrep -P "$postmaster" || true); do
    ticks=$(awk -v own="$([ "$pid" = "$postmaster" ] && echo 1 || echo 0)" \
      '{sub(/^.*\) /, ""); print $12 + $13 + (own ? $14 + $15 : 0)}' "/proc/$pid/stat" 2>/dev/null || echo 0)
    total=$((total + ticks))
  done
  awk -v t="$total" -v hz="$(getconf CLK_TCK)" 'BEGIN {print t / hz}'
}

count=0
one_case() {  # STORE PORT MODE [ARGUMENTS ...]
  local store=$1 server=$2 mode=$3 url before after line; shift 3
  count=$((count + 1))
  if [ "$store" = postgresql ]; then
    [ -n "$postmaster" ] || start_postgres
    "$pg_bin/createdb" -h 127.0.0.1 -p "$pg_port" -U bench "bench$count"
    url="postgresql://bench@127.0.0.1:$pg_port/bench$count"
  else
    url="sqlite:///$work/case$count.db"
  fi
  before=$(server_cpu)
  # shellcheck disable=SC2046 # options with their values
  line=$("$build/nba-bench" "$mode" --database "$url" $(urls "$server") --season "$season" "$@")
  after=$(server_cpu)
  echo "${line%\}},\"store\":\"$store\",\"server_cpu_s\":$(awk -v a="$after" -v b="$before" 'BEGIN {print a - b}')}" >> "$work/cases"
  if [ "$store" = postgresql ]; then "$pg_bin/dropdb" -h 127.0.0.1 -p "$pg_port" -U bench "bench$count"; else rm -f "$work/case$count.db"*; fi
}

echo "nba-bench, $source_name, $(nproc) cores, revision $("$build/nba-scraper" --version | sed 's/.*(\(.*\))/\1/')"
for store in ${stores//,/ }; do
  if [ "$memory" = yes ]; then
    long_port=$(free_port); serve_synthetic "$long_port" 12300; wait_for "$long_port"
    one_case "$store" "$port" run --parallel 4
    one_case "$store" "$long_port" run --parallel 4
    continue
  fi
  for _ in $(seq "$repeat"); do
    one_case "$store" "$port" floor
    for parallel in ${parallels//,/ }; do one_case "$store" "$port" run --parallel "$parallel"; done
  done
done
"$build/nba-bench" table "$work/cases"
