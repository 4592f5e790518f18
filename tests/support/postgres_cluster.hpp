// A private PostgreSQL server for tests.
//
// Purpose: `initdb` into a temporary folder and one server for the whole test executable, on a loopback port and a Unix
// socket of its own, without fsync. As root it runs as user `postgres` (PostgreSQL refuses root). It ends with the
// process, also when the process is killed.
// Errors: std::runtime_error; without PostgreSQL installed the test fails and says what to install.
// Threads: start it from the main thread (the server is told when that thread ends).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace nba::test {

class postgres_cluster {
 public:
  // Started on first use, stopped when the process exits.
  static postgres_cluster& shared();

  postgres_cluster();
  ~postgres_cluster();
  postgres_cluster(const postgres_cluster&) = delete;
  postgres_cluster& operator=(const postgres_cluster&) = delete;

  // "postgresql://nba@127.0.0.1:PORT/DATABASE"; `nba` is superuser, no password is asked for.
  std::string url(const std::string& database) const;
  // Creates an empty database and answers its name.
  std::string create_database();
  // Also when somebody is still connected to it.
  void drop_database(const std::string& name);
  // Ends every connection at once, as a crash of the server would, and starts it again on the same port.
  void restart();
  // The two halves of it (`pg_ctl stop -m immediate`, `pg_ctl start`).
  void crash();
  void start_again() { start(); }

 private:
  void initialise();
  void start();
  void stop() noexcept;
  bool answers() const;
  void run(const std::string& program, const std::vector<std::string>& arguments) const;
  pid_t spawn(const std::string& program, const std::vector<std::string>& arguments) const;
  std::string log_tail() const;

  std::filesystem::path binaries_, folder_;
  uid_t user_ = 0;  // 0: as this process
  gid_t group_ = 0;
  int port_ = 0;
  pid_t server_ = 0;
  int databases_ = 0;
};

}  // namespace nba::test
