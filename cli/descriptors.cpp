#include "cli/descriptors.hpp"

#include "storage/database_url.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <thread>

namespace nba::cli {
namespace {

constexpr std::size_t base = 40;  // standard files, log, epoll and eventfd of CAF and libcurl, resolver, time zones
constexpr std::size_t store_connections_beside_load = 4;  // main, checkpoints, lock watch, reader
constexpr std::size_t files_per_connection = 3;

}  // namespace

std::size_t descriptors_needed(const engine_settings& engine, bool serves_itself) {
  std::size_t requests = 0;
  for (const auto& [host, budget] : engine.budgets) requests += static_cast<std::size_t>(budget.in_flight_max);
  const auto kinds = store_kinds();
  const auto widest = std::max_element(kinds.begin(), kinds.end(), [](const auto& one, const auto& other) {
    return one.writers_max < other.writers_max;
  });
  const auto real = engine.resolve(std::thread::hardware_concurrency(), widest->name);
  requests = std::min(requests, static_cast<std::size_t>(real.http_requests_max));
  const auto load = static_cast<std::size_t>(real.load_connections);
  return base + (serves_itself ? 2 : 1) * requests + (load + store_connections_beside_load) * files_per_connection;
}

result<void> ensure_descriptors(std::size_t needed) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= needed) return {};
  if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= needed) {
    limit.rlim_cur = needed;
    if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) return {};
  }
  return failure{
      failure_class::configuration,
      fmt::format("this process may open {} files, and the settings need up to {}; raise the limit (ulimit -n "
                  "{}, or LimitNOFILE={} in a systemd unit), or lower hosts.\"HOST\".connections and "
                  "engine.load_connections",
                  limit.rlim_max, needed, needed, needed),
      "descriptors"};
}

std::size_t descriptors_granted(std::size_t others, std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  const auto needed = others + wanted;
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, needed);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  const auto granted = static_cast<std::size_t>(limit.rlim_cur);
  return granted > others ? std::min(wanted, granted - others) : 0;
}

}  // namespace nba::cli
