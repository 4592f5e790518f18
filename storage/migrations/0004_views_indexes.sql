-- Indexes for the questions people ask (games of a date, of a team, of a player) and the two progress views.
-- None on pbp_events beyond its key: see docs/adr/0012-keys-and-indexes.md for what each would cost.

CREATE INDEX games_date ON games (game_date);
CREATE INDEX games_home_team ON games (home_team_id, game_date);
CREATE INDEX games_away_team ON games (away_team_id, game_date);
CREATE INDEX player_game_stats_player ON player_game_stats (player_id, game_id);

-- One row per lane: its mark, the largest id the mark could reach, and how many planned games lie above the mark.
CREATE VIEW watermark_lag AS
SELECT g.season, g.game_type, g.lane, w.value AS watermark, MAX(g.game_id) AS last_game_id,
       COUNT(CASE WHEN w.value IS NULL OR g.game_id > w.value THEN 1 END) AS lag_games
FROM (SELECT game_id, season, game_type,
             season || CASE game_type WHEN 'regular' THEN '' ELSE '/' || game_type END AS lane
      FROM ingest_games) g
LEFT JOIN ingest_watermarks w ON w.stage = 'backfill' AND w.key = g.lane
GROUP BY g.season, g.game_type, g.lane, w.value;

-- One row per season and game type: games by state, the watermark, and the last date up to which every game is
-- terminal (done, waived, cancelled or unavailable).
CREATE VIEW season_progress AS
SELECT c.season, c.game_type, c.games, c.planned, c.loaded, c.done, c.parked, c.waived, c.unavailable, c.postponed,
       c.cancelled, c.not_final, l.watermark, l.last_game_id, l.lag_games, c.through_date
FROM (SELECT g.season, g.game_type, COUNT(*) AS games,
             COUNT(CASE g.state WHEN 'planned' THEN 1 END) AS planned,
             COUNT(CASE g.state WHEN 'loaded' THEN 1 END) AS loaded,
             COUNT(CASE g.state WHEN 'done' THEN 1 END) AS done,
             COUNT(CASE g.state WHEN 'parked' THEN 1 END) AS parked,
             COUNT(CASE g.state WHEN 'waived' THEN 1 END) AS waived,
             COUNT(CASE g.state WHEN 'unavailable' THEN 1 END) AS unavailable,
             COUNT(CASE g.state WHEN 'postponed' THEN 1 END) AS postponed,
             COUNT(CASE g.state WHEN 'cancelled' THEN 1 END) AS cancelled,
             COUNT(CASE g.state WHEN 'not_final' THEN 1 END) AS not_final,
             MAX(CASE WHEN o.open_date IS NULL OR g.game_date < o.open_date THEN g.game_date END) AS through_date
      FROM ingest_games g
      LEFT JOIN (SELECT season, game_type, MIN(game_date) AS open_date FROM ingest_games
                 WHERE state NOT IN ('done', 'waived', 'cancelled', 'unavailable')
                 GROUP BY season, game_type) o
        ON o.season = g.season AND o.game_type = g.game_type
      GROUP BY g.season, g.game_type) c
JOIN watermark_lag l ON l.season = c.season AND l.game_type = c.game_type;
