#include "bench/fake_nba/event_text.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <iterator>

namespace nba::fake {
namespace {

// Writes one sentence, word by word.
class sentence {
 public:
  sentence(std::string& out, const event& value, const matchup& match) : out_(out), event_(value), match_(match) {}

  template <class Format, class... Arguments>
  sentence& add(const Format& format, const Arguments&... arguments) {
    fmt::format_to(std::back_inserter(out_), format, arguments...);
    return *this;
  }
  // A word and a space, nothing for an empty word.
  sentence& word(std::string_view text) {
    if (!text.empty()) out_.append(text).push_back(' ');
    return *this;
  }

  const person& player(side team, player_index who) const { return match_.squads[at(team)].roster[at_player(who)]; }
  const std::string& actor() const { return player(event_.side, event_.player).initial; }
  const std::string& tricode() const { return match_.squads[at(event_.side)].team->tricode; }
  bool by_team() const { return event_.player == no_player; }

  void basket(bool three) {
    word(event_.made ? "" : "MISS").word(actor());
    const bool from_afar = event_.spot.distance_feet >= 8;
    if (from_afar) add(FMT_COMPILE("{}' "), static_cast<int>(event_.spot.distance_feet));
    if (three) {
      word("3PT").word(event_.descriptor);
    } else {
      word(event_.descriptor);
      word(!event_.made && event_.sub_type == "Jump Shot" ? "Shot" : event_.sub_type);
    }
    if (event_.made) {
      add(FMT_COMPILE("({} PTS)"), event_.count);
      if (event_.second != no_player)
        add(FMT_COMPILE(" ({} {} AST)"), player(event_.side, event_.second).initial, event_.assist_count);
    } else if (event_.second != no_player) {
      add(FMT_COMPILE("- blocked"));
    } else {
      out_.pop_back();
    }
  }

  void free_throw() {
    word(event_.made ? "" : "MISS").word(actor()).word(event_.descriptor);
    add(FMT_COMPILE("Free Throw {}"), event_.sub_type);
    if (event_.made) add(FMT_COMPILE(" ({} PTS)"), event_.count);
  }

  void rebound() {
    if (by_team())
      add(FMT_COMPILE("TEAM {} REBOUND"), event_.sub_type);
    else
      add(FMT_COMPILE("{} REBOUND (Off:{} Def:{})"), actor(), event_.count_third, event_.count_second);
  }

  void turnover() {
    if (by_team()) {
      add(FMT_COMPILE("{} {} Team TURNOVER"), tricode(), event_.sub_type);
      return;
    }
    word(actor()).word(event_.descriptor).word(event_.sub_type);
    add(FMT_COMPILE("TURNOVER ({} TO)"), event_.count);
  }

  void foul() {
    if (by_team()) {
      add(FMT_COMPILE("TEAM foul {}"), event_.sub_type);
      return;
    }
    const bool technical = event_.sub_type == "technical";
    word(actor()).word(event_.descriptor).word(event_.sub_type);
    if (technical)
      add(FMT_COMPILE("FOUL ({} Tech)"), event_.count_second);
    else
      add(FMT_COMPILE("FOUL ({} PF)"), event_.count);
    const int shots = (event_.qualifiers & q_one_free_throw) != 0      ? 1
                      : (event_.qualifiers & q_two_free_throws) != 0   ? 2
                      : (event_.qualifiers & q_three_free_throws) != 0 ? 3
                                                                       : 0;
    if (shots > 0 && event_.second != no_player)
      add(FMT_COMPILE(" ({} {} FT)"), player(other(event_.side), event_.second).family_name, shots);
  }

  void jump_ball() {
    add(FMT_COMPILE("Jump Ball {} vs. {}: Tip to "), actor(), player(other(event_.side), event_.second).initial);
    if (event_.third == no_player)
      add(FMT_COMPILE("Team ({})"), tricode());
    else
      add(FMT_COMPILE("{}"), player(event_.side, event_.third).initial);
  }

  void violation() {
    word(by_team() ? "TEAM" : actor()).word(event_.sub_type);
    add(FMT_COMPILE("VIOLATION"));
  }

 private:
  std::string& out_;
  const event& event_;
  const matchup& match_;
};

}  // namespace

std::string_view action_name(action what) {
  switch (what) {
    case action::period_start:
    case action::period_end:
      return "period";
    case action::game_end:
      return "game";
    case action::jump_ball:
      return "jumpball";
    case action::two_pointer:
      return "2pt";
    case action::three_pointer:
      return "3pt";
    case action::free_throw:
      return "freethrow";
    case action::rebound:
      return "rebound";
    case action::turnover:
      return "turnover";
    case action::steal:
      return "steal";
    case action::block:
      return "block";
    case action::foul:
      return "foul";
    case action::substitution_out:
    case action::substitution_in:
      return "substitution";
    case action::timeout:
      return "timeout";
    case action::violation:
      return "violation";
    case action::stoppage:
      return "stoppage";
    case action::instant_replay:
      return "instantreplay";
    case action::ejection:
      return "ejection";
    case action::memo:
      return "memo";
    case action::unknown:
      break;
  }
  return "courtsensor";  // no such action exists: that is the point
}

bool has_description(action what) {
  return what != action::stoppage && what != action::instant_replay && what != action::memo && what != action::unknown;
}

void describe(std::string& out, const event& value, const matchup& match) {
  sentence text(out, value, match);
  switch (value.what) {
    case action::two_pointer:
    case action::three_pointer:
      return text.basket(value.what == action::three_pointer);
    case action::free_throw:
      return text.free_throw();
    case action::rebound:
      return text.rebound();
    case action::turnover:
      return text.turnover();
    case action::foul:
      return text.foul();
    case action::jump_ball:
      return text.jump_ball();
    case action::violation:
      return text.violation();
    case action::steal:
      text.add(FMT_COMPILE("{} STEAL ({} STL)"), text.actor(), value.count);
      return;
    case action::block:
      text.add(FMT_COMPILE("{} BLOCK ({} BLK)"), text.actor(), value.count);
      return;
    case action::substitution_out:
    case action::substitution_in:
      text.add(FMT_COMPILE("SUB {}: {}"), value.sub_type, text.actor());
      return;
    case action::timeout:
      text.add(FMT_COMPILE("{} Timeout"), text.tricode());
      return;
    case action::ejection:
      text.add(FMT_COMPILE("{} EJECTED"), text.actor());
      return;
    case action::period_start:
      out += "Period Start";
      return;
    case action::period_end:
      out += "Period End";
      return;
    case action::game_end:
      out += "Game End";
      return;
    default:
      return;
  }
}

}  // namespace nba::fake
