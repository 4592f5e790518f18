#include "tests/simulation/store_weather.hpp"

#include <string>
#include <vector>

namespace nba::simulation {

using namespace nba::test;

namespace {

// One game in so many has derived rows that the database refuses, in a run that has such games.
constexpr std::size_t refused_share = 7;

}  // namespace

void store_weather::calm() {
  fault_per_mille_ = crash_per_mille_ = 0;
  away_to_ = 0;
  refuses_derived_ = refused_share;
}

void store_weather::change() {
  static const std::vector<int> fault_rates{0, 0, 20, 80, 200};
  fault_per_mille_ = dice_.pick(fault_rates);
  crash_per_mille_ = dice_.chance(200) ? 40 : 0;
  calls_ = away_from_ = away_to_ = faults_ = 0;
  refuses_derived_ = dice_.chance(150) ? dice_.below(refused_share) : refused_share;
  if (dice_.chance(150)) {
    away_from_ = dice_.below(60);
    away_to_ = away_from_ + 1 + dice_.below(12);
  }
}

std::optional<model_fault> store_weather::fault(const model_transaction& call) {
  const auto number = calls_++;
  const auto failing = [&](const char* message, bool after_commit, bool breaks_connection) {
    ++faults_;
    return model_fault{{failure_class::storage, message, "simulation"}, after_commit, breaks_connection};
  };
  if (number >= away_from_ && number < away_to_) return failing("the database is away", false, true);
  for (const auto& id : call.derived)
    if (std::stoul(id.str()) % refused_share == refuses_derived_)
      return model_fault{{failure_class::internal, "a value is out of range", "simulation"}};
  if (!dice_.chance(fault_per_mille_)) return std::nullopt;
  if (call.what == model_call::reconnect) return failing("no connection", false, true);
  switch (dice_.below(4)) {
    case 0:
      return failing("serialization failure", false, false);
    case 1:
      return failing("server closed the connection", false, true);
    case 2:
      return failing("server closed the connection", true, true);
    default:
      return failing("no answer in time", true, false);
  }
}

bool store_weather::crashes_after(const model_transaction&) { return dice_.chance(crash_per_mille_); }

}  // namespace nba::simulation
