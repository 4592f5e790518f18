#include "actors/run/run_session.hpp"

#include "actors/run/dead_runs.hpp"
#include "pipeline/events.hpp"
#include "pipeline/exit_codes.hpp"
#include "storage/host_name.hpp"
#include "storage/identity.hpp"
#include "storage/run_lock.hpp"

#include <ctime>
#include <random>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace nba {
namespace {

bool is_stop(int exit_code) { return exit_code == exit_interrupted || exit_code == exit_terminated; }

event_level level_of(const run_session::ending& how, bool has_reason) {
  if (how.exit_code == exit_success) return event_level::info;
  if (is_stop(how.exit_code) && how.stopped_cleanly && !has_reason) return event_level::info;
  // A command that asked for something that is not there.
  if (how.exit_code < exit_usage && how.failures == 0) return event_level::warn;
  return event_level::error;
}

// A wrong address or a lock that is held is a matter of configuration to whoever found it; beside the exit code of the
// database, or of the lock, it is one of the store.
failure_class class_beside(int exit_code, failure_class kind) {
  const bool is_of_store = exit_code == exit_database || exit_code == exit_lock_held;
  return is_of_store && kind == failure_class::configuration ? failure_class::storage : kind;
}

std::string reason_of(const run_session::ending& how) {
  if (is_stop(how.exit_code)) return "stopped by a signal";
  if (how.failures > 0)
    return fmt::format("{} {} parked, failed or given up", how.failures, how.failures == 1 ? "game is" : "games are");
  return {};
}

}  // namespace

std::string make_run_id(utc_time start, std::uint32_t random) {
  constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuv";  // 32: five bits a character
  constexpr int characters = 6;
  const auto since_epoch =
      static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(start).time_since_epoch().count());
  std::tm utc{};
  ::gmtime_r(&since_epoch, &utc);
  auto id = fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z-", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                        utc.tm_hour, utc.tm_min, utc.tm_sec);
  for (int i = 0; i < characters; ++i) {
    id += alphabet[random % alphabet.size()];
    random /= static_cast<std::uint32_t>(alphabet.size());
  }
  return id;
}

std::string lock_held_message(const std::string& stage, const std::string& key, const lock_holder& holder) {
  return fmt::format(
      "another run is active on {} {}: run {} (pid {} on {}, since {} UTC). Wait for it, or stop it there "
      "with: kill {}. Is it gone for good? `nba-scraper db unlock`",
      stage, key, holder.run_id, holder.pid, holder.host, format_timestamp(holder.since).substr(0, 19), holder.pid);
}

std::string make_run_id() { return make_run_id(utc_now(), std::random_device{}()); }

run_session::run_session(std::string job, std::string arguments, std::shared_ptr<event_sink> log,
                         std::function<utc_time()> now, std::string run_id)
    : log_(std::move(log)), now_(std::move(now)) {
  row_.run_id = run_id.empty() ? make_run_id(now_(), std::random_device{}()) : std::move(run_id);
  row_.job = std::move(job);
  row_.arguments = std::move(arguments);
  row_.host = host_name();
  row_.pid = static_cast<int>(::getpid());
}

void run_session::locks_at(lock_place place) {
  place_.emplace(std::move(place));
  locks_.emplace(place_->url, place_->options, place_->settings);
}

result<std::optional<lock_holder>> run_session::lock(store& database, const std::string& stage,
                                                     const std::string& key) {
  if (!locks_) return failure{failure_class::internal, "a lock is taken before it is known where locks are", "run"};
  lock_wait how{place_->settings, nullptr, place_->stopped};
  how.waiting = [&](const lock_holder& holder, std::chrono::milliseconds patience) {
    if (log_)
      log_->write(events::job_lock_watch(row_.job, stage, key, holder.run_id, holder.host, holder.pid,
                                         patience.count() / 1000,
                                         "its process cannot be seen from here: waiting for its heartbeat, and taking "
                                         "the lock if there is none"));
  };
  auto held = locks_->take(database, stage, key, row_.run_id, how);
  if (held && *held && log_)
    log_->write(
        events::job_lock_held(row_.job, stage, key, (*held)->run_id, (*held)->host, (*held)->pid, (*held)->since));
  return held;
}

store* run_session::keep(std::unique_ptr<store> database) {
  kept_ = std::move(database);
  return kept_.get();
}

result<void> run_session::start(store& database, std::vector<event_field> fields) {
  if (log_) {
    auto event = events::job_start(row_.job);
    std::move(fields.begin(), fields.end(), std::back_inserter(event.fields));
    log_->write(event);
  }
  row_.started_at = now_();
  if (auto noted = database.start_run(row_); !noted) return noted;
  database_ = &database;
  note_dead_runs(database, row_, log_.get());
  return {};
}

void run_session::blame(failure why) {
  if (!why_) why_ = std::move(why);
}

// The connection may be what broke the run; the log matters more than the note.
void run_session::complete_row() {
  row_.ended_at = now_();
  auto noted = database_->end_run(row_);
  if (!noted && database_->reconnect()) noted = database_->end_run(row_);
  if (noted) return;
  // Whoever looks there finds nothing of what this run calls done.
  if (noted.error().where == moved_file_code && row_.exit_code < exit_usage) {
    row_.exit_code = exit_database;
    why_ = noted.error();
  }
  if (log_) log_->write(events::job_end_not_noted(row_.job, noted.error().message));
}

int run_session::end(ending how) {
  if (ended_) return row_.exit_code.value_or(how.exit_code);
  ended_ = true;
  row_.games = how.games;
  row_.failures = how.failures;
  row_.exit_code = how.exit_code;
  row_.report = std::move(how.report);
  if (how.exit_code != exit_success) {
    row_.reason = why_ ? why_->message : reason_of(how);
    if (why_) row_.error_class = to_string(class_beside(how.exit_code, why_->kind));
  }
  // Whoever lost the lock writes nothing more: the run's row stays without an end.
  if (!why_ || !is_lock_lost(*why_)) {
    if (database_) complete_row();
  } else if (log_) {
    log_->write(events::job_lock_lost(row_.job, why_->message));
  }
  how.exit_code = *row_.exit_code;
  if (log_) {
    const bool well = how.exit_code == exit_success;
    log_->write(events::job_end.at(
        level_of(how, why_.has_value()), row_.job, how.failures, how.games, how.exit_code,
        well || !why_ ? event_value{std::nullopt} : event_value{class_beside(how.exit_code, why_->kind)},
        well ? std::nullopt : unless_empty(why_ ? why_->message : reason_of(how))));
  }
  locks_.reset();
  kept_.reset();
  return how.exit_code;
}

}  // namespace nba
