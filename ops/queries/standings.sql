-- Most wins in the regular season
SELECT t.city || ' ' || t.name AS team,
       COUNT(*) FILTER (WHERE o.winner_team_id = t.team_id) AS wins,
       COUNT(*) FILTER (WHERE o.winner_team_id <> t.team_id) AS losses,
       SUM(CASE WHEN g.home_team_id = t.team_id THEN o.margin ELSE -o.margin END) AS points_difference
FROM outcomes o
JOIN games g ON g.game_id = o.game_id
JOIN teams t ON t.team_id IN (g.home_team_id, g.away_team_id)
WHERE g.game_type = 'regular' AND g.season = (SELECT MAX(season) FROM games)
GROUP BY t.team_id, t.city, t.name
ORDER BY wins DESC, points_difference DESC
LIMIT 5;
