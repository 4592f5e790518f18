-- The first questions people ask, answered with names: seasons of players, standings, line-ups, the games of a player.
--
-- SQLite hands a condition such as season = '2024-25' down into one level of GROUP BY, not into two, and only through
-- conditions in WHERE. So each sum stands directly over tables, joins are CROSS JOINs in the order in which to read
-- (PostgreSQL reads them in any order), and one season of ten costs what one alone does (docs/adr/0129). Seconds are
-- hundredths: their sums are rounded to these, so that both databases say the same.

-- As before, with the names of the five at the end.
{{sqlite_only}}DROP VIEW IF EXISTS lineup_totals;
CREATE {{or_replace}} VIEW lineup_totals AS
SELECT l.season, l.game_type, l.team_id, l.tricode, l.lineup, l.games, l.seconds, l.possessions, l.opp_possessions,
       l.points, l.opp_points,
       100.0 * l.points / NULLIF(l.possessions, 0) AS off_rating,
       100.0 * l.opp_points / NULLIF(l.opp_possessions, 0) AS def_rating,
       100.0 * l.points / NULLIF(l.possessions, 0) - 100.0 * l.opp_points / NULLIF(l.opp_possessions, 0) AS net_rating,
       COALESCE(a.name, l.id1) || ', ' || COALESCE(b.name, l.id2) || ', ' || COALESCE(c.name, l.id3) || ', '
         || COALESCE(d.name, l.id4) || ', ' || COALESCE(e.name, l.id5) AS names
FROM (SELECT l.*, substr(l.rest, 1, {{position}}(l.rest, '-') - 1) AS id4,
             substr(l.rest, {{position}}(l.rest, '-') + 1) AS id5
      FROM (SELECT l.season, l.game_type, l.team_id, l.tricode, l.lineup, l.games, l.seconds, l.possessions,
                   l.opp_possessions, l.points, l.opp_points, l.id1, l.id2,
                   substr(l.rest, 1, {{position}}(l.rest, '-') - 1) AS id3,
                   substr(l.rest, {{position}}(l.rest, '-') + 1) AS rest
            FROM (SELECT l.season, l.game_type, l.team_id, l.tricode, l.lineup, l.games, l.seconds, l.possessions,
                         l.opp_possessions, l.points, l.opp_points, l.id1,
                         substr(l.rest, 1, {{position}}(l.rest, '-') - 1) AS id2,
                         substr(l.rest, {{position}}(l.rest, '-') + 1) AS rest
                  FROM (SELECT l.*, substr(l.lineup, 1, {{position}}(l.lineup, '-') - 1) AS id1,
                               substr(l.lineup, {{position}}(l.lineup, '-') + 1) AS rest
                        FROM (SELECT g.season, g.game_type, t.team_id,
                                     MAX(CASE WHEN t.team_id = g.home_team_id THEN g.home_tricode
                                              ELSE g.away_tricode END) AS tricode,
                                     CASE WHEN t.team_id = g.home_team_id THEN s.home_lineup
                                          ELSE s.away_lineup END AS lineup,
                                     COUNT(DISTINCT g.game_id) AS games,
                                     ROUND(100 * SUM(s.end_elapsed - s.start_elapsed)) / 100 AS seconds,
                                     CAST(SUM(CASE WHEN t.team_id = g.home_team_id THEN s.home_possessions
                                                   ELSE s.away_possessions END) AS {{real}}) AS possessions,
                                     CAST(SUM(CASE WHEN t.team_id = g.home_team_id THEN s.away_possessions
                                                   ELSE s.home_possessions END) AS {{real}}) AS opp_possessions,
                                     CAST(SUM(CASE WHEN t.team_id = g.home_team_id THEN s.home_points
                                                   ELSE s.away_points END) AS {{real}}) AS points,
                                     CAST(SUM(CASE WHEN t.team_id = g.home_team_id THEN s.away_points
                                                   ELSE s.home_points END) AS {{real}}) AS opp_points
                              FROM games g CROSS JOIN team_game_stats t CROSS JOIN lineup_stints s
                              WHERE t.game_id = g.game_id AND s.game_id = g.game_id
                              GROUP BY g.season, g.game_type, t.team_id,
                                       CASE WHEN t.team_id = g.home_team_id THEN s.home_lineup
                                            ELSE s.away_lineup END) l) l) l) l) l
