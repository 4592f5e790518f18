#include "pipeline/plan/game_id.hpp"

#include "pipeline/enum_names.hpp"

#include <algorithm>

namespace nba {
namespace {

constexpr enum_names<game_type, 6> type_names{{{
    {game_type::preseason, "preseason"},
    {game_type::regular, "regular"},
    {game_type::all_star, "all-star"},
    {game_type::playoffs, "playoffs"},
    {game_type::play_in, "play-in"},
    {game_type::cup, "cup"},
}}};

constexpr int first_season = 1946;
constexpr int last_season = 2099;
constexpr int first_two_digit_year_of_1900s = 46;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
int two_digits(std::string_view text) { return (text[0] - '0') * 10 + (text[1] - '0'); }

}  // namespace

std::string_view to_string(game_type value) { return type_names.name_of(value); }

std::optional<game_type> parse_game_type(std::string_view name) { return type_names.value_of(name); }

const std::vector<game_type>& all_game_types() {
  static const std::vector<game_type> all{game_type::preseason, game_type::regular, game_type::all_star,
                                          game_type::playoffs,  game_type::play_in, game_type::cup};
  return all;
}

std::string to_string(season value) {
  const int next = (value.start_year + 1) % 100;
  std::string text = std::to_string(value.start_year) + "-";
  text += static_cast<char>('0' + next / 10);
  text += static_cast<char>('0' + next % 10);
  return text;
}

std::optional<season> parse_season(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  for (const std::size_t i : {0, 1, 2, 3, 5, 6})
    if (!is_digit(text[i])) return std::nullopt;
  const season value{two_digits(text) * 100 + two_digits(text.substr(2))};
  if (value.start_year < first_season || value.start_year > last_season) return std::nullopt;
  if (two_digits(text.substr(5)) != (value.start_year + 1) % 100) return std::nullopt;
  return value;
}

std::optional<game_id> game_id::parse(std::string_view text) {
  if (text.size() != 10 || text[0] != '0' || text[1] != '0' || text[2] < '1' || text[2] > '6') return std::nullopt;
  if (!std::all_of(text.begin() + 3, text.end(), is_digit)) return std::nullopt;
  return game_id{std::string{text}};
}

game_type game_id::type() const noexcept {
  return empty() ? game_type::regular : static_cast<game_type>(digits_[2] - '0');
}

season game_id::in_season() const noexcept {
  if (empty()) return {};
  const int year = two_digits(std::string_view{digits_}.substr(3));
  return {year >= first_two_digit_year_of_1900s ? 1900 + year : 2000 + year};
}

lane lane_of(const game_id& id) { return {id.in_season(), id.type()}; }

std::string watermark_key(const lane& value) {
  auto key = to_string(value.season);
  if (value.type != game_type::regular) {
    key += '/';
    key += to_string(value.type);
  }
  return key;
}

std::optional<lane> parse_watermark_key(std::string_view key) {
  const auto slash = key.find('/');
  const auto in_season = parse_season(key.substr(0, slash));
  if (!in_season) return std::nullopt;
  if (slash == std::string_view::npos) return lane{*in_season, game_type::regular};
  const auto type = parse_game_type(key.substr(slash + 1));
  // The regular season's key is the season alone: one lane, one key.
  if (!type || *type == game_type::regular) return std::nullopt;
  return lane{*in_season, *type};
}

}  // namespace nba
