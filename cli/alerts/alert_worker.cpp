#include "cli/alerts/alert_worker.hpp"

#include <exception>
#include <utility>

namespace nba::cli {

alert_worker::alert_worker() : thread_([shared = shared_] { work(shared); }) {}

alert_worker::~alert_worker() { finish(std::chrono::milliseconds{0}); }

void alert_worker::post(job what) {
  const std::lock_guard guard(shared_->mutex);
  if (shared_->ending) return;
  shared_->jobs.push_back(std::move(what));
  shared_->changed.notify_all();
}

bool alert_worker::finish(std::chrono::milliseconds patience) {
  if (!thread_.joinable()) return true;
  std::unique_lock guard(shared_->mutex);
  shared_->ending = true;
  shared_->changed.notify_all();
  const auto is_done = [this] { return shared_->done; };
  const bool in_time = shared_->changed.wait_for(guard, patience, is_done);
  if (!in_time) {
    shared_->stop = true;
    shared_->jobs.clear();
    shared_->changed.wait_for(guard, worker_grace, is_done);
  }
  const bool joins = shared_->done;
  guard.unlock();
  if (joins)
    thread_.join();
  else
    thread_.detach();
  return in_time;
}

void alert_worker::work(const std::shared_ptr<state>& shared) {
  std::unique_lock guard(shared->mutex);
  for (;;) {
    shared->changed.wait(guard, [&] { return !shared->jobs.empty() || shared->ending; });
    if (shared->jobs.empty()) break;
    auto next = std::move(shared->jobs.front());
    shared->jobs.pop_front();
    guard.unlock();
    try {
      next(shared->stop);
    } catch (const std::exception&) {
      // Out of memory, or a digest that this system does not have: the run goes on without its alerts.
    }
    next = nullptr;
    guard.lock();
  }
  shared->done = true;
  shared->changed.notify_all();
}

}  // namespace nba::cli
