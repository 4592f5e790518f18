// What `serve` says: whatever can be seen from outside, above all of runs that cannot speak any more.
//
// Each new reading of the database is handed over; a thread looks at the newest one, at most every ten seconds, and
// sends what is due. A reading in which nothing is new is not written anywhere. Threads: `observe` from any thread,
// does not block. The destructor waits for the deadline of alerts at most.
#pragma once

#include "cli/alerts/alert_desk.hpp"
#include "cli/alerts/alert_worker.hpp"
#include "cli/watch/watch_facts.hpp"

#include <chrono>
#include <memory>
#include <mutex>

namespace nba::cli {

inline constexpr std::chrono::seconds observe_interval{10};

class serve_alerts {
 public:
  // Null where nobody is to be told. `log` outlives it.
  static std::unique_ptr<serve_alerts> make(const settings& values, const environment_reader& environment,
                                            event_sink& log, std::chrono::milliseconds interval = observe_interval);
  ~serve_alerts();
  serve_alerts(const serve_alerts&) = delete;
  serve_alerts& operator=(const serve_alerts&) = delete;

  void observe(std::shared_ptr<const watch_facts> newest);

 private:
  serve_alerts(const settings& values, std::shared_ptr<const alert_setup> setup, database_url database, event_sink& log,
               std::chrono::milliseconds interval);

  const settings values_;
  const std::shared_ptr<const alert_setup> setup_;
  const std::shared_ptr<log_door> log_;
  const std::shared_ptr<const alert_desk> desk_;
  const std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_{};
  std::shared_ptr<std::atomic<bool>> busy_ = std::make_shared<std::atomic<bool>>(false);
  alert_worker worker_;  // last
};

}  // namespace nba::cli
