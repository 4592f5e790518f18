// The book of alerts in a file, for what happens while the database cannot be reached or written.
//
// The same rules hold for it as for the table, so a database that is away for five mornings is one message. Small, mode
// 0600, replaced whole; a lock file beside it keeps processes apart. One that cannot be read counts as empty: an alert
// too many is better than none.
//
// One file a user, for all his databases. Whoever opens it deals with what concerns his database, whoever noted it, and
// with what his job noted of another one: a wrong address is no database, and the job's next good run ends its alerts.
// Threads: one at a time. Errors: class storage.
#pragma once

#include "storage/roles/alerts.hpp"

#include <string>

namespace nba::cli {

// Whose alerts: a digest of the database's address, and the job; either may be empty.
struct alert_owner {
  std::string database, job;
};

class alert_state_file final : public alert_store {
 public:
  alert_state_file(std::string path, alert_owner owner) : path_(std::move(path)), owner_(std::move(owner)) {}

  // Whether there is something in it that concerns the owner.
  bool has_alerts() const;
  // With the owner's part of it.
  result<void> change_alerts(utc_time now, const std::function<void(alert_book&)>& decide) override;
  // Everybody's.
  result<std::vector<alert_record>> read_alerts(std::size_t alerts_max) override;

 private:
  std::string path_;
  alert_owner owner_;
};

}  // namespace nba::cli
