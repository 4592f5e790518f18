#include "pipeline/source/cdn/parsers.hpp"

#include <simdjson.h>

#include <cstdint>
#include <string_view>

namespace nba {
namespace {

using simdjson::dom::element;

bool is_of(const element& game, const game_id& id) {
  std::string_view text;
  return !game["gameId"].get(text) && text == id.str();
}

// 3, "3"; 0 for anything else.
std::int64_t number_of(simdjson::simdjson_result<element> field) {
  std::int64_t number = 0;
  if (!field.get(number)) return number;
  std::string_view text;
  if (field.get(text) || text.empty() || text.size() > 6) return 0;
  number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + (c - '0');
  }
  return number;
}

bool has_text(simdjson::simdjson_result<element> field, std::string_view wanted) {
  std::string_view text;
  return !field.get(text) && text == wanted;
}

std::string evidence_of_events(const element& game) {
  simdjson::dom::array actions;
  if (game["actions"].get(actions)) return {};
  for (const auto action : actions)
    if (has_text(action["actionType"], "game") && has_text(action["subType"], "end"))
      return "the play-by-play has the end of the game";
  return {};
}

std::string evidence_of_box(const element& game) {
  if (number_of(game["gameStatus"]) != 3) return {};
  const auto home = number_of(game["homeTeam"]["score"]);
  const auto away = number_of(game["awayTeam"]["score"]);
  if (home <= 0 && away <= 0) return {};
  return "the box score is final, " + std::to_string(home) + "-" + std::to_string(away);
}

template <class Look>
std::string look_into(const body_ptr& body, const game_id& id, Look look) {
  if (!body) return {};
  simdjson::dom::parser parser;
  element document;
  constexpr bool copy_first = false;  // the body has its padding
  if (parser.parse(body->view().data(), body->size(), copy_first).get(document)) return {};
  element game;
  if (document["game"].get(game) || !is_of(game, id)) return {};
  return look(game);
}

}  // namespace

std::string cdn_evidence_of_play(const game_payloads& payloads) {
  auto shown = look_into(payloads.bodies[endpoint::playbyplay], payloads.id, evidence_of_events);
  return shown.empty() ? look_into(payloads.bodies[endpoint::boxscore], payloads.id, evidence_of_box) : shown;
}

}  // namespace nba
