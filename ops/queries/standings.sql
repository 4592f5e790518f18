-- Most wins in the regular season
SELECT team,
       wins,
       losses,
       games_behind AS behind,
       home_wins || '-' || home_losses AS home,
       away_wins || '-' || away_losses AS away,
       last_ten_wins || '-' || last_ten_losses AS last_ten,
       streak,
       ROUND(CAST(margin_per_game AS numeric), 1) AS margin
FROM team_standings
WHERE season = (SELECT MAX(season) FROM games)
ORDER BY win_pct DESC, margin_per_game DESC
LIMIT 5;
