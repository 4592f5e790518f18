-- What the last reading of each season's schedule was, and what of it is no game of the plan.

CREATE TABLE schedule_readings (
  season text NOT NULL PRIMARY KEY,
  origin text NOT NULL,
  read_at {{timestamp}} NOT NULL,
  games integer NOT NULL,
  left_out integer NOT NULL
);

CREATE TABLE schedule_left_out (
  season text NOT NULL,
  entry_idx integer NOT NULL,
  entry_id text NOT NULL,
  reason text NOT NULL,
  detail text NOT NULL,
  game_date {{date}},
  home_tricode text NOT NULL,
  away_tricode text NOT NULL,
  PRIMARY KEY (season, entry_idx)
);
