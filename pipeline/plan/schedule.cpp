#include "pipeline/plan/schedule.hpp"

#include "pipeline/plan/schedule_fields.hpp"
#include "pipeline/plan/schedule_game.hpp"
#include "pipeline/source/http_client.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

namespace nba {
namespace {

using namespace schedule_fields;
namespace json = simdjson::ondemand;

static_assert(body_padding_bytes >= simdjson::SIMDJSON_PADDING);

failure drift(std::string where, std::string message) {
  return {failure_class::contract_drift, std::move(message), std::move(where)};
}

template <class T>
struct member_of_game {
  std::string_view key;
  T schedule_game::*member;
};
constexpr std::array<member_of_game<std::string>, 9> texts_of_game{{
    {"gameId", &schedule_game::id},
    {"gameStatusText", &schedule_game::status_text},
    {"postponedStatus", &schedule_game::postponed_status},
    {"gameDateEst", &schedule_game::date_est},
    {"gameDateTimeEst", &schedule_game::date_time_est},
    {"gameDateTimeUTC", &schedule_game::date_time_utc},
    {"arenaName", &schedule_game::arena_name},
    {"arenaCity", &schedule_game::arena_city},
    {"arenaState", &schedule_game::arena_state},
}};
constexpr std::array<member_of_game<bool>, 2> flags_of_game{{
    {"ifNecessary", &schedule_game::if_necessary},
    {"isNeutral", &schedule_game::is_neutral},
}};

template <class Members>
auto find_member(const Members& members, std::string_view key) -> decltype(members.data()) {
  for (const auto& known : members)
    if (known.key == key) return &known;
  return nullptr;
}

// One pass over the document. Every member function answers false with `error_` set.
class schedule_reader {
 public:
  explicit schedule_reader(season expected) { schedule_.season = expected; }

  result<schedule> read(std::string_view padded) {
    if (!read_document(padded)) return std::move(error_);
    if (games_.empty()) return no_games();
    schedule_.first_date = schedule_.last_date = games_.begin()->second.date;
    schedule_.games.reserve(games_.size());
    for (auto& [id, game] : games_) {
      schedule_.first_date = std::min(schedule_.first_date, game.date);
      schedule_.last_date = std::max(schedule_.last_date, game.date);
      schedule_.games.push_back(std::move(game));
    }
    return std::move(schedule_);
  }

 private:
  bool fail(failure error) {
    error_ = std::move(error);
    return false;
  }
  bool fail(std::string where, std::string message) { return fail(drift(std::move(where), std::move(message))); }
  bool broken(std::string where, simdjson::error_code error) {
    return fail(std::move(where),
                std::string{"the schedule is not valid JSON, or cut off: "} + simdjson::error_message(error));
  }

  // Calls `read(key, value)` for every field of an object. Going to the end, rather than looking keys up, is what
  // notices a document that is cut off.
  template <class Read>
  bool each_field(json_value value, const std::string& where, Read read) {
    json::object object;
    if (value.get_object().get(object)) return fail(where, "expected an object, found " + found(value));
    return each_field(object, where, read);
  }

  template <class Read>
  bool each_field(json::object object, const std::string& where, Read read) {
    for (auto entry : object) {
      json::field field;
      std::string_view key;
      if (const auto error = std::move(entry).get(field)) return broken(where, error);
      if (const auto error = field.unescaped_key().get(key)) return broken(where, error);
      if (!read(key, field.value())) return false;
    }
    return true;
  }

  template <class Read>
  bool each_element(json_value value, const std::string& where, Read read) {
    json::array array;
    if (value.get_array().get(array)) return fail(where, "expected an array, found " + found(value));
    for (auto entry : array) {
      json_value element;
      if (const auto error = std::move(entry).get(element)) return broken(where, error);
      if (!read(element)) return false;
    }
    return true;
  }

  bool read_document(std::string_view padded) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (padded.starts_with(byte_order_mark)) padded.remove_prefix(byte_order_mark.size());
    const auto first = padded.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return fail("$", "expected the schedule as JSON, found an empty body");
    if (padded[first] != '{')
      return fail("$", (padded[first] == '<' ? "expected the schedule as JSON, found HTML or XML: "
                                             : "expected the schedule as a JSON object, found: ") +
                           excerpt(padded.substr(first)));
    json::parser parser;
    json::document document;
    if (const auto error = parser.iterate(padded, padded.size() + body_padding_bytes).get(document))
      return broken("$", error);
    json::object root;
    if (const auto error = document.get_object().get(root)) return broken("$", error);
    std::string keys;
    bool seen = false;
    const bool read = each_field(root, "$", [&](std::string_view key, json_value value) {
      if (key == "leagueSchedule") return seen = true, read_league(value);
      keys += (keys.empty() ? "" : ", ") + excerpt(key);
      return true;
    });
    if (!read) return false;
    if (!seen) return fail("leagueSchedule", "required key is missing; found instead: " + excerpt(keys));
    const char* behind = nullptr;
    if (!document.current_location().get(behind)) return fail("$", "the document goes on behind its end");
    return true;
  }

