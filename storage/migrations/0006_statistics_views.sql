-- Season totals that people ask for first. Ratios are of sums, not means of ratios; NULL when a denominator is 0.

-- A team's four factors and ratings over a season, its own and its opponents'.
CREATE VIEW team_season_factors AS
SELECT s.season, s.game_type, s.team_id, s.tricode, s.games, s.wins, s.possessions, s.opp_possessions,
       2880.0 * (s.possessions + s.opp_possessions) / NULLIF(2 * s.seconds, 0) AS pace,
       100.0 * s.points / NULLIF(s.possessions, 0) AS off_rating,
       100.0 * s.opp_points / NULLIF(s.opp_possessions, 0) AS def_rating,
       100.0 * s.points / NULLIF(s.possessions, 0) - 100.0 * s.opp_points / NULLIF(s.opp_possessions, 0) AS net_rating,
       (s.fgm + 0.5 * s.fg3m) / NULLIF(s.fga, 0) AS efg_pct,
       s.tov / NULLIF(s.fga + 0.44 * s.fta + s.tov, 0) AS tov_pct,
       s.oreb / NULLIF(s.oreb + s.opp_dreb, 0) AS orb_pct,
       s.fta / NULLIF(s.fga, 0) AS ft_rate,
       (s.opp_fgm + 0.5 * s.opp_fg3m) / NULLIF(s.opp_fga, 0) AS opp_efg_pct,
       s.opp_tov / NULLIF(s.opp_fga + 0.44 * s.opp_fta + s.opp_tov, 0) AS opp_tov_pct,
       s.opp_oreb / NULLIF(s.opp_oreb + s.dreb, 0) AS opp_orb_pct,
       s.opp_fta / NULLIF(s.opp_fga, 0) AS opp_ft_rate
FROM (SELECT g.season, g.game_type, own.team_id,
             MAX(CASE WHEN own.team_id = g.home_team_id THEN g.home_tricode ELSE g.away_tricode END) AS tricode,
             COUNT(*) AS games,
             SUM(CASE WHEN own.points > opp.points THEN 1 ELSE 0 END) AS wins,
             SUM(f.possessions) AS possessions, SUM(o.possessions) AS opp_possessions,
             CAST(SUM(2880 + 300 * (g.periods - 4)) AS {{real}}) AS seconds,
             CAST(SUM(own.points) AS {{real}}) AS points, CAST(SUM(opp.points) AS {{real}}) AS opp_points,
             CAST(SUM(own.fgm) AS {{real}}) AS fgm, CAST(SUM(own.fg3m) AS {{real}}) AS fg3m,
             CAST(SUM(own.fga) AS {{real}}) AS fga, CAST(SUM(own.fta) AS {{real}}) AS fta,
             CAST(SUM(own.tov) AS {{real}}) AS tov, CAST(SUM(own.oreb) AS {{real}}) AS oreb,
             CAST(SUM(own.dreb) AS {{real}}) AS dreb,
             CAST(SUM(opp.fgm) AS {{real}}) AS opp_fgm, CAST(SUM(opp.fg3m) AS {{real}}) AS opp_fg3m,
             CAST(SUM(opp.fga) AS {{real}}) AS opp_fga, CAST(SUM(opp.fta) AS {{real}}) AS opp_fta,
             CAST(SUM(opp.tov) AS {{real}}) AS opp_tov, CAST(SUM(opp.oreb) AS {{real}}) AS opp_oreb,
             CAST(SUM(opp.dreb) AS {{real}}) AS opp_dreb
      FROM games g
      JOIN team_game_stats own ON own.game_id = g.game_id
      JOIN team_game_stats opp ON opp.game_id = g.game_id AND opp.team_id <> own.team_id
      JOIN team_game_factors f ON f.game_id = g.game_id AND f.team_id = own.team_id
      JOIN team_game_factors o ON o.game_id = g.game_id AND o.team_id = opp.team_id
      GROUP BY g.season, g.game_type, own.team_id) s;

-- One row per stint and side, seen from that side.
CREATE VIEW team_stints AS
SELECT s.game_id, g.season, g.game_type, g.home_team_id AS team_id, g.home_tricode AS tricode, s.stint_idx, s.period,
       s.home_lineup AS lineup, s.away_lineup AS opp_lineup, s.end_elapsed - s.start_elapsed AS seconds,
       s.home_points AS points, s.away_points AS opp_points, s.home_possessions AS possessions,
       s.away_possessions AS opp_possessions
FROM lineup_stints s JOIN games g ON g.game_id = s.game_id
UNION ALL
SELECT s.game_id, g.season, g.game_type, g.away_team_id, g.away_tricode, s.stint_idx, s.period,
       s.away_lineup, s.home_lineup, s.end_elapsed - s.start_elapsed,
       s.away_points, s.home_points, s.away_possessions, s.home_possessions
FROM lineup_stints s JOIN games g ON g.game_id = s.game_id;

-- Five-man line-ups of a team over a season. The best of those with at least 100 possessions:
-- SELECT * FROM lineup_totals WHERE season = '2024-25' AND possessions >= 100 ORDER BY net_rating DESC LIMIT 10
CREATE VIEW lineup_totals AS
SELECT season, game_type, team_id, tricode, lineup, games, seconds, possessions, opp_possessions, points, opp_points,
       100.0 * points / NULLIF(possessions, 0) AS off_rating,
       100.0 * opp_points / NULLIF(opp_possessions, 0) AS def_rating,
       100.0 * points / NULLIF(possessions, 0) - 100.0 * opp_points / NULLIF(opp_possessions, 0) AS net_rating
