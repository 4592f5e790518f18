#include "pipeline/derive/derive.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/transform/acceptance.hpp"
#include "pipeline/transform/transform.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/row_properties.hpp"
#include "tests/fuzz/targets.hpp"

#include <cmath>

namespace nba::fuzz {
namespace {

constexpr std::string_view blank_line = "\n\n";

void require_derived(const game_rows& rows) {
  static const season_travel no_travel{{}};
  const auto derived = derive_game(rows, no_travel);
  require(derived.outcome.winner_team_id == rows.game.home_team_id ||
              derived.outcome.winner_team_id == rows.game.away_team_id,
          "one of the two teams wins");
  require(derived.outcome.margin != 0, "no game ends in a tie");
  require(derived.outcome.overtime_periods >= 0, "there are no negative overtimes");
  require(derived.team_factors.size() == 2, "both teams have factors");
  for (const auto& row : derived.team_factors) {
    require(std::isfinite(row.possessions), "possessions are a number");
    for (const auto& ratio : {row.pace, row.off_rating, row.def_rating, row.net_rating, row.efg_pct, row.ts_pct,
                              row.tov_pct, row.orb_pct, row.ft_rate})
      require(!ratio || std::isfinite(*ratio), "a ratio is a number or absent");
  }
}

}  // namespace

bool game(std::string_view input) {
  static transformer worker{make_cdn_parser()};
  const auto cut = input.find(blank_line);
  game_payloads payloads;
  payloads.id = fuzzed_game();
  payloads.bodies[endpoint::boxscore] = body_of(input.substr(0, cut));
  payloads.bodies[endpoint::playbyplay] =
      body_of(cut == std::string_view::npos ? "" : input.substr(cut + blank_line.size()));
  const auto rows = worker.transform(payloads);
  if (!rows) {
    require_failure(rows.error(), {failure_class::contract_drift, failure_class::not_final, failure_class::rejected});
    return false;
  }
  require_boxscore_rows(*rows);
  require_events(*rows);
  require_reconciled(*rows);
  require(accept(*rows).has_value(), "what the transformer accepts the rules accept");
  require_derived(*rows);
  return true;
}

}  // namespace nba::fuzz
