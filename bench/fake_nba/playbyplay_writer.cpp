#include "bench/fake_nba/calendar.hpp"
#include "bench/fake_nba/documents.hpp"
#include "bench/fake_nba/event_text.hpp"
#include "bench/fake_nba/json_text.hpp"
#include "bench/fake_nba/shot_chart.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <chrono>

namespace nba::fake {
namespace {

constexpr std::size_t expected_bytes_per_event = 860;

constexpr std::array<std::string_view, 13> qualifier_names{
    "pointsinthepaint",     "2ndchance", "fromturnover", "fastbreak",
    "defensivegoaltending", "inpenalty", "1freethrow",   "2freethrow",
    "3freethrow",           "deadball",  "team",         "mandatory",
    "startperiod"};

bool is_shot(action what) { return what == action::two_pointer || what == action::three_pointer; }

class playbyplay_writer {
 public:
  explicit playbyplay_writer(const game_sheet& sheet)
      : sheet_(sheet),
        form_(sheet.match.quirks.form),
        json_((sheet.log.events.size() + 1) * expected_bytes_per_event, form_ == document_form::compact) {}

  std::string write() && {
    json_.open('{');
    if (form_ != document_form::compact) meta();
    json_.open_member("game", '{').member("gameId", sheet_.game.id.str()).open_member("actions", '[');
    for (const auto& event : sheet_.log.events)
      if (!event.at_end_of_list) action_of(event);
    for (const auto& event : sheet_.log.events)
      if (event.at_end_of_list) action_of(event);
    json_.close(']').close('}').close('}');
    return std::move(json_).take();
  }

 private:
  bool compact() const { return form_ == document_form::compact; }
  const squad& squad_of(side value) const { return sheet_.match.squads[at(value)]; }
  const player& who(side team, player_index index) const { return squad_of(team).roster[at_player(index)]; }

  void meta() {
    const auto written = wall_clock_at(sheet_.tipoff + std::chrono::hours{3}, "America/New_York");
    json_.open_member("meta", '{').member("version", 1).member("code", 200);
    json_.member("request", fmt::format("http://league.invalid/games/{}/playbyplay?Format=json", sheet_.game.id.str()));
    json_.member("time", fmt::format("{}.000000", format_local(written.time))).close('}');
  }

  // The members of both serialisations, in the order of the compact one.
  void action_of(const event& value) {
    json_.open('{').member("actionNumber", value.action_number);
    clock(value);
    json_.member("period", value.period).member("periodType", value.period <= 4 ? "REGULAR" : "OVERTIME");
    if (!compact()) team(value);
    json_.member("actionType", action_name(value.what));
    if (!value.sub_type.empty())
      json_.member("subType", value.sub_type);
    else if (form_ == document_form::nulls_2024)
      json_.member("subType", "");
    if (!compact() && !value.descriptor.empty()) json_.member("descriptor", value.descriptor);
    qualifiers(value);
    if (!value.value.empty()) json_.member("value", value.value);
    json_.member("personId", acting_person(value));
    place(value);
    json_.member("possession",
                 value.possession == no_side ? std::int64_t{0} : squad_of(value.possession).team->team_id);
    score(value);
    if (value.official >= 0) json_.member("officialId", official_id(value.official));
    json_.member("orderNumber", value.order_number);
    if (form_ != document_form::nulls_2020) json_.member("isTargetScoreLastPeriod", false);
    json_.member("isFieldGoal", is_shot(value.what) ? 1 : 0);
    if (compact()) team(value);
    if (compact() && !value.descriptor.empty()) json_.member("descriptor", value.descriptor);
    people(value);
    details(value);
    if (has_description(value.what)) {
      text_.clear();
      describe(text_, value, sheet_.match);
      json_.member("description", text_);
    }
    person_filter(value);
    json_.close('}');
  }

  std::int64_t official_id(int index) const {
    const auto position = static_cast<std::size_t>(sheet_.match.officials[static_cast<std::size_t>(index)]);
    return sheet_.officials[position].person_id;
  }

