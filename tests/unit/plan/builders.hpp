// Short ways to write ids, dates, games and ledger rows in the tests of this folder, and to print them.
#pragma once

#include "pipeline/plan/planned_game.hpp"
#include "pipeline/plan/schedule.hpp"
#include "pipeline/source/http_client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace doctest {
template <>
struct StringMaker<nba::game_id> {
  static String convert(const nba::game_id& id) { return id.str().c_str(); }
};
template <>
struct StringMaker<nba::et_date> {
  static String convert(nba::et_date value) { return nba::format_date(value).c_str(); }
};
template <class T>
struct StringMaker<std::optional<T>> {
  static String convert(const std::optional<T>& value) { return value ? StringMaker<T>::convert(*value) : "none"; }
};
}  // namespace doctest

namespace nba::test {

inline game_id id(std::string_view text) {
  const auto parsed = game_id::parse(text);
  REQUIRE_MESSAGE(parsed, "not a game id: " << text);
  return *parsed;
}

inline et_date on(std::string_view text) {
  const auto parsed = parse_date(text);
  REQUIRE_MESSAGE(parsed, "not a date: " << text);
  return *parsed;
}

inline utc_time at(std::string_view text) {
  const auto parsed = parse_timestamp(text);
  REQUIRE_MESSAGE(parsed, "not a timestamp: " << text);
  return *parsed;
}

// Id number `number` of a type in 2024-25.
inline game_id numbered(int number, game_type type = game_type::regular) {
  const auto digits = std::to_string(number);
  const auto text = "00" + std::to_string(static_cast<int>(type)) + "24" + std::string(5 - digits.size(), '0') + digits;
  return id(text);
}

// A game with both teams; final with a score when its status is final.
inline planned_game game(const game_id& of, std::string_view date, game_status status = game_status::final) {
  planned_game made;
  made.id = of;
  made.date = on(date);
  made.status = status;
  made.home_team_id = 1610612738;
  made.away_team_id = 1610612752;
  if (status == game_status::final) {
    made.home_score = 110;
    made.away_score = 101;
  }
  return made;
}

inline ledger_entry row(const game_id& of, std::string_view date, game_state state, int attempts = 0) {
  ledger_entry made;
  made.id = of;
  made.date = on(date);
  made.state = state;
  made.attempts = attempts;
  return made;
}

inline schedule schedule_of(std::vector<planned_game> games, season of = {2024}) {
  schedule made;
  made.season = of;
  std::sort(games.begin(), games.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  made.games = std::move(games);
  REQUIRE_FALSE(made.games.empty());
  made.first_date = made.last_date = made.games.front().date;
  for (const auto& each : made.games) {
    made.first_date = std::min(made.first_date, each.date);
    made.last_date = std::max(made.last_date, each.date);
  }
  return made;
}

template <class Games>
std::vector<std::string> ids_of(const Games& games) {
  std::vector<std::string> ids;
  for (const auto& each : games) ids.push_back(each.id.str());
  return ids;
}

// Parses a text as the engine would: with zeroed slack after its end.
inline result<schedule> parse_text(std::string text, season expected = {2024}) {
  const auto size = text.size();
  text.append(body_padding_bytes, '\0');
  return parse_schedule(std::string_view{text}.substr(0, size), expected);
}

}  // namespace nba::test
