// The event log: formats of the contract, written through spdlog to the terminal and to a file.
//
//   2024-10-08 06:00:01,234 INFO job.start job=daily target_date=2024-10-07
//   {"ts":"2024-10-08T10:00:01.234Z","level":"INFO","event":"job.start","run_id":"...","job":"daily",...}
//
// Text lines carry the process's local time; JSON is UTC. Passwords are removed from every field.
// Threads: a log_sink may be written to from any thread.
#pragma once

#include "cli/terminal.hpp"
#include "pipeline/alerts/redactor.hpp"
#include "pipeline/event_log.hpp"
#include "pipeline/result.hpp"
#include "pipeline/time.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace nba::cli {

enum class log_format { text, json };

// "DEBUG", "INFO", "WARN", "ERROR".
std::string_view level_name(event_level level);

// One line without its newline. Values that hold spaces, quotes, '=' or what printable.hpp escapes, and empty ones, are
// quoted; inside quotes `"` and `\` are escaped and a newline is \n.
std::string format_text(const log_event& event, utc_time at);
// One JSON object; invalid UTF-8 becomes U+FFFD, and what printable.hpp escapes \u202e. `run_id` is left out while it
// is empty.
std::string format_json(const log_event& event, utc_time at, std::string_view run_id);

struct log_options {
  log_format format = log_format::text;
  event_level level = event_level::info;  // least important event that is written anywhere
  // And on the terminal: warn with --quiet, and where a progress line stands.
  event_level terminal_level = event_level::info;
  std::string file;  // empty: terminal only
};

class log_sink final : public event_sink {
 public:
  // Errors: class configuration when the file cannot be opened. `screen` outlives the sink.
  static result<std::unique_ptr<log_sink>> open(const log_options& options, terminal& screen);
  ~log_sink() override;

  void write(const log_event& event) override;
  // For an instant of the caller's choosing; `write` takes the present.
  void write_at(const log_event& event, utc_time at);
  // A message to the person at the terminal that belongs into the log too: in the text format a line on the terminal
  // ("nba-scraper: MESSAGE") and the event in the log file; in the JSON format the event alone, so that every line on
  // the terminal is JSON. The event has the message in a field.
  void tell(const log_event& event, std::string_view message);
  // The line alone, and only where the terminal has lines: for what an event tells the log later.
  void say(std::string_view message);
  // The file that has the log's name now, from the next line on: after it was renamed. Where it cannot be opened, the
  // old one stays and `log.error` says why. Nothing without a file.
  void reopen();
  // Whether an ERROR has been written.
  bool has_error() const;
  // Somebody else who hears every event, whatever the level. From any thread; before others write.
  void set_listener(std::function<void(const log_event& event, utc_time at)> listener);
  // Takes these secrets out of everything from now on. Before others write.
  void set_redactor(redactor hide);
  // JSON lines from now on carry it.
  void set_run_id(std::string run_id);

 private:
  struct state;
  explicit log_sink(std::unique_ptr<state> held);
  void write_to(spdlog::logger& logger, const log_event& event, utc_time at);
  log_event without_secrets(const log_event& event) const;
  std::unique_ptr<state> state_;
};

}  // namespace nba::cli
