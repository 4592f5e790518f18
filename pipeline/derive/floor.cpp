#include "pipeline/derive/floor.hpp"

#include "pipeline/game_clock.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba {
namespace {

constexpr int last_season_with_misread_tenths = 2024;  // its first year; see docs/derived.md, "player_on_court"
constexpr std::size_t spells_of_a_long_game = 128;

// A side's players on the floor. More than five for as long as an `in` stands before its `out`; never many.
class side_on_floor {
 public:
  bool add(std::int64_t player) {
    if (count_ == ids_.size() || contains(player)) return false;
    ids_[count_++] = player;
    return true;
  }
  bool remove(std::int64_t player) {
    const auto end = ids_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto found = std::find(ids_.begin(), end, player);
    if (found == end) return false;
    *found = ids_[--count_];
    return true;
  }
  bool contains(std::int64_t player) const {
    const auto end = ids_.begin() + static_cast<std::ptrdiff_t>(count_);
    return std::find(ids_.begin(), end, player) != end;
  }
  std::size_t count() const { return count_; }
  // Only when there are five.
  five sorted() const {
    five ids{};
    std::copy_n(ids_.begin(), ids.size(), ids.begin());
    std::sort(ids.begin(), ids.end());
    return ids;
  }

 private:
  std::array<std::int64_t, 10> ids_{};
  std::size_t count_ = 0;
};

class floor_follower {
 public:
  floor_follower(const game_rows& rows, std::span<const game_override> overrides) : rows_(rows), overrides_(overrides) {
    record_.spells.reserve(spells_of_a_long_game);
    record_.spell_of_event.reserve(rows.events.size());
  }

  floor_record run() && {
    if (!put_starters()) return std::move(record_);
    for (const auto& event : rows_.events) follow(event);
    reach(std::max(rows_.game.periods, period()), 0);
    record_.spells.back().end_elapsed_hundredths = game_length_hundredths(period());
    return std::move(record_);
  }

 private:
  bool put_starters() {
    for (const auto& player : rows_.player_stats)
      if (player.starter) sides_[side_of(player.team_id)].add(player.player_id);
    for (const std::size_t side : {0U, 1U})
      if (sides_[side].count() != five{}.size())
        broken(fmt::format("{} starters of the {} team", sides_[side].count(), name_of(side)));
    if (!record_.is_exact) return false;
    record_.spells.push_back({1, 0, 0, {sides_[0].sorted(), sides_[1].sorted()}});
    return true;
  }

  std::size_t side_of(std::int64_t team_id) const { return team_id == rows_.game.home_team_id ? 0 : 1; }
  static std::string_view name_of(std::size_t side) { return side == 0 ? "home" : "away"; }
  int period() const { return record_.spells.back().period; }

  void follow(const pbp_event_row& event) {
    if (event.action_type == "substitution") {
      reach(event.period, event.clock_hundredths);
      substitute(event);
    } else if (event.period > period()) {
      reach(event.period, period_length_hundredths(event.period));
    }
    record_.spell_of_event.push_back(static_cast<std::uint32_t>(record_.spells.size() - 1));
  }

  // Moves on to a period and clock at which something may change; a new period is a new spell. A clock that rises
  // (never seen on a substitution) leaves the time where it is.
  void reach(int to_period, int clock_hundredths) {
    to_period = std::min(to_period, periods_max);
    while (period() < to_period) {
      const int end = game_length_hundredths(period());
      require_five(end);
      const auto fives = record_.spells.back().fives;
      record_.spells.back().end_elapsed_hundredths = end;
      record_.spells.push_back({period() + 1, end, end, fives});
      now_ = end;
    }
    const int at = to_period < period() ? now_ : std::max(now_, elapsed_hundredths(to_period, clock_hundredths));
    require_five(at);
    now_ = at;
  }

  void require_five(int until) {
    if (until <= now_) return;
    for (const std::size_t side : {0U, 1U})
      if (sides_[side].count() != five{}.size() && record_.is_exact)
        broken(fmt::format("{} players of the {} team on the floor from {:.2f} s on", sides_[side].count(),
                           name_of(side), now_ / 100.0));
  }

