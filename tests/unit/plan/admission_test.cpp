#include "pipeline/plan/admission.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using nba::chunk;
using nba::chunk_admission;
using nba::game_end;
using nba::game_id;

namespace {

// Game `index` of chunk `number`.
game_id id_of(int number, int index) {
  auto digits = std::to_string(100 * number + index);
  return *nba::game_id::parse("00224" + std::string(5 - digits.size(), '0') + digits);
}

// Chunks numbered from 1 with so many games each.
std::vector<chunk> chunks_of(const std::vector<int>& sizes) {
  std::vector<chunk> chunks;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    chunk one;
    one.number = static_cast<int>(i) + 1;
    for (int game = 0; game < sizes[i]; ++game) {
      nba::planned_game planned;
      planned.id = id_of(one.number, game);
      one.games.push_back(planned);
    }
    chunks.push_back(std::move(one));
  }
  return chunks;
}

std::vector<chunk_admission::admitted> take_all(chunk_admission& admission) {
  std::vector<chunk_admission::admitted> taken;
  while (auto next = admission.next()) taken.push_back(std::move(*next));
  return taken;
}

std::vector<int> chunks_in(const std::vector<chunk_admission::admitted>& games) {
  std::vector<int> numbers;
  for (const auto& one : games) numbers.push_back(one.chunk);
  return numbers;
}

}  // namespace

