#include "pipeline/source/cdn/boxscore_unfinished.hpp"

#include "pipeline/transform/field_table.hpp"

#include <fmt/format.h>

namespace nba {
namespace {

struct score_of_a_team {
  std::optional<int> score;
};
struct glance {
  int status = 0;
  std::string text;
  score_of_a_team home, away;
};

constexpr auto score_fields = fields_into<score_of_a_team>({
    {"score", field<&score_of_a_team::score>, presence::optional},
});
constexpr auto glance_fields = fields_into<glance>({
    {"gameStatus", field<&glance::status>, presence::optional},
    {"gameStatusText", field<&glance::text>, presence::optional},
    {"homeTeam", object<score_fields, &glance::home>, presence::optional},
    {"awayTeam", object<score_fields, &glance::away>, presence::optional},
});

}  // namespace

failure not_final(int status, std::string_view status_text) {
  return {failure_class::not_final,
          fmt::format("the box score has gameStatus {} (\"{}\"), not 3: try again when the game is over", status,
                      shortened(status_text)),
          "game.gameStatus"};
}

failure still_pregame() {
  return {failure_class::not_final,
          "the box score says final with a score of 0 to 0: it is still the one from before the game",
          "game.homeTeam.score"};
}

std::optional<failure> reason_unfinished(simdjson::ondemand::parser& parser, const padded_body& body) {
  payload_reader in("box score");
  glance seen;
  // That it fails again is no news: what can be read until then counts.
  (void)in.root(parser, body, [&](std::string_view key, payload_reader::value v) {
    return key != "game" || in.object(v, key, glance_fields, seen);
  });
  if (seen.status == 1 || seen.status == 2) return not_final(seen.status, seen.text);
  if (seen.status == 3 && seen.home.score == 0 && seen.away.score == 0) return still_pregame();
  return std::nullopt;
}

}  // namespace nba
