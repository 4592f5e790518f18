-- Possessions, line-ups and the first quarter; counted possessions beside the box-score estimate; the version of the
-- rules behind the rows of each derived table. Column order is the bulk path's order (storage/sql/row_fields.hpp).

CREATE TABLE possessions (
  game_id {{key}} NOT NULL,
  possession_idx integer NOT NULL,
  period integer NOT NULL,
  offense_team_id {{bigint}} NOT NULL,
  start_clock {{real}} NOT NULL,
  end_clock {{real}} NOT NULL,
  points integer NOT NULL,
  defense_points integer NOT NULL,
  end_reason text NOT NULL,
  is_counted {{boolean}} NOT NULL,
  end_event_idx integer NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL,
  PRIMARY KEY (game_id, possession_idx)
);

CREATE TABLE lineup_stints (
  game_id {{key}} NOT NULL,
  stint_idx integer NOT NULL,
  period integer NOT NULL,
  start_elapsed {{real}} NOT NULL,
  end_elapsed {{real}} NOT NULL,
  home_lineup text NOT NULL,
  away_lineup text NOT NULL,
  home_points integer NOT NULL,
  away_points integer NOT NULL,
  home_possessions integer NOT NULL,
  away_possessions integer NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL,
  PRIMARY KEY (game_id, stint_idx)
);

CREATE TABLE player_on_court (
  game_id {{key}} NOT NULL,
  team_id {{bigint}} NOT NULL,
  player_id {{bigint}} NOT NULL,
  seconds_on {{real}} NOT NULL,
  seconds_as_recorded {{real}} NOT NULL,
  plus_minus integer NOT NULL,
  possessions_on integer NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL,
  PRIMARY KEY (game_id, player_id)
);

CREATE TABLE q1_window_12_8 (
  game_id {{key}} NOT NULL PRIMARY KEY,
  home_possessions integer NOT NULL,
  away_possessions integer NOT NULL,
  pace48 {{real}},
  home_efg {{real}},
  away_efg {{real}},
  home_tov_rate {{real}},
  away_tov_rate {{real}},
  home_ft_rate {{real}},
  away_ft_rate {{real}},
  home_orb_pct {{real}},
  away_orb_pct {{real}},
  home_bonus_seconds {{real}} NOT NULL,
  away_bonus_seconds {{real}} NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL
);

CREATE TABLE early_shocks (
  game_id {{key}} NOT NULL,
  shock_idx integer NOT NULL,
  event_type text NOT NULL,
  period integer NOT NULL,
  clock_seconds {{real}} NOT NULL,
  team_id {{bigint}},
  player_id {{bigint}},
  immediate_sub {{boolean}} NOT NULL,
  description text,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL,
  PRIMARY KEY (game_id, shock_idx)
);

-- One more column, in its place: box_possessions is NULL in rows of older rules, whose `possessions` is this estimate
-- (possessions_method = 'box_estimate').
CREATE TABLE team_game_factors_kept AS SELECT * FROM team_game_factors;
DROP TABLE team_game_factors;
CREATE TABLE team_game_factors (
  game_id {{key}} NOT NULL,
  team_id {{bigint}} NOT NULL,
  possessions {{real}} NOT NULL,
  possessions_method text NOT NULL,
  box_possessions {{real}},
  pace {{real}},
  off_rating {{real}},
  def_rating {{real}},
  net_rating {{real}},
  efg_pct {{real}},
  ts_pct {{real}},
  tov_pct {{real}},
  orb_pct {{real}},
  ft_rate {{real}},
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL,
  PRIMARY KEY (game_id, team_id)
);
INSERT INTO team_game_factors (game_id, team_id, possessions, possessions_method, box_possessions, pace, off_rating,
                               def_rating, net_rating, efg_pct, ts_pct, tov_pct, orb_pct, ft_rate, source, source_url,
                               ingested_at)
SELECT game_id, team_id, possessions, possessions_method, NULL, pace, off_rating, def_rating, net_rating, efg_pct,
       ts_pct, tov_pct, orb_pct, ft_rate, source, source_url, ingested_at
FROM team_game_factors_kept;
DROP TABLE team_game_factors_kept;

CREATE TABLE derived_versions (
  game_id {{key}} NOT NULL,
  table_name text NOT NULL,
  rules_version integer NOT NULL,
  PRIMARY KEY (game_id, table_name)
);

-- What older versions have derived: by their first rules. Tables that are not here are behind for these games.
INSERT INTO derived_versions (game_id, table_name, rules_version)
SELECT game_id, 'outcomes', 1 FROM ingest_games WHERE rules_version > 0
UNION ALL
SELECT game_id, 'team_game_factors', 1 FROM ingest_games WHERE rules_version > 0
UNION ALL
SELECT game_id, 'schedule_travel', 1 FROM ingest_games WHERE rules_version > 0;
