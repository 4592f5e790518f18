// What happened in a simulation, as lines for people and as a hash that tells two simulations apart.
//
// Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

namespace nba::simulation {

class trace {
 public:
  // Lines are written to standard error as they come when `verbose`.
  explicit trace(bool verbose) : verbose_(verbose) {}

  bool verbose() const { return verbose_; }
  // Starts a run: steps are counted from here.
  void begin_run(int run) {
    run_ = run;
    step_ = 0;
  }
  void step() {
    ++step_;
    ++steps_;
  }
  // An event that belongs to the behaviour: part of the hash.
  void happened(std::string_view what) {
    for (const char letter : what) mix(static_cast<unsigned char>(letter));
    mix(step_);
    note(what);
  }
  // An event for the reader only.
  void note(std::string_view what) const {
    if (verbose_) std::cerr << "run " << run_ << " step " << step_ << ": " << what << '\n';
  }

  int run() const { return run_; }
  std::size_t step_of_run() const { return step_; }
  std::size_t steps() const { return steps_; }
  std::uint64_t hash() const { return hash_; }

 private:
  void mix(std::uint64_t value) { hash_ = (hash_ ^ value) * 1099511628211u; }  // FNV-1a

  bool verbose_;
  int run_ = 0;
  std::size_t step_ = 0, steps_ = 0;
  std::uint64_t hash_ = 14695981039346656037u;
};

}  // namespace nba::simulation
