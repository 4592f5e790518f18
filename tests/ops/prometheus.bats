#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # `project` comes from helpers; what Grafana replaces stands in single quotes
# What others make of the metrics: promtool, node_exporter's textfile collector, a Prometheus server, the dashboard. One
# league, one run and one server for all tests.

load helpers

# A port of the loopback interface that nobody listens on.
free_port() {
  local port
  for ((;;)); do
    port=$((RANDOM % 10000 + 20000))
    if ! { : <>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# Starts COMMAND in the background, with its output in NAME.log; its id goes to the list of what is to be ended.
in_background() { # NAME COMMAND...
  local name=$1
  shift
  "$@" >"$BATS_FILE_TMPDIR/$name.log" 2>&1 3>&- &
  echo $! >>"$BATS_FILE_TMPDIR/pids"
}

program() { "$NBA_SCRAPER_TESTED" "$@" --source sim --config "$BATS_FILE_TMPDIR/config.toml" --quiet; }

# Thirty-five requests a second: what a dashboard shows needs time to happen.
write_settings() { # URL_OF_LEAGUE
  cat >"$BATS_FILE_TMPDIR/config.toml" <<END
database = "sqlite:///$BATS_FILE_TMPDIR/nba.db"
metrics_file = "$metrics/{task}.prom"
[hosts."${1#http://}"]
requests_per_minute = 2100
END
}

write_server_settings() { # PORT_OF_EXPORTER PORT_OF_SERVE
  cat >"$BATS_FILE_TMPDIR/prometheus.yml" <<END
global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files:
  - $project/ops/prometheus/alerts.yml
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ['127.0.0.1:$1']
  - job_name: nba-scraper
    static_configs:
      - targets: ['127.0.0.1:$2']
END
}

# One value of a query at this moment; empty without one.
ask() { promtool query instant "$server" "$1" | sed -n 's/.*=> \([^ ]*\) @.*/\1/p'; }
sees_all() { [[ $(ask 'count(nba_scraper_run_state{task="backfill", state="ended"} == 1)') == 2 ]]; }

setup_file() {
  [[ -x ${NBA_SCRAPER_TESTED:-} ]] || { echo 'NBA_SCRAPER_TESTED must name the program'; return 1; }
  local tool
  for tool in promtool prometheus prometheus-node-exporter jq sqlite3; do
    command -v "$tool" >/dev/null || skip "$tool is not installed (group ci of ops/packages.txt)"
  done
  unset NBA_CDN_URL NBA_STATS_URL NBA_SCRAPER_CONFIG DATABASE_URL
  export XDG_CONFIG_HOME=$BATS_FILE_TMPDIR/config XDG_DATA_HOME=$BATS_FILE_TMPDIR/data
  export metrics=$BATS_FILE_TMPDIR/metrics
  mkdir "$metrics"
  # Two refusals in the middle of the backfill: its host gets a pause.
  echo '150 faults 429:x2:retry-after=4' >"$BATS_FILE_TMPDIR/league.script"
  in_background league "$NBA_SCRAPER_TESTED" simulate --port 0 --regular-games 100 --latency uniform:10:50 \
    --script "$BATS_FILE_TMPDIR/league.script"
  eventually grep -q 'Ctrl-C stops it' "$BATS_FILE_TMPDIR/league.log"
  NBA_SIM_URL=$(sed -n 's/.*NBA_SIM_URL=//p' "$BATS_FILE_TMPDIR/league.log")
  export NBA_SIM_URL
  write_settings "$NBA_SIM_URL"

  # In a database that nothing was ever done in.
  "$NBA_SCRAPER_TESTED" db migrate --database "sqlite:///$BATS_FILE_TMPDIR/idle.db" --quiet \
    --metrics-file "$BATS_FILE_TMPDIR/idle.prom" >/dev/null

  local exporter_port serve_port server_port
  exporter_port=$(free_port)
  in_background exporter prometheus-node-exporter --collector.disable-defaults --collector.textfile \
    --collector.textfile.directory="$metrics" --web.listen-address="127.0.0.1:$exporter_port"
  serve_port=$(free_port)
  in_background serve "$NBA_SCRAPER_TESTED" serve --listen "127.0.0.1:$serve_port" --source sim \
    --config "$BATS_FILE_TMPDIR/config.toml"
  server_port=$(free_port)
  export server=http://127.0.0.1:$server_port
  write_server_settings "$exporter_port" "$serve_port"
  in_background prometheus prometheus --config.file="$BATS_FILE_TMPDIR/prometheus.yml" \
    --storage.tsdb.path="$BATS_FILE_TMPDIR/tsdb" --web.listen-address="127.0.0.1:$server_port"
  eventually grep -q 'ready to receive web requests' "$BATS_FILE_TMPDIR/prometheus.log"

  program schedule daily --date 2024-11-10 >/dev/null
  date +%s >"$BATS_FILE_TMPDIR/begin"
  program schedule backfill --season 2024-25 >/dev/null 2>"$BATS_FILE_TMPDIR/run.log"
  eventually sees_all
}

teardown_file() {
  local pid
  [[ -f $BATS_FILE_TMPDIR/pids ]] || return 0
  while read -r pid; do kill "$pid" 2>/dev/null || true; done <"$BATS_FILE_TMPDIR/pids"
}

@test "the rules pass their tests" {
  cd "$project/ops/prometheus"
  promtool check rules alerts.yml
  promtool test rules alerts_test.yml
}

@test "the example configuration is one" {
  cd "$project/ops/prometheus"
  promtool check config scrape.yml
  # What is commented out is meant to work too.
  sed -E 's/^( *)# (- job_name|  static|    - targets|authorization|  credentials)/\1\2/' scrape.yml >"$BATS_TEST_TMPDIR/scrape.yml"
  cp alerts.yml "$BATS_TEST_TMPDIR"
  promtool check config --syntax-only "$BATS_TEST_TMPDIR/scrape.yml"
}

@test "promtool finds nothing to complain of, in a run's text and in that of an idle database" {
  local file
  for file in "$metrics/daily.prom" "$metrics/backfill.prom" "$BATS_FILE_TMPDIR/idle.prom"; do
    echo "$file"
    run promtool check metrics <"$file"
    echo "$output"
    expect_equal "$status $output" '0 '
  done
}

@test "node_exporter takes both files, without a word, and no series is lost" {
  expect_equal "$(cd "$metrics" && echo *)" 'backfill.prom daily.prom'
  expect_equal "$(stat -c %a "$metrics/daily.prom")" 644
  expect_not_in 'error' "$(cat "$BATS_FILE_TMPDIR/exporter.log")"
  expect_equal "$(ask 'node_textfile_scrape_error')" 0
  local task
  for task in daily backfill; do
    expect_equal "$(ask "count({__name__=~\"nba_scraper_.+\", __name__!=\"nba_scraper:newest_figures\", task=\"$task\", job=\"node\"})")" \
      "$(grep -vc '^#' "$metrics/$task.prom")"
  done
}

@test "what the server knows is what the database holds" {
  in_database() { sqlite3 -readonly "$BATS_FILE_TMPDIR/nba.db" "$1"; }
  expect_equal "$(ask 'sum(nba_scraper_lane_games{task="backfill", state="done"})')" \
    "$(in_database "SELECT COUNT(*) FROM ingest_games WHERE state = 'done'")"
  expect_equal "$(ask 'nba_scraper_last_run_games{task="backfill", job="node"}')" \
    "$(in_database "SELECT games FROM ingest_runs WHERE job = 'backfill'")"
  expect_equal "$(ask 'nba_scraper_last_run_exit_code{task="daily", job="node"}')" 0
  # The run is over, and so are its series; what there was is in the server's memory.
  expect_equal "$(ask 'nba_scraper_mailbox_games')" ''
  [[ $(ask 'max_over_time(nba_scraper_requests_total{class="throttled", job="node"}[5m])') == 2 ]]
  [[ $(ask 'count(count_over_time(nba_scraper_host_pause_until_timestamp_seconds{task="backfill", job="node"}[5m]))') == 1 ]]
  expect_equal "$(ask 'count(ALERTS{alertstate="firing", alertname!~"NbaScraperGame.*"})')" ''
}

@test "serve tells the same, of every task at once" {
  expect_equal "$(ask 'up{job="nba-scraper"}')" 1
  expect_equal "$(ask 'count(count by (task) (nba_scraper_last_success_timestamp_seconds{job="nba-scraper"}))')" 2
  local name
  for name in last_run_games last_success_timestamp_seconds last_run_exit_code last_run_end_timestamp_seconds; do
    expect_equal "$(ask "nba_scraper_$name{task=\"backfill\", job=\"nba-scraper\"}")" \
      "$(ask "nba_scraper_$name{task=\"backfill\", job=\"node\"}")"
  done
  expect_equal "$(ask 'sum(nba_scraper_lane_games{job="nba-scraper"})')" \
    "$(ask 'sum(nba_scraper_lane_games{job="node", task="backfill"})')"
  # It saw the run of the other process.
  [[ -n $(ask 'max_over_time(nba_scraper_run_rows_total{job="nba-scraper", task="backfill"}[5m]) > 0') ]]
}

@test "every query of the dashboard answers data of that run" {
  local dashboard=$project/ops/prometheus/grafana/nba-scraper.json panel query answer begin empty=0 queries=0
  begin=$(cat "$BATS_FILE_TMPDIR/begin")
  expect_equal "$(jq -r '.templating.list[0] | .type + " " + .query' "$dashboard")" 'datasource prometheus'
  expect_equal "$(jq '[.panels[] | select(.type != "row") | .targets[], . | .datasource.uid] | unique | tojson' -r "$dashboard")" \
    '["${datasource}"]'
  expect_equal "$(jq '.uid, has("__inputs")' "$dashboard" | paste -sd' ')" 'null false'
  while IFS=$'\t' read -r panel query; do
    query=${query//'$instance'/.*}
    query=${query//'$task'/.*}
    query=${query//'$__rate_interval'/10s}
    expect_not_in '$' "$query"
    answer=$(promtool query range --start="$begin" --end="$(date +%s)" --step=1s "$server" "$query")
    queries=$((queries + 1))
    [[ -n $answer ]] && continue
    echo "no data: $panel: $query"
    empty=$((empty + 1))
  done < <(jq -r '.panels[] | select(.type != "row") | .title as $title | .targets[] | [$title, .expr] | @tsv' "$dashboard")
  echo "$queries queries"
  ((queries > 30 && empty == 0))
}
