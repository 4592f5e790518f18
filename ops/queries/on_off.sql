-- Whose team misses him most when he sits, net rating with him less that without him, from 500 minutes of each on
SELECT name AS player,
       tricode AS team,
       CAST(ROUND(seconds_on / 60) AS integer) AS minutes,
       ROUND(CAST(net_rating_on AS numeric), 1) AS with_him,
       ROUND(CAST(net_rating_off AS numeric), 1) AS without_him,
       ROUND(CAST(on_off AS numeric), 1) AS difference
FROM player_on_off
WHERE season = (SELECT MAX(season) FROM games) AND game_type = 'regular' AND seconds_on >= 30000
  AND seconds_off >= 30000
ORDER BY on_off DESC, name
LIMIT 5;
