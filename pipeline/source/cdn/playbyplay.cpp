#include "pipeline/game_clock.hpp"
#include "pipeline/source/cdn/parsers.hpp"
#include "pipeline/source/cdn/payload_fields.hpp"
#include "pipeline/transform/acceptance.hpp"
#include "pipeline/transform/field_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nba {
namespace {

using value = payload_reader::value;

using enum presence;
namespace b = payload_bounds;

bool read_qualifiers(payload_reader& in, value v, std::string_view key, pbp_event_row& event) {
  auto& joined = event.qualifiers;
  return in.array(v, key, [&](value element) {
    std::string_view qualifier;
    if (!in.text(element, "", qualifier)) return false;
    if (!joined.empty()) joined += ',';
    joined += qualifier;
    return true;
  });
}

constexpr auto action_fields = fields_into<pbp_event_row>({
    {"orderNumber", integer<&pbp_event_row::order_number>, required, b::any},
    {"actionNumber", field<&pbp_event_row::action_number>, required, b::any},
    {"period", period<&pbp_event_row::period>, required, b::period},
    {"clock", clock<&pbp_event_row::clock_hundredths>, required, {0, quarter_hundredths / 100}},
    {"actionType", field<&pbp_event_row::action_type>, required, b::word},
    {"subType", field<&pbp_event_row::sub_type>, optional, b::name},
    {"descriptor", field<&pbp_event_row::descriptor>, optional, b::name},
    {"qualifiers", read_qualifiers, optional, b::word},
    {"teamId", field<&pbp_event_row::team_id>, optional, b::any},
    {"personId", field<&pbp_event_row::player_id>, optional, b::any},
    {"possession", field<&pbp_event_row::possession_team_id>, decorative, b::any},
    {"scoreHome", field<&pbp_event_row::score_home>, required, b::points},
    {"scoreAway", field<&pbp_event_row::score_away>, required, b::points},
    {"x", field<&pbp_event_row::x>, decorative, b::percent_of_the_court},
    {"y", field<&pbp_event_row::y>, decorative, b::percent_of_the_court},
    {"shotDistance", field<&pbp_event_row::shot_distance>, decorative, b::feet},
    {"shotResult", field<&pbp_event_row::shot_result>, optional, b::word},
    {"assistPersonId", field<&pbp_event_row::assist_player_id>, decorative, b::any},
    {"description", field<&pbp_event_row::description>, decorative, b::sentence},
    {"timeActual", field<&pbp_event_row::time_actual>, decorative, b::word},
    {"edited", field<&pbp_event_row::edited_at>, decorative, b::word},
});

int points_of(const pbp_event_row& event) {
  if (event.shot_result != "Made") return 0;
  if (event.action_type == "2pt") return 2;
  if (event.action_type == "3pt") return 3;
  return event.action_type == "freethrow" ? 1 : 0;
}

bool read_action(payload_reader& in, value v, pbp_event_row& event) {
  if (!in.object(v, "", action_fields, event)) return false;
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

struct plays {
  std::string_view game_id;
  std::vector<pbp_event_row> events;
};

constexpr std::size_t events_expected = 640;

bool read_actions(payload_reader& in, value v, std::string_view key, plays& into) {
  into.events.reserve(events_expected);
  return in.array(v, key, [&](value action) { return read_action(in, action, into.events.emplace_back()); });
}

constexpr auto game_fields = fields_into<plays>({
    {"gameId", field<&plays::game_id>, required, b::word},
    {"actions", read_actions, required, {0, 20'000}},
});

// When events were recorded and edited, seen from tip-off; an edit may come years later. Recorded: none before it.
constexpr std::chrono::hours recorded_before_max{48};
constexpr std::chrono::hours recorded_after_max{50 * 365 * 24};

}  // namespace

void list_playbyplay_fields(std::vector<payload_field>& into) {
  list_fields(into, payload_object::plays, game_fields);
  list_fields(into, payload_object::action, action_fields);
}

result<void> parse_playbyplay(simdjson::ondemand::parser& parser, const padded_body& body, const game_id& id,
                              game_rows& rows, odd_values& odd) {
  payload_reader in("play-by-play");
  if (rows.game.tipoff_utc != utc_time{})
    in.instants_between(rows.game.tipoff_utc - recorded_before_max, rows.game.tipoff_utc + recorded_after_max);
  plays found;
  bool has_game = false;
  const bool parsed = in.root(parser, body, [&](std::string_view key, value v) {
    if (key != "game") return true;
    has_game = true;
    return in.object(v, key, game_fields, found);
  });
  if (parsed && !has_game) in.fail("game", "is missing");
  if (!parsed || !has_game) return in.error();
  if (found.game_id != id.str()) return not_as_asked("play-by-play", found.game_id, id);
  rows.events = std::move(found.events);
  order_events(rows.events);
  odd.merge(in.odd(), "");
  return {};
}

}  // namespace nba
