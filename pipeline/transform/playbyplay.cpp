#include "pipeline/game_clock.hpp"
#include "pipeline/transform/parsers.hpp"
#include "pipeline/transform/payload_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba {
namespace {

using value = payload_reader::value;

enum class action_field {
  order_number,
  action_number,
  period,
  clock,
  action_type,
  sub_type,
  descriptor,
  qualifiers,
  team,
  person,
  possession,
  score_home,
  score_away,
  x,
  y,
  shot_distance,
  shot_result,
  assist_person,
  description,
  time_actual,
  edited,
};

constexpr key_table<action_field, 21> action_fields({
    {"orderNumber", action_field::order_number},
    {"actionNumber", action_field::action_number},
    {"period", action_field::period},
    {"clock", action_field::clock},
    {"actionType", action_field::action_type},
    {"subType", action_field::sub_type, presence::optional},
    {"descriptor", action_field::descriptor, presence::optional},
    {"qualifiers", action_field::qualifiers, presence::optional},
    {"teamId", action_field::team, presence::optional},
    {"personId", action_field::person, presence::optional},
    {"possession", action_field::possession, presence::optional},
    {"scoreHome", action_field::score_home},
    {"scoreAway", action_field::score_away},
    {"x", action_field::x, presence::optional},
    {"y", action_field::y, presence::optional},
    {"shotDistance", action_field::shot_distance, presence::optional},
    {"shotResult", action_field::shot_result, presence::optional},
    {"assistPersonId", action_field::assist_person, presence::optional},
    {"description", action_field::description, presence::optional},
    {"timeActual", action_field::time_actual, presence::optional},
    {"edited", action_field::edited, presence::optional},
});

bool read_qualifiers(payload_reader& in, value v, std::string_view key, std::string& joined) {
  return in.array(v, key, [&](value element) {
    std::string_view qualifier;
    if (!in.text(element, "", qualifier)) return false;
    if (!joined.empty()) joined += ',';
    joined += qualifier;
    return true;
  });
}

int points_of(const pbp_event_row& event) {
  if (event.shot_result != "Made") return 0;
  if (event.action_type == "2pt") return 2;
  if (event.action_type == "3pt") return 3;
  return event.action_type == "freethrow" ? 1 : 0;
}

bool read_action(payload_reader& in, value v, pbp_event_row& event) {
  const auto on_field = [&](action_field which, std::string_view key, value field) {
    switch (which) {
      case action_field::order_number:
        return in.integer(field, key, event.order_number);
      case action_field::action_number:
        return in.integer(field, key, event.action_number);
      case action_field::period:
        return in.period(field, key, event.period);
      case action_field::clock:
        return in.clock(field, key, event.clock_hundredths);
      case action_field::action_type:
        return in.text(field, key, event.action_type);
      case action_field::sub_type:
        return in.text(field, key, event.sub_type);
      case action_field::descriptor:
        return in.text(field, key, event.descriptor);
      case action_field::qualifiers:
        return read_qualifiers(in, field, key, event.qualifiers);
      case action_field::team:
        return in.id(field, key, event.team_id);
      case action_field::person:
        return in.id(field, key, event.player_id);
      case action_field::possession:
        return in.id(field, key, event.possession_team_id);
      case action_field::score_home:
        return in.integer(field, key, event.score_home);
      case action_field::score_away:
        return in.integer(field, key, event.score_away);
      case action_field::x:
        return in.number(field, key, event.x);
      case action_field::y:
        return in.number(field, key, event.y);
      case action_field::shot_distance:
        return in.number(field, key, event.shot_distance);
      case action_field::shot_result:
        return in.text(field, key, event.shot_result);
      case action_field::assist_person:
        return in.id(field, key, event.assist_player_id);
      case action_field::description:
        return in.text(field, key, event.description);
      case action_field::time_actual:
        return in.timestamp(field, key, event.time_actual);
      case action_field::edited:
        return in.timestamp(field, key, event.edited_at);
    }
    return true;
  };
  if (!in.object(v, "", action_fields, on_field)) return false;
  event.elapsed_hundredths = elapsed_hundredths(event.period, event.clock_hundredths);
  event.points = points_of(event);
  return true;
}

// True order is orderNumber; ties keep their place in the payload.
void order_events(std::vector<pbp_event_row>& events) {
  const auto earlier = [](const pbp_event_row& a, const pbp_event_row& b) { return a.order_number < b.order_number; };
  if (!std::is_sorted(events.begin(), events.end(), earlier)) std::stable_sort(events.begin(), events.end(), earlier);
  for (std::size_t i = 0; i < events.size(); ++i) events[i].event_idx = static_cast<int>(i);
}

enum class game_field { id, actions };
constexpr key_table<game_field, 2> game_fields({
    {"gameId", game_field::id},
    {"actions", game_field::actions},
});

constexpr std::size_t events_expected = 640;

}  // namespace

result<void> parse_playbyplay(simdjson::ondemand::parser& parser, const padded_body& body, const game_id& id,
                              game_rows& rows) {
  payload_reader in("play-by-play");
  std::string_view found_id;
  bool has_game = false;
  const auto on_field = [&](game_field which, std::string_view key, value field) {
    if (which == game_field::id) return in.text(field, key, found_id);
    rows.events.reserve(events_expected);
    return in.array(field, key, [&](value action) { return read_action(in, action, rows.events.emplace_back()); });
  };
  const bool parsed = in.root(parser, body, [&](std::string_view key, value v) {
    if (key != "game") return true;
    has_game = true;
    return in.object(v, key, game_fields, on_field);
  });
  if (parsed && !has_game) in.fail("game", "is missing");
  if (!parsed || !has_game) return in.error();
  if (found_id != id.str())
    return failure{failure_class::contract_drift,
                   fmt::format("the play-by-play is of game {}, not {}", shortened(found_id), id.str()), "game.gameId"};
  order_events(rows.events);
  return {};
}

bool has_game_end(const game_rows& rows) {
  // Nearly always the last event; memos and reviews may follow it.
  return std::any_of(rows.events.rbegin(), rows.events.rend(),
                     [](const pbp_event_row& event) { return event.action_type == "game" && event.sub_type == "end"; });
}

}  // namespace nba