  // A jump ball is credited to whoever got the ball.
  static player_index actor_of(const event& value) {
    return value.what == action::jump_ball ? value.third : value.player;
  }
  std::int64_t acting_person(const event& value) const {
    const auto actor = actor_of(value);
    return actor == no_player ? 0 : who(value.side, actor).person_id;
  }

  void clock(const event& value) {
    std::array<char, 32> buffer{};
    const int tenths = value.clock_tenths;
    auto* end =
        fmt::format_to(buffer.data(), FMT_COMPILE("PT{:02}M{:02}.{}0S"), tenths / 600, tenths / 10 % 60, tenths % 10);
    json_.member("clock", std::string_view(buffer.data(), static_cast<std::size_t>(end - buffer.data())));
    const auto actual = sheet_.tipoff + std::chrono::milliseconds{value.wall_tenths * 100};
    timestamp("timeActual", actual, true);
    timestamp("edited", actual + std::chrono::seconds{value.edited_after_seconds}, false);
  }

  void timestamp(std::string_view name, utc_time when, bool with_tenths) {
    const auto day = std::chrono::floor<std::chrono::duration<int, std::ratio<86400>>>(when);
    if (day != written_day_) {
      written_day_ = day;
      const date::year_month_day calendar{date::sys_days{date::days{day.time_since_epoch().count()}}};
      fmt::format_to(day_text_.data(), FMT_COMPILE("{:04}-{:02}-{:02}T"), static_cast<int>(calendar.year()),
                     static_cast<unsigned>(calendar.month()), static_cast<unsigned>(calendar.day()));
    }
    const auto tenths = static_cast<int>((when - day).count() / 100);
    std::array<char, 40> buffer{};
    auto* end = std::copy(day_text_.begin(), day_text_.end(), buffer.begin());
    end = fmt::format_to(end, FMT_COMPILE("{:02}:{:02}:{:02}"), tenths / 36000, tenths / 600 % 60, tenths / 10 % 60);
    if (with_tenths) end = fmt::format_to(end, FMT_COMPILE(".{}"), tenths % 10);
    *end++ = 'Z';
    json_.member(name, std::string_view(buffer.data(), static_cast<std::size_t>(end - buffer.data())));
  }

  void team(const event& value) {
    if (value.side == no_side) return;
    json_.member("teamId", squad_of(value.side).team->team_id)
        .member("teamTricode", squad_of(value.side).team->tricode);
  }

  void qualifiers(const event& value) {
    json_.open_member("qualifiers", '[');
    for (std::size_t bit = 0; bit < qualifier_names.size(); ++bit)
      if ((value.qualifiers & (1u << bit)) != 0) json_.item(qualifier_names[bit]);
    json_.close(']');
  }

  void score(const event& value) {
    for (const side team : {home_side, away_side}) {
      const auto* name = team == home_side ? "scoreHome" : "scoreAway";
      if (compact()) {
        json_.member(name, value.score[at(team)]);
      } else {
        const fmt::format_int digits(value.score[at(team)]);
        json_.member(name, std::string_view(digits.data(), digits.size()));
      }
    }
  }

  // Whose shot an event is about, for the place of rebounds and blocks.
  const shot_spot* spot_of(const event& value) const {
    if (is_shot(value.what)) return &value.spot;
    if (value.shot_event < 0) return nullptr;
    const auto& shot = sheet_.log.events[static_cast<std::size_t>(value.shot_event)];
    return is_shot(shot.what) ? &shot.spot : nullptr;
  }

  void place(const event& value) {
    const auto* spot = spot_of(value);
    if (form_ != document_form::nulls_2020 && spot != nullptr)
      json_.member("area", spot->area).member("areaDetail", spot->area_detail);
    if (!is_shot(value.what)) {
      if (compact()) return;
      json_.member("x", nullptr).member("y", nullptr).member("side", nullptr);
      json_.member("xLegacy", nullptr).member("yLegacy", nullptr);
      return;
    }
    const bool left = (value.side == home_side) == (value.period % 4 == 1 || value.period % 4 == 2);
    const double along = 100 * spot->feet_from_baseline / court_length_feet;
    const double across = 100 * spot->feet_to_the_side / court_width_feet;
    json_.member("x", left ? along : 100 - along).member("y", left ? 50 + across : 50 - across);
    json_.member("side", left ? "left" : "right").member("shotDistance", hundredths_of(spot->distance_feet));
    json_.member("xLegacy", static_cast<int>(-10 * spot->feet_to_the_side));
    json_.member("yLegacy", static_cast<int>(10 * (spot->feet_from_baseline - basket_feet)));
  }

