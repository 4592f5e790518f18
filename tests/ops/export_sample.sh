# shellcheck shell=bash
# Shared by the tests of what loads an export: a few games of two seasons, exported in every format.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Sets $work: nba.db, and the exports csv, csv_gz, jsonl.
make_sample() { # PROGRAM
  local program=$1
  export XDG_CONFIG_HOME=$work/config DATABASE_URL=sqlite:///$work/nba.db
  unset NBA_CDN_URL NBA_STATS_URL NBA_SIM_URL NBA_SCRAPER_CONFIG NBA_SCRAPER_LOG_LEVEL
  local season
  for season in 2023 2024; do
    "$program" --quiet schedule backfill --season "$season-$((season % 100 + 1))" --source sim --game-types regular \
      --to "$season-10-26" --log-level error >/dev/null
  done
  # What loaders stumble over: numbers that are text, a name that means nothing to pandas, something missing.
  sqlite3 "$work/nba.db" "
    UPDATE player_game_stats SET jersey_number = CASE WHEN starter THEN '00' ELSE '0' END
      WHERE game_id = (SELECT MIN(game_id) FROM games);
    UPDATE players SET first_name = 'NA' WHERE player_id = (SELECT MIN(player_id) FROM players);
    UPDATE games SET attendance = NULL, arena_state = '' WHERE game_id = (SELECT MIN(game_id) FROM games);"
  local tables=teams,players,games,player_game_stats,pbp_events,outcomes,schedule_travel,early_shocks
  tables+=,player_game_log,player_seasons,team_standings,lineup_totals,player_on_off
  "$program" --quiet export --tables "$tables" --output "$work/csv"
  "$program" --quiet export --tables "$tables" --gzip --output "$work/csv_gz"
  "$program" --quiet export --tables "$tables" --format jsonl --output "$work/jsonl"
}
