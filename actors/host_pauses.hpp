// The pauses of a run's hosts, kept for the next run.
//
// Threads: any; budgets tell from scheduler threads.
// Errors: none; what cannot be written the watermark actor reports.
#pragma once

#include "actors/interfaces.hpp"
#include "pipeline/source/host_pause.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace nba {

// Shorter pauses are not worth a write: a new process takes longer to start.
inline constexpr std::chrono::seconds pause_kept_min{10};

class host_pauses {
 public:
  // `stored`: what earlier runs have left, by host.
  explicit host_pauses(const std::map<std::string, host_pause>& stored);

  // A host has got a new pause; nullopt: it answers again.
  void tell(const std::string& host, const std::optional<host_pause>& pause);
  // Writes from now on, and what was not written yet. Null: nobody does any more.
  void set_keeper(watermark_actor keeper);
  // What is not written yet, for a caller that writes it himself. An empty value: the row is to go.
  std::vector<watermark_row> take_unwritten();

 private:
  void write(watermark_row row);

  std::mutex mutex_;
  std::map<std::string, utc_time> stored_;  // until when, by host, as the database has it or will have it
  std::vector<watermark_row> unwritten_;
  watermark_actor keeper_;
};

}  // namespace nba
