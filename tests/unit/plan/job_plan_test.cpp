#include "pipeline/plan/job_plan.hpp"

#include "tests/unit/plan/builders.hpp"

#include <doctest/doctest.h>

using namespace nba;

namespace {

// Two games a day on forty days in a row, all of them over.
job_plan forty_days() {
  job_plan plan;
  plan.seasons.emplace_back();
  auto& one = plan.seasons.front();
  one.season = one.schedule.season = season{2024};
  for (int i = 0; i < 80; ++i) {
    auto made = test::game(test::numbered(i + 1), "2024-10-22");
    made.date += date::days{i / 2};
    one.schedule.games.push_back(made);
  }
  one.schedule.first_date = one.schedule.games.front().date;
  one.schedule.last_date = one.schedule.games.back().date;
  return plan;
}

std::vector<std::size_t> sizes_of(const std::vector<chunk>& chunks) {
  std::vector<std::size_t> out;
  for (const auto& one : chunks) out.push_back(one.games.size());
  return out;
}

}  // namespace

TEST_CASE("a plan is cut by days and by games, and says why where no number was asked for") {
  const auto now = test::at("2025-01-10T12:00:00.000Z");
  auto by_days = forty_days();
  REQUIRE(plan_chunks(by_days, now, chunk_order{10, 3}));
  CHECK(sizes_of(by_days.chunks) == std::vector<std::size_t>{20, 20, 20, 20});
  CHECK(by_days.parallel == 3);
  CHECK(by_days.chunks_why.empty());
  CHECK(by_days.parallel_why.empty());

  auto by_games = forty_days();
  REQUIRE(plan_chunks(by_games, now, chunk_order{chunk_days_auto, parallel_auto, {30, 20}, 40}));
  CHECK(sizes_of(by_games.chunks) == std::vector<std::size_t>{30, 30, 20});
  CHECK(by_games.parallel == 3);
  CHECK(by_games.chunks_why == "by games: some 30 a chunk, 20 days at most; 20 to 30 of each are to be done");
  CHECK(by_games.parallel_why == "that is all of them");

  auto short_ones = forty_days();
  REQUIRE(plan_chunks(short_ones, now, chunk_order{chunk_days_auto, parallel_auto, {30, 2}, 40}));
  CHECK(short_ones.chunks.size() == 20);
  CHECK(short_ones.parallel == 11);
  CHECK(short_ones.parallel_why == "the engine can have 40 games under way: enough chunks to hold them, and one more");
}

TEST_CASE("chunks by games hold the same dates in the next run, whatever is done by then") {
  const auto now = test::at("2025-01-10T12:00:00.000Z");
  auto first = forty_days(), second = forty_days();
  REQUIRE(plan_chunks(first, now, chunk_order{chunk_days_auto, 4, {30, 20}, 40}));
  for (int i = 1; i <= 45; ++i)
    second.seasons.front().ledger.push_back(test::row(test::numbered(i), "2024-10-22", game_state::done));
  REQUIRE(plan_chunks(second, now, chunk_order{chunk_days_auto, 4, {30, 20}, 40}));
  REQUIRE(second.chunks.size() == 2);
  CHECK(second.chunks.front().number == 2);
  CHECK(second.chunks.front().dates == first.chunks[1].dates);
  CHECK(sizes_of(second.chunks) == std::vector<std::size_t>{15, 20});
}

TEST_CASE("without work there is no chunk, and a number of chunks in flight that makes sense") {
  job_plan plan;
  REQUIRE(plan_chunks(plan, test::at("2025-01-10T12:00:00.000Z"), chunk_order{chunk_days_auto, parallel_auto}));
  CHECK(plan.chunks.empty());
  CHECK(plan.parallel == 1);
}

TEST_CASE("of the games that were asked for by name, those that nothing is done with are told with the reason") {
  const auto id = [](std::string_view text) { return *game_id::parse(text); };
  const auto done = id("0022400001"), parked = id("0022400002"), early = id("0022400003"), unknown = id("0022400004");
  job_plan plan;
  plan.seasons.emplace_back();
  auto& one = plan.seasons.front();
  one.limits.only = {done, parked, early, unknown};
  one.ledger = {{done, {}, game_state::done}, {parked, {}, game_state::parked}};
  one.work.to_fetch.emplace_back().id = parked;
  one.work.not_ready.push_back({early, {}, game_state::planned, "is still to come"});

  const auto told = named_for_nothing(plan);
  REQUIRE(told.size() == 2);
  CHECK(told[0].id == done);
  CHECK(told[0].reason == "is done already");
  CHECK(told[1].id == unknown);
  // Without names nobody waits for an answer.
  one.limits.only.reset();
  CHECK(named_for_nothing(plan).empty());
}

TEST_CASE("a game that was asked for by name is known when a schedule or the ledger has it") {
  const auto id = [](std::string_view text) { return *game_id::parse(text); };
  const auto listed = id("0022400001"), unlisted = id("0022400002"), in_ledger = id("0022400003"),
             unknown = id("0022400004");
  job_plan plan;
  plan.seasons.emplace_back();
  auto& one = plan.seasons.front();
  one.schedule.games.emplace_back().id = listed;
  one.schedule.unlisted.emplace_back().id = unlisted;
  one.ledger = {{in_ledger, {}, game_state::done}};
  CHECK(unknown_games(plan).empty());  // nobody named one
  one.limits.only = {listed, unlisted, in_ledger};
  CHECK(unknown_games(plan).empty());
  one.limits.only = {listed, unlisted, in_ledger, unknown};
  CHECK(unknown_games(plan) == std::vector{unknown});
}
