#include "cli/commands/validate.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/progress.hpp"
#include "cli/read_pool.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/derive/validation.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>

namespace nba::cli {
namespace {

constexpr int parallel_max = 64;
constexpr int parallel_default_max = 8;
// Names of failing games on the terminal; --json has all.
constexpr std::size_t named_games_max = 40;
// The counted mean may be this far from the box-score estimate.
constexpr double mean_share_max = 0.02;

double bar_of(const validation_bar& bar, season of) {
  return bar.check == validation_check::plus_minus ? plus_minus_bar(of) : bar.share_min;
}

bool mean_agrees(const season_validation& sums) {
  return sums.box_mean > 0 && std::abs(sums.possessions_mean / sums.box_mean - 1) <= mean_share_max;
}

result<possession_reference> read_reference(const std::string& path) {
  if (path.empty()) return possession_reference{};
  std::ifstream in{path, std::ios::binary};
  if (!in) return failure{failure_class::configuration, "cannot read it", path};
  auto parsed = parse_possession_reference(std::string{std::istreambuf_iterator<char>{in}, {}});
  if (!parsed) parsed.error().where = path + " " + parsed.error().where;
  return parsed;
}

// A game whose rows cannot be checked, because they are not there or not as they were written.
struct unreadable_game {
  game_id id;
  std::string why;
};

result<std::vector<game_validation>> validate_games(const context& with, const std::vector<game_id>& games,
                                                    const possession_reference& reference,
                                                    const std::map<game_id, planned_game>& plan, int threads,
                                                    std::vector<unreadable_game>& unreadable) {
  const auto validate_one = [&](nba::store& database, const game_id& id) -> result<game_validation> {
    const auto rows = database.read_game(id);
    if (!rows) return rows.error();
    const auto derived = database.read_derived(id);
    if (!derived) return derived.error();
    const auto planned = plan.find(id);
    return validate_game(*rows, *derived, reference, planned == plan.end() ? nullptr : &planned->second);
  };
  read_pool<game_validation> pool{threads, [&] { return open_another(with); }, games, validate_one};
  progress_display display{with.screen, with.shows_progress(), with.unicode};
  run_snapshot progress;
  progress.job.games_total = static_cast<std::int64_t>(games.size());
  std::vector<game_validation> out;
  while (auto one = pool.next()) {
    if (!one->value && one->value.error().kind != failure_class::rejected) return one->value.error();
    if (one->value)
      out.push_back(std::move(*one->value));
    else
      unreadable.push_back({one->game_id, one->value.error().message});
    progress.job.games_done = static_cast<std::int64_t>(out.size() + unreadable.size());
    display.update(progress);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.game_id < b.game_id; });
  std::sort(unreadable.begin(), unreadable.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return out;
}

std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

void print_people(const context& with, const validate_options& options, const std::vector<game_validation>& games,
                  const season_validation& sums, season of) {
  text_table table{
      {{"CHECK"}, {"GOOD", align::right}, {"OF", align::right}, {"SHARE", align::right}, {"BAR", align::right}, {""}}};
  const auto bars = validation_bars();
  for (const auto& line : sums.lines) {
    const auto& bar = bars[static_cast<std::size_t>(line.check)];
    if (line.compared == 0) continue;
    const auto wanted = bar_of(bar, of);
    table.add_row({std::string{bar.what}, with_thousands(line.good), with_thousands(line.compared),
                   percent(line.share()), percent(wanted), line.share() >= wanted ? "ok" : "MISSED"});
  }
  with.out << fmt::format("Season {}: {}\n\n", options.season, counted(sums.games, "derived game", "derived games"));
  table.print(with.out);
  with.out << fmt::format("\nPossessions per team and game: {:.2f} counted, {:.2f} by the box-score estimate: {}\n",
                          sums.possessions_mean, sums.box_mean,
                          mean_agrees(sums) ? "within 2 %" : "more than 2 % apart");
  if (sums.failing > 0) with.out << fmt::format("\nFailing {}:\n", sums.failing == 1 ? "game" : "games");
  std::size_t named = 0;
  for (const auto& game : games) {
    if (!game.fails()) continue;
    if (++named > named_games_max) continue;
    for (const auto& bar : bars)
      if (const auto& deviation = game.deviations[static_cast<std::size_t>(bar.check)];
          bar.fails_a_game && deviation && !deviation->empty())
        with.out << fmt::format("  {}  {}\n", game.game_id.str(), *deviation);
  }
  if (named > named_games_max) with.out << fmt::format("  and {} more; --json lists all\n", named - named_games_max);
}

nlohmann::ordered_json to_json(const validate_options& options, const std::vector<game_validation>& games,
                               const season_validation& sums, season of) {
  nlohmann::ordered_json document{{"season", options.season},
                                  {"games", sums.games},
                                  {"failing_games", sums.failing},
                                  {"possessions_mean", sums.possessions_mean},
                                  {"box_possessions_mean", sums.box_mean},
                                  {"means_within_2_percent", mean_agrees(sums)},
                                  {"checks", nlohmann::ordered_json::array()},
                                  {"failing", nlohmann::ordered_json::array()}};
  const auto bars = validation_bars();
  for (const auto& line : sums.lines) {
    const auto& bar = bars[static_cast<std::size_t>(line.check)];
    const auto wanted = bar_of(bar, of);
    document["checks"].push_back(
        {{"check", bar.what},
         {"good", line.good},
         {"compared", line.compared},
         {"share", line.share()},
         {"bar", wanted},
         {"met", line.compared == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(line.share() >= wanted)}});
  }
  for (const auto& game : games)
    for (const auto& bar : bars)
      if (const auto& deviation = game.deviations[static_cast<std::size_t>(bar.check)];
          deviation && !deviation->empty())
        document["failing"].push_back({{"game_id", game.game_id.str()},
                                       {"check", bar.what},
                                       {"deviation", *deviation},
                                       {"fails_the_game", bar.fails_a_game}});
  return document;
}

// Why there is nothing to check, and what to type.
std::string nothing_to_check(const std::vector<derived_state>& states, const std::string& season) {
  std::map<game_type, long long> finished;
  for (const auto& game : states)
    if (game.state == game_state::done) ++finished[game.game_id.type()];
  if (finished.empty())
    return fmt::format(
        "this database has no finished games of {0}; first run: `nba-scraper schedule backfill --season {0}`", season);
  std::vector<std::string> games;
  std::string types;
  for (const auto& [type, count] : finished) {
    const std::string name{to_string(type)};
    games.push_back(counted(count, "finished " + name + " game", "finished " + name + " games"));
    types += (types.empty() ? "" : ",") + name;
  }
  return fmt::format("{} has no finished game of the types asked for, but {}; to check them: --game-types {}", season,
                     join_words(games), types);
}

}  // namespace

int run_validate(const context& with, const validate_options& options) {
  const auto reference = read_reference(options.reference);
  if (!reference) return with.fail(reference.error());
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto of = *parse_season(options.season);
  const auto states = database.store->read_derived_states(of);
  if (!states) return with.fail(states.error());
  const auto types = to_game_types(options.game_types);
  std::vector<game_id> games;
  std::size_t behind = 0;
  for (const auto& game : *states) {
    if (game.state != game_state::done || !types.contains(game.game_id.type())) continue;
    games.push_back(game.game_id);
    if (game.current != derived_table_set::all()) ++behind;
  }
  if (games.empty()) return with.fail(exit_no_schedule, nothing_to_check(*states, options.season));
  if (behind > 0)
    with.note(fmt::format("{} derived by older rules; to renew: `nba-scraper derive --season {} --stale`",
                          counted(static_cast<long long>(behind), "game is", "games are"), options.season));
  const auto schedule = database.store->read_plan(of);
  if (!schedule) return with.fail(schedule.error());
  std::map<game_id, planned_game> plan;
  for (const auto& game : *schedule) plan.emplace(game.id, game);
  std::vector<unreadable_game> unreadable;
  const auto checked = validate_games(with, games, *reference, plan, options.parallel, unreadable);
  if (!checked) return with.fail(checked.error());
  const auto sums = sum_up(*checked);
  if (options.json) {
    auto document = to_json(options, *checked, sums, of);
    document["unreadable"] = nlohmann::ordered_json::array();
    for (const auto& [id, why] : unreadable) document["unreadable"].push_back({{"game_id", id.str()}, {"why", why}});
    with.print_json(document);
  } else {
    print_people(with, options, *checked, sums, of);
    if (!unreadable.empty())
      with.out << fmt::format("\nNot to be checked, because of their rows. To mend them:\n  {}\n\n",
                              with.command("db repair --season " + options.season));
    for (const auto& [id, why] : unreadable) with.out << fmt::format("  {}  {}\n", id.str(), why);
  }
  return failures_exit_code(sums.failing + static_cast<std::int64_t>(unreadable.size()));
}

void add_validate_command(command_syntax& app, chosen_command& chosen) {
  auto* validate = app.add_subcommand("validate", "how far to trust the derived tables: checks against the record");
  validate->group(group_inspect);
  validate->footer(
      "Compares what is stored with the official box scores, with the schedule and with\n"
      "itself: line-ups, plus-minus, minutes, possessions, points, teams, dates. What\n"
      "each check means and what the recorded seasons reach: docs/derived.md. Reads\n"
      "only.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper validate --season 2024-25\n"
      "  nba-scraper validate --season 2024-25 --json\n"
      "  nba-scraper validate --season 2024-25 --reference possessions.csv\n"
      "\n"
      "Exit codes: the number of failing games (99: or more); 123 when there is nothing\n"
      "to check.\n");
  auto options = std::make_shared<validate_options>();
  add_season_option(*validate, options->season, season_need::required, "season to check");
  add_game_types_option(*validate, options->game_types);
  validate->add_option("--reference", options->reference, "an independent count: game_id,team_id,possessions")
      ->type_name("CSV");
  options->parallel = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, parallel_default_max);
  validate->add_option("--parallel", options->parallel, "games read and checked at a time")
      ->type_name("N")
      ->check(in_range(1, parallel_max))
      ->capture_default_str();
  add_json_option(*validate, options->json);
  on_selected(*validate, chosen, options, &run_validate);
}

}  // namespace nba::cli
