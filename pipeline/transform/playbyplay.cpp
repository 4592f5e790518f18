#include "pipeline/game_clock.hpp"
#include "pipeline/transform/parsers.hpp"
#include "pipeline/transform/payload_fields.hpp"
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

constexpr wanted_key<action_field> action_keys[] = {
    {"orderNumber", action_field::order_number},
    {"actionNumber", action_field::action_number},
    {"period", action_field::period},
    {"clock", action_field::clock},
    {"actionType", action_field::action_type},
    {"subType", action_field::sub_type},
    {"descriptor", action_field::descriptor},
    {"qualifiers", action_field::qualifiers},
    {"teamId", action_field::team},
    {"personId", action_field::person},
    {"possession", action_field::possession},
    {"scoreHome", action_field::score_home},
    {"scoreAway", action_field::score_away},
    {"x", action_field::x},
    {"y", action_field::y},
    {"shotDistance", action_field::shot_distance},
    {"shotResult", action_field::shot_result},
    {"assistPersonId", action_field::assist_person},
    {"description", action_field::description},
    {"timeActual", action_field::time_actual},
    {"edited", action_field::edited},
};
constexpr auto action_fields = keys_of(payload_object::action, action_keys);

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
  if (event.clock_hundredths > period_length_hundredths(event.period))
    return in.fail("clock",
                   fmt::format("is {} s, longer than period {}", event.clock_hundredths / 100.0, event.period));
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
constexpr wanted_key<game_field> game_keys[] = {
    {"gameId", game_field::id},
    {"actions", game_field::actions},
};
constexpr auto game_fields = keys_of(payload_object::plays, game_keys);

constexpr std::size_t events_expected = 640;

// When events were recorded and edited, seen from tip-off; an edit may come years later. Recorded: none before it.
constexpr std::chrono::hours recorded_before_max{48};
constexpr std::chrono::hours recorded_after_max{50 * 365 * 24};

}  // namespace

result<void> parse_playbyplay(simdjson::ondemand::parser& parser, const padded_body& body, const game_id& id,
                              game_rows& rows, odd_values& odd) {
  payload_reader in("play-by-play");
  if (rows.game.tipoff_utc != utc_time{})
    in.instants_between(rows.game.tipoff_utc - recorded_before_max, rows.game.tipoff_utc + recorded_after_max);
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
  if (found_id != id.str()) return not_as_asked("play-by-play", found_id, id);
  order_events(rows.events);
  odd.merge(in.odd(), "");
  return {};
}

bool has_game_end(const game_rows& rows) {
  // Nearly always the last event; memos and reviews may follow it.
  return std::any_of(rows.events.rbegin(), rows.events.rend(),
                     [](const pbp_event_row& event) { return event.action_type == "game" && event.sub_type == "end"; });
}

}  // namespace nba
