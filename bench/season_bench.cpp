// nba-bench: one case of the season benchmark, measured in this process and printed as one JSON line.
//
//   nba-bench run   --database URL --cdn-url URL --stats-url URL --season S --parallel N
//   nba-bench floor --database URL --cdn-url URL --stats-url URL --season S
//   nba-bench derive --database URL --season S     derive's CPU time by table, over stored games
//   nba-bench table FILE      such lines as a table, each run compared with the floor of its store
//
// bench/run.sh starts it for each case, with the servers around it. See bench/README.md.
#include "actors/engine.hpp"
#include "actors/jobs/backfill_job.hpp"
#include "actors/run/job_runner.hpp"
#include "bench/derive_bench.hpp"
#include "pipeline/derive/derive.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/transform/transform.hpp"
#include "storage/store.hpp"

#include <sys/resource.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using nlohmann::ordered_json;

struct bench_options {
  std::string database, cdn_url, stats_url, source = "cdn", season = "2024-25";
  int parallel = 4;
};

double seconds(const timeval& value) {
  return static_cast<double>(value.tv_sec) + static_cast<double>(value.tv_usec) / 1e6;
}
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}
double peak_rss_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

[[noreturn]] void give_up(const nba::failure& why) {
  std::fprintf(stderr, "nba-bench: %s\n", nba::describe(why).c_str());
  std::exit(1);
}
template <class T>
T must(nba::result<T> outcome) {
  if (!outcome) give_up(outcome.error());
  return std::move(*outcome);
}

nba::job_environment environment_of(const bench_options& options) {
  nba::job_environment out;
  out.database = must(nba::parse_database_url(options.database));
  out.urls = {options.cdn_url, options.stats_url};
  out.source = options.source;
  out.run_id = "bench";
  return out;
}

// ---- the engine ----------------------------------------------------------------------------------------------------

ordered_json run_case(const bench_options& options) {
  const auto wanted = nba::parse_season(options.season);
  if (!wanted) give_up({nba::failure_class::configuration, "not a season: " + options.season, ""});
  nba::backfill_job job{{.season = *wanted, .parallel = options.parallel}};
  const auto before = cpu_seconds();
  const auto started = std::chrono::steady_clock::now();
  const auto outcome = nba::run_job(environment_of(options), job);
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const auto cpu = cpu_seconds() - before;
  if (const auto* error = std::get_if<nba::job_error>(&outcome)) give_up(error->why);
  const auto& report = std::get<nba::job_outcome>(outcome).report;
  if (report.ending != nba::run_ending::completed)
    give_up({nba::failure_class::internal, report.ending_reason, std::string{to_string(report.ending)}});
  ordered_json out{{"case", "run"},          {"parallel", options.parallel},
                   {"games", report.done()}, {"rows", report.rows_written},
                   {"wall_s", wall},         {"cpu_s", cpu},
                   {"rss_mb", peak_rss_mb()}};
  double staged = 0, deepest = -1;
  for (const auto& stage : report.stages) {
    const auto stage_cpu = std::chrono::duration<double>(stage.cpu).count();
    out["stage_cpu_s"][stage.name] = stage_cpu;
    staged += stage_cpu;
    const auto share = stage.bound == 0 ? 0 : static_cast<double>(stage.depth_max) / static_cast<double>(stage.bound);
    if (share <= deepest || stage.name == "watermark") continue;
    deepest = share;
    out["deepest"] = stage.name + " " + std::to_string(stage.depth_max) + "/" + std::to_string(stage.bound);
  }
  out["stage_cpu_s"]["other"] = cpu - staged;
  return out;
}

// ---- the floor -----------------------------------------------------------------------------------------------------

struct prepared_game {
  std::shared_ptr<const nba::game_rows> rows;
  std::shared_ptr<const nba::derived_rows> derived;
  std::string digest;
};

// Fetches and parses the season once; not measured.
std::vector<prepared_game> prepare(nba::engine& source, const nba::job_environment& environment,
                                   const nba::schedule& season) {
  std::vector<prepared_game> out;
  const nba::season_travel travel{season.games};
  const nba::scope scope;
  const auto games = nba::make_cdn_source(environment.urls);
  nba::transformer parser{games->make_parser()};
  for (const auto& game : season.games) {
    if (!scope.includes(game)) continue;
    nba::game_payloads payloads{game.id, {}, {"cdn", {}, nba::utc_now()}, game.is_neutral};
    for (const auto& [what, url] : games->documents_of(game.id)) {
      payloads.origin.urls[what] = url;
      if (auto body = source.fetch_document(what, url)) payloads.bodies[what] = *body;
    }
    if (!games->is_whole(payloads)) continue;  // not recorded
    auto rows = std::make_shared<nba::game_rows>(must(parser.transform(payloads)));
    auto derived = std::make_shared<nba::derived_rows>(nba::derive_game(*rows, travel));
    out.push_back({std::move(rows), std::move(derived), nba::payload_digest(payloads)});
  }
  return out;
}

constexpr std::size_t floor_batch_games = 16;

// Core and derived rows of each game in the same transaction: the least a store can be asked for.
void write_games(nba::store& store, const std::vector<prepared_game>& games, std::atomic<std::size_t>& next) {
  for (;;) {
    const auto first = next.fetch_add(floor_batch_games);
    if (first >= games.size()) return;
    std::vector<nba::game_write> writes;
    for (std::size_t i = first; i < std::min(first + floor_batch_games, games.size()); ++i) {
      const auto& one = games[i];
      writes.emplace_back(nba::core_write{one.rows, one.digest});
      writes.emplace_back(
          nba::derived_write{one.rows->game.game_id, one.derived, nba::derive_rules_version, one.rows->origin});
    }
    must(store.write_games(writes, "bench"));
  }
}

