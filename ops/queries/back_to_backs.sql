-- Longest journeys to the second game of a back-to-back, and how it ended
SELECT t.tricode AS team,
       before.game_date AS played,
       before.arena_city AS departed,
       g.game_date AS plays,
       g.arena_city AS arrived,
       CAST(ROUND(r.travel_distance_km) AS integer) AS km,
       CASE WHEN o.winner_team_id = r.team_id THEN 'won' ELSE 'lost' END AS result
FROM schedule_travel r
JOIN games g ON g.game_id = r.game_id
JOIN games before ON before.game_id = r.prev_game_id
JOIN outcomes o ON o.game_id = r.game_id
JOIN teams t ON t.team_id = r.team_id
WHERE r.is_back_to_back AND r.travel_distance_km IS NOT NULL AND g.season = (SELECT MAX(season) FROM games)
ORDER BY r.travel_distance_km DESC, g.game_date, t.tricode
LIMIT 5;
