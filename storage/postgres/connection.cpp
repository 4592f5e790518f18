#include "storage/postgres/connection.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <new>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace nba::postgres {
namespace {

using sql::error_kind;

// Oldest server whose SQL the statements need: GENERATED AS IDENTITY came with 10; 12 is the oldest that is tested for.
constexpr int server_version_min = 120000;
// A statement may take this long; migrations lift it for themselves.
constexpr std::chrono::minutes statement_timeout{10};
// A client that stops answering inside a transaction keeps rows locked this long.
constexpr std::chrono::minutes idle_in_transaction_timeout{2};
// A peer that vanished without a word is noticed after this long.
constexpr std::chrono::seconds peer_timeout{60};

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  // libpq puts a question below its reason.
  for (auto at = text.find("\n\t"); at != std::string::npos; at = text.find("\n\t", at)) text.replace(at, 2, ". ");
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

PGconn* connect(const connection_settings& settings) {
  // libpq counts whole seconds and takes 1 for 2.
  const auto seconds = std::max<std::int64_t>(2, (settings.connect_timeout.count() + 999) / 1000);
  const auto connect_timeout = std::to_string(seconds);
  const auto peer_milliseconds = std::to_string(std::chrono::milliseconds(peer_timeout).count());
  // Later keywords win: what the URI says about these stands.
  const std::array<const char*, 7> keywords{"connect_timeout",
                                            "tcp_user_timeout",
                                            "keepalives_idle",
                                            "client_encoding",
                                            "dbname",
                                            "fallback_application_name",
                                            nullptr};
  const std::array<const char*, 7> values{
      connect_timeout.c_str(), peer_milliseconds.c_str(), "30", "UTF8", settings.uri.c_str(), "nba-scraper", nullptr};
  constexpr int expand_dbname = 1;
  PGconn* opened = PQconnectdbParams(keywords.data(), values.data(), expand_dbname);
  if (!opened) throw std::bad_alloc();
  if (PQstatus(opened) == CONNECTION_OK) return opened;
  const auto reason = trimmed(PQerrorMessage(opened));
  PQfinish(opened);
  // libpq keeps no SQLSTATE (53300) of a refused connection. The words of the server, and of PgBouncer.
  constexpr std::array<std::string_view, 4> no_more{"too many clients", "too many connections",
                                                    "remaining connection slots", "no more connections allowed"};
  const bool is_full = std::any_of(no_more.begin(), no_more.end(),
                                   [&](std::string_view words) { return reason.find(words) != std::string::npos; });
  throw sql::sql_error(is_full ? error_kind::too_many_connections : error_kind::cannot_connect, "PQconnectdb", reason);
}

void check_version(PGconn* opened) {
  if (const int version = PQserverVersion(opened); version < server_version_min)
    throw sql::refused({failure_class::configuration,
                        fmt::format("the PostgreSQL server has version {}; nba-scraper needs {} or newer",
                                    version / 10000, server_version_min / 10000),
                        "server_version"});
}

// Answers the process id of the server's session.
int set_session_up(PGconn* opened, const connection_settings& settings) {
  const auto milliseconds = [](auto duration) { return std::chrono::milliseconds(duration).count(); };
  auto setup = fmt::format(
      "SET client_encoding = 'UTF8'; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET bytea_output = 'hex'; "
      "SET extra_float_digits = 1; SET client_min_messages = warning; SET standard_conforming_strings = on; "
      "SET lock_timeout = {}; SET statement_timeout = {}; SET idle_in_transaction_session_timeout = {}",
      settings.lock_timeout.count(), milliseconds(statement_timeout), milliseconds(idle_in_transaction_timeout));
  // The connection that holds the locks has nothing to do during a run. The setting is there since version 14.
  if (PQserverVersion(opened) >= 140000) setup += "; SET idle_session_timeout = 0";
  if (!settings.synchronous_commit) setup += "; SET synchronous_commit = off";
  setup += "; SELECT pg_backend_pid()";
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(opened, setup.c_str()), &PQclear);
  if (PQresultStatus(result.get()) == PGRES_TUPLES_OK) return std::atoi(PQgetvalue(result.get(), 0, 0));
  const char* sqlstate = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  throw make_error(sqlstate ? sqlstate : "", PQerrorMessage(opened), PQstatus(opened) == CONNECTION_OK);
}

// A pooler in statement mode ends the connection at the first transaction, and whoever asks later hears only that.
void check_transactions(PGconn* opened) {
  for (const char* step : {"BEGIN", "COMMIT"}) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(opened, step), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
      throw sql::sql_error(error_kind::shared_session, "pooled", trimmed(PQerrorMessage(opened)));
  }
}

