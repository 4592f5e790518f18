-- What the engine remembers between runs: watermarks, the ledger, dead letters, runs, locks, the plan.

CREATE TABLE ingest_watermarks (
  stage {{key}} NOT NULL,
  key {{key}} NOT NULL,
  value {{key}} NOT NULL,
  updated_at {{timestamp}} NOT NULL,
  UNIQUE (stage, key)
);

-- The ledger: one row per planned game. payload_sha256 is set exactly when the game's core rows are in the database,
-- rules_version is above 0 exactly when its derived rows are.
CREATE TABLE ingest_games (
  game_id {{key}} NOT NULL PRIMARY KEY,
  season text NOT NULL,
  game_type text NOT NULL,
  game_date {{date}},
  state text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  error_class text,
  error text,
  payload_sha256 text,
  rules_version integer NOT NULL DEFAULT 0,
  run_id text,
  updated_at {{timestamp}} NOT NULL
);
CREATE INDEX ingest_games_season ON ingest_games (season, game_id);

CREATE TABLE dead_letters (
  dead_letter_id {{identity}},
  game_id {{key}} NOT NULL,
  stage text NOT NULL,
  error_class text NOT NULL,
  error text NOT NULL,
  attempts integer NOT NULL,
  payload_sha256 text,
  payload {{bytes}},
  first_failed_at {{timestamp}} NOT NULL,
  last_failed_at {{timestamp}} NOT NULL,
  resolved_at {{timestamp}},
  resolution text,
  reason text
);
-- At most one unresolved dead letter per game.
CREATE UNIQUE INDEX dead_letters_unresolved ON dead_letters (game_id) WHERE resolved_at IS NULL;

CREATE TABLE ingest_runs (
  run_id {{key}} NOT NULL PRIMARY KEY,
  job text NOT NULL,
  arguments text NOT NULL,
  started_at {{timestamp}} NOT NULL,
  ended_at {{timestamp}},
  games {{bigint}} NOT NULL DEFAULT 0,
  failures {{bigint}} NOT NULL DEFAULT 0,
  exit_code integer,
  host text NOT NULL,
  pid integer NOT NULL
);

-- Who holds a run lock. In PostgreSQL the lock itself is an advisory lock of the session holder_backend; in SQLite it
-- is this row, valid while its owner lives.
CREATE TABLE run_locks (
  stage {{key}} NOT NULL,
  key {{key}} NOT NULL,
  run_id text NOT NULL,
  host text NOT NULL,
  boot_id text NOT NULL,
  pid_namespace text NOT NULL,
  pid integer NOT NULL,
  process_started {{bigint}} NOT NULL,
  holder_backend integer,
  since {{timestamp}} NOT NULL,
  PRIMARY KEY (stage, key)
);

-- The plan as the schedule last had it; what travel and reports are computed from without the network.
CREATE TABLE schedule_games (
  game_id {{key}} NOT NULL PRIMARY KEY,
  season text NOT NULL,
  game_type text NOT NULL,
  game_date {{date}} NOT NULL,
  tipoff_utc {{timestamp}},
  status integer NOT NULL,
  postponed {{boolean}} NOT NULL,
  if_necessary {{boolean}} NOT NULL,
  home_team_id {{bigint}},
  away_team_id {{bigint}},
  home_tricode text NOT NULL,
  away_tricode text NOT NULL,
  home_score integer,
  away_score integer,
  arena_name text NOT NULL,
  arena_city text NOT NULL,
  arena_state text NOT NULL,
  is_neutral {{boolean}} NOT NULL,
  updated_at {{timestamp}} NOT NULL
);
CREATE INDEX schedule_games_season ON schedule_games (season, game_id);
