// NBA game ids, lanes and seasons.
//
// A game id is ten digits of text, `LL T YY NNNNN`: league (00 = NBA), game type, the year the season starts in,
// number. Dropping the leading zeros is a classic silent join failure, so an id is never an integer here.
// Threads: value types and pure functions.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nba {

// The third digit of the id.
enum class game_type { preseason = 1, regular = 2, all_star = 3, playoffs = 4, play_in = 5, cup = 6 };

// Stable names, as in `--game-types` and in the tables: "preseason", "regular", "all-star", "playoffs", "play-in",
// "cup".
std::string_view to_string(game_type value);
std::optional<game_type> parse_game_type(std::string_view name);
// All six, in the order of the digit.
const std::vector<game_type>& all_game_types();

// A season, named by the year it starts in: 2024 is "2024-25".
struct season {
  int start_year = 0;
  auto operator<=>(const season&) const = default;
};
// "2024-25"; "1999-00".
std::string to_string(season value);
// Accepts exactly `YYYY-YY` where the second part is the next year's last two digits, 1946-47 to 2099-00.
std::optional<season> parse_season(std::string_view text);

// A well-formed NBA game id. Ordered by its ten digits.
class game_id {
 public:
  game_id() = default;
  // ^00[1-6]\d{7}$; anything else is nullopt.
  static std::optional<game_id> parse(std::string_view text);

  const std::string& str() const noexcept { return digits_; }
  // Of an empty id (default-constructed): regular, and season 0.
  game_type type() const noexcept;
  // Two-digit years 46 to 99 belong to the 1900s.
  season in_season() const noexcept;
  bool empty() const noexcept { return digits_.empty(); }

  auto operator<=>(const game_id&) const = default;

 private:
  explicit game_id(std::string digits) : digits_(std::move(digits)) {}
  std::string digits_;
};

// One game type of one season. Ids are compared only inside a lane.
struct lane {
  nba::season season;
  game_type type = game_type::regular;
  auto operator<=>(const lane&) const = default;
};
lane lane_of(const game_id& id);
// Key of the lane's row in `ingest_watermarks` (stage "backfill"): "2024-25" for the regular season,
// "2024-25/playoffs", "2024-25/play-in", "2024-25/cup", "2024-25/preseason", "2024-25/all-star" for the others.
std::string watermark_key(const lane& value);
std::optional<lane> parse_watermark_key(std::string_view key);

}  // namespace nba

template <>
struct std::hash<nba::game_id> {
  std::size_t operator()(const nba::game_id& id) const noexcept { return std::hash<std::string>{}(id.str()); }
};
