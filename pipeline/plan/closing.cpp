#include "pipeline/plan/closing.hpp"

#include "pipeline/enum_names.hpp"
#include "pipeline/plan/planned_game.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace nba {
namespace {

constexpr enum_names<closing_ground, 7> ground_names{{{
    {closing_ground::refused, "refused"},
    {closing_ground::absent, "absent"},
    {closing_ground::postponed, "postponed"},
    {closing_ground::cancelled, "cancelled"},
    {closing_ground::undecided, "undecided"},
    {closing_ground::not_needed, "not_needed"},
    {closing_ground::waived, "waived"},
}}};

// `0042400107`: season, round 1, series 0, game 7. The digits up to the series.
std::string_view series_of(const game_id& game) { return std::string_view{game.str()}.substr(0, 9); }

bool is_same_news(closing_ground a, closing_ground b) { return a == b || (is_off_date(a) && is_off_date(b)); }

}  // namespace

std::string_view to_string(closing_ground value) { return ground_names.name_of(value); }

std::optional<closing_ground> parse_closing_ground(std::string_view name) { return ground_names.value_of(name); }

bool is_inferred(closing_ground value) { return value == closing_ground::refused || is_off_date(value); }

bool is_off_date(closing_ground value) { return value == closing_ground::absent || value == closing_ground::postponed; }

closing_evidence seen_again(const std::optional<closing_evidence>& known, closing_ground ground, std::string text,
                            utc_time now, std::chrono::milliseconds spacing) {
  if (known && known->closed_at) return *known;
  closing_evidence out;
  out.ground = ground;
  out.text = std::move(text);
  out.first_seen_at = out.last_seen_at = now;
  if (!known || !is_same_news(known->ground, ground)) return out;
  if (et_date_of(now) <= et_date_of(known->last_seen_at) || now - known->last_seen_at < spacing) return *known;
  out.occasions = known->occasions + 1;
  out.first_seen_at = known->first_seen_at;
  return out;
}

closing_evidence closed_by(closing_ground ground, std::string text, utc_time now,
                           const std::optional<closing_evidence>& known) {
  closing_evidence out;
  out.ground = ground;
  out.text = std::move(text);
  out.first_seen_at = out.last_seen_at = now;
  if (known && is_same_news(known->ground, ground)) {
    out.occasions = known->occasions;
    out.first_seen_at = known->first_seen_at;
    out.last_seen_at = known->last_seen_at;
  }
  out.closed_at = now;
  return out;
}

std::optional<et_date> next_check(const closing_evidence& evidence) {
  if (!evidence.closed_at || !is_inferred(evidence.ground)) return std::nullopt;
  const auto made = static_cast<std::size_t>(std::max(evidence.checks, 0));
  if (made >= check_after_days.size()) return std::nullopt;
  return et_date_of(*evidence.closed_at) + date::days{check_after_days[made]};
}

bool is_check_due(const closing_evidence& evidence, et_date today) {
  const auto next = next_check(evidence);
  return next && *next <= today;
}

int wins_needed(const game_id& game) {
  constexpr int last_season_of_five = 2001;
  const bool first_round = game.str().size() == 10 && game.str()[7] == '1';
  return first_round && game.in_season().start_year <= last_season_of_five ? 3 : 4;
}

bool is_series_decided(const game_id& game, std::span<const planned_game> games) {
  if (game.type() != game_type::playoffs || game.str()[7] < '1' || game.str()[7] > '4') return false;
  std::map<std::int64_t, int> wins;
  for (const auto& one : games) {
    if (one.id.type() != game_type::playoffs || series_of(one.id) != series_of(game)) continue;
    if (one.home_team_id == 0 || one.away_team_id == 0) continue;
    auto& home = wins[one.home_team_id];
    auto& away = wins[one.away_team_id];
    if (!has_result(one) || *one.home_score == *one.away_score) continue;
    ++(*one.home_score > *one.away_score ? home : away);
  }
  // Ids of old seasons are counted through: their ninth digit parts no series.
  if (wins.size() != 2) return false;
  return std::any_of(wins.begin(), wins.end(), [&](const auto& team) { return team.second >= wins_needed(game); });
}

}  // namespace nba
