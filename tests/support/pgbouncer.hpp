// PgBouncer on a loopback port, in front of a PostgreSQL server on loopback.
//
// Threads: used by the test's thread. Ownership: ended with its object. Errors: std::runtime_error when it does not
// start.
#pragma once

#include "tests/support/child_process.hpp"

#include <memory>
#include <string>

namespace nba::test {

class pgbouncer {
 public:
  // `mode`: "transaction", "session" or "statement". At most `sessions` sessions of the server for all clients
  // together. Null when the program is not installed.
  static std::unique_ptr<pgbouncer> start(const std::string& server_url, const std::string& mode, int sessions);

  // The same database through it.
  const std::string& url() const { return url_; }

 private:
  pgbouncer() = default;
  temporary_folder folder_;
  std::unique_ptr<child_process> process_;
  std::string url_;
};

}  // namespace nba::test

#define NBA_SKIP_WITHOUT_PGBOUNCER(pool)                                    \
  do {                                                                      \
    if (!(pool)) {                                                          \
      MESSAGE("SKIPPED: no pgbouncer program (apt-get install pgbouncer)"); \
      return;                                                               \
    }                                                                       \
  } while (false)
