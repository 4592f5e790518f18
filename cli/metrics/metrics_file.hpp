// `--metrics-file`: the metrics of a run as a file for node_exporter's textfile collector, since a cron job is gone
// before anybody scrapes it.
//
// Written when the command begins, every metrics_file_interval, and when its end is in the database; each time beside
// the file and renamed, so that a reader has a whole one. Readable by everybody, whatever the umask says: the collector
// is another user.
// Threads: a thread and a database connection of its own; made and finished by the command's thread. Signals are to be
// blocked before it is made. Errors: none that a run would notice; the first failure is an event `metrics.file_failed`.
#pragma once

#include "cli/logging.hpp"
#include "cli/metrics/metrics_text.hpp"
#include "cli/settings.hpp"
#include "pipeline/result.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace nba::cli {

inline constexpr std::chrono::milliseconds metrics_file_interval{2'000};
// In a path it stands for the task, so that one setting does for every command: "metrics/{task}.prom".
inline constexpr std::string_view task_place = "{task}";

std::string metrics_path(std::string_view wanted, std::string_view task);
// Beside it and renamed. Class configuration: where the file cannot be written.
result<void> write_metrics_file(const std::string& path, std::string_view text);

// The run's end among the facts, where the database cannot have it: a run that failed without one leaves its exit code
// and its times all the same. Nothing is added for one that found another run at work (122), was stopped, or was typed
// wrongly.
void add_own_end(watch_facts& facts, const metrics_scope& scope, utc_time began, int exit_code);

class metrics_file {
 public:
  // `board`: where the run's newest snapshot lies; outlives it, and so does the sink.
  metrics_file(const settings& values, metrics_scope scope, const snapshot_board& board, event_sink& events,
               std::unique_ptr<watch_reader> reader);
  ~metrics_file();
  metrics_file(const metrics_file&) = delete;
  metrics_file& operator=(const metrics_file&) = delete;

  // The last one, once the run's end is in the database; the code stands in for a row that the run could not write. At
  // most once; nothing is written after it.
  void finish(int exit_code);

 private:
  void work();
  void write(std::optional<int> exit_code);
  void end_thread();
  void complain(const failure& why);

  const metrics_scope scope_;
  const utc_time began_;
  const std::string path_;
  const snapshot_board& board_;
  event_sink& events_;
  std::unique_ptr<watch_reader> reader_;  // of the thread, then of finish()
  bool complained_ = false;               // as the reader
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace nba::cli
