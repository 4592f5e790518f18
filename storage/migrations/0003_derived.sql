-- What follows from the core rows. Column order is the bulk path's order (storage/sql/row_fields.hpp).

CREATE TABLE outcomes (
  game_id {{key}} NOT NULL PRIMARY KEY,
  home_points integer NOT NULL,
  away_points integer NOT NULL,
  margin integer NOT NULL,
  total_points integer NOT NULL,
  winner_team_id {{bigint}} NOT NULL,
  overtime_periods integer NOT NULL,
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL
);

CREATE TABLE team_game_factors (
  game_id {{key}} NOT NULL,
  team_id {{bigint}} NOT NULL,
  possessions {{real}} NOT NULL,
  possessions_method text NOT NULL,
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

CREATE TABLE schedule_travel (
  game_id {{key}} NOT NULL,
  team_id {{bigint}} NOT NULL,
  days_rest integer,
  is_back_to_back {{boolean}} NOT NULL,
  is_3_in_4 {{boolean}} NOT NULL,
  is_5_in_7 {{boolean}} NOT NULL,
  travel_distance_km {{real}},
  timezone_shift_hours {{real}},
  altitude_change_m {{real}},
  prev_game_id {{key}},
  prev_game_date {{date}},
  source text NOT NULL,
  source_url text NOT NULL,
  ingested_at {{timestamp}} NOT NULL,
  PRIMARY KEY (game_id, team_id)
);
