-- The last games of the best scorer of the regular season
SELECT game_date AS day,
       name AS player,
       tricode || CASE WHEN is_home THEN ' vs ' ELSE ' @ ' END || opponent AS game,
       result || ' ' || team_points || '-' || opp_points AS result,
       points,
       reb,
       ast,
       plus_minus
FROM player_game_log
WHERE season = (SELECT MAX(season) FROM games) AND game_type = 'regular'
  AND player_id = (SELECT player_id FROM player_seasons
                   WHERE season = (SELECT MAX(season) FROM games) AND game_type = 'regular' AND games >= 40
                   ORDER BY points_per_game DESC, name LIMIT 1)
ORDER BY game_date DESC
LIMIT 5;