  static double hundredths_of(double feet) { return static_cast<double>(static_cast<int>(feet * 100)) / 100; }

  void people(const event& value) {
    const auto actor = actor_of(value);
    if (actor == no_player) return;
    const auto& person = who(value.side, actor);
    json_.member("playerName", person.family_name).member("playerNameI", person.initial);
  }

  void named(std::string_view name_key, std::string_view id_key, const player& person) {
    json_.member(name_key, person.family_name).member(id_key, person.person_id);
  }

  // What only this kind of event has.
  void details(const event& value) {
    const side theirs = value.side == no_side ? no_side : other(value.side);
    switch (value.what) {
      case action::two_pointer:
      case action::three_pointer:
      case action::free_throw:
        shot_details(value);
        break;
      case action::rebound:
        json_.member("shotActionNumber", sheet_.log.events[static_cast<std::size_t>(value.shot_event)].action_number);
        if (value.player == no_player) break;
        json_.member("reboundTotal", value.count).member("reboundDefensiveTotal", value.count_second);
        json_.member("reboundOffensiveTotal", value.count_third);
        break;
      case action::turnover:
        if (value.player != no_player) json_.member("turnoverTotal", value.count);
        if (value.second != no_player) named("stealPlayerName", "stealPersonId", who(theirs, value.second));
        break;
      case action::foul:
        if (value.player != no_player)
          json_.member("foulPersonalTotal", value.count).member("foulTechnicalTotal", value.count_second);
        if (value.second != no_player) named("foulDrawnPlayerName", "foulDrawnPersonId", who(theirs, value.second));
        break;
      case action::jump_ball:
        if (value.third != no_player) {
          json_.member("jumpBallRecoveredName", who(value.side, value.third).initial);
          json_.member("jumpBallRecoverdPersonId", who(value.side, value.third).person_id);
        } else {
          json_.member("jumpBallRecoveredName", fmt::format("Team ({})", squad_of(value.side).team->tricode));
        }
        named("jumpBallWonPlayerName", "jumpBallWonPersonId", who(value.side, value.player));
        named("jumpBallLostPlayerName", "jumpBallLostPersonId", who(theirs, value.second));
        break;
      default:
        break;
    }
  }

  void shot_details(const event& value) {
    json_.member("shotResult", value.made ? "Made" : "Missed");
    if (value.made) json_.member("pointsTotal", value.count);
    if (value.what == action::free_throw || value.second == no_player) return;
    if (!value.made) return named("blockPlayerName", "blockPersonId", who(other(value.side), value.second));
    const auto& passer = who(value.side, value.second);
    json_.member("assistPlayerNameInitial", passer.initial).member("assistPersonId", passer.person_id);
    json_.member("assistTotal", value.assist_count);
  }

  void person_filter(const event& value) {
    json_.open_member("personIdsFilter", '[');
    if (const auto actor = acting_person(value); actor != 0) json_.item(actor);
    if (value.what == action::jump_ball) json_.item(who(value.side, value.player).person_id);
    if (value.second != no_player) {
      const bool own = is_shot(value.what) && value.made;
      json_.item(who(own ? value.side : other(value.side), value.second).person_id);
    }
    json_.close(']');
  }

  const game_sheet& sheet_;
  document_form form_;
  json_text json_;
  std::string text_;
  std::chrono::time_point<std::chrono::system_clock, std::chrono::duration<int, std::ratio<86400>>> written_day_{
      std::chrono::duration<int, std::ratio<86400>>{-1}};
  std::array<char, 11> day_text_{};
};

}  // namespace

std::string write_playbyplay(const game_sheet& sheet) { return playbyplay_writer(sheet).write(); }

}  // namespace nba::fake
