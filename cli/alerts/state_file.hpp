// The book of alerts in a file, for what happens while the database cannot be reached or written.
//
// The same rules hold for it as for the table, so a database that is away for five mornings is one message. Small, mode
// 0600, replaced whole; a lock file beside it keeps processes apart. One that cannot be read counts as empty: an alert
// too many is better than none. Threads: one at a time. Errors: class storage.
#pragma once

#include "storage/roles/alerts.hpp"

#include <string>

namespace nba::cli {

class alert_state_file final : public alert_store {
 public:
  explicit alert_state_file(std::string path) : path_(std::move(path)) {}

  // Whether there is something in it.
  bool has_alerts() const;
  result<void> change_alerts(utc_time now, const std::function<void(alert_book&)>& decide) override;
  result<std::vector<alert_record>> read_alerts(std::size_t alerts_max) override;

 private:
  std::string path_;
};

}  // namespace nba::cli