LEFT JOIN players a ON a.player_id = CAST(l.id1 AS {{bigint}})
LEFT JOIN players b ON b.player_id = CAST(l.id2 AS {{bigint}})
LEFT JOIN players c ON c.player_id = CAST(l.id3 AS {{bigint}})
LEFT JOIN players d ON d.player_id = CAST(l.id4 AS {{bigint}})
LEFT JOIN players e ON e.player_id = CAST(l.id5 AS {{bigint}});

-- As before, in a sixth of the time. Stints cover every second, point and counted possession of a game, or the game has
-- none (docs/derived.md): what happened without a player is what the game has less what happened with him. Of that,
-- player_on_court knows all but the points of one side and the possessions of the other, which are his stints'.
{{sqlite_only}}DROP VIEW IF EXISTS player_on_off;
CREATE {{or_replace}} VIEW player_on_off AS
SELECT t.season, t.game_type, t.team_id, t.tricode, t.player_id, p.name, t.games, t.seconds_on,
       t.seconds - t.seconds_on AS seconds_off, t.possessions_on, t.possessions - t.possessions_on AS possessions_off,
       t.plus_minus,
       100.0 * s.points / NULLIF(t.possessions_on, 0)
         - 100.0 * (s.points - t.plus_minus) / NULLIF(s.opp_possessions, 0) AS net_rating_on,
       100.0 * (t.points - s.points) / NULLIF(t.possessions - t.possessions_on, 0)
         - 100.0 * (t.opp_points - s.points + t.plus_minus) / NULLIF(t.opp_possessions - s.opp_possessions, 0)
         AS net_rating_off,
       100.0 * s.points / NULLIF(t.possessions_on, 0)
         - 100.0 * (s.points - t.plus_minus) / NULLIF(s.opp_possessions, 0)
         - 100.0 * (t.points - s.points) / NULLIF(t.possessions - t.possessions_on, 0)
         + 100.0 * (t.opp_points - s.points + t.plus_minus) / NULLIF(t.opp_possessions - s.opp_possessions, 0) AS on_off
FROM (SELECT g.season, g.game_type, c.team_id, c.player_id, COUNT(*) AS games,
             MAX(CASE WHEN c.team_id = g.home_team_id THEN g.home_tricode ELSE g.away_tricode END) AS tricode,
             ROUND(100 * SUM(c.seconds_on)) / 100 AS seconds_on, SUM(c.plus_minus) AS plus_minus,
             CAST(SUM(c.possessions_on) AS {{real}}) AS possessions_on,
             CAST(SUM(2880 + 300 * (g.periods - 4)) AS {{real}}) AS seconds,
             CAST(SUM(CASE WHEN c.team_id = g.home_team_id THEN g.home_score ELSE g.away_score END) AS {{real}})
               AS points,
             CAST(SUM(CASE WHEN c.team_id = g.home_team_id THEN g.away_score ELSE g.home_score END) AS {{real}})
               AS opp_points,
             SUM(CASE WHEN own.possessions_method = 'counted' THEN own.possessions ELSE 0 END) AS possessions,
             SUM(CASE WHEN opp.possessions_method = 'counted' THEN opp.possessions ELSE 0 END) AS opp_possessions
      FROM games g CROSS JOIN player_on_court c CROSS JOIN team_game_factors own CROSS JOIN team_game_factors opp
      WHERE c.game_id = g.game_id AND c.seconds_on > 0
        AND own.game_id = g.game_id AND own.team_id = c.team_id
        AND opp.game_id = g.game_id AND opp.team_id <> c.team_id
      GROUP BY c.player_id, c.team_id, g.season, g.game_type) t
CROSS JOIN
     (SELECT g.season, g.game_type, c.team_id, c.player_id,
             CAST(SUM(CASE WHEN c.team_id = g.home_team_id THEN s.home_points ELSE s.away_points END) AS {{real}})
               AS points,
             CAST(SUM(CASE WHEN c.team_id = g.home_team_id THEN s.away_possessions ELSE s.home_possessions END)
                  AS {{real}}) AS opp_possessions
      FROM games g CROSS JOIN player_on_court c CROSS JOIN lineup_stints s
      WHERE c.game_id = g.game_id AND c.seconds_on > 0 AND s.game_id = g.game_id
        AND (c.team_id = g.home_team_id AND {{position}}('-' || s.home_lineup || '-', '-' || c.player_id || '-') > 0
             OR c.team_id = g.away_team_id AND {{position}}('-' || s.away_lineup || '-', '-' || c.player_id || '-') > 0)
      GROUP BY c.player_id, c.team_id, g.season, g.game_type) s
