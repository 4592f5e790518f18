-- What the payloads say. Column order is the bulk path's order (storage/sql/row_fields.hpp).

CREATE TABLE games (
  game_id {{key}} NOT NULL PRIMARY KEY,
  season text NOT NULL,
  game_type text NOT NULL,
  game_date {{date}} NOT NULL,
  tipoff_utc {{timestamp}} NOT NULL,
  status integer NOT NULL,
  home_team_id {{bigint}} NOT NULL,
  away_team_id {{bigint}} NOT NULL,
  home_tricode text NOT NULL,
  away_tricode text NOT NULL,
  home_score integer NOT NULL,
  away_score integer NOT NULL,
  periods integer NOT NULL,
  duration_minutes integer,
  attendance integer,
  arena_id {{bigint}},
  arena_name text NOT NULL,
  arena_city text NOT NULL,
  arena_state text NOT NULL,
  arena_country text NOT NULL,
  arena_timezone text NOT NULL,
  is_neutral {{boolean}} NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL
);

-- Names change; a row says what the team's or player's latest game said (last_game_date), whatever the order of
-- ingestion.
CREATE TABLE teams (
  team_id {{bigint}} NOT NULL PRIMARY KEY,
  tricode text NOT NULL,
  city text NOT NULL,
  name text NOT NULL,
  last_game_date {{date}} NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL
);

CREATE TABLE players (
  player_id {{bigint}} NOT NULL PRIMARY KEY,
  first_name text NOT NULL,
  family_name text NOT NULL,
  name text NOT NULL,
  last_game_date {{date}} NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL
);

CREATE TABLE period_scores (
  game_id {{key}} NOT NULL,
  team_id {{bigint}} NOT NULL,
  period integer NOT NULL,
  points integer NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL,
  PRIMARY KEY (game_id, team_id, period)
);

CREATE TABLE officials (
  game_id {{key}} NOT NULL,
  official_id {{bigint}} NOT NULL,
  name text NOT NULL,
  assignment text NOT NULL,
  jersey_number text NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL,
  PRIMARY KEY (game_id, official_id)
);

CREATE TABLE team_game_stats (
  game_id {{key}} NOT NULL,
  team_id {{bigint}} NOT NULL,
  points integer NOT NULL,
  fgm integer NOT NULL,
  fga integer NOT NULL,
  fg3m integer NOT NULL,
  fg3a integer NOT NULL,
  ftm integer NOT NULL,
  fta integer NOT NULL,
  oreb integer NOT NULL,
  dreb integer NOT NULL,
  reb integer NOT NULL,
  ast integer NOT NULL,
  stl integer NOT NULL,
  blk integer NOT NULL,
  tov integer NOT NULL,
  pf integer NOT NULL,
  team_reb integer NOT NULL,
  team_tov integer NOT NULL,
  seconds_played {{real}} NOT NULL,
  points_in_paint integer NOT NULL,
  points_fast_break integer NOT NULL,
  points_second_chance integer NOT NULL,
  points_off_turnovers integer NOT NULL,
  bench_points integer NOT NULL,
  biggest_lead integer NOT NULL,
  lead_changes integer NOT NULL,
  times_tied integer NOT NULL,
  technical_fouls integer NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL,
  PRIMARY KEY (game_id, team_id)
);

CREATE TABLE player_game_stats (
  game_id {{key}} NOT NULL,
  team_id {{bigint}} NOT NULL,
  player_id {{bigint}} NOT NULL,
  position text,
  jersey_number text NOT NULL,
  starter {{boolean}} NOT NULL,
  played {{boolean}} NOT NULL,
  not_playing_reason text,
  seconds_played {{real}} NOT NULL,
  points integer NOT NULL,
  fgm integer NOT NULL,
  fga integer NOT NULL,
  fg3m integer NOT NULL,
  fg3a integer NOT NULL,
  ftm integer NOT NULL,
  fta integer NOT NULL,
  oreb integer NOT NULL,
  dreb integer NOT NULL,
  reb integer NOT NULL,
  ast integer NOT NULL,
  stl integer NOT NULL,
  blk integer NOT NULL,
  tov integer NOT NULL,
  pf integer NOT NULL,
  plus_minus integer NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL,
  PRIMARY KEY (game_id, player_id)
);

CREATE TABLE pbp_events (
  game_id {{key}} NOT NULL,
  event_idx integer NOT NULL,
  order_number {{bigint}} NOT NULL,
  action_number integer NOT NULL,
  period integer NOT NULL,
  clock_seconds {{real}} NOT NULL,
  elapsed_seconds {{real}} NOT NULL,
  action_type text NOT NULL,
  sub_type text,
  descriptor text,
  qualifiers text,
  team_id {{bigint}},
  player_id {{bigint}},
  possession_team_id {{bigint}},
  score_home integer NOT NULL,
  score_away integer NOT NULL,
  x {{real}},
  y {{real}},
  shot_distance {{real}},
  shot_result text,
  points integer NOT NULL,
  assist_player_id {{bigint}},
  description text,
  time_actual {{timestamp}},
  edited_at {{timestamp}},
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL,
  PRIMARY KEY (game_id, event_idx)
);
