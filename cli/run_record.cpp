#include "cli/run_record.hpp"

#include "cli/database.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace nba::cli {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

}  // namespace

run_record::run_record(const context& with, nba::store& database, std::string job) : with_(with), database_(database) {
  row_.run_id = make_run_id();
  row_.job = std::move(job);
  row_.arguments = with.command_line;
  row_.host = host_name();
  row_.pid = static_cast<int>(::getpid());
  with_.events.set_run_id(row_.run_id);
}

run_record::lock_result run_record::lock(const std::string& stage, const std::string& key,
                                         const std::function<bool()>& stopped) {
  if (!locks_) {
    auto url = parse_database_url(with_.settings.database);
    if (!url) return {with_.fail(url.error())};
    locks_.emplace(std::move(*url), store_options_of(with_.settings), lock_settings_of(with_.settings));
  }
  lock_wait how{lock_settings_of(with_.settings), nullptr, stopped};
  how.waiting = [&](const lock_holder& holder, std::chrono::milliseconds patience) {
    auto fields = describe_waiting(holder, patience);
    fields.insert(fields.begin(), {{"stage", stage}, {"key", key}});
    with_.events.write({event_level::warn, "job.lock_watch", std::move(fields)});
  };
  auto held = locks_->take(database_, stage, key, row_.run_id, how);
  if (!held) return {stopped && stopped() ? exit_interrupted : with_.fail(held.error())};
  if (!*held) return {};
  const auto& holder = **held;
  const auto since = format_timestamp(holder.since);
  with_.events.write({event_level::warn,
                      "job.lock_held",
                      {{"job", row_.job},
                       {"stage", std::string{stage}},
                       {"key", std::string{key}},
                       {"holder_run_id", holder.run_id},
                       {"holder_host", holder.host},
                       {"holder_pid", std::int64_t{holder.pid}},
                       {"since", since}}});
  return {with_.fail(exit_lock_held,
                     fmt::format("another run is active on {} {}: run {} (pid {} on {}, since {} UTC)\n"
                                 "  Wait for it, or stop it with: kill {}",
                                 stage, key, holder.run_id, holder.pid, holder.host, since.substr(0, 19), holder.pid))};
}

result<void> run_record::start(std::vector<event_field> fields) {
  row_.started_at = utc_now();
  if (auto written = database_.start_run(row_); !written) return written;
  fields.insert(fields.begin(), {"job", row_.job});
  with_.events.write({event_level::info, "job.start", std::move(fields)});
  return {};
}

result<void> run_record::end(std::int64_t games, std::int64_t failures, int exit_code) {
  row_.ended_at = utc_now();
  row_.games = games;
  row_.failures = failures;
  row_.exit_code = exit_code;
  const bool was_stopped = exit_code == exit_interrupted || exit_code == exit_terminated;
  const bool needs_a_person = failures > 0 || (exit_code >= exit_usage && !was_stopped);
  with_.events.write(
      {needs_a_person ? event_level::error : event_level::info,
       "job.end",
       {{"job", row_.job}, {"failures", failures}, {"games", games}, {"exit_code", std::int64_t{exit_code}}}});
  // Whoever lost the lock writes nothing more: the run's row stays without an end.
  if (exit_code == exit_lock_held) return {};
  return database_.end_run(row_);
}

}  // namespace nba::cli