// Appendix A of the PostgreSQL manual: class (first two characters) and code.
error_kind kind_of(std::string_view sqlstate) {
  constexpr std::array<std::pair<std::string_view, error_kind>, 17> kinds{{
      {"40001", error_kind::conflict},      // serialization_failure
      {"40P01", error_kind::conflict},      // deadlock_detected
      {"23505", error_kind::duplicate},     // unique_violation
      {"53100", error_kind::disk_full},     // disk_full
      {"55P03", error_kind::busy},          // lock_not_available: lock_timeout
      {"25006", error_kind::read_only},     // read_only_sql_transaction
      {"42501", error_kind::no_privilege},  // insufficient_privilege
      {"53300", error_kind::too_many_connections},
      {"26000", error_kind::shared_session},   // invalid_sql_statement_name: prepared in another session
      {"42P05", error_kind::shared_session},   // duplicate_prepared_statement: by another client in this one
      {"22P05", error_kind::wrong_encoding},   // untranslatable_character
      {"XX001", error_kind::damaged},          // data_corrupted
      {"XX002", error_kind::damaged},          // index_corrupted
      {"42P01", error_kind::no_such_table},    // undefined_table
      {"42703", error_kind::no_such_table},    // undefined_column
      {"25P03", error_kind::connection_lost},  // idle_in_transaction_session_timeout
      {"57P05", error_kind::connection_lost},  // idle_session_timeout
  }};
  for (const auto& [code, kind] : kinds)
    if (code == sqlstate) return kind;
  // 08: connection exception; 57P01-57P03: shutdown, crash, starting up.
  if (sqlstate.starts_with("08") || sqlstate.starts_with("57P0")) return error_kind::connection_lost;
  return error_kind::other;
}

}  // namespace

open_once_policy::open_once_policy(const connection_settings& settings)
    : pqxx::connectionpolicy(std::string()), settings_(settings) {}

open_once_policy::handle open_once_policy::do_startconnect(handle existing) {
  if (existing) return existing;
  if (opened_) throw pqxx::broken_connection("the connection is lost");
  opened_ = connect(settings_);
  return opened_;
}

open_once_policy::handle open_once_policy::do_dropconnect(handle existing) noexcept {
  if (existing) PQfinish(existing);
  opened_ = nullptr;
  return nullptr;
}

connection::connection(const connection_settings& settings)
    : open_once_policy(settings), pqxx::connection_base(static_cast<pqxx::connectionpolicy&>(*this)) {
  init();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // gone in libpqxx 7, which never reconnects
  inhibit_reactivation(true);
#pragma GCC diagnostic pop
  check_version(opened_);
  const int server_pid = set_session_up(opened_, settings);
  // A pooler makes up the number that it tells its clients.
  if (server_pid == PQbackendPID(opened_)) return;
  pooled_.emplace(settings.uri, server_pid);
  check_transactions(opened_);
}

namespace {

std::mutex pooled_sessions_mutex;
std::set<std::pair<std::string, int>>& pooled_sessions() {
  static std::set<std::pair<std::string, int>> all;
  return all;
}

}  // namespace

connection::pooled_session::pooled_session(std::string database, int server_pid)
    : name_(std::move(database), server_pid) {
  const std::lock_guard guard(pooled_sessions_mutex);
  if (!pooled_sessions().insert(name_).second)
    throw sql::sql_error(error_kind::shared_session, "pooled", "two connections were given one session of the server");
}

connection::pooled_session::~pooled_session() {
  const std::lock_guard guard(pooled_sessions_mutex);
  pooled_sessions().erase(name_);
}

sql::sql_error make_error(const std::string& sqlstate, const std::string& message, bool connection_usable) {
  const auto kind = connection_usable ? kind_of(sqlstate) : error_kind::connection_lost;
  return {kind, sqlstate.empty() ? "PostgreSQL" : "SQLSTATE " + sqlstate, trimmed(message)};
}

void rethrow(const connection& used) {
  try {
    throw;
  } catch (const pqxx::insufficient_privilege& error) {
    // Thrown by libpqxx 6 without its SQLSTATE.
    throw make_error("42501", error.what(), used.is_usable());
  } catch (const pqxx::sql_error& error) {
    throw make_error(error.sqlstate(), error.what(), used.is_usable());
  } catch (const pqxx::serialization_failure& error) {
    // These two are no pqxx::sql_error and bring no SQLSTATE, only their type.
    throw make_error("40001", error.what(), used.is_usable());
  } catch (const pqxx::deadlock_detected& error) {
    throw make_error("40P01", error.what(), used.is_usable());
  } catch (const pqxx::in_doubt_error&) {
    throw make_error("", "the connection was lost while committing: the next run finds out what is there", false);
  } catch (const pqxx::broken_connection& error) {
    throw make_error("", error.what(), false);
  } catch (const pqxx::failure& error) {
    throw make_error("", error.what(), used.is_usable());
  }
}

}  // namespace nba::postgres
