// A small hand-written schedule that has every quirk the real ones have.
#pragma once

#include <string>

namespace nba::test {

// Season 2024-25, twelve entries, ten games.
inline std::string sample_schedule() {
  return R"json({
"meta": {"version": 1, "request": "scheduleleaguev2", "time": "2025-01-12T10:00:00.0Z"},
"leagueSchedule": {
 "seasonYear": "2024-25", "leagueId": "00", "newKey": {"a": [1, 2, {"b": null}]},
 "gameDates": [
  {"gameDate": "10/22/2024 00:00:00", "games": [
   {"gameId": "0022400061", "gameCode": "20241022/NYKBOS", "gameStatus": 3, "gameStatusText": "Final",
    "gameDateEst": "2024-10-22T00:00:00Z", "gameTimeEst": "1900-01-01T19:30:00Z",
    "gameDateTimeEst": "2024-10-22T19:30:00Z", "gameDateUTC": "2024-10-22T04:00:00Z",
    "gameTimeUTC": "1900-01-01T23:30:00Z", "gameDateTimeUTC": "2024-10-22T23:30:00Z",
    "awayTeamTime": "2024-10-22T19:30:00Z", "ifNecessary": false, "postponedStatus": "A",
    "arenaName": "TD Garden", "arenaCity": "Boston", "arenaState": "MA", "isNeutral": false,
    "broadcasters": {"nationalTvBroadcasters": [{"broadcasterId": 10, "tapeDelayComments": ""}]},
    "homeTeam": {"teamId": 1610612738, "teamTricode": "BOS", "wins": 1, "score": 132, "seed": null},
    "awayTeam": {"teamId": 1610612752, "teamTricode": "NYK", "wins": 0, "score": 109, "seed": null},
    "pointsLeaders": [{"personId": 1628369, "points": 37.0}]},
   {"gameId": "0022400062", "gameStatus": "3", "gameStatusText": "Final/OT",
    "gameDateEst": "2024-10-22T00:00:00Z", "gameDateTimeUTC": "2024-10-23T02:00:00Z",
    "ifNecessary": "false", "postponedStatus": "Y", "arenaName": "Ball Arena \"North\" \u00e9", "isNeutral": "1",
    "homeTeam": {"teamId": "1610612747", "teamTricode": "LAL", "score": "110"},
    "awayTeam": {"teamId": 1610612750, "teamTricode": "MIN", "score": "103"}}]},
  {"games": [
   {"gameId": "1522400001", "gameStatus": 3, "gameDateEst": "2024-07-12T00:00:00Z"},
   {"gameId": "0022300500", "gameStatus": 3, "gameDateEst": "2024-01-05T00:00:00Z", "homeTeam": null, "awayTeam": null},
   {"awayTeam": {"score": 0, "teamId": 1610612744, "teamTricode": "GSW"},
    "homeTeam": {"score": 0, "teamId": 1610612750, "teamTricode": "MIN"},
    "gameDateTimeUTC": "2025-01-11T22:00:00Z", "gameDateEst": "2025-01-11T00:00:00Z",
    "gameStatusText": "PPD", "gameStatus": 1, "postponedStatus": "N", "gameId": "0022400550"},
   {"gameId": "0022400551", "gameStatus": 1, "gameStatusText": "7:00 pm ET", "postponedStatus": "Y",
    "gameDateEst": "2025-01-12T00:00:00Z", "gameDateTimeUTC": "2025-01-13T00:00:00Z",
    "homeTeam": {"teamId": 1610612738, "teamTricode": "BOS", "score": 0},
    "awayTeam": {"teamId": 1610612752, "teamTricode": "NYK", "score": 0}},
   {"gameId": "0022400552", "gameStatus": 2, "gameStatusText": "Q3 4:12",
    "gameDateEst": "2025-01-12T00:00:00Z", "gameDateTimeUTC": "2025-01-12T20:30:00Z",
    "homeTeam": {"teamId": 1610612743, "teamTricode": "DEN", "score": 71},
    "awayTeam": {"teamId": 1610612747, "teamTricode": "LAL", "score": 70}},
   {"gameId": "0022400553", "gameStatus": 1, "gameStatusText": "", "postponedStatus": "Y",
    "gameDateEst": "2025-01-12T00:00:00Z",
    "homeTeam": {"teamId": 1610612743}, "awayTeam": {"teamId": 1610612747}}],
   "gameDate": "01/12/2025 00:00:00"},
  {"gameDate": "04/27/2025 00:00:00", "games": [
   {"gameId": "0042400107", "gameStatus": 1, "gameStatusText": "TBD", "ifNecessary": "true",
    "gameDateEst": "1900-01-01T00:00:00Z", "gameDateTimeEst": "0001-01-01T00:00:00Z",
    "gameDateTimeUTC": "1900-01-01T05:00:00Z", "arenaName": null, "arenaCity": "", "isNeutral": null,
    "homeTeam": {"teamId": 0, "teamTricode": "", "score": null}, "awayTeam": {"teamId": null, "teamTricode": null}},
   {"gameId": "0042400106", "gameStatus": 1, "gameStatusText": "TBD", "ifNecessary": true,
    "gameDateEst": null, "gameDateTimeEst": "2025-04-29T20:00:00Z", "gameDateTimeUTC": "2025-04-30T00:00:00Z",
    "homeTeam": null, "awayTeam": {}},
   {"gameId": "0062400001", "gameStatus": 1, "gameStatusText": "8:30 pm ET", "isNeutral": true,
    "gameDateEst": "2024-12-17", "gameDateTimeUTC": "2024-12-18T01:30:00Z",
    "homeTeam": {"teamId": 0}, "awayTeam": {"teamId": 0}},
   {"gameId": "0022400554", "gameStatus": 7, "gameStatusText": "Cancelled",
    "gameDateEst": "2025-04-13T00:00:00Z", "gameDateTimeUTC": "2024-04-13T17:00:00Z",
    "homeTeam": {"teamId": 1610612738}, "awayTeam": {"teamId": 1610612754}}]}
 ],
 "weeks": [], "broadcasterList": [{"id": 1}]}
}
)json";
}

}  // namespace nba::test
