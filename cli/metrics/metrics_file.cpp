#include "cli/metrics/metrics_file.hpp"

#include "pipeline/events.hpp"
#include "pipeline/exit_codes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <utility>

namespace nba::cli {
namespace {

constexpr int mode_for_everybody = 0644;

// An open file that is closed, and unless it was renamed, removed.
class file_in_the_making {
 public:
  explicit file_in_the_making(std::string path)
      : path_(std::move(path)),
        descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)) {}
  ~file_in_the_making() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (!renamed_) ::unlink(path_.c_str());
  }
  file_in_the_making(const file_in_the_making&) = delete;
  file_in_the_making& operator=(const file_in_the_making&) = delete;

  // Each answers 0, or errno.
  int opened() const { return descriptor_ < 0 ? errno : 0; }
  int write(std::string_view text) {
    while (!text.empty()) {
      const auto bytes = ::write(descriptor_, text.data(), text.size());
      if (bytes < 0 && errno == EINTR) continue;
      if (bytes <= 0) return bytes < 0 ? errno : ENOSPC;
      text.remove_prefix(static_cast<std::size_t>(bytes));
    }
    return 0;
  }
  int publish_as(const std::string& target) {
    if (::fchmod(descriptor_, mode_for_everybody) != 0 || ::rename(path_.c_str(), target.c_str()) != 0) return errno;
    renamed_ = true;
    return 0;
  }

 private:
  const std::string path_;
  const int descriptor_;
  bool renamed_ = false;
};

// Of this process, so that two runs never write one; and not *.prom, which the collector would read.
std::string unfinished_name(const std::string& path) {
  const std::filesystem::path target{path};
  return (target.parent_path() / fmt::format(".{}.{}.tmp", target.filename().string(), ::getpid())).string();
}

}  // namespace

std::string metrics_path(std::string_view wanted, std::string_view task) {
  std::string out{wanted};
  for (auto at = out.find(task_place); at != std::string::npos; at = out.find(task_place, at + task.size()))
    out.replace(at, task_place.size(), task);
  return out;
}

result<void> write_metrics_file(const std::string& path, std::string_view text) {
  const auto failed = [&path](int code) { return failure{failure_class::configuration, std::strerror(code), path}; };
  file_in_the_making file{unfinished_name(path)};
  if (const auto code = file.opened()) return failed(code);
  if (const auto code = file.write(text)) return failed(code);
  if (const auto code = file.publish_as(path)) return failed(code);
  return {};
}

void add_own_end(watch_facts& facts, const metrics_scope& scope, utc_time began, int exit_code) {
  const bool failed = exit_code >= exit_output && exit_code != exit_lock_held && exit_code < exit_interrupted;
  if (!failed) return;
  auto own = std::find_if(facts.runs.begin(), facts.runs.end(),
                          [&](const watched_run& run) { return run.row.run_id == scope.run_id; });
  if (own == facts.runs.end()) {
    own = facts.runs.insert(facts.runs.begin(), watched_run{});  // the newest
    own->row.run_id = scope.run_id;
    own->row.job = scope.task;
    own->row.started_at = began;
  } else if (own->row.ended_at) {
    return;
  }
  own->state = watched_run::phase::ended;
  own->row.exit_code = exit_code;
  own->row.ended_at = facts.at;
}

metrics_file::metrics_file(const settings& values, metrics_scope scope, const snapshot_board& board, event_sink& events,
                           std::unique_ptr<watch_reader> reader)
    : scope_(std::move(scope)),
      began_(utc_now()),
      path_(metrics_path(values.metrics_file, scope_.task)),
      board_(board),
      events_(events),
      reader_(std::move(reader)),
      thread_([this] { work(); }) {}

metrics_file::~metrics_file() { end_thread(); }

void metrics_file::end_thread() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void metrics_file::finish(int exit_code) {
  if (!reader_) return;
  end_thread();
  write(exit_code);
  reader_.reset();
}

void metrics_file::work() {
  std::unique_lock guard(mutex_);
  do {
    guard.unlock();
    write(std::nullopt);
    guard.lock();
  } while (!wake_.wait_for(guard, metrics_file_interval, [this] { return ending_; }));
}

void metrics_file::write(std::optional<int> exit_code) {
  try {
    const auto newest = exit_code ? nullptr : board_.newest();
    auto facts = *reader_->read(scope_.run_id, newest.get());
    if (exit_code) add_own_end(facts, scope_, began_, *exit_code);
    if (const auto written = write_metrics_file(path_, metrics_text(facts, scope_)); !written)
      complain(written.error());
  } catch (const std::exception& error) {
    complain({failure_class::internal, error.what(), path_});
  }
}

// Once: whoever reads the log learns it, and a run that writes it every two seconds stays readable.
void metrics_file::complain(const failure& why) {
  if (std::exchange(complained_, true)) return;
  events_.write(events::metrics_file_failed(
      path_, why.message,
      "the run goes on without it; its folder must be there, and writable for the user of the run"));
}

}  // namespace nba::cli
