#include "actors/run/run_news.hpp"

#include "actors/snapshot_json.hpp"

#include <utility>

namespace nba {
namespace {

// SQLite has one writer, and load is it. A snapshot that waited would be old.
constexpr std::chrono::milliseconds no_patience{0};
constexpr std::chrono::milliseconds connect_patience{2'000};

store_options best_effort(store_options options) {
  options.busy_timeout = no_patience;
  options.connect_timeout = connect_patience;
  options.create = false;
  return options;
}

}  // namespace

run_news::run_news(database_url database, store_options options, std::string run_id, std::shared_ptr<news_slot> slot,
                   std::chrono::milliseconds interval)
    : database_(std::move(database)),
      options_(best_effort(options)),
      run_id_(std::move(run_id)),
      slot_(std::move(slot)),
      interval_(interval),
      thread_([this] { work(); }) {}

run_news::~run_news() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void run_news::tell(const run_snapshot& newest) {
  auto copy = std::make_shared<const run_snapshot>(newest);
  const std::lock_guard guard(mutex_);
  newest_ = std::move(copy);
}

std::uint64_t run_news::skipped() const {
  const std::lock_guard guard(mutex_);
  return skipped_;
}

void run_news::work() {
  std::unique_lock guard(mutex_);
  while (!wake_.wait_for(guard, interval_, [this] { return ending_; })) {
    const auto newest = std::exchange(newest_, nullptr);
    if (!newest) continue;
    guard.unlock();
    publish(*newest);
    guard.lock();
  }
}

void run_news::publish(const run_snapshot& newest) {
  run_note note{to_json(newest), newest.at};
  if (!slot_->was_asked()) {
    if (write(note)) return;
    const std::lock_guard guard(mutex_);
    ++skipped_;
  }
  slot_->put(std::move(note));
}

bool run_news::write(const run_note& newest) {
  if (!store_) {
    auto opened = open_store(database_, options_);
    if (!opened) return false;
    store_ = std::move(*opened);
  }
  if (store_->write_snapshot(run_id_, newest.snapshot, newest.at)) return true;
  if (!store_->reconnect()) store_.reset();  // opened anew for the next one
  return false;
}

}  // namespace nba
