// One libpqxx connection that never reconnects by itself and lets COPY at libpq's handle.
//
// libpqxx 6 reopens a broken connection silently on the next transaction; advisory locks, session settings and prepared
// statements are gone then. Here it is inhibited: a broken connection stays broken. libpqxx 6 can stream COPY only as
// text, line by line; the bulk path (copy_sink.hpp) therefore writes COPY's binary form through libpq's own calls,
// inside libpqxx's transaction.
// Threads: one thread at a time.
// Errors: sql_error. `guarded` turns libpqxx's exceptions into it.
#pragma once

#include "storage/sql/sql_error.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <libpq-fe.h>
#include <pqxx/pqxx>

namespace nba::postgres {

struct connection_settings {
  std::string uri;
  std::chrono::milliseconds connect_timeout{};
  std::chrono::milliseconds lock_timeout{};
  bool synchronous_commit = true;
};

// Opens once, when libpqxx asks for the first time, and remembers the handle.
class open_once_policy : public pqxx::connectionpolicy {
 public:
  explicit open_once_policy(const connection_settings& settings);
  handle do_startconnect(handle existing) override;
  handle do_dropconnect(handle existing) noexcept override;
  handle do_disconnect(handle existing) noexcept override { return do_dropconnect(existing); }

 protected:
  PGconn* opened_ = nullptr;

 private:
  const connection_settings& settings_;
};

class connection : private open_once_policy, public pqxx::connection_base {
 public:
  // Connects and sets the session up: UTF-8, UTC, ISO dates, time limits. Behind a pooler that gives the server's
  // sessions to several clients in turn (transaction mode) locks and prepared statements mean nothing: the second
  // connection of a process that is given the session of another one is refused.
  explicit connection(const connection_settings& settings);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() { close(); }

  PGconn* raw() const { return opened_; }
  bool is_usable() const { return opened_ && PQstatus(opened_) == CONNECTION_OK; }

 private:
  // A session of the server that a pooler gave this process, for as long as it has it.
  class pooled_session {
   public:
    pooled_session(std::string database, int server_pid);
    pooled_session(const pooled_session&) = delete;
    pooled_session& operator=(const pooled_session&) = delete;
    ~pooled_session();

   private:
    std::pair<std::string, int> name_;
  };

  std::optional<pooled_session> pooled_;
  pqxx::quiet_errorhandler quiet_{*this};  // libpqxx would print notices
};

// The error for an SQLSTATE ("" when the server did not say).
sql::sql_error make_error(const std::string& sqlstate, const std::string& message, bool connection_usable);
// The current libpqxx exception as an sql_error; others pass through. To be called in a catch block.
[[noreturn]] void rethrow(const connection& used);

template <class Call>
auto guarded(const connection& used, Call&& call) {
  try {
    return std::forward<Call>(call)();
  } catch (...) {
    rethrow(used);
  }
}

}  // namespace nba::postgres