TEST_SUITE("chunk admission") {
  TEST_CASE("open chunks take turns, and no more than the limit are open") {
    chunk_admission admission(chunks_of({2, 2, 2}), 2, 8);
    const auto games = take_all(admission);
    CHECK(chunks_in(games) == std::vector{1, 2, 1, 2});
    CHECK(admission.chunks_open() == 2);
    CHECK(admission.chunks_awake() == 2);
    CHECK_FALSE(admission.next().has_value());
  }

  TEST_CASE("the first game of a chunk opens it") {
    chunk_admission admission(chunks_of({2, 1}), 2, 8);
    const auto games = take_all(admission);
    REQUIRE(games.size() == 3);
    CHECK(games[0].opens_chunk);
    CHECK(games[1].opens_chunk);
    CHECK_FALSE(games[2].opens_chunk);
  }

  TEST_CASE("a chunk that ends makes room for the next one at once, without waiting for its neighbours") {
    chunk_admission admission(chunks_of({2, 2, 1}), 2, 8);
    (void)take_all(admission);
    CHECK_FALSE(admission.finish(id_of(2, 0), game_end::settled).has_value());
    CHECK_FALSE(admission.next().has_value());
    const auto end = admission.finish(id_of(2, 1), game_end::failed);
    REQUIRE(end);
    CHECK(end->number == 2);
    CHECK(end->games == 2);
    CHECK(end->failures == 1);
    CHECK(chunks_in(take_all(admission)) == std::vector{3});
  }

  TEST_CASE("a chunk whose last games all sleep frees its slot") {
    chunk_admission admission(chunks_of({2, 1, 1}), 1, 8);
    (void)take_all(admission);
    admission.sleep(id_of(1, 0));
    CHECK_FALSE(admission.next().has_value());  // its other game is awake
    admission.sleep(id_of(1, 1));
    CHECK(admission.chunks_awake() == 0);
    CHECK(chunks_in(take_all(admission)) == std::vector{2});
    CHECK_FALSE(admission.next().has_value());
  }

  TEST_CASE("a chunk with games still to admit holds its slot while others of its games sleep") {
    chunk_admission admission(chunks_of({3, 1}), 1, 8);
    (void)admission.next();
    admission.sleep(id_of(1, 0));
    const auto games = take_all(admission);
    CHECK(chunks_in(games) == std::vector{1, 1});
  }

  TEST_CASE("while woken games exceed the limit, no further chunk opens") {
    chunk_admission admission(chunks_of({1, 1, 1}), 1, 8);
    (void)take_all(admission);
    admission.sleep(id_of(1, 0));
    (void)take_all(admission);
    admission.wake(id_of(1, 0));
    CHECK(admission.chunks_awake() == 2);
    CHECK_FALSE(admission.next().has_value());
    admission.finish(id_of(1, 0), game_end::settled);
    CHECK_FALSE(admission.next().has_value());
    admission.finish(id_of(2, 0), game_end::settled);
    CHECK(admission.next().has_value());
  }

  TEST_CASE("sleeping chunks do not pile up beyond their limit") {
    chunk_admission admission(chunks_of({1, 1, 1, 1, 1}), 1, 3);
    for (int number = 1; number <= 3; ++number) {
      REQUIRE(chunks_in(take_all(admission)) == std::vector{number});
      admission.sleep(id_of(number, 0));
    }
    CHECK(admission.chunks_awake() == 0);
    CHECK_FALSE(admission.next().has_value());
    admission.finish(id_of(2, 0), game_end::settled);
    CHECK(chunks_in(take_all(admission)) == std::vector{4});
  }

  TEST_CASE("one more chunk may be opened when sleeping ones hold all there may be, and only then") {
    chunk_admission admission(chunks_of({1, 1, 1}), 1, 2);
    CHECK_FALSE(admission.open_one_more());
    for (int number = 1; number <= 2; ++number) {
      REQUIRE(chunks_in(take_all(admission)) == std::vector{number});
      admission.sleep(id_of(number, 0));
    }
    CHECK_FALSE(admission.next().has_value());
    CHECK(admission.open_one_more());
    CHECK(chunks_in(take_all(admission)) == std::vector{3});
    CHECK_FALSE(admission.open_one_more());  // there is none left
    // For once: the bound holds again for the one after it.
    chunk_admission longer(chunks_of({1, 1, 1, 1}), 1, 2);
    for (int number = 1; number <= 2; ++number) {
      (void)take_all(longer);
      longer.sleep(id_of(number, 0));
    }
    CHECK(longer.open_one_more());
    CHECK(chunks_in(take_all(longer)) == std::vector{3});
    longer.sleep(id_of(3, 0));
    CHECK_FALSE(longer.next().has_value());
    chunk_admission stopped(chunks_of({1, 1}), 1, 1);
    CHECK(take_all(stopped).size() == 1);
    stopped.stop();
    CHECK_FALSE(stopped.open_one_more());
  }

  TEST_CASE("sleeping twice, waking twice and unknown games change nothing") {
    chunk_admission admission(chunks_of({2, 1}), 1, 8);
    (void)take_all(admission);
    admission.sleep(id_of(1, 0));
    admission.sleep(id_of(1, 0));
    CHECK(admission.chunks_awake() == 1);
    admission.wake(id_of(1, 0));
    admission.wake(id_of(1, 0));
    admission.wake(id_of(1, 1));
    admission.sleep(id_of(9, 9));
    admission.wake(id_of(9, 9));
    CHECK(admission.chunks_awake() == 1);
    admission.sleep(id_of(1, 0));
    admission.sleep(id_of(1, 1));
    CHECK(admission.chunks_awake() == 0);
  }

  TEST_CASE("a game that ends while it sleeps leaves no sleeper behind") {
    chunk_admission admission(chunks_of({2, 1}), 1, 8);
    (void)take_all(admission);
    admission.sleep(id_of(1, 0));
    admission.finish(id_of(1, 0), game_end::failed);
    CHECK(admission.chunks_awake() == 1);
    CHECK_FALSE(admission.next().has_value());
  }

  TEST_CASE("the end of a chunk tells failed games from those that were let go") {
    chunk_admission admission(chunks_of({3}), 1, 8);
    (void)take_all(admission);
    admission.finish(id_of(1, 0), game_end::settled);
    admission.finish(id_of(1, 1), game_end::not_reached);
    const auto end = admission.finish(id_of(1, 2), game_end::failed);
    REQUIRE(end);
    CHECK(end->failures == 1);
    CHECK(end->not_reached == 1);
  }

  TEST_CASE("finishing a game twice counts once") {
    chunk_admission admission(chunks_of({2}), 1, 8);
    (void)take_all(admission);
    admission.finish(id_of(1, 0), game_end::settled);
    CHECK_FALSE(admission.finish(id_of(1, 0), game_end::settled).has_value());
    CHECK_FALSE(admission.finish(id_of(7, 7), game_end::settled).has_value());
    CHECK_FALSE(admission.all_finished());
    CHECK(admission.in_flight() == 1);
  }

  TEST_CASE("after a stop nothing is admitted and the rest is named in order") {
    chunk_admission admission(chunks_of({3, 2, 1}), 2, 8);
    (void)admission.next();
    (void)admission.next();
    admission.stop();
    CHECK_FALSE(admission.next().has_value());
    std::vector<game_id> rest;
    for (const auto& game : admission.unadmitted()) rest.push_back(game.id);
    CHECK(rest == std::vector{id_of(1, 1), id_of(1, 2), id_of(2, 1), id_of(3, 0)});
  }

  TEST_CASE("chunks without games do not exist") {
    chunk_admission admission(chunks_of({0, 1, 0}), 1, 8);
    CHECK(admission.chunks_total() == 1);
    CHECK(chunks_in(take_all(admission)) == std::vector{2});
    CHECK(admission.finish(id_of(2, 0), game_end::settled)->number == 2);
    CHECK(admission.all_finished());
    CHECK(admission.chunks_ended() == 1);
  }

  TEST_CASE("without games everything is finished from the start") {
    chunk_admission admission({}, 4, 16);
    CHECK(admission.all_finished());
    CHECK_FALSE(admission.next().has_value());
  }

  TEST_CASE("a limit below one counts as one") {
    chunk_admission admission(chunks_of({1, 1}), 0, 0);
    CHECK(take_all(admission).size() == 1);
  }

  TEST_CASE("every game is admitted once and every chunk ends once, whatever sleeps, wakes and finishes when") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      CAPTURE(seed);
      std::mt19937_64 random(seed);
      std::vector<int> sizes;
      for (std::size_t i = 0; i < 1 + random() % 8; ++i) sizes.push_back(static_cast<int>(random() % 7));
      const int parallel = 1 + static_cast<int>(random() % 4), open_max = parallel + static_cast<int>(random() % 5);
      chunk_admission admission(chunks_of(sizes), parallel, open_max);
      const auto total = admission.total();
      std::set<game_id> seen;
      std::set<int> ended;
      std::map<game_id, bool> flights;  // sleeping
      std::size_t failures = 0, failures_reported = 0;
      for (int step = 0; step < 4'000 && !admission.all_finished(); ++step) {
        if (const auto choice = random() % 4; choice == 0 || flights.empty()) {
          const auto awake_before = admission.chunks_awake();
          const auto next = admission.next();
          if (!next) continue;
          REQUIRE(seen.insert(next->game.id).second);
          flights[next->game.id] = false;
          if (next->opens_chunk && awake_before >= static_cast<std::size_t>(parallel)) {
            // It was opened together with another one while there was room; never beyond the limit.
            REQUIRE(admission.chunks_awake() <=
                    std::max<std::size_t>(awake_before, static_cast<std::size_t>(parallel)));
          }
        } else {
          auto flight = flights.begin();
          std::advance(flight, static_cast<long>(random() % flights.size()));
          if (choice == 1) {
            flight->second = true;
            admission.sleep(flight->first);
          } else if (choice == 2) {
            flight->second = false;
            admission.wake(flight->first);
          } else {
            const bool failed = random() % 3 == 0;
            failures += failed;
            if (const auto end = admission.finish(flight->first, failed ? game_end::failed : game_end::settled)) {
              REQUIRE(ended.insert(end->number).second);
              failures_reported += end->failures;
            }
            flights.erase(flight);
          }
        }
        REQUIRE(admission.in_flight() == flights.size());
        REQUIRE(admission.chunks_open() <= static_cast<std::size_t>(open_max));
        REQUIRE(seen.size() + admission.unadmitted().size() == total);
      }
      REQUIRE(admission.all_finished());
      REQUIRE(seen.size() == total);
      REQUIRE(ended.size() == admission.chunks_total());
      REQUIRE(failures == failures_reported);
    }
  }
}
