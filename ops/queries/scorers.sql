-- Best scorers of the regular season, points a game, from 40 games on
SELECT name AS player,
       teams,
       games,
       ROUND(CAST(points_per_game AS numeric), 1) AS points,
       ROUND(CAST(ast_per_game AS numeric), 1) AS assists,
       ROUND(CAST(reb_per_game AS numeric), 1) AS rebounds,
       ROUND(CAST(100 * ts_pct AS numeric), 1) AS true_shooting
FROM player_seasons
WHERE season = (SELECT MAX(season) FROM games) AND game_type = 'regular' AND games >= 40
ORDER BY points_per_game DESC, name
LIMIT 5;
