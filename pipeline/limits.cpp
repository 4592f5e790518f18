#include "pipeline/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace nba {
namespace {

using stage_load = run_load::stage_load;
using host_load = run_load::host_load;

// From here on there is nothing left of the cores ...
constexpr double cores_share_min = 0.9;
// ... and a stage as busy as that, which was on a core for so much of it, waits for nobody.
constexpr double alone_busy_min = 0.9, alone_on_cores_min = 0.8;

struct candidate {
  double share = 0;
  run_limit limit;
};

std::string of_the_time(double share) { return fmt::format("{:.0f} % of the time", std::clamp(share, 0.0, 1.0) * 100); }

std::string key_of(const host_load& host, const char* name) { return fmt::format("hosts.\"{}\".{}", host.host, name); }

// ---- hosts -------------------------------------------------------------------------------------------------------

run_limit limit_of_pause(const host_load& host) {
  const auto why = host.pause_reason.empty() ? std::string() : fmt::format(" ({})", host.pause_reason);
  // What comes after a cool-down is the host's business: no setting helps.
  if (host.blocked)
    return {"budget:" + host.host, fmt::format("{} was left alone {}{}", host.host, of_the_time(host.paused), why), ""};
  const auto pace = host.requests_per_minute > 0
                        ? fmt::format("{} below {:g}", key_of(host, "requests_per_minute"), host.requests_per_minute)
                        : key_of(host, "requests_per_minute");
  return {"budget:" + host.host, fmt::format("{} asked to wait {}{}", host.host, of_the_time(host.paused), why), pace};
}

run_limit limit_of_connections(const host_load& host, double answer_ms) {
  if (host.window < host.connections)
    return {"budget:" + host.host,
            fmt::format("{} had asked for a slower pace: {} of {} connections were left to it, and in use {}",
                        host.host, host.window, host.connections, of_the_time(host.full)),
            key_of(host, "requests_per_minute") + ", so low that it does not ask"};
  return {
      "budget:" + host.host,
      fmt::format("{} to {} in use {}; an answer took {:.0f} ms",
                  host.connections == 1 ? "the only connection" : fmt::format("all {} connections", host.connections),
                  host.host + (host.connections == 1 ? " was" : " were"), of_the_time(host.full), answer_ms),
      key_of(host, "connections")};
}

run_limit limit_of_pace(const host_load& host) {
  return {"budget:" + host.host,
          fmt::format("{}: its pace of {:g} requests a minute held requests back {}", host.host,
                      host.requests_per_minute, of_the_time(host.paced)),
          key_of(host, "requests_per_minute") + ", as far as the host bears it"};
}

// ---- stages ------------------------------------------------------------------------------------------------------

std::string help_of_load(const run_load& load, const stage_load& stage) {
  if (load.reads_back) return "--parallel";
  if (load.writers_max <= 1) return "with PostgreSQL, engine.load_connections";
  if (stage.workers >= static_cast<std::size_t>(load.writers_max)) return "a database that is nearer, or quicker";
  return fmt::format("engine.load_connections above {}", stage.workers);
}

std::string help_of_workers(const run_load& load, const stage_load& stage) {
  if (stage.workers >= load.cores) return "more cores";
  if (stage.name == "transform") return fmt::format("engine.transform_workers above {}", stage.workers);
  return load.reads_back ? "--parallel" : "more cores: there is one worker for four of them";
}

run_limit limit_of_stage(const run_load& load, const stage_load& stage) {
  return {stage.name, fmt::format("{} was busy {}", stage.name, of_the_time(stage.busy)),
          stage.name == "load" ? help_of_load(load, stage) : help_of_workers(load, stage)};
}

// ---- the verdict ---------------------------------------------------------------------------------------------------

std::vector<candidate> candidates_of(const run_load& load) {
  std::vector<candidate> all;
  for (const auto& host : load.hosts) {
    all.push_back({host.paused, limit_of_pause(host)});
    all.push_back({host.paced, limit_of_pace(host)});
    all.push_back({host.full, limit_of_connections(host, load.answer_ms)});
  }
  for (const auto& stage : load.stages) all.push_back({stage.busy, limit_of_stage(load, stage)});
  all.push_back({load.fetch_full,
                 {"fetch",
                  fmt::format("fetch held all {} games that it may, {}, with connections left", load.fetch_games,
                              of_the_time(load.fetch_full)),
                  fmt::format("engine.fetch_games_max above {}", load.fetch_games)}});
  all.push_back({load.chunks_used_up,
                 {"fetch",
                  fmt::format("the {} under way had no game left to ask for, {}",
                              load.parallel == 1 ? "chunk" : fmt::format("{} chunks", load.parallel),
                              of_the_time(load.chunks_used_up)),
                  fmt::format("--parallel above {}, or larger chunks", load.parallel)}});
  return all;
}

double cores_used(const stage_load& stage) { return stage.busy * stage.on_cores * static_cast<double>(stage.workers); }

// When the cores are used up, everything else is slow because of them, whatever it seems to wait for; but for a stage
// that is always on its core: more of them would do nothing for it.
std::optional<run_limit> limit_of_cores(const run_load& load) {
  if (load.cores_busy < cores_share_min || load.cores == 0) return std::nullopt;
  for (const auto& stage : load.stages)
    if (stage.workers < load.cores && stage.busy >= alone_busy_min && stage.on_cores >= alone_on_cores_min)
      return std::nullopt;
  const auto most = std::max_element(load.stages.begin(), load.stages.end(),
                                     [](const auto& a, const auto& b) { return cores_used(a) < cores_used(b); });
  if (most == load.stages.end()) return std::nullopt;
  return run_limit{most->name,
                   fmt::format("{} busy {}, above all with {}",
                               load.cores == 1 ? "the core was" : fmt::format("the {} cores were", load.cores),
                               of_the_time(load.cores_busy), most->name),
                   "more cores"};
}

}  // namespace

run_limit find_limit(const run_load& load) {
  if (load.time < limit_time_min) return {};
  if (auto cores = limit_of_cores(load)) return *std::move(cores);
  auto all = candidates_of(load);
  const auto most =
      std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.share < b.share; });
  return most->share >= limit_share_min ? std::move(most->limit) : run_limit{};
}

}  // namespace nba