CROSS JOIN players p
WHERE s.season = t.season AND s.game_type = t.game_type AND s.team_id = t.team_id AND s.player_id = t.player_id
  AND p.player_id = t.player_id;

-- Wins and losses of the regular season. Games of the Cup belong to it, its final (a game type of its own) does not.
CREATE VIEW team_standings AS
SELECT w.season, w.team_id, w.tricode, t.city || ' ' || t.name AS team, w.wins + w.losses AS games, w.wins, w.losses,
       CAST(w.wins AS {{real}}) / (w.wins + w.losses) AS win_pct,
       CAST(MAX(w.wins - w.losses) OVER (PARTITION BY w.season) - (w.wins - w.losses) AS {{real}}) / 2
         AS games_behind,
       w.home_wins, w.home_losses, w.away_wins, w.away_losses,
       w.points / (w.wins + w.losses) AS points_per_game, w.opp_points / (w.wins + w.losses) AS opp_points_per_game,
       (w.points - w.opp_points) / (w.wins + w.losses) AS margin_per_game, w.last_ten_wins, w.last_ten_losses,
       CASE WHEN w.last_win = 1 THEN COALESCE(w.last_loss - 1, w.wins)
            ELSE 0 - COALESCE(w.last_win - 1, w.losses) END AS streak
FROM (SELECT r.season, r.team_id, MAX(r.tricode) AS tricode, SUM(r.won) AS wins, SUM(1 - r.won) AS losses,
             SUM(CASE WHEN r.at_home = 1 THEN r.won ELSE 0 END) AS home_wins,
             SUM(CASE WHEN r.at_home = 1 THEN 1 - r.won ELSE 0 END) AS home_losses,
             SUM(CASE WHEN r.at_home = 0 THEN r.won ELSE 0 END) AS away_wins,
             SUM(CASE WHEN r.at_home = 0 THEN 1 - r.won ELSE 0 END) AS away_losses,
             CAST(SUM(r.points) AS {{real}}) AS points, CAST(SUM(r.opp_points) AS {{real}}) AS opp_points,
             SUM(CASE WHEN r.back <= 10 THEN r.won ELSE 0 END) AS last_ten_wins,
             SUM(CASE WHEN r.back <= 10 THEN 1 - r.won ELSE 0 END) AS last_ten_losses,
             MIN(CASE WHEN r.won = 1 THEN r.back END) AS last_win, MIN(CASE WHEN r.won = 0 THEN r.back END) AS last_loss
      FROM (SELECT g.season, s.team_id,
                   CASE WHEN s.team_id = g.home_team_id THEN 1 ELSE 0 END AS at_home,
                   CASE WHEN s.team_id = g.home_team_id THEN g.home_tricode ELSE g.away_tricode END AS tricode,
                   CASE WHEN s.team_id = g.home_team_id THEN g.home_score ELSE g.away_score END AS points,
                   CASE WHEN s.team_id = g.home_team_id THEN g.away_score ELSE g.home_score END AS opp_points,
                   CASE WHEN (s.team_id = g.home_team_id) = (g.home_score > g.away_score) THEN 1 ELSE 0 END AS won,
                   ROW_NUMBER() OVER (PARTITION BY g.season, s.team_id
                                      ORDER BY g.game_date DESC, g.game_id DESC) AS back
            FROM games g JOIN team_game_stats s ON s.game_id = g.game_id
            WHERE g.game_type = 'regular') r
      GROUP BY r.season, r.team_id) w
JOIN teams t ON t.team_id = w.team_id;