FROM (SELECT season, game_type, team_id, MAX(tricode) AS tricode, lineup, COUNT(DISTINCT game_id) AS games,
             SUM(seconds) AS seconds, CAST(SUM(possessions) AS {{real}}) AS possessions,
             CAST(SUM(opp_possessions) AS {{real}}) AS opp_possessions, CAST(SUM(points) AS {{real}}) AS points,
             CAST(SUM(opp_points) AS {{real}}) AS opp_points
      FROM team_stints
      GROUP BY season, game_type, team_id, lineup) t;

-- A player's team with him on the floor and without him, over the games in which he was on the floor at all.
CREATE VIEW player_on_off AS
SELECT season, game_type, team_id, tricode, player_id, name, games, seconds_on, seconds_off,
       possessions_on, possessions_off, plus_minus,
       100.0 * points_on / NULLIF(possessions_on, 0)
         - 100.0 * opp_points_on / NULLIF(opp_possessions_on, 0) AS net_rating_on,
       100.0 * points_off / NULLIF(possessions_off, 0)
         - 100.0 * opp_points_off / NULLIF(opp_possessions_off, 0) AS net_rating_off,
       100.0 * points_on / NULLIF(possessions_on, 0) - 100.0 * opp_points_on / NULLIF(opp_possessions_on, 0)
         - 100.0 * points_off / NULLIF(possessions_off, 0)
         + 100.0 * opp_points_off / NULLIF(opp_possessions_off, 0) AS on_off
FROM (SELECT season, game_type, team_id, MAX(tricode) AS tricode, player_id, MAX(name) AS name,
             COUNT(DISTINCT game_id) AS games,
             SUM(CASE WHEN is_on = 1 THEN seconds ELSE 0 END) AS seconds_on,
             SUM(CASE WHEN is_on = 0 THEN seconds ELSE 0 END) AS seconds_off,
             SUM(CASE WHEN is_on = 1 THEN points - opp_points ELSE 0 END) AS plus_minus,
             CAST(SUM(CASE WHEN is_on = 1 THEN possessions ELSE 0 END) AS {{real}}) AS possessions_on,
             CAST(SUM(CASE WHEN is_on = 0 THEN possessions ELSE 0 END) AS {{real}}) AS possessions_off,
             CAST(SUM(CASE WHEN is_on = 1 THEN opp_possessions ELSE 0 END) AS {{real}}) AS opp_possessions_on,
             CAST(SUM(CASE WHEN is_on = 0 THEN opp_possessions ELSE 0 END) AS {{real}}) AS opp_possessions_off,
             CAST(SUM(CASE WHEN is_on = 1 THEN points ELSE 0 END) AS {{real}}) AS points_on,
             CAST(SUM(CASE WHEN is_on = 0 THEN points ELSE 0 END) AS {{real}}) AS points_off,
             CAST(SUM(CASE WHEN is_on = 1 THEN opp_points ELSE 0 END) AS {{real}}) AS opp_points_on,
             CAST(SUM(CASE WHEN is_on = 0 THEN opp_points ELSE 0 END) AS {{real}}) AS opp_points_off
      FROM (SELECT s.season, s.game_type, s.team_id, s.tricode, s.game_id, p.player_id, p.name, s.seconds, s.points,
                   s.opp_points, s.possessions, s.opp_possessions,
                   CASE WHEN '-' || s.lineup || '-' LIKE '%-' || c.player_id || '-%' THEN 1 ELSE 0 END AS is_on
            FROM player_on_court c
            JOIN team_stints s ON s.game_id = c.game_id AND s.team_id = c.team_id
            JOIN players p ON p.player_id = c.player_id
            WHERE c.seconds_on > 0) x
      GROUP BY season, game_type, team_id, player_id) t;

-- How a team does by days of rest; NULL is its first game of the season.
CREATE VIEW rest_travel_splits AS
SELECT season, game_type, team_id, tricode, rest, games, wins, margin / games AS margin_per_game,
       distance_km / games AS distance_km_per_game, 100.0 * points / NULLIF(possessions, 0) AS off_rating,
       100.0 * opp_points / NULLIF(opp_possessions, 0) AS def_rating
FROM (SELECT g.season, g.game_type, t.team_id,
             MAX(CASE WHEN t.team_id = g.home_team_id THEN g.home_tricode ELSE g.away_tricode END) AS tricode,
             CASE WHEN t.days_rest IS NULL THEN 'first' WHEN t.days_rest >= 3 THEN '3+'
                  WHEN t.days_rest = 2 THEN '2' WHEN t.days_rest = 1 THEN '1' ELSE '0' END AS rest,
             COUNT(*) AS games, SUM(CASE WHEN own.points > opp.points THEN 1 ELSE 0 END) AS wins,
             CAST(SUM(own.points - opp.points) AS {{real}}) AS margin,
             SUM(COALESCE(t.travel_distance_km, 0)) AS distance_km,
             CAST(SUM(own.points) AS {{real}}) AS points, CAST(SUM(opp.points) AS {{real}}) AS opp_points,
             SUM(f.possessions) AS possessions, SUM(o.possessions) AS opp_possessions
      FROM schedule_travel t
      JOIN games g ON g.game_id = t.game_id
      JOIN team_game_stats own ON own.game_id = t.game_id AND own.team_id = t.team_id
      JOIN team_game_stats opp ON opp.game_id = t.game_id AND opp.team_id <> t.team_id
      JOIN team_game_factors f ON f.game_id = t.game_id AND f.team_id = own.team_id
      JOIN team_game_factors o ON o.game_id = t.game_id AND o.team_id = opp.team_id
      GROUP BY g.season, g.game_type, t.team_id,
               CASE WHEN t.days_rest IS NULL THEN 'first' WHEN t.days_rest >= 3 THEN '3+'
                    WHEN t.days_rest = 2 THEN '2' WHEN t.days_rest = 1 THEN '1' ELSE '0' END) s;
