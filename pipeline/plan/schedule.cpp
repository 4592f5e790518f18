#include "pipeline/plan/schedule.hpp"

#include "pipeline/plan/schedule_fields.hpp"
#include "pipeline/plan/schedule_game.hpp"
#include "pipeline/plan/schedule_walk.hpp"
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

template <class T>
struct member_of_game {
  std::string_view key;
  T schedule_game::*member;
};
constexpr std::array<member_of_game<std::string>, 8> texts_of_game{{
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
class schedule_reader : schedule_walk {
 public:
  explicit schedule_reader(season expected) { schedule_.season = expected; }

  result<schedule> read(std::string_view padded) {
    if (!read_document(padded)) return std::move(error_);
    if (unreadable_ > unreadable_entries_max || (games_.empty() && unreadable_ > 0)) return changed_shape();
    if (games_.empty()) return no_games();
    schedule_.first_date = schedule_.last_date = games_.begin()->second.date;
    schedule_.games.reserve(games_.size());
    for (auto& [id, game] : games_) {
      schedule_.first_date = std::min(schedule_.first_date, game.date);
      schedule_.last_date = std::max(schedule_.last_date, game.date);
      schedule_.games.push_back(std::move(game));
    }
    for (auto& [field, odd] : odd_) schedule_.odd_values.push_back(std::move(odd));
    return std::move(schedule_);
  }

 private:
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
    if (!document.current_location().get(behind)) return fail("$", "the document goes on after its end");
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
    for (std::size_t i = 0; i < entries.size(); ++i) keep(std::move(entries[i]), day, game_path(where, i));
    return true;
  }

  static std::string game_path(const std::string& day, std::size_t index) {
    return day + ".games[" + std::to_string(index) + "]";
  }

  // What is wrong with the values of one entry is not what is wrong with the document.
  bool read_entry(json_value value, const std::string& where, schedule_game& out) {
    if (!is_object(value)) return note_problem(out, where, "expected an object, found " + found(value));
    return each_field(value, where, [&](std::string_view key, json_value field) {
      if (key == "homeTeam") return read_team(field, where + ".homeTeam", out.home, out);
      if (key == "awayTeam") return read_team(field, where + ".awayTeam", out.away, out);
      std::string problem;
      const auto path = [&] { return where + '.' + std::string{key}; };
      if (key == "gameId" && !read_id(field, out.id, problem)) return note_problem(out, path(), problem);
      if (key == "gameStatus" && !read_integer(field, out.status, problem)) return note_problem(out, path(), problem);
      bool read = true;
      if (const auto* text = find_member(texts_of_game, key)) read = read_text(field, out.*text->member, problem);
      if (const auto* flag = find_member(flags_of_game, key)) read = read_flag(field, out.*flag->member, problem);
      return read || note_odd(std::string{key}, path(), problem);
    });
  }

  bool read_team(json_value value, const std::string& where, schedule_game::team& out, schedule_game& entry) {
    out.seen = true;
    if (is_null(value)) return true;
    if (!is_object(value)) return note_problem(entry, where, "expected an object, found " + found(value));
    return each_field(value, where, [&](std::string_view key, json_value field) {
      std::string problem;
      const auto path = [&] { return where + '.' + std::string{key}; };
      if (key == "teamId" && !read_integer(field, out.id, problem)) return note_problem(entry, path(), problem);
      bool read = true;
      if (key == "score") read = read_integer(field, out.score, problem);
      if (key == "teamTricode") read = read_text(field, out.tricode, problem);
      return read || note_odd(std::string{key}, path(), problem);
    });
  }

  // Both answer true: the document goes on.
  static bool note_problem(schedule_game& entry, std::string where, std::string problem) {
    if (!entry.problem.empty()) return true;
    entry.problem_where = std::move(where);
    entry.problem = std::move(problem);
    return true;
  }
  bool note_odd(std::string field, const std::string& where, const std::string& problem) {
    auto& seen = odd_[field];
    if (seen.count++ > 0) return true;
    seen.field = std::move(field);
    seen.example = where + ": " + problem;
    return true;
  }

  void leave_out(const schedule_game& entry, left_out_reason reason, std::string detail, std::optional<et_date> date) {
    if (reason == left_out_reason::unreadable && ++unreadable_ == 1)
      first_unreadable_ = drift(entry.problem_where, detail);
    if (++schedule_.left_out_count > left_out_kept_max) return;
    schedule_.left_out.push_back(
        {excerpt(entry.id), reason, std::move(detail), date, excerpt(entry.home.tricode), excerpt(entry.away.tricode)});
  }

  void leave_out(const planned_game& game, std::string detail) {
    if (++schedule_.left_out_count > left_out_kept_max) return;
    schedule_.left_out.push_back({game.id.str(), left_out_reason::contradiction, std::move(detail), game.date,
                                  excerpt(game.home_tricode), excerpt(game.away_tricode)});
  }

  // Turns an entry into a game of the plan, or leaves it out.
  void keep(schedule_game entry, const std::string& day, const std::string& where) {
    const auto date = date_of(entry, day, schedule_.season);
    if (entry.id.empty()) note_problem(entry, where + ".gameId", "required key is missing, null or empty");
    const auto judged = judge_id(entry.id, schedule_.season);
    if (!entry.id.empty() && !judged.id) {
      if (first_without_game_.empty()) first_without_game_ = excerpt(entry.id);
      if (judged.reason)
        leave_out(entry, *judged.reason, judged.detail, date);
      else
        ++schedule_.other_leagues;
      return;
    }
    find_missing(entry, date, day, where);
    if (!entry.problem.empty()) {
      auto detail = entry.problem + (entry.id.empty() ? "" : " in game " + excerpt(entry.id));
      return leave_out(entry, left_out_reason::unreadable, std::move(detail), date);
    }
    if (judged.repaired) ++schedule_.repaired_ids;
    auto game = to_planned_game(std::move(entry), *judged.id, *date);
    const auto [kept, inserted] = games_.try_emplace(*judged.id, game);
    if (inserted) return;
    if (is_better_evidence(game, kept->second)) std::swap(kept->second, game);
    if (auto contradiction = contradiction_between(kept->second, game); !contradiction.empty())
      leave_out(game, std::move(contradiction));
  }

  // What an entry needs beside its id.
  void find_missing(schedule_game& entry, std::optional<et_date> date, const std::string& day,
                    const std::string& where) const {
    if (!entry.status) note_problem(entry, where + ".gameStatus", "required key is missing or null");
    if (!entry.home.seen) note_problem(entry, where + ".homeTeam", "required key is missing");
    if (!entry.away.seen) note_problem(entry, where + ".awayTeam", "required key is missing");
    if (!date)
      note_problem(entry, where + ".gameDateEst",
                   "no usable date: found \"" + excerpt(entry.date_est) + "\", \"" + excerpt(entry.date_time_est) +
                       "\" and \"" + excerpt(day) + '"');
  }

  failure changed_shape() {
    auto error = std::move(first_unreadable_);
    if (unreadable_ > 1) error.message += "; and " + std::to_string(unreadable_ - 1) + " more entries cannot be read";
    return error;
  }

  failure no_games() const {
    auto message = "the schedule lists no game of " + to_string(schedule_.season);
    if (const auto others = schedule_.left_out_count + schedule_.other_leagues; others > 0)
      message += " among " + std::to_string(others) + " entries (the first is " + first_without_game_ + ")";
    return {failure_class::rejected, std::move(message), "leagueSchedule.gameDates"};
  }

  schedule schedule_;
  std::map<game_id, planned_game> games_;
  std::map<std::string, odd_schedule_value> odd_;  // by field; as many as the entries' fields at most
  std::size_t unreadable_ = 0;
  failure first_unreadable_;
  std::string first_without_game_;
};

}  // namespace

bool mentions(const schedule& in, const game_id& id) {
  const auto found = std::lower_bound(in.games.begin(), in.games.end(), id,
                                      [](const planned_game& game, const game_id& wanted) { return game.id < wanted; });
  if (found != in.games.end() && found->id == id) return true;
  return std::any_of(in.left_out.begin(), in.left_out.end(),
                     [&](const left_out_entry& entry) { return judge_id(entry.id, in.season).id == id; });
}

result<schedule> parse_schedule(std::string_view padded, season expected) {
  return schedule_reader{expected}.read(padded);
}

}  // namespace nba
