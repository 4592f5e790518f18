#include "actors/stage_counters.hpp"

#include <algorithm>
#include <ctime>

namespace nba {
namespace {

std::chrono::nanoseconds thread_cpu() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

}  // namespace

work_timer::work_timer() : wall_(std::chrono::steady_clock::now()), cpu_(thread_cpu()) {}

work_time work_timer::spent() const { return {std::chrono::steady_clock::now() - wall_, thread_cpu() - cpu_}; }

double stage_status::busy_pct() const {
  if (up.count() == 0 || workers == 0) return 0;
  return 100.0 * static_cast<double>(busy.count()) / (static_cast<double>(up.count()) * static_cast<double>(workers));
}

stage_recent between(const stage_status& earlier, const stage_status& later) {
  const auto grown = [](std::uint64_t from, std::uint64_t to) { return to - std::min(from, to); };
  stage_recent out;
  out.in = grown(earlier.in, later.in);
  out.out = grown(earlier.out, later.out);
  out.failed = grown(earlier.failed, later.failed);
  const auto served = later.service.since(earlier.service);
  out.service_ms_p50 = served.percentile_ms(0.5);
  out.service_ms_p99 = served.percentile_ms(0.99);
  auto share = later;
  share.busy -= earlier.busy;
  share.up -= earlier.up;
  out.busy_pct = std::clamp(share.busy_pct(), 0.0, 100.0);
  return out;
}

stage_counters::stage_counters(std::string name, std::size_t workers) : started_(std::chrono::steady_clock::now()) {
  status_.name = std::move(name);
  status_.workers = workers;
}

void stage_counters::worked(const work_time& spent) {
  status_.service.record(spent.wall);
  status_.busy += spent.wall;
  status_.cpu += spent.cpu;
}

stage_status stage_counters::snapshot(const link_account& account) const {
  auto out = status_;
  out.depth = account.games();
  out.depth_max = account.games_peak();
  out.bound = account.limits().games_max;
  out.bytes = account.bytes();
  out.bytes_max = account.bytes_peak();
  out.bytes_bound = account.limits().bytes_max;
  out.credit = account.credit();
  out.up = std::chrono::steady_clock::now() - started_;
  return out;
}

}  // namespace nba
