// Where alerts are written down: the database, and a file while that cannot be had.
//
// Threads: one at a time; each visit opens a connection of its own, which waits for nobody for long.
#pragma once

#include "cli/alerts/alert_courier.hpp"
#include "cli/alerts/state_file.hpp"
#include "storage/store.hpp"

#include <functional>
#include <memory>
#include <string>

namespace nba::cli {

// What was seen, by whoever saw it.
struct sightings {
  std::vector<alert_news> firing;
  struct recovery {
    std::string fingerprint, occurrence;
  };
  std::vector<recovery> over;
  // Alerts of these kinds are over unless they are among `firing`.
  std::set<alert_kind> complete;
  std::vector<alert_news> check_ins;
  // A job's newest good run, and the seasons that have games: what failed of another one (a slip) is over with it.
  struct good_job {
    std::string job, run_id;
    std::set<std::string> planned;
  };
  std::vector<good_job> good_jobs;

  bool empty() const {
    return firing.empty() && over.empty() && complete.empty() && check_ins.empty() && good_jobs.empty();
  }
};
// As the rules say. `without_firing`: only what is over.
void note_sightings(alert_book& book, const sightings& seen, const alert_setup& setup, utc_time now,
                    bool without_firing = false);

class alert_desk {
 public:
  // An address that cannot be read is a database that cannot be had. `job`: whose alerts are settled in the file.
  alert_desk(result<database_url> database, store_options options, std::string job = {})
      : database_(std::move(database)), options_(options), job_(std::move(job)) {}

  // Notes what was seen and sends what is due: by the database's book, or by the file's where there is none. Without
  // either what fires is sent all the same, from memory. What the file still holds is settled with the database there.
  visit_result visit(const alert_courier& courier, const sightings& seen,
                     alert_courier::clock::time_point deadline) const;
  // From both books, the newest last.
  result<std::vector<alert_record>> read(const alert_setup& setup) const;
  // The database where it can be had, with its schema; else null, and why.
  std::unique_ptr<store> open(std::string& why) const;

 private:
  alert_state_file file_of(const alert_setup& setup) const;

  result<database_url> database_;
  store_options options_;
  std::string job_;
};

}  // namespace nba::cli
