#include "actors/run_history.hpp"

#include <algorithm>

namespace nba {
namespace {

// What a host's requests wait for.
enum class wait_for { nothing, pace, connection, pause };

wait_for what_waits(const host_status& host, double requests_per_minute) {
  if (host.pause) return wait_for::pause;
  if (host.waiting == 0) return wait_for::nothing;
  if (host.state != host_state::open) return wait_for::pause;  // a probe is under way
  if (host.in_flight >= static_cast<std::size_t>(std::max(host.window, 1))) return wait_for::connection;
  return requests_per_minute > 0 ? wait_for::pace : wait_for::nothing;
}

double share_of(std::chrono::nanoseconds part, std::chrono::nanoseconds whole) {
  return whole.count() > 0 ? static_cast<double>(part.count()) / static_cast<double>(whole.count()) : 0;
}

std::size_t asked_of_hosts(const run_snapshot& of) {
  std::size_t sum = 0;
  for (const auto& host : of.hosts) sum += host.in_flight + host.waiting;
  return sum;
}

// Each game in fetch waits for a document at least, and no request waits for its turn: more games would be more
// requests. Games whose documents are there and that wait for transform are none of these.
bool fetch_is_full(const run_snapshot& of) {
  const auto* fetch = of.stage("fetch");
  if (!fetch || fetch->depth == 0 || fetch->depth < fetch->bound) return false;
  const auto none_waits = std::none_of(of.hosts.begin(), of.hosts.end(),
                                       [](const auto& host) { return host.waiting > 0 || host.pause.has_value(); });
  return none_waits && asked_of_hosts(of) >= fetch->depth;
}

bool chunks_are_used_up(const run_snapshot& of) {
  const auto* fetch = of.stage("fetch");
  const auto& open = of.job.chunks;
  if (!fetch || fetch->depth >= fetch->bound || of.job.draining || open.empty()) return false;
  if (of.job.chunks_total - of.job.chunks_ended <= static_cast<std::int64_t>(open.size())) return false;
  return std::all_of(open.begin(), open.end(), [](const open_chunk& one) { return one.admitted == one.games; });
}

}  // namespace

const stage_status* run_history::moment::stage(std::string_view name) const {
  const auto found = std::find_if(stages.begin(), stages.end(), [&](const auto& one) { return one.name == name; });
  return found == stages.end() ? nullptr : &*found;
}

void run_history::tally_host(const host_status& host, span weight) {
  auto& now = hosts_[host.host];
  now.window = host.window;
  if (host.pause) {
    now.blocked = host.state != host_state::throttled;
    now.pause_reason = host.pause->reason;
  }
  auto& tally = now_.hosts[host.host];
  switch (what_waits(host, frame_.hosts[host.host].requests_per_minute)) {
    case wait_for::nothing:
      return;
    case wait_for::pace:
      tally.paced += weight;
      return;
    case wait_for::connection:
      tally.full += weight;
      return;
    case wait_for::pause:
      tally.paused += weight;
      return;
  }
}

void run_history::add(time_point at, std::chrono::nanoseconds cpu, const run_snapshot& of) {
  const bool first = moments_.empty();
  if (first) cpu_at_start_ = cpu;
  const auto weight = first ? span{0} : span{at - now_.at};
  now_.at = at;
  now_.time += weight;
  now_.cpu = cpu - cpu_at_start_;
  now_.stages = of.stages;
  for (const auto& host : of.hosts) tally_host(host, weight);
  if (fetch_is_full(of)) now_.fetch_full += weight;
  if (chunks_are_used_up(of)) now_.chunks_used_up += weight;

  // As in rate_window: replaces the newest while that is too close to the one before it to be worth a place of its own.
  const auto step = window_ / static_cast<int>(moments_max - 2);
  if (moments_.size() >= 2 && moments_.back().at - moments_[moments_.size() - 2].at < step) moments_.pop_back();
  moments_.push_back(now_);
  while (moments_.size() > 2 && moments_[1].at + window_ <= at) {
    moments_.pop_front();
    from_start_ = false;
  }
  if (moments_.size() > moments_max) {
    moments_.pop_front();
    from_start_ = false;
  }
}

// The stage at the beginning of the window, or as early as it is known in it.
stage_status run_history::earlier(std::string_view name) const {
  if (!from_start_)
    for (const auto& one : moments_)
      if (const auto* found = one.stage(name)) return *found;
  return {};
}

stage_recent run_history::recent(const stage_status& now) const { return between(earlier(now.name), now); }

run_load run_history::load_since(const moment* begin) const {
  static const moment start{};
  const auto& from = begin ? *begin : start;
  run_load out;
  const auto time = now_.time - from.time;
  out.time = std::chrono::duration_cast<std::chrono::milliseconds>(time);
  const auto share = [&](span part) { return share_of(part, time); };
  for (const auto& stage : now_.stages) {
    const auto before = begin ? earlier(stage.name) : stage_status{};
    if (stage.name == "fetch") {
      out.fetch_games = stage.bound;
      out.answer_ms = between(before, stage).service_ms_p50;
    }
    if (stage.name != "transform" && stage.name != "load" && stage.name != "derive") continue;
    const auto on_cores = share_of(stage.cpu - before.cpu, stage.busy - before.busy);
    out.stages.push_back({stage.name, between(before, stage).busy_pct / 100, on_cores, stage.workers});
  }
  for (const auto& [name, tally] : now_.hosts) {
    const auto found = from.hosts.find(name);
    const auto before = found != from.hosts.end() ? found->second : host_tally{};
    const auto frame = frame_.hosts.find(name);
    const auto known = frame != frame_.hosts.end() ? frame->second : limit_frame::host_frame{};
    const auto& now = hosts_.at(name);
    out.hosts.push_back({name, share(tally.paced - before.paced), share(tally.full - before.full),
                         share(tally.paused - before.paused), known.requests_per_minute, known.connections, now.window,
                         now.blocked, now.pause_reason});
  }
  out.fetch_full = share(now_.fetch_full - from.fetch_full);
  out.chunks_used_up = share(now_.chunks_used_up - from.chunks_used_up);
  out.parallel = frame_.parallel;
  out.cores = frame_.cores;
  if (frame_.cores > 0) out.cores_busy = share(now_.cpu - from.cpu) / static_cast<double>(frame_.cores);
  out.writers_max = frame_.writers_max;
  out.reads_back = frame_.reads_back;
  return out;
}

run_load run_history::lately() const {
  return load_since(from_start_ || moments_.empty() ? nullptr : &moments_.front());
}

run_load run_history::overall() const { return load_since(nullptr); }

}  // namespace nba
