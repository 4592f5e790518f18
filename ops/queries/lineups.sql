-- Best line-ups of the regular season, net rating, from 300 possessions together on
SELECT tricode AS team,
       names,
       games,
       CAST(ROUND(seconds / 60) AS integer) AS minutes,
       CAST(points AS integer) || '-' || CAST(opp_points AS integer) AS score,
       ROUND(CAST(net_rating AS numeric), 1) AS net
FROM lineup_totals
WHERE season = (SELECT MAX(season) FROM games) AND game_type = 'regular' AND possessions >= 300
ORDER BY net_rating DESC, lineup
LIMIT 5;
