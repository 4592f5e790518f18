// As many seeds as there is time for.
//
//   NBA_SIM_SECONDS=T  seeds for T seconds (default 60), at least one, from the base seed
//   NBA_SIM_SEEDS=N    N seeds instead, however long they take
//   NBA_SIM_BASE=B     the first seed (default 1: the same in every run of the tests)
//   NBA_SIM_SEED=S     the one seed S
//   NBA_SIM_TRACE=1    every event, to standard error
//
// The clock only decides how many seeds are run, never what happens in one.
#include "tests/simulation/simulation.hpp"

#include <revision.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

using namespace nba::simulation;

namespace {

std::optional<std::uint64_t> from_environment(const char* name) {
  const char* text = std::getenv(name);
  if (!text || !*text) return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

// Runs one seed; answers what went wrong, empty when nothing did.
std::string run_seed(std::uint64_t seed, bool verbose, figures& sum) {
  trace log{verbose};
  std::string wrong;
  figures one;
  try {
    one = nba::simulation::simulation{seed, log}.run();
  } catch (const std::exception& problem) {
    wrong = problem.what();
  }
  sum.steps += log.steps();
  sum.hash ^= one.hash;
  sum.runs += one.runs;
  sum.crashes += one.crashes;
  sum.stops += one.stops;
  for (const auto& [name, count] : one.endings) sum.endings[name] += count;
  for (const auto& [name, count] : one.orders) sum.orders[name] += count;
  for (const auto& [name, count] : one.closings) sum.closings[name] += count;
  if (wrong.empty()) return wrong;
  return "seed " + std::to_string(seed) + ", run " + std::to_string(log.run()) + ", step " +
         std::to_string(log.step_of_run()) + " (revision " + nba::git_revision + "): " + wrong +
         "\n  replay: NBA_SIM_SEED=" + std::to_string(seed) + " NBA_SIM_TRACE=1 simulation_tests";
}

}  // namespace

TEST_SUITE("simulation") {
  TEST_CASE("every invariant holds in every step of every seed, and without faults everything is done") {
    using clock = std::chrono::steady_clock;
    const auto single = from_environment("NBA_SIM_SEED");
    const auto count = single ? std::optional<std::uint64_t>{1} : from_environment("NBA_SIM_SEEDS");
    const auto base = single ? *single : from_environment("NBA_SIM_BASE").value_or(1);
    const std::chrono::seconds budget{from_environment("NBA_SIM_SECONDS").value_or(60)};
    const bool verbose = from_environment("NBA_SIM_TRACE").value_or(0) != 0;
    const auto started = clock::now();
    std::cout << "simulation: revision " << nba::git_revision << ", base seed " << base << std::endl;
    figures sum;
    std::uint64_t done = 0;
    for (; count ? done < *count : done == 0 || clock::now() - started < budget; ++done) {
      const auto wrong = run_seed(base + done, verbose, sum);
      if (!wrong.empty()) std::cout << "simulation: " << done + 1 << " seeds, the last one failed" << std::endl;
      REQUIRE_MESSAGE(wrong.empty(), wrong);
    }
    std::cout << "simulation: " << done << " seeds, " << sum.runs << " runs, " << sum.steps << " steps, " << sum.stops
              << " runs told to stop;";
    for (const auto& [name, times] : sum.orders) std::cout << ' ' << name << ' ' << times;
    std::cout << ';';
    for (const auto& [name, times] : sum.endings) std::cout << ' ' << name << ' ' << times;
    std::cout << "; games";
    for (const auto& [name, times] : sum.closings) std::cout << ' ' << name << ' ' << times;
    std::cout << "; " << std::chrono::duration_cast<std::chrono::seconds>(clock::now() - started).count() << " s"
              << std::endl;
  }

  TEST_CASE("one seed is one history") {
    for (const std::uint64_t seed : {3u, 14u, 15u}) {
      figures first, again;
      REQUIRE(run_seed(seed, false, first) == run_seed(seed, false, again));
      CHECK(first.hash == again.hash);
      CHECK(first.steps == again.steps);
    }
  }
}
