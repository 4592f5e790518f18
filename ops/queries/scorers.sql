-- Best scorers of the regular season, points a game, from 40 games on
SELECT p.name AS player,
       COUNT(*) AS games,
       ROUND(AVG(s.points), 1) AS points,
       ROUND(AVG(s.ast), 1) AS assists,
       ROUND(AVG(s.reb), 1) AS rebounds
FROM player_game_stats s
JOIN games g ON g.game_id = s.game_id
JOIN players p ON p.player_id = s.player_id
WHERE s.played AND g.game_type = 'regular' AND g.season = (SELECT MAX(season) FROM games)
GROUP BY p.player_id, p.name
HAVING COUNT(*) >= 40
ORDER BY AVG(s.points) DESC, p.name
LIMIT 5;
