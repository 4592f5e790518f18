#include "tests/unit/cli/sample_season.hpp"

#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/transform/transform.hpp"

#include <doctest/doctest.h>

namespace nba::cli::test {
namespace {

// A failed step of the preparation ends the test with the failure's words.
template <class T>
T must(result<T> value) {
  if (!value) FAIL(describe(value.error()));
  return std::move(value).value();
}
void must(const result<void>& value) {
  if (!value) FAIL(describe(value.error()));
}

league_settings small_league(bool playoffs) {
  league_settings settings;
  settings.regular_games = sample_season::regular_games;
  settings.rescheduled_games = 0;
  settings.cup = settings.play_in = false;
  settings.playoffs = playoffs;
  return settings;
}

}  // namespace

sample_season::sample_season(const std::string& url, bool playoffs) {
  league_ = must(league::create(small_league(playoffs)));
  games_ = league_->games();
  travel_ = std::make_unique<season_travel>(games_);
  store_ = must(open_store(must(parse_database_url(url))));
  must(store_->migrate());
  must(store_->write_plan(season{2024}, games_));
}

game_rows sample_season::rows_of(const game_id& id) const {
  game_payloads payloads;
  payloads.id = id;
  payloads.bodies[endpoint::boxscore] = std::make_shared<const padded_body>(league_->boxscore_json(id).value());
  payloads.bodies[endpoint::playbyplay] = std::make_shared<const padded_body>(league_->playbyplay_json(id).value());
  // As of the real league: the commands under test are not told --source sim.
  payloads.origin = {"cdn", {}, utc_now()};
  payloads.origin.urls[endpoint::boxscore] = "http://sim/boxscore";
  payloads.origin.urls[endpoint::playbyplay] = "http://sim/playbyplay";
  return must(transformer{make_cdn_parser()}.transform(payloads));
}

void sample_season::load(std::size_t position) {
  const core_write write{std::make_shared<const game_rows>(rows_of(id(position))), "digest-" + id(position).str()};
  const std::vector<game_write> writes{write};
  must(store_->write_games(writes, run_id));
}

void sample_season::complete(std::size_t position) {
  load(position);
  const auto rows = must(store_->read_game(id(position)));
  const derived_write write{id(position), std::make_shared<const derived_rows>(derive_game(rows, *travel_)),
                            derive_rules_version, rows.origin};
  const std::vector<game_write> writes{write};
  must(store_->write_games(writes, run_id));
}

void sample_season::park(std::size_t position, const std::string& stage, const failure& why) {
  dead_letter letter;
  letter.game_id = id(position);
  letter.stage = stage;
  letter.error_class = why.kind;
  letter.error = describe(why);
  letter.attempts = 2;
  letter.payload_sha256 = "0123abcd";
  letter.first_failed_at = *parse_timestamp("2024-11-12T06:00:00Z");
  letter.last_failed_at = *parse_timestamp("2024-11-13T06:30:00Z");
  must(store_->park(letter, run_id));
}

void sample_season::set_state(std::size_t position, game_state state, int attempts) {
  state_change change;
  change.game_id = id(position);
  change.state = state;
  change.attempts = attempts;
  must(store_->write_states(std::vector<state_change>{change}, run_id));
}

}  // namespace nba::cli::test
