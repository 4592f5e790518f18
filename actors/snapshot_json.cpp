#include "actors/snapshot_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <type_traits>

namespace nba {
namespace {

using nlohmann::ordered_json;

// ---- the members of each type, said once for both directions; `at(name, member)` ---------------------------------

template <class At>
void members(At& at, host_pause& value) {
  at("host", value.host), at("until", value.until), at("reason", value.reason), at("probe", value.probe);
  at("probes_max", value.probes_max), at("given_up", value.given_up);
}
template <class At>
void members(At& at, date_range& value) {
  at("from", value.first), at("to", value.last);
}
template <class At>
void members(At& at, open_chunk& value) {
  at("number", value.number), at("dates", value.dates), at("games", value.games), at("admitted", value.admitted);
  at("finished", value.finished), at("sleeping", value.sleeping);
}
template <class At>
void members(At& at, job_status& value) {
  at("games_total", value.games_total), at("games_done", value.games_done), at("games_failed", value.games_failed);
  at("games_not_ready", value.games_not_ready), at("chunks_total", value.chunks_total);
  at("chunks_ended", value.chunks_ended), at("rows_written", value.rows_written), at("elapsed_ms", value.elapsed);
  at("draining", value.draining), at("chunks", value.chunks);
  at("inserted", value.inserted), at("replaced", value.replaced), at("unchanged", value.unchanged);
  at("recovered", value.recovered), at("parked", value.parked), at("closed", value.closed), at("left", value.left);
}
template <class At>
void members(At& at, stage_recent& value) {
  at("busy_pct", value.busy_pct), at("service_ms_p50", value.service_ms_p50);
  at("service_ms_p99", value.service_ms_p99), at("in", value.in), at("out", value.out), at("failed", value.failed);
}
template <class At>
void members(At& at, stage_status& value) {
  at("name", value.name), at("depth", value.depth), at("depth_max", value.depth_max), at("bound", value.bound);
  at("bytes", value.bytes), at("bytes_max", value.bytes_max), at("bytes_bound", value.bytes_bound);
  at("credit", value.credit), at("in", value.in), at("out", value.out), at("failed", value.failed);
  at("bytes_total", value.bytes_total), at("workers", value.workers), at("service", value.service);
  at("busy_ns", value.busy), at("cpu_ns", value.cpu), at("up_ns", value.up), at("recent", value.recent);
}
template <class At>
void members(At& at, host_status& value) {
  at("host", value.host), at("state", value.state), at("window", value.window), at("in_flight", value.in_flight);
  at("waiting", value.waiting), at("pause", value.pause), at("tokens", value.tokens);
  at("requests_per_minute", value.requests_per_minute), at("failed_probes", value.failed_probes);
  at("answers", value.answers);
}
template <class At>
void members(At& at, lane_status& value) {
  at("lane", value.lane), at("durable", value.durable), at("lag", value.lag);
}
template <class At>
void members(At& at, run_rates& value) {
  at("games_per_second", value.games_per_second), at("bytes_per_second", value.bytes_per_second);
  at("requests_per_second", value.requests_per_second);
}
template <class At>
void members(At& at, run_limit& value) {
  at("stage", value.stage), at("reason", value.reason), at("help", value.help);
}
template <class At>
void members(At& at, run_snapshot& value) {
  at("number", value.number), at("at", value.at), at("job", value.job), at("stages", value.stages);
  at("hosts", value.hosts), at("lanes", value.lanes), at("rates", value.rates), at("limit", value.limit);
  at("limit_of_run", value.limit_of_run);
}

// ---- values both ways ----------------------------------------------------------------------------------------------

struct nothing {
  template <class Value>
  void operator()(const char*, Value&) {}
};
template <class Value>
concept has_members = requires(nothing& at, Value& value) {
  members(at, value);
};

template <class Value>
ordered_json written(const Value& value);
template <class Value>
ordered_json written(const std::optional<Value>& value);
template <class Value>
ordered_json written(const std::vector<Value>& value);
ordered_json written(const latency_histogram& value) {
  auto buckets = ordered_json::array();  // [number, count], empty ones left out
  for (std::size_t i = 0; i < latency_histogram::bucket_count; ++i)
    if (value.bucket(i) > 0) buckets.push_back({i, value.bucket(i)});
  return {{"buckets", std::move(buckets)}, {"total_ns", value.total().count()}, {"max_ns", value.max().count()}};
}
// {"good": 12, "throttled": 1}: classes that there were.
ordered_json written(const answer_tally& value) {
  ordered_json out{{"good", value.good}};
  for (const auto& traits : failure_table)
    if (value.of(traits.kind) > 0) out[std::string{traits.name}] = value.of(traits.kind);
  return out;
}
ordered_json written(utc_time value) { return format_timestamp(value); }
ordered_json written(et_date value) { return format_date(value); }
ordered_json written(host_state value) { return to_string(value); }
template <class Rep, class Period>
ordered_json written(std::chrono::duration<Rep, Period> value) {
  return value.count();
}
template <class Value>
ordered_json written(const std::optional<Value>& value) {
  return value ? written(*value) : ordered_json();
}
template <class Value>
ordered_json written(const std::vector<Value>& value) {
  auto out = ordered_json::array();
  for (const auto& one : value) out.push_back(written(one));
  return out;
}
template <class Value>
ordered_json written(const Value& value) {
  if constexpr (has_members<Value>) {
    ordered_json out = ordered_json::object();
    const auto at = [&out](const char* name, const auto& member) { out[name] = written(member); };
    // One list of members serves both directions; writing changes nothing.
    members(at, const_cast<Value&>(value));
    return out;
  } else {
    return value;
  }
}

// What is not of the kind that is expected keeps its default: the text may be of another version.
template <class Value>
void read(const ordered_json& from, Value& value);
template <class Rep, class Period>
void read(const ordered_json& from, std::chrono::duration<Rep, Period>& value);
template <class Value>
void read(const ordered_json& from, std::optional<Value>& value);
template <class Value>
void read(const ordered_json& from, std::vector<Value>& value);
void read(const ordered_json& from, utc_time& value) {
  if (!from.is_string()) return;
  if (const auto parsed = parse_timestamp(from.get_ref<const std::string&>())) value = *parsed;
}
void read(const ordered_json& from, et_date& value) {
  if (!from.is_string()) return;
  if (const auto parsed = parse_date(from.get_ref<const std::string&>())) value = *parsed;
}
void read(const ordered_json& from, host_state& value) {
  for (const auto one :
       {host_state::open, host_state::throttled, host_state::blocked, host_state::half_open, host_state::given_up})
    if (from == to_string(one)) value = one;
}
void read(const ordered_json& from, answer_tally& value) {
  if (!from.is_object()) return;
  const auto of = [&from](std::string_view name) {
    const auto found = from.find(name);
    return found != from.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
  };
  value.good = of("good");
  for (const auto& traits : failure_table) value.faults[static_cast<std::size_t>(traits.kind)] = of(traits.name);
}
void read(const ordered_json& from, latency_histogram& value) {
  std::array<std::uint32_t, latency_histogram::bucket_count> buckets{};
  if (!from.is_object()) return;
  for (const auto& one : from.value("buckets", ordered_json::array())) {
    if (!one.is_array() || one.size() != 2 || !one[0].is_number_unsigned() || !one[1].is_number_unsigned()) continue;
    const auto number = one[0].get<std::size_t>();
    if (number < buckets.size()) buckets[number] = one[1].get<std::uint32_t>();
  }
  std::chrono::nanoseconds total{0}, max{0};
  if (from.contains("total_ns")) read(from["total_ns"], total);
  if (from.contains("max_ns")) read(from["max_ns"], max);
  value = latency_histogram::restored(buckets, total, max);
}
template <class Rep, class Period>
void read(const ordered_json& from, std::chrono::duration<Rep, Period>& value) {
  if (from.is_number_integer()) value = std::chrono::duration<Rep, Period>{from.get<Rep>()};
}
template <class Value>
void read(const ordered_json& from, std::optional<Value>& value) {
  if (from.is_null()) return;
  Value made{};
  read(from, made);
  value = std::move(made);
}
template <class Value>
void read(const ordered_json& from, std::vector<Value>& value) {
  if (!from.is_array()) return;
  for (const auto& one : from) read(one, value.emplace_back());
}
template <class Value>
void read(const ordered_json& from, Value& value) {
  if constexpr (has_members<Value>) {
    if (!from.is_object()) return;
    const auto at = [&from](const char* name, auto& member) {
      if (const auto found = from.find(name); found != from.end()) read(*found, member);
    };
    members(at, value);
  } else if constexpr (std::is_same_v<Value, std::string>) {
    if (from.is_string()) value = from.get<std::string>();
  } else if constexpr (std::is_same_v<Value, bool>) {
    if (from.is_boolean()) value = from.get<bool>();
  } else {
    static_assert(std::is_arithmetic_v<Value>);
    if (from.is_number()) value = from.get<Value>();
  }
}

// ---- reports -------------------------------------------------------------------------------------------------------

ordered_json named(const std::vector<reported_game>& games) {
  auto list = ordered_json::array();
  for (std::size_t i = 0; i < std::min(games.size(), report_games_max); ++i) {
    const auto& game = games[i];
    list.push_back({{"game_id", game.id.str()},
                    {"game_date", format_date(game.date)},
                    {"state", to_string(game.state)},
                    {"stage", game.stage},
                    {"reason", game.reason}});
  }
  return {{"games", games.size()}, {"named", std::move(list)}};
}

// Names of the league and texts of hosts may hold anything; a byte that is no UTF-8 becomes U+FFFD.
std::string dumped(const ordered_json& document) {
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const run_snapshot& value) { return dumped(written(value)); }

result<run_snapshot> snapshot_from_json(std::string_view text) {
  const auto document = ordered_json::parse(text, nullptr, false);
  if (!document.is_object())
    return failure{failure_class::rejected, "the stored snapshot of a run is no JSON object", "ingest_runs.snapshot"};
  run_snapshot out;
  read(document, out);
  return out;
}

std::string to_json(const run_report& value, const run_limit& limit) {
  return dumped({{"ending", to_string(value.ending)},
                 {"ending_reason", value.ending_reason},
                 {"games_total", value.games_total},
                 {"done", value.done()},
                 {"inserted", value.inserted},
                 {"replaced", value.replaced},
                 {"unchanged", value.unchanged},
                 {"recovered", value.recovered},
                 {"rows_written", value.rows_written},
                 {"bytes_fetched", value.bytes_fetched},
                 {"failures", value.failures},
                 {"elapsed_ms", value.elapsed.count()},
                 {"limit", written(limit)},
                 {"parked", named(value.parked)},
                 {"failed", named(value.failed)},
                 {"closed", named(value.closed)},
                 {"reopened", named(value.reopened)},
                 {"not_ready", named(value.not_ready)}});
}

}  // namespace nba
