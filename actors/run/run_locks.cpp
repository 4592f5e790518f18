#include "actors/run/run_locks.hpp"

#include <filesystem>
#include <stop_token>
#include <system_error>
#include <utility>

namespace nba {
namespace {

// One more connection to a database that is there; a file that is gone is not made anew.
result<std::unique_ptr<store>> open_present(const database_url& url, const store_options& options) {
  std::error_code ignored;
  if (url.kind().is_file && !std::filesystem::exists(url.path, ignored))
    return failure{failure_class::storage, "the database file is gone", url.path};
  return open_store(url, options);
}

}  // namespace

run_locks::run_locks(database_url url, store_options options, const lock_settings& settings)
    : url_(std::move(url)), options_(options), settings_(settings) {}

result<std::optional<lock_holder>> run_locks::take(lock_store& database, const std::string& stage,
                                                   const std::string& key, const std::string& run_id,
                                                   const lock_wait& how) {
  auto attempt = wait_for_lock(database, stage, key, run_id, how);
  if (!attempt) return attempt.error();
  if (auto* holder = std::get_if<lock_holder>(&*attempt)) return std::optional{std::move(*holder)};
  locks_.push_back(std::get<std::unique_ptr<run_lock>>(std::move(*attempt)));
  tokens_.push_back(locks_.back()->token());
  database.fence(tokens_);
  if (!keeper_) {
    const auto interval = settings_.heartbeat();
    keeper_ = std::make_unique<lock_keeper>(
        [url = url_, options = keeper_options(options_, interval)] { return open_present(url, options); }, interval);
  }
  keeper_->add(tokens_.back());
  return std::optional<lock_holder>{};
}

std::optional<failure> run_locks::find_lost(lock_store& database) const {
  if (auto found = lost()) return found;
  auto beaten = database.beat(tokens_);
  if (!beaten && !is_lock_lost(beaten.error()))
    if (auto again = open_present(url_, keeper_options(options_, settings_.heartbeat())))
      beaten = (*again)->beat(tokens_);
  if (!beaten && is_lock_lost(beaten.error())) return beaten.error();
  return std::nullopt;
}

lock_watch::lock_watch(lock_store& database, const run_locks& locks, std::chrono::milliseconds interval,
                       std::function<void(failure)> lost)
    : thread_([this, &database, &locks, interval, lost = std::move(lost)](const std::stop_token& stopped) {
        std::unique_lock guard(mutex_);
        while (!wake_.wait_for(guard, stopped, interval, [&] { return stopped.stop_requested(); })) {
          if (auto taken = locks.lost()) {
            lost(std::move(*taken));
            return;
          }
          const auto held = database.check_locks();
          if (held) continue;
          lost({failure_class::storage,
                "the connection that holds the lock of this run is gone, and another run may begin: " +
                    held.error().message,
                held.error().where});
          return;
        }
      }) {}

}  // namespace nba
