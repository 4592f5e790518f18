#include "pipeline/plan/schedule_game.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <tuple>
#include <utility>

namespace nba {
namespace {

bool starts_with_ignoring_case(std::string_view text, std::string_view lower_case_prefix) {
  return text.size() >= lower_case_prefix.size() &&
         std::equal(lower_case_prefix.begin(), lower_case_prefix.end(), text.begin(),
                    [](char p, char c) { return p == std::tolower(static_cast<unsigned char>(c)); });
}

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() && starts_with_ignoring_case(text, lower_case);
}

// "2024-10-22T00:00:00Z" or "2024-10-22": only the date part counts.
std::optional<et_date> date_part(std::string_view text) {
  constexpr std::size_t length = 10;
  if (text.size() > length && text[length] != 'T') return std::nullopt;
  return parse_date(text.substr(0, length));
}

// "10/22/2024 00:00:00" or "10/22/2024".
std::optional<et_date> day_of_group(std::string_view text) {
  if (text.size() < 10 || text[2] != '/' || text[5] != '/') return date_part(text);
  std::string iso{text.substr(6, 4)};
  iso += '-';
  iso += text.substr(0, 2);
  iso += '-';
  iso += text.substr(3, 2);
  return parse_date(iso);
}

// Half a year wider than any season ever was (2019-20 ended on 11 October 2020).
bool is_near(et_date value, season in_season) {
  const et_date first{date::year{in_season.start_year} / date::July / 1};
  const et_date last{date::year{in_season.start_year + 1} / date::December / 31};
  return first <= value && value <= last;
}

std::optional<int> score_of(const schedule_game::team& team) {
  if (!team.score || *team.score < 0 || *team.score > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(*team.score);
}

// `gameDateTimeUTC`, unless the time is to be determined or the instant is a dummy far from the game's date.
std::optional<utc_time> tipoff_of(const schedule_game& entry, et_date date, game_status status) {
  if (status == game_status::scheduled && equals_ignoring_case(entry.status_text, "tbd")) return std::nullopt;
  const auto tipoff = parse_timestamp(entry.date_time_utc);
  if (!tipoff) return std::nullopt;
  // The ET day, widened by a day on both sides, in UTC.
  const utc_time day{date::sys_days{date.time_since_epoch()}};
  if (*tipoff < day - date::days{1} || *tipoff >= day + date::days{2}) return std::nullopt;
  return tipoff;
}

int strength_of_evidence(const planned_game& game) {
  if (has_result(game)) return 5;
  if (game.cancelled) return 0;
  if (game.postponed) return 1;
  if (game.status == game_status::live) return 4;
  if (game.status == game_status::scheduled) return 3;
  return 2;  // "Final" without a score
}

}  // namespace

std::optional<et_date> date_of(const schedule_game& entry, std::string_view day, season in_season) {
  for (const auto& candidate : {date_part(entry.date_est), date_part(entry.date_time_est), day_of_group(day)})
    if (candidate && is_near(*candidate, in_season)) return candidate;
  return std::nullopt;
}

bool says_postponed(std::string_view status_text) {
  return starts_with_ignoring_case(status_text, "ppd") || starts_with_ignoring_case(status_text, "postponed");
}

bool says_cancelled(std::string_view status_text) { return starts_with_ignoring_case(status_text, "cancel"); }

planned_game to_planned_game(schedule_game entry, const game_id& id, et_date date) {
  planned_game game;
  game.id = id;
  game.date = date;
  const auto status = entry.status.value_or(1);
  game.status = status == 2 || status == 3 ? static_cast<game_status>(status) : game_status::scheduled;
  game.tipoff_utc = tipoff_of(entry, date, game.status);
  if (game.status == game_status::final) {
    game.home_score = score_of(entry.home);
    game.away_score = score_of(entry.away);
  }
  // A final score outweighs whatever the flags say.
  if (!has_result(game)) {
    game.postponed = says_postponed(entry.status_text) ||
                     (entry.status_text.empty() && equals_ignoring_case(entry.postponed_status, "y"));
    game.cancelled = says_cancelled(entry.status_text);
  }
  game.if_necessary = entry.if_necessary;
  game.is_neutral = entry.is_neutral;
  game.home_team_id = entry.home.id.value_or(0);
  game.away_team_id = entry.away.id.value_or(0);
  game.home_tricode = std::move(entry.home.tricode);
  game.away_tricode = std::move(entry.away.tricode);
  game.arena_name = std::move(entry.arena_name);
  game.arena_city = std::move(entry.arena_city);
  game.arena_state = std::move(entry.arena_state);
  return game;
}

bool is_better_evidence(const planned_game& candidate, const planned_game& kept) {
  const auto rank = [](const planned_game& game) { return std::tuple{strength_of_evidence(game), game.date}; };
  return rank(candidate) > rank(kept);
}

std::string contradiction_between(const planned_game& kept, const planned_game& other) {
  const auto teams = [](const planned_game& game) {
    return "teams " + std::to_string(game.away_team_id) + " at " + std::to_string(game.home_team_id);
  };
  const auto differ = [](std::int64_t one, std::int64_t two) { return one != 0 && two != 0 && one != two; };
  if (differ(kept.home_team_id, other.home_team_id) || differ(kept.away_team_id, other.away_team_id))
    return "the schedule has this id twice, with " + teams(kept) + " (kept) and " + teams(other);
  const auto result = [](const planned_game& game) {
    return std::to_string(*game.away_score) + "-" + std::to_string(*game.home_score);
  };
  if (has_result(kept) && has_result(other) && result(kept) != result(other))
    return "the schedule has this game twice, ended " + result(kept) + " (kept) and " + result(other);
  return {};
}

}  // namespace nba
