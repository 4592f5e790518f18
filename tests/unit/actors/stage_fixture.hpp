// What tests of one stage need: games in every form in which they meet an actor.
#pragma once

#include "actors/messages.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "tests/support/engine/small_league.hpp"

#include <memory>
#include <string>

namespace nba::test {

inline game_job_ptr job_for(const planned_game& game, ledger_entry known = {}) {
  auto job = std::make_shared<game_job>();
  job->game = game;
  job->known = std::move(known);
  job->known.id = game.id;
  return job;
}

inline std::shared_ptr<const game_payloads> payloads_of(const game_id& id, const small_payload& what = {}) {
  auto payloads = std::make_shared<game_payloads>();
  payloads->id = id;
  payloads->bodies[endpoint::boxscore] = std::make_shared<padded_body>(boxscore_json(id, what));
  payloads->bodies[endpoint::playbyplay] = std::make_shared<padded_body>(playbyplay_json(id, what));
  payloads->origin = {"sim", {}, utc_now()};
  payloads->origin.urls[endpoint::boxscore] = "box";
  payloads->origin.urls[endpoint::playbyplay] = "events";
  return payloads;
}

inline fetched_game fetched(const planned_game& game, small_payload what = {}, ledger_entry known = {}) {
  what.date = game.date;
  auto payloads = payloads_of(game.id, what);
  const auto bytes = payloads->bytes();
  return {job_for(game, std::move(known)), std::move(payloads), bytes};
}

// With a fixed size, so that a test can count bytes.
inline transformed_game transformed(const planned_game& game, std::size_t bytes = 100, small_payload what = {}) {
  what.date = game.date;
  const auto payloads = payloads_of(game.id, what);
  auto rows = transformer{make_cdn_parser()}.transform(*payloads);
  return {job_for(game), std::make_shared<game_rows>(std::move(*rows)), payload_digest(*payloads), bytes};
}

inline loaded_game loaded(const planned_game& game, std::size_t bytes = 100) {
  auto item = transformed(game, bytes);
  return {item.job, item.rows, write_outcome::inserted, bytes};
}

inline derived_game derived(const planned_game& game, std::size_t bytes = 100) {
  auto item = transformed(game, bytes);
  auto rows = std::make_shared<derived_rows>();
  rows->outcome = {4, 3, 1, 7, 1, 0};
  return {item.job, item.rows, std::move(rows), write_outcome::inserted, bytes};
}

}  // namespace nba::test
