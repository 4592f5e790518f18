#include "bench/fake_nba/calendar.hpp"
#include "bench/fake_nba/documents.hpp"
#include "bench/fake_nba/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

namespace nba::fake {
namespace {

using date::days;

constexpr std::size_t expected_bytes_per_game = 1700;
constexpr double text_flag_share = 0.12;  // games whose `ifNecessary` is a string
constexpr double year_one_share = 0.25;   // games whose times have the dummy year 0001

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 8> broadcaster_kinds{
    "nationalTvBroadcasters", "nationalRadioBroadcasters", "nationalOttBroadcasters", "homeTvBroadcasters",
    "homeRadioBroadcasters",  "homeOttBroadcasters",       "awayTvBroadcasters",      "awayRadioBroadcasters"};

std::string day_text(et_date day) { return format_local(day); }
std::string with_false_z(date::local_time<std::chrono::seconds> time) { return format_local(time) + "Z"; }

// "7:30 pm ET"
std::string tipoff_text(int minutes) {
  const int hour = minutes / 60;
  return fmt::format("{}:{:02} {} ET", hour % 12 == 0 ? 12 : hour % 12, minutes % 60, hour < 12 ? "am" : "pm");
}

class schedule_writer {
 public:
  explicit schedule_writer(const schedule_sheet& sheet)
      : sheet_(sheet), json_(sheet.entries.size() * expected_bytes_per_game + 8192) {}

  std::string write() && {
    std::map<et_date, std::vector<const schedule_entry*>> by_day;
    for (const auto& entry : sheet_.entries) by_day[entry.listed.date].push_back(&entry);
    json_.open('{').open_member("meta", '{').member("version", 1);
    json_.member("request",
                 fmt::format("http://league.invalid/league/00/{}/scheduleleaguev2?Format=json", to_string(sheet_.of)));
    json_.member("time", day_text(sheet_.opening) + ".0000Z").close('}');
    json_.open_member("leagueSchedule", '{').member("seasonYear", to_string(sheet_.of)).member("leagueId", "00");
    json_.open_member("gameDates", '[');
    for (auto& [day, entries] : by_day) {
      std::stable_sort(entries.begin(), entries.end(),
                       [](const auto* a, const auto* b) { return a->game.tipoff_minutes < b->game.tipoff_minutes; });
      const date::year_month_day ymd{day};
      json_.open('{').member("gameDate", fmt::format("{:02}/{:02}/{} 00:00:00", static_cast<unsigned>(ymd.month()),
                                                     static_cast<unsigned>(ymd.day()), static_cast<int>(ymd.year())));
      json_.open_member("games", '[');
      int sequence = 0;
      for (const auto* entry : entries) game(*entry, ++sequence);
      json_.close(']').close('}');
    }
    json_.close(']');
    weeks(by_day.empty() ? sheet_.opening : by_day.rbegin()->first);
    json_.open_member("broadcasterList", '[').close(']').close('}').close('}');
    return std::move(json_).take();
  }

 private:
  et_date first_monday() const { return sheet_.opening - (date::weekday{sheet_.opening} - date::Monday); }

  int week_of(et_date day) const { return day < sheet_.opening ? 0 : (day - first_monday()).count() / 7 + 1; }

  void weeks(et_date last) {
    json_.open_member("weeks", '[');
    for (auto monday = first_monday(); monday <= last; monday += days{7}) {
      const int number = week_of(std::max(monday, sheet_.opening));
      json_.open('{').member("weekNumber", number).member("weekName", fmt::format("Week {}", number));
      json_.member("startDate", with_false_z(std::max(monday, sheet_.opening)));
      json_.member("endDate", with_false_z(monday + days{6})).close('}');
    }
    json_.close(']');
  }

  // No time is set while a team is not decided or the game is off its date.
  static bool is_to_be_determined(const listing& listed) {
    return listed.home == undecided || listed.away == undecided;
  }

  std::string status_text(const schedule_entry& entry) const {
    if (entry.listed.is_postponed) return "PPD";
    if (entry.listed.status == game_status::final) return final_text(entry.result->periods);
    if (entry.listed.status == game_status::live) return fmt::format("End Q{}", entry.result->periods);
    if (is_to_be_determined(entry.listed)) return "TBD";
    return tipoff_text(entry.game.tipoff_minutes);
  }

