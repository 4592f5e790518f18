// A run of the program whose alerts go to a receiver of the test's own.
#pragma once

#include "pipeline/alerts/alert.hpp"
#include "storage/store.hpp"
#include "tests/support/alert_receiver.hpp"
#include "tests/unit/cli/support.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nba::cli::test {

class alert_scene {
 public:
  // Empty: an SQLite file of its own.
  explicit alert_scene(std::string database = {});

  // Sections of the configuration file. Without: Slack, Sentry with a monitor, ping and webhook, all to the receiver.
  // Unless the text has an [alerts] of its own, what this machine's disk and today's date would add is not told.
  void configure(const std::string& text);
  std::string all_channels() const;

  outcome run(std::vector<std::string> words, environment more = {}) const;
  // A daily run without any network: it fails with 120, or finds that there is nothing to do.
  outcome failing_run() const;
  outcome good_run() const;

  // Everything that lies in the folder: database, log, state file.
  std::string everything_written() const;
  std::unique_ptr<nba::store> open() const;
  std::vector<nba::alert_record> alerts() const;

  temporary_folder folder;
  nba::test::alert_receiver receiver;
  std::string database;

 private:
  void set_daily(const std::string& date) const;
};

// The texts of what Slack was told, one a message.
std::vector<std::string> slack_texts(const alert_scene& scene);

}  // namespace nba::cli::test
