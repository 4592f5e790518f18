#include "pipeline/derive/first_quarter.hpp"
#include "pipeline/derive/tables.hpp"

#include <algorithm>
#include <string_view>

namespace nba {
namespace {

constexpr int fouls_to_be_out = 6;

class shock_finder {
 public:
  shock_finder(std::span<const play> plays, const game_rows& rows, std::span<const possession_row> possessions)
      : plays_(plays), rows_(rows), possessions_(possessions) {
    const auto end = std::find_if(plays.begin(), plays.end(), [](const play& each) { return each.period > 1; });
    quarter_ = plays.first(static_cast<std::size_t>(end - plays.begin()));
  }

  std::vector<early_shock_row> find() && {
    for (std::size_t i = 0; i < quarter_.size(); ++i) {
      if (quarter_[i].kind == play_kind::foul) foul(i);
      if (quarter_[i].kind == play_kind::substitution && !quarter_[i].is_in && leaves_for_injury(i))
        add(i, shock_type::injury_exit, true);
    }
    return std::move(shocks_);
  }

 private:
  const pbp_event_row& event_of(const play& each) const { return rows_.events[each.position]; }

  void foul(std::size_t at) {
    const auto& now = quarter_[at];
    const bool replaced = is_replaced(at);
    if (now.foul == foul_kind::technical) return add(at, shock_type::technical, replaced);
    if (now.foul == foul_kind::flagrant) add(at, shock_type::flagrant, replaced);
    if (now.clock >= early_foul_clock && is_second_personal(at)) add(at, shock_type::early_foul_trouble, replaced);
  }

  bool is_second_personal(std::size_t at) const {
    const auto who = event_of(quarter_[at]).player_id;
    if (!who) return false;
    return 1 ==
           std::count_if(quarter_.begin(), quarter_.begin() + static_cast<std::ptrdiff_t>(at), [&](const play& each) {
             return each.kind == play_kind::foul && each.foul != foul_kind::technical &&
                    event_of(each).player_id == who;
           });
  }

  // He goes out at the clock of this play, later in the record.
  bool is_replaced(std::size_t at) const {
    const auto who = event_of(quarter_[at]).player_id;
    if (!who) return false;
    for (auto i = at + 1; i < quarter_.size() && quarter_[i].clock == quarter_[at].clock; ++i)
      if (quarter_[i].kind == play_kind::substitution && !quarter_[i].is_in && event_of(quarter_[i]).player_id == who)
        return true;
    return false;
  }

  bool leaves_for_injury(std::size_t at) const {
    const auto who = event_of(quarter_[at]).player_id;
    if (!who) return false;
    const auto back = return_of(*who, at);
    if (is_injury_stoppage(at)) {
      const auto missed =
          possessions_between(quarter_[at].event_idx, back ? back->event_idx : rows_.events.back().event_idx);
      return missed >= injury_return_possessions;
    }
    return !back && is_starter_without_excuse(*who);
  }

  const play* return_of(std::int64_t who, std::size_t after) const {
    for (auto i = after + 1; i < plays_.size(); ++i)
      if (plays_[i].kind == play_kind::substitution && plays_[i].is_in && event_of(plays_[i]).player_id == who)
        return &plays_[i];
    return nullptr;
  }

  // An injury stopped the game here, before him going out.
  bool is_injury_stoppage(std::size_t at) const {
    for (auto i = at; i-- > 0 && quarter_[i].clock == quarter_[at].clock;)
      if (quarter_[i].kind == play_kind::stoppage && event_of(quarter_[i]).sub_type == "injury") return true;
    return false;
  }

  std::ptrdiff_t possessions_between(int after_event_idx, int until_event_idx) const {
    return std::count_if(possessions_.begin(), possessions_.end(), [&](const possession_row& each) {
      return each.end_event_idx > after_event_idx && each.end_event_idx <= until_event_idx;
    });
  }

  const player_stats_row* line_of(std::int64_t who) const {
    const auto found = std::find_if(rows_.player_stats.begin(), rows_.player_stats.end(),
                                    [&](const player_stats_row& each) { return each.player_id == who; });
    return found == rows_.player_stats.end() ? nullptr : &*found;
  }

  // Starters return, unless they are hurt, sent off or out on fouls.
  bool is_starter_without_excuse(std::int64_t who) const {
    const auto* line = line_of(who);
    if (line == nullptr || !line->starter || line->line.pf >= fouls_to_be_out) return false;
    return std::none_of(rows_.events.begin(), rows_.events.end(), [&](const pbp_event_row& each) {
      return each.action_type == "ejection" && each.player_id == who;
    });
  }

  void add(std::size_t at, shock_type type, bool immediate_sub) {
    const auto& event = event_of(quarter_[at]);
    early_shock_row row;
    row.shock_idx = static_cast<int>(shocks_.size());
    row.event_type = type;
    row.period = 1;
    row.clock_hundredths = quarter_[at].clock;
    row.team_id = event.team_id;
    // A coach has an id too, but is no player of this game.
    if (event.player_id && line_of(*event.player_id) != nullptr) row.player_id = event.player_id;
    row.immediate_sub = immediate_sub && row.player_id.has_value();
    row.description = event.description;
    shocks_.push_back(std::move(row));
  }

  std::span<const play> plays_, quarter_;
  const game_rows& rows_;
  std::span<const possession_row> possessions_;
  std::vector<early_shock_row> shocks_;
};

}  // namespace

std::vector<early_shock_row> derive_early_shocks(std::span<const play> plays, const game_rows& rows,
                                                 std::span<const possession_row> possessions) {
  return shock_finder(plays, rows, possessions).find();
}

void table_traits<early_shock_row>::derive(const derive_input& from, derived_rows& out) {
  out.shocks = derive_early_shocks(from.plays, from.game, out.possessions);
}

}  // namespace nba