  bool read_league(json_value value) {
    std::string season_year;
    bool dates_seen = false;
    const bool read = each_field(value, "leagueSchedule", [&](std::string_view key, json_value field) {
      if (key == "seasonYear") {
        std::string problem;
        return read_text(field, season_year, problem) || fail("leagueSchedule.seasonYear", problem);
      }
      if (key != "gameDates") return true;
      dates_seen = true;
      std::size_t index = 0;
      return each_element(field, "leagueSchedule.gameDates", [&](json_value element) {
        return read_day(element, "leagueSchedule.gameDates[" + std::to_string(index++) + "]");
      });
    });
    if (!read) return false;
    if (season_year.empty()) return fail("leagueSchedule.seasonYear", "required key is missing or null");
    if (!dates_seen) return fail("leagueSchedule.gameDates", "required key is missing");
    const auto season_found = parse_season(season_year);
    if (!season_found)
      return fail("leagueSchedule.seasonYear", "expected a season as YYYY-YY, found \"" + excerpt(season_year) + '"');
    if (*season_found != schedule_.season)
      return fail({failure_class::rejected,
                   "asked for the schedule of " + to_string(schedule_.season) + ", got the one of " + season_year,
                   "leagueSchedule.seasonYear"});
    return true;
  }

  bool read_day(json_value value, const std::string& where) {
    std::string day;
    bool games_seen = false;
    std::vector<schedule_game> entries;
    const bool read = each_field(value, where, [&](std::string_view key, json_value field) {
      if (key == "gameDate") {
        std::string problem;
        return read_text(field, day, problem) || fail(where + ".gameDate", problem);
      }
      if (key != "games") return true;
      games_seen = true;
      return each_element(field, where + ".games", [&](json_value element) {
        const auto path = game_path(where, entries.size());
        return read_entry(element, path, entries.emplace_back());
      });
    });
    if (!read) return false;
    if (!games_seen) return fail(where + ".games", "required key is missing");
    for (std::size_t i = 0; i < entries.size(); ++i)
      if (!keep(std::move(entries[i]), day, game_path(where, i))) return false;
    return true;
  }

  static std::string game_path(const std::string& day, std::size_t index) {
    return day + ".games[" + std::to_string(index) + "]";
  }

  bool read_entry(json_value value, const std::string& where, schedule_game& out) {
    return each_field(value, where, [&](std::string_view key, json_value field) {
      if (key == "homeTeam") return read_team(field, where + ".homeTeam", out.home);
      if (key == "awayTeam") return read_team(field, where + ".awayTeam", out.away);
      std::string problem;
      bool read = true;
      if (key == "gameStatus") read = read_integer(field, out.status, problem);
      if (const auto* text = find_member(texts_of_game, key)) read = read_text(field, out.*text->member, problem);
      if (const auto* flag = find_member(flags_of_game, key)) read = read_flag(field, out.*flag->member, problem);
      return read || fail(where + '.' + std::string{key}, problem);
    });
  }

  bool read_team(json_value value, const std::string& where, schedule_game::team& out) {
    out.seen = true;
    if (is_null(value)) return true;
    return each_field(value, where, [&](std::string_view key, json_value field) {
      std::string problem;
      bool read = true;
      if (key == "teamId") read = read_integer(field, out.id, problem);
      if (key == "score") read = read_integer(field, out.score, problem);
      if (key == "teamTricode") read = read_text(field, out.tricode, problem);
      return read || fail(where + '.' + std::string{key}, problem);
    });
  }

  // Turns an entry into a game of the plan, or leaves it out.
  bool keep(schedule_game entry, const std::string& day, const std::string& where) {
    if (entry.id.empty()) return fail(where + ".gameId", "required key is missing, null or empty");
    const auto id = game_id::parse(entry.id);
    if (!id || id->in_season() != schedule_.season) {
      if (++schedule_.left_out == 1) first_left_out_ = excerpt(entry.id);
      return true;
    }
    if (!entry.status) return fail(where + ".gameStatus", "required key is missing or null in game " + entry.id);
    for (const auto* name : {"homeTeam", "awayTeam"})
      if (!(name == std::string_view{"homeTeam"} ? entry.home : entry.away).seen)
        return fail(where + '.' + name, "required key is missing in game " + entry.id);
    const auto date = date_of(entry, day, schedule_.season);
    if (!date)
      return fail(where + ".gameDateEst", "no usable date for game " + entry.id + ": found \"" +
                                              excerpt(entry.date_est) + "\", \"" + excerpt(entry.date_time_est) +
                                              "\" and \"" + excerpt(day) + '"');
    auto game = to_planned_game(std::move(entry), *id, *date);
    const auto [kept, inserted] = games_.try_emplace(*id, game);
    if (!inserted && is_better_evidence(game, kept->second)) kept->second = std::move(game);
    return true;
  }

  failure no_games() const {
    auto message = "the schedule lists no game of " + to_string(schedule_.season);
    if (schedule_.left_out > 0)
      message += " among " + std::to_string(schedule_.left_out) + " entries (the first is " + first_left_out_ + ")";
    return {failure_class::rejected, std::move(message), "leagueSchedule.gameDates"};
  }

  schedule schedule_;
  std::map<game_id, planned_game> games_;
  std::string first_left_out_;
  failure error_;
};

}  // namespace

result<schedule> parse_schedule(std::string_view padded, season expected) {
  return schedule_reader{expected}.read(padded);
}

}  // namespace nba