  void substitute(const pbp_event_row& event) {
    auto player = event.player_id.value_or(0);
    if (const auto* correction = find_override(overrides_, override_rule::substitution, event.order_number)) {
      player = correction->value;
      record_.overrides_used.push_back(correction);
    }
    const auto side_index = side_of(event.team_id.value_or(0));
    auto& side = sides_[side_index];
    const bool out = event.sub_type == "out";
    if (!(out ? side.remove(player) : side.add(player))) {
      record_.problems.push_back(fmt::format("event {}: {} {} who is {} on the floor", event.event_idx,
                                             out ? "out of" : "in of", player, out ? "not" : "already"));
      return;
    }
    if (!out && !is_listed(player))
      record_.problems.push_back(fmt::format("event {}: {} is not in the box score", event.event_idx, player));
    if (side.count() == five{}.size()) change(side_index);
  }

  bool is_listed(std::int64_t player) const {
    return std::any_of(rows_.player_stats.begin(), rows_.player_stats.end(),
                       [&](const auto& line) { return line.player_id == player; });
  }

  // A five is complete again: a new spell, even when the one before has not lasted (derive_lineups joins and drops).
  void change(std::size_t side_index) {
    const auto players = sides_[side_index].sorted();
    auto fives = record_.spells.back().fives;
    if (fives[side_index] == players) return;
    fives[side_index] = players;
    record_.spells.back().end_elapsed_hundredths = now_;
    record_.spells.push_back({period(), now_, now_, fives});
  }

  void broken(std::string problem) {
    record_.is_exact = false;
    record_.problems.push_back(std::move(problem));
  }

  const game_rows& rows_;
  std::span<const game_override> overrides_;
  floor_record record_;
  std::array<side_on_floor, 2> sides_;  // home, away
  int now_ = 0;                         // elapsed
};

// Playing time as the season's own arithmetic has it.
class official_clock {
 public:
  explicit official_clock(const game_id& id) : misread_(id.in_season().start_year <= last_season_with_misread_tenths) {}

  int elapsed(int period, int clock_hundredths) const {
    constexpr int minute = 60 * 100;
    if (misread_ && clock_hundredths < minute)
      clock_hundredths = clock_hundredths / 100 * 100 + clock_hundredths % 100 / 10;
    return elapsed_hundredths(period, clock_hundredths);
  }

 private:
  bool misread_;
};

}  // namespace

floor_record follow_floor(const game_rows& rows, std::span<const game_override> overrides) {
  return floor_follower(rows, overrides).run();
}

std::vector<int> seconds_as_recorded_hundredths(const game_rows& rows) {
  constexpr int absent = -1;
  const auto& players = rows.player_stats;
  const official_clock clock(rows.game.game_id);
  std::vector<int> seconds(players.size(), 0);
  std::vector<int> since(players.size(), absent);  // when he came in
  for (std::size_t i = 0; i < players.size(); ++i)
    if (players[i].starter) since[i] = 0;
  for (const auto& event : rows.events) {
    if (event.action_type != "substitution" || !event.player_id) continue;
    const auto found = std::find_if(players.begin(), players.end(),
                                    [&](const auto& player) { return player.player_id == *event.player_id; });
    if (found == players.end()) continue;
    const auto i = static_cast<std::size_t>(found - players.begin());
    const int now = clock.elapsed(event.period, event.clock_hundredths);
    if (event.sub_type == "out" && since[i] != absent) {
      seconds[i] += now - since[i];
      since[i] = absent;
    } else if (event.sub_type != "out" && since[i] == absent) {
      since[i] = now;
    }
  }
  const int end = game_length_hundredths(rows.game.periods);
  for (std::size_t i = 0; i < players.size(); ++i)
    if (since[i] != absent) seconds[i] += end - since[i];
  return seconds;
}

}  // namespace nba
