// How the model store fails in a run: single transactions, before they commit or after (then only the answer is lost),
// with or without the connection; the whole database for a while; the derived rows of some games; and the end of the
// process between a commit and whatever comes next.
//
// Threads: one.
#pragma once

#include "tests/simulation/dice.hpp"
#include "tests/support/model_store.hpp"

#include <optional>

namespace nba::simulation {

class store_weather {
 public:
  explicit store_weather(std::uint64_t seed) : dice_(seed) {}

  // For the next run.
  void change();
  void calm();

  // What happens to this transaction.
  std::optional<test::model_fault> fault(const test::model_transaction& call);
  // Whether the process ends right after this commit.
  bool crashes_after(const test::model_transaction& commit);
  // Faults in this run so far.
  std::size_t faults() const { return faults_; }

 private:
  dice dice_;
  int fault_per_mille_ = 0, crash_per_mille_ = 0;
  std::size_t calls_ = 0, away_from_ = 0, away_to_ = 0;
  std::size_t refuses_derived_ = std::size_t(-1);  // the games whose derived rows are refused
  std::size_t faults_ = 0;
};

}  // namespace nba::simulation