  void game(const schedule_entry& entry, int sequence) {
    const auto& game = entry.game;
    const auto& listed = entry.listed;
    random_stream whim(sheet_.seed, game.id.str());
    const bool open_time = is_to_be_determined(listed);
    const int minutes = open_time ? 0 : game.tipoff_minutes;
    const auto tipoff = instant_of_et(listed.date, minutes);
    const date::local_time<std::chrono::seconds> et = listed.date + std::chrono::minutes{minutes};
    const date::year_month_day ymd{listed.date};
    json_.open('{').member("gameId", game.id.str());
    json_.member("gameCode",
                 fmt::format("{}{:02}{:02}/{}{}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                             static_cast<unsigned>(ymd.day()), open_time ? "" : team(listed.away).tricode,
                             open_time ? "" : team(listed.home).tricode));
    json_.member("gameStatus", static_cast<int>(listed.status)).member("gameStatusText", status_text(entry));
    json_.member("gameSequence", sequence);
    times(game, listed, tipoff, et, whim.chance(year_one_share) ? "0001" : "1900");
    const date::weekday weekday{listed.date};
    json_.member("day", weekdays[weekday.c_encoding()])
        .member("monthNum", static_cast<int>(static_cast<unsigned>(ymd.month())));
    const bool counts = game.id.type() != game_type::cup;
    const int week = counts ? week_of(listed.date) : 0;
    json_.member("weekNumber", week).member("weekName", week == 0 ? "" : fmt::format("Week {}", week));
    if (whim.chance(text_flag_share))
      json_.member("ifNecessary", game.if_necessary ? "true" : "false");
    else
      json_.member("ifNecessary", game.if_necessary);
    json_.member("seriesGameNumber", game.series_game == 0 ? "" : fmt::format("Game {}", game.series_game));
    json_.member("gameLabel", game.label).member("gameSubLabel", game.sub_label);
    json_.member("seriesText", series_text(entry)).member("arenaName", game.where->name);
    json_.member("arenaState", game.where->state).member("arenaCity", game.where->city);
    // The NBA leaves "A" or "N" on games that have long been played.
    json_.member("postponedStatus", listed.is_postponed ? "Y" : (whim.chance(0.5) ? "A" : "N"));
    json_.member("branchLink", "").member("gameSubtype", game.subtype).member("isNeutral", game.is_neutral);
    json_.open_member("broadcasters", '{');
    for (const auto kind : broadcaster_kinds) json_.open_member(kind, '[').close(']');
    json_.close('}');
    one_team("homeTeam", home_side, listed.home, entry.result);
    one_team("awayTeam", away_side, listed.away, entry.result);
    leader(entry);
    json_.close('}');
  }

  // Wall-clock times of several places, most of them with a `Z` that is not true.
  void times(const fixture& game, const listing& listed, utc_time tipoff, date::local_time<std::chrono::seconds> et,
             std::string_view dummy_year) {
    const auto utc = wall_clock_at(tipoff, "UTC").time;
    const auto dummy = [&](date::local_time<std::chrono::seconds> time) {
      return fmt::format("{}-01-01{}Z", dummy_year, format_local(time).substr(10));
    };
    const auto at_home_of = [&](team_index index) {
      const auto zone = index == undecided ? std::string_view{"America/New_York"} : team(index).home->timezone;
      return with_false_z(wall_clock_at(tipoff, zone).time);
    };
    json_.member("gameDateEst", with_false_z(listed.date)).member("gameTimeEst", dummy(et));
    json_.member("gameDateTimeEst", with_false_z(et));
    json_.member("gameDateUTC", with_false_z(wall_clock_at(instant_of_et(listed.date, 0), "UTC").time));
    json_.member("gameTimeUTC", dummy(utc)).member("gameDateTimeUTC", with_false_z(utc));
    json_.member("awayTeamTime", at_home_of(listed.away));
    json_.member("homeTeamTime", game.is_neutral ? with_false_z(wall_clock_at(tipoff, game.where->timezone).time)
                                                 : at_home_of(listed.home));
  }

  std::string series_text(const schedule_entry& entry) const {
    const auto& game = entry.game;
    if (game.is_neutral) return "Neutral Site";
    if (game.series_game == 0 || entry.listed.status != game_status::final) return "";
    const auto& wins = entry.result->wins;
    if (wins[0] == wins[1]) return fmt::format("Series tied {}-{}", wins[0], wins[1]);
    const auto& ahead = team(wins[0] > wins[1] ? entry.listed.home : entry.listed.away).tricode;
    const int most = std::max(wins[0], wins[1]), least = std::min(wins[0], wins[1]);
    return fmt::format("{} {} {}-{}", ahead, most == 4 ? "wins" : "leads", most, least);
  }

  const franchise& team(team_index index) const { return sheet_.teams[static_cast<std::size_t>(index)]; }

  void one_team(std::string_view key, side which, team_index index, const game_result* result) {
    static const franchise nobody;
    const auto& team_of_game = index == undecided ? nobody : team(index);
    json_.open_member(key, '{').member("teamId", team_of_game.team_id).member("teamName", team_of_game.name);
    json_.member("teamCity", team_of_game.city).member("teamTricode", team_of_game.tricode);
    json_.member("teamSlug", team_of_game.slug);
    json_.member("wins", result == nullptr ? 0 : result->wins[at(which)]);
    json_.member("losses", result == nullptr ? 0 : result->losses[at(which)]);
    json_.member("score", result == nullptr ? 0 : result->score[at(which)]).member("seed", 0).close('}');
  }

  void leader(const schedule_entry& entry) {
    json_.open_member("pointsLeaders", '[');
    if (entry.result != nullptr && entry.result->leader != no_player) {
      const auto index = entry.result->leader_side == home_side ? entry.listed.home : entry.listed.away;
      const auto& team_of_leader = team(index);
      const auto& who = sheet_.rosters[static_cast<std::size_t>(index)][at_player(entry.result->leader)];
      json_.open('{').member("personId", who.person_id).member("firstName", who.first_name);
      json_.member("lastName", who.family_name).member("teamId", team_of_leader.team_id);
      json_.member("teamCity", team_of_leader.city).member("teamName", team_of_leader.name);
      json_.member("teamTricode", team_of_leader.tricode);
      json_.member("points", static_cast<double>(entry.result->leader_points)).close('}');
    }
    json_.close(']');
  }

  const schedule_sheet& sheet_;
  json_text json_;
};

}  // namespace

std::string write_schedule(const schedule_sheet& sheet) { return schedule_writer(sheet).write(); }

}  // namespace nba::fake