-- A player's season in one row, whatever teams he played for. Games of a season and type have ids with one beginning,
-- so those of a player are a range of the index by player.
CREATE VIEW player_seasons AS
SELECT t.season, t.game_type, t.player_id, p.name,
       (SELECT {{join_text}}(o.tricode, ', ')
        FROM (SELECT MAX(CASE WHEN s.team_id = g.home_team_id THEN g.home_tricode ELSE g.away_tricode END) AS tricode
              FROM player_game_stats s JOIN games g ON g.game_id = s.game_id
              WHERE s.player_id = t.player_id AND s.game_id BETWEEN t.first_game_id AND t.last_game_id AND s.played
              GROUP BY s.team_id
              ORDER BY MIN(g.game_date), s.team_id) o) AS teams,
       t.games, t.starts, t.seconds, t.points, t.fgm, t.fga, t.fg3m, t.fg3a, t.ftm, t.fta, t.oreb, t.dreb, t.reb, t.ast,
       t.stl, t.blk, t.tov, t.pf, t.plus_minus,
       t.seconds / 60 / t.games AS minutes_per_game,
       CAST(t.points AS {{real}}) / t.games AS points_per_game, CAST(t.reb AS {{real}}) / t.games AS reb_per_game,
       CAST(t.ast AS {{real}}) / t.games AS ast_per_game, CAST(t.stl AS {{real}}) / t.games AS stl_per_game,
       CAST(t.blk AS {{real}}) / t.games AS blk_per_game, CAST(t.tov AS {{real}}) / t.games AS tov_per_game,
       CAST(t.fgm AS {{real}}) / NULLIF(t.fga, 0) AS fg_pct, CAST(t.fg3m AS {{real}}) / NULLIF(t.fg3a, 0) AS fg3_pct,
       CAST(t.ftm AS {{real}}) / NULLIF(t.fta, 0) AS ft_pct,
       (CAST(t.fgm AS {{real}}) + 0.5 * t.fg3m) / NULLIF(t.fga, 0) AS efg_pct,
       CAST(t.points AS {{real}}) / NULLIF(2 * (t.fga + 0.44 * t.fta), 0) AS ts_pct
FROM (SELECT g.season, g.game_type, s.player_id, MIN(s.game_id) AS first_game_id, MAX(s.game_id) AS last_game_id,
             COUNT(*) AS games, SUM(CASE WHEN s.starter THEN 1 ELSE 0 END) AS starts,
             ROUND(100 * SUM(s.seconds_played)) / 100 AS seconds,
             SUM(s.points) AS points, SUM(s.fgm) AS fgm, SUM(s.fga) AS fga, SUM(s.fg3m) AS fg3m, SUM(s.fg3a) AS fg3a,
             SUM(s.ftm) AS ftm, SUM(s.fta) AS fta, SUM(s.oreb) AS oreb, SUM(s.dreb) AS dreb, SUM(s.reb) AS reb,
             SUM(s.ast) AS ast, SUM(s.stl) AS stl, SUM(s.blk) AS blk, SUM(s.tov) AS tov, SUM(s.pf) AS pf,
             SUM(s.plus_minus) AS plus_minus
      FROM games g CROSS JOIN player_game_stats s
      WHERE s.game_id = g.game_id AND s.played
      GROUP BY g.season, g.game_type, s.player_id) t
JOIN players p ON p.player_id = t.player_id;

-- The games that a player played in, with how they ended.
CREATE VIEW player_game_log AS
SELECT g.season, g.game_type, s.player_id, g.game_date, s.game_id, p.name, s.team_id,
       CASE WHEN s.team_id = g.home_team_id THEN g.home_tricode ELSE g.away_tricode END AS tricode,
       CASE WHEN s.team_id = g.home_team_id THEN g.away_tricode ELSE g.home_tricode END AS opponent,
       s.team_id = g.home_team_id AS is_home,
       CASE WHEN (s.team_id = g.home_team_id) = (g.home_score > g.away_score) THEN 'W' ELSE 'L' END AS result,
       CASE WHEN s.team_id = g.home_team_id THEN g.home_score ELSE g.away_score END AS team_points,
       CASE WHEN s.team_id = g.home_team_id THEN g.away_score ELSE g.home_score END AS opp_points,
       s.starter, s.seconds_played, s.points, s.fgm, s.fga, s.fg3m, s.fg3a, s.ftm, s.fta, s.oreb, s.dreb, s.reb, s.ast,
       s.stl, s.blk, s.tov, s.pf, s.plus_minus
FROM player_game_stats s
JOIN games g ON g.game_id = s.game_id
JOIN players p ON p.player_id = s.player_id
WHERE s.played;
