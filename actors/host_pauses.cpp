#include "actors/host_pauses.hpp"

#include <caf/send.hpp>

#include <utility>

namespace nba {
namespace {

// A pause of an earlier run that goes on in this one has the same end, but for the time it takes to pass it on.
constexpr std::chrono::seconds same_end{1};

}  // namespace

host_pauses::host_pauses(const std::map<std::string, host_pause>& stored) {
  for (const auto& [host, pause] : stored) stored_[host] = pause.until;
}

void host_pauses::tell(const std::string& host, const std::optional<host_pause>& pause) {
  const std::lock_guard guard(mutex_);
  if (!pause) {
    if (stored_.erase(host) == 0) return;
    write({host_reason_stage, host, "", {}});
    write({host_stage, host, "", {}});
    return;
  }
  if (pause->until - utc_now() < pause_kept_min) return;
  const auto known = stored_.find(host);
  if (known != stored_.end() && std::chrono::abs(pause->until - known->second) < same_end) return;
  stored_[host] = pause->until;
  // The reason first: without its pause it is not believed.
  write({host_reason_stage, host, stored_reason(*pause), {}});
  write({host_stage, host, format_timestamp(pause->until), {}});
}

void host_pauses::write(watermark_row row) {
  if (keeper_)
    caf::anon_send(keeper_, advance_checkpoint{std::move(row)});
  else
    unwritten_.push_back(std::move(row));
}

void host_pauses::set_keeper(watermark_actor keeper) {
  const std::lock_guard guard(mutex_);
  keeper_ = std::move(keeper);
  if (!keeper_) return;
  for (auto& row : std::exchange(unwritten_, {})) write(std::move(row));
}

std::vector<watermark_row> host_pauses::take_unwritten() {
  const std::lock_guard guard(mutex_);
  return std::exchange(unwritten_, {});
}

}  // namespace nba