ordered_json floor_case(const bench_options& options) {
  const auto environment = environment_of(options);
  const auto wanted = *nba::parse_season(options.season);
  const auto writers = std::min(2, environment.database.kind().writers_max);
  std::vector<std::unique_ptr<nba::store>> stores;
  for (int i = 0; i < writers; ++i) stores.push_back(must(nba::open_store(environment.database)));
  must(stores.front()->migrate());
  nba::engine_services services;
  services.urls = environment.urls;
  nba::engine source{environment.engine, services, stores.front()->backend()};
  const auto season = must(source.fetch_schedule(wanted));
  if (const auto written = stores.front()->write_plan(wanted, season.games); !written) give_up(written.error());
  const auto games = prepare(source, environment, season);
  std::size_t rows = 0;
  for (const auto& one : games) rows += one.rows->row_count() + one.derived->row_count();

  const auto before = cpu_seconds();
  const auto started = std::chrono::steady_clock::now();
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> threads;
    for (auto& store : stores) threads.emplace_back([&, one = store.get()] { write_games(*one, games, next); });
  }
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return {{"case", "floor"}, {"games", games.size()},           {"rows", rows},
          {"wall_s", wall},  {"cpu_s", cpu_seconds() - before}, {"rss_mb", peak_rss_mb()}};
}

// ---- the table -----------------------------------------------------------------------------------------------------

double number_of(const ordered_json& line, const char* key) { return line.value(key, 0.0); }

void print_table(const std::string& path) {
  std::ifstream in(path);
  std::vector<ordered_json> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(ordered_json::parse(line));
  // Floors of a store, averaged: the runs of the same invocation are compared with them.
  std::map<std::string, std::pair<double, int>> floor_wall, floor_cpu;
  for (const auto& line : lines) {
    if (line["case"] != "floor") continue;
    auto& wall = floor_wall[line["store"]];
    wall = {wall.first + number_of(line, "wall_s"), wall.second + 1};
    auto& cpu = floor_cpu[line["store"]];
    cpu = {cpu.first + number_of(line, "cpu_s") + number_of(line, "server_cpu_s"), cpu.second + 1};
  }
  std::printf("%-11s %-9s %6s %8s %9s %7s %7s %7s %6s %6s %6s %6s %6s %6s  %s\n", "store", "case", "games", "games/s",
              "rows/s", "wall s", "CPU s", "server", "RSS MB", "trans", "load", "derive", "other", "x wall",
              "x CPU, deepest");
  for (const auto& line : lines) {
    const auto store = line["store"].get<std::string>();
    const bool is_floor = line["case"] == "floor";
    const auto name = is_floor ? "floor" : "run x" + std::to_string(line["parallel"].get<int>());
    const double wall = number_of(line, "wall_s"), cpu = number_of(line, "cpu_s"),
                 server = number_of(line, "server_cpu_s");
    std::printf("%-11s %-9s %6.0f %8.1f %9.0f %7.2f %7.2f %7.2f %6.0f", store.c_str(), name.c_str(),
                number_of(line, "games"), number_of(line, "games") / wall, number_of(line, "rows") / wall, wall, cpu,
                server, number_of(line, "rss_mb"));
    if (is_floor) {
      std::printf("\n");
      continue;
    }
    const auto& stages = line["stage_cpu_s"];
    std::printf(" %6.2f %6.2f %6.2f %6.2f", number_of(stages, "transform"), number_of(stages, "load"),
                number_of(stages, "derive"), number_of(stages, "other"));
    if (const auto floor = floor_wall.find(store); floor != floor_wall.end()) {
      const auto& cpu_floor = floor_cpu[store];
      std::printf(" %6.2f  %.2f", wall / (floor->second.first / floor->second.second),
                  (cpu + server) / (cpu_floor.first / cpu_floor.second));
    }
    std::printf("  %s\n", line.value("deepest", "").c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"One case of the season benchmark, as one JSON line. bench/run.sh runs all of them."};
  app.require_subcommand(1);
  bench_options options;
  const auto add = [&](const char* name, const char* description) {
    auto* command = app.add_subcommand(name, description);
    command->add_option("--database", options.database)->required();
    command->add_option("--cdn-url", options.cdn_url)->required();
    command->add_option("--stats-url", options.stats_url)->required();
    command->add_option("--source", options.source, "cdn, or sim for the synthetic league");
    command->add_option("--season", options.season)->capture_default_str();
    command->add_option("--parallel", options.parallel)->capture_default_str();
    return command;
  };
  auto* run = add("run", "the engine, as `schedule backfill` runs it");
  add("floor", "the same rows, parsed beforehand, written by the bulk path alone");
  auto* derive = app.add_subcommand("derive", "derive's CPU time by table, over the stored games of a season");
  derive->add_option("--database", options.database)->required();
  derive->add_option("--season", options.season)->capture_default_str();
  std::string file;
  auto* table = app.add_subcommand("table", "such lines as a table, each run compared with the floor of its store");
  table->add_option("file", file)->required();
  CLI11_PARSE(app, argc, argv);
  if (*derive) {
    nba::bench::print_derive_costs(options.database, options.season);
    return 0;
  }
  if (*table) {
    print_table(file);
    return 0;
  }
  std::printf("%s\n", (*run ? run_case(options) : floor_case(options)).dump().c_str());
}
