// Carries alerts from the book to the channels, and notes what became of them.
//
// One visit: what was seen is written down together with a claim on what is due, then it is sent, then the answers are
// written down. A book in which nothing changes is only read. Threads: one visit at a time; it blocks, and ends at its
// deadline. Errors: none leave; what was not delivered is in the book, in the answer, and an event of the log.
#pragma once

#include "cli/alerts/alert_sender.hpp"
#include "pipeline/event_log.hpp"
#include "storage/roles/alerts.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace nba::cli {

// A way to the log that can be closed: whoever is still under way when the command ends has nobody to tell.
class log_door {
 public:
  explicit log_door(event_sink* log) : log_(log) {}
  void tell(const log_event& event);
  void close();

 private:
  std::mutex mutex_;
  event_sink* log_;
};

struct visit_result {
  bool noted = false;   // the book could be read, and written where something changed
  std::string trouble;  // why not
  int delivered = 0, undelivered = 0;
};

class alert_courier {
 public:
  using clock = std::chrono::steady_clock;
  using note_taker = std::function<void(alert_book&)>;
  alert_courier(std::shared_ptr<const alert_setup> setup, std::shared_ptr<log_door> log, const std::atomic<bool>* stop)
      : setup_(std::move(setup)), log_(std::move(log)), stop_(stop) {}

  // `note` may run more than once, each time on the book as it is then.
  visit_result visit(alert_store& where, const note_taker& note, clock::time_point deadline) const;

  // One parcel; tells the log.
  sent_parcel send(const parcel& what, std::chrono::milliseconds patience) const;
  const alert_setup& setup() const { return *setup_; }

 private:
  struct answered {
    parcel what;
    std::optional<sent_parcel> sent;  // nullopt: there was no time
  };
  std::vector<answered> send_all(const std::vector<parcel>& due, clock::time_point deadline) const;
  void note_answers(alert_book& book, const std::vector<answered>& answers, utc_time now) const;
  bool is_stopped() const { return stop_ && stop_->load(); }

  std::shared_ptr<const alert_setup> setup_;
  std::shared_ptr<log_door> log_;
  const std::atomic<bool>* stop_;
};

// That a channel refuses for good, for the others; and that it takes messages again.
void note_broken_channels(alert_book& book, const alert_setup& setup, utc_time now);
// For health: "slack: answered 403: invalid_token", of channels that refuse for good or cannot be used.
std::vector<std::string> undelivered_channels(const alert_setup& setup, const std::vector<alert_record>& alerts);

}  // namespace nba::cli
