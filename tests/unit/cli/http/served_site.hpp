// A whole HTTP server on a free port, over a reading and a content that a test makes.
//
// Threads: the test's; `readings`, `hangs` and `update_text` may be changed while it serves.
#pragma once

#include "cli/http/web_service.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace nba::cli::test {

class kept_events final : public event_sink {
 public:
  void write(const log_event& event) override;
  std::string text() const;  // names and fields

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

class served_site {
 public:
  explicit served_site(web_limits limits = {}, std::optional<std::string> token = std::nullopt,
                       const std::string& listen = "127.0.0.1:0");
  ~served_site();

  std::uint16_t port() const { return service_->address().port; }
  int readings() const { return state_->readings; }
  // The database stops answering, or answers again.
  void hang(bool whether);
  // What the next events of streams are: "event: update" with this and a number.
  void set_update_text(std::string text);
  std::string log() const { return events_->text(); }
  void stop() { service_.reset(); }

 private:
  struct state {
    std::atomic<int> readings{0};
    std::mutex mutex;
    std::condition_variable changed;
    bool hangs = false;
    std::string update_text = "news";
    int updates = 0;
  };
  std::shared_ptr<state> state_ = std::make_shared<state>();
  std::shared_ptr<kept_events> events_ = std::make_shared<kept_events>();
  std::unique_ptr<web_service> service_;
};

}  // namespace nba::cli::test
