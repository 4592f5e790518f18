#include "cli/commands/simulate.hpp"

#include "bench/fake_nba/server.hpp"
#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/signals.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace nba::cli {
namespace {

result<fake_nba_settings> serving_of(const simulate_options& options) {
  fake_nba_settings serving;
  serving.docroot = options.docroot;
  serving.marks_answers = options.docroot.empty();  // recorded files are real games
  league_settings wanted;
  wanted.season = *parse_season(options.season);
  wanted.seed = options.seed;
  if (options.regular_games > 0) wanted.regular_games = options.regular_games;
  wanted.today = parse_date(options.today);
  if (options.docroot.empty()) {
    auto played = league::create(wanted);
    if (!played) return std::move(played).error();
    serving.league = std::move(played).value();
  } else if (!std::filesystem::is_directory(serving.docroot / "static")) {
    return failure{failure_class::configuration,
                   fmt::format("--docroot {}: there is no folder static in it; it must be laid out as the hosts are: "
                               "static/json/liveData/boxscore/boxscore_GAME.json, "
                               "static/json/liveData/playbyplay/playbyplay_GAME.json, "
                               "stats/scheduleleaguev2_YYYY-YY.json",
                               options.docroot),
                   options.docroot};
  }
  serving.port = options.port;
  serving.seed = options.seed;
  serving.gzip = options.gzip;
  if (!options.latency.empty()) {
    const auto latency = parse_latency(options.latency);
    if (!latency) return latency.error();
    serving.latency = *latency;
  }
  for (const auto& text : options.faults) {
    auto rule = parse_fault(text);
    if (!rule) return std::move(rule).error();
    serving.faults.push_back(std::move(rule).value());
  }
  if (options.chaos > 0)
    for (auto& rule : chaos(options.chaos)) serving.faults.push_back(std::move(rule));
  if (!options.script.empty()) {
    std::ifstream file(options.script);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file)
      return failure{failure_class::configuration, fmt::format("cannot read the script {}", options.script),
                     options.script};
    auto steps = parse_script(text.str());
    if (!steps) return std::move(steps).error();
    serving.script = std::move(*steps);
  }
  return serving;
}

void print_how_to_use(const context& with, const fake_nba_server& server, const simulate_options& options,
                      std::size_t games) {
  if (options.docroot.empty())
    with.out << fmt::format(
        "A synthetic league is served on port {} ({}: {}, seed {}).\n"
        "Any other season is made when it is asked for.\n"
        "\nIn another terminal:\n"
        "  export NBA_SIM_URL={}\n"
        "  nba-scraper schedule backfill --season {} --source sim\n\n"
        "Its games never share a database with real ones: without --database they have a file of their own.\n",
        server.port(), options.season, counted(static_cast<long long>(games), "game", "games"), options.seed,
        server.url(), options.season);
  else
    with.out << fmt::format(
        "The files of {} are served on port {}.\n"
        "\nIn another terminal:\n"
        "  export NBA_CDN_URL={}\n"
        "  export NBA_STATS_URL={}\n"
        "  nba-scraper schedule backfill --season {} --database sqlite:///recorded.db\n\n",
        options.docroot, server.port(), server.cdn_url(), server.stats_url(), options.season);
  with.out << "Ctrl-C stops it.\n";
  with.out.flush();  // whoever started it in the background waits for these lines
}

void print_counts(const context& with, const fake_nba_counters& counts) {
  std::uint64_t faulty = 0;
  for (const auto count : counts.faults) faulty += count;
  with.out << fmt::format("Stopped after {}, {} of them faulty; {} sent.\n",
                          counted(static_cast<long long>(counts.requests), "request", "requests"),
                          with_thousands(static_cast<long long>(faulty)), format_bytes(counts.body_bytes));
}

// What the league's own parsers accept.
template <class Parse>
argument_check accepted_by(Parse parse) {
  return [parse](const std::string& text) {
    const auto parsed = parse(text);
    return parsed ? std::string{} : parsed.error().message;
  };
}

}  // namespace

int run_simulate(const context& with, const simulate_options& options) {
  auto serving = serving_of(options);
  if (!serving) return with.fail(serving.error());
  const auto games = serving->league ? serving->league->games().size() : 0;
  fake_nba_server server{std::move(serving).value()};
  if (const auto started = server.start(); !started) return with.fail(started.error());
  print_how_to_use(with, server, options, games);
  wait_for_termination();
  server.stop();
  print_counts(with, server.counters());
  return exit_success;
}

void add_simulate_command(command_syntax& app, chosen_command& chosen) {
  auto* simulate = app.add_subcommand("simulate", "serve a synthetic league over loopback HTTP");
  simulate->group(group_try);
  simulate->footer(
      "It answers the paths of the NBA's hosts, for demonstrations, tests and\n"
      "benchmarks; the same seed gives the same games. --source sim does it inside\n"
      "any other command; with NBA_SIM_URL it asks the server that this one is.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper simulate\n"
      "  nba-scraper simulate --regular-games 12300 --port 0\n"
      "  nba-scraper simulate --latency uniform:5:40 --fault 429:0.05:retry-after=2\n"
      "  nba-scraper simulate --fault 503:x3:game=0022400007 --fault drop:0.01\n"
      "  nba-scraper simulate --chaos 0.1 --seed 7\n"
      "\n"
      "A fault is KIND[:PROBABILITY][:xCOUNT][:each][:key=value ...]. Kinds: 429, 503,\n"
      "500, 403, html, empty, truncated, stall, slow, drop, hang, reset, length. Keys:\n"
      "game, endpoint, retry-after, seconds, rate, keep.\n"
      "\n"
      "A script changes things when so many requests have come; one step a line:\n"
      "  0 faults 429:0.1:retry-after=1 drop:0.05\n"
      "  400 today 2024-12-24\n"
      "  500 correct 0022400007\n"
      "  600 move 0022400100 2025-02-03\n");
  auto options = std::make_shared<simulate_options>();
  simulate->add_option("--port", options->port, "port on 127.0.0.1; 0: any free one (default 8080)")
      ->type_name("PORT")
      ->check(in_range(0, 65535));
  add_season_option(*simulate, options->season, season_need::optional, "season to play (default 2024-25)");
  simulate->add_option("--seed", options->seed, "another league (default 1)")->type_name("N");
  simulate->add_option("--regular-games", options->regular_games, "games of the regular season (default 1,230)")
      ->type_name("N")
      ->check(in_range(1, 99'999));
  simulate->add_option("--today", options->today, "games after this day are not played yet")
      ->type_name("DATE")
      ->check(date_format());
  simulate->add_option("--latency", options->latency, "milliseconds: 20, uniform:5:40 or lognormal:20:0.6")
      ->type_name("MS")
      ->check(accepted_by([](const std::string& text) { return parse_latency(text); }));
  simulate->add_option("--fault", options->faults, "what goes wrong, see below; may be repeated")
      ->type_name("FAULT")
      ->check(accepted_by([](const std::string& text) { return parse_fault(text); }))
      ->take_all();
  simulate->add_option("--chaos", options->chaos, "share of requests that meet a fault, of every kind")
      ->type_name("0..1")
      ->check(in_range(0.0, 1.0));
  simulate->add_option("--script", options->script, "what changes meanwhile, see below")->type_name("FILE");
  simulate->add_option("--docroot", options->docroot, "serve files laid out as the hosts are, not a synthetic league")
      ->type_name("DIR");
  simulate->add_flag("--gzip", options->gzip, "compress for clients that accept it");
  on_selected(*simulate, chosen, options, &run_simulate, signals_by::command);
}

}  // namespace nba::cli
