#include "pipeline/plan/left_out.hpp"

#include "pipeline/enum_names.hpp"
#include "pipeline/white_space.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace nba {
namespace {

constexpr std::size_t id_digits = 10;
constexpr std::size_t shortest_repairable = 8;

constexpr enum_names<left_out_reason, 5> reason_names{{{
    {left_out_reason::unknown_kind, "unknown_kind"},
    {left_out_reason::other_season, "other_season"},
    {left_out_reason::malformed_id, "malformed_id"},
    {left_out_reason::unreadable, "unreadable"},
    {left_out_reason::contradiction, "contradiction"},
}}};

constexpr std::array<std::string_view, 6> other_leagues{"10", "13", "14", "15", "16", "20"};

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

judged_id left_out(left_out_reason reason, std::string detail) {
  return {std::nullopt, false, reason, std::move(detail)};
}

}  // namespace

std::string_view to_string(left_out_reason value) { return reason_names.name_of(value); }

std::optional<left_out_reason> parse_left_out_reason(std::string_view name) { return reason_names.value_of(name); }

std::string teams_of(const left_out_entry& entry) {
  if (entry.home_tricode.empty() || entry.away_tricode.empty()) return {};
  return entry.away_tricode + " at " + entry.home_tricode;
}

judged_id judge_id(std::string_view text, season of) {
  const auto bare = trimmed(text);
  if (!all_digits(bare) || bare.size() < shortest_repairable || bare.size() > id_digits)
    return left_out(left_out_reason::malformed_id, "its id is not one of ten digits");
  const auto padded = std::string(id_digits - bare.size(), '0').append(bare);
  const auto league = std::string_view{padded}.substr(0, 2);
  if (std::find(other_leagues.begin(), other_leagues.end(), league) != other_leagues.end()) return {};
  if (league != "00")
    return left_out(left_out_reason::unknown_kind,
                    "its id is one of league " + std::string{league} + ", which this version does not know");
  const auto id = game_id::parse(padded);
  if (!id)
    return left_out(left_out_reason::unknown_kind, "its id is of a kind (" + padded.substr(0, 3) +
                                                       ") that this version does not know; a newer one may");
  if (id->in_season() != of)
    return left_out(left_out_reason::other_season,
                    "its id is one of " + to_string(id->in_season()) + ", in the schedule of " + to_string(of));
  return {id, bare.size() != text.size() || padded != bare, std::nullopt, {}};
}

}  // namespace nba
