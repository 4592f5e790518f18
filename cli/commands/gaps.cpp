#include "cli/commands/gaps.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/season_report.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unordered_map>

namespace nba::cli {
namespace {

using nlohmann::ordered_json;

// "BOS at NYK"; empty while a team is not decided.
std::unordered_map<game_id, std::string> matchups(const std::vector<planned_game>& plan) {
  std::unordered_map<game_id, std::string> teams;
  for (const auto& game : plan)
    if (!game.home_tricode.empty() && !game.away_tricode.empty())
      teams.emplace(game.id, fmt::format("{} at {}", game.away_tricode, game.home_tricode));
  return teams;
}

void print_json(const context& with, const season_report& report, const std::vector<gap>& gaps) {
  const auto teams = matchups(report.plan);
  ordered_json document{{"season", to_string(report.season)},
                        {"planned", report.planned()},
                        {"terminal", report.terminal()},
                        {"gaps", ordered_json::array()}};
  for (const auto& gap : gaps) {
    const auto found = teams.find(gap.id);
    document["gaps"].push_back({{"game_id", gap.id.str()},
                                {"game_date", format_date(gap.date)},
                                {"game_type", to_string(gap.id.type())},
                                {"teams", found == teams.end() ? "" : found->second},
                                {"state", to_string(gap.state)},
                                {"attempts", gap.attempts},
                                {"reason", gap.reason}});
  }
  with.print_json(document);
}

void print_gaps(const context& with, const gaps_options& options, const season_report& report,
                const std::vector<gap>& gaps) {
  const auto teams = matchups(report.plan);
  const auto is_ahead = [&](const gap& gap) {
    return gap.date >= report.reasons.today && (gap.state == game_state::planned || gap.state == game_state::not_final);
  };
  text_table table{{{"GAME"}, {"DATE"}, {"TEAMS"}, {"WHY"}}};
  std::size_t ahead = 0;
  et_date first_ahead{}, last_ahead{};
  for (const auto& gap : gaps) {
    if (is_ahead(gap) && !options.all) {
      if (ahead++ == 0) first_ahead = gap.date;
      last_ahead = gap.date;
      continue;
    }
    const auto found = teams.find(gap.id);
    table.add_row({gap.id.str(), format_date(gap.date), found == teams.end() ? "" : found->second, gap.reason});
  }
  if (!table.empty()) {
    table.print(with.out);
    with.out << '\n';
  }
  with.out << fmt::format("{} of {} of {} {} not finished.\n", with_thousands(static_cast<long long>(gaps.size())),
                          counted(static_cast<long long>(report.planned()), "game", "games"), options.season,
                          gaps.size() == 1 ? "is" : "are");
  if (ahead > 0)
    with.out << fmt::format("{} of them {} still to be played, {} to {}; --all lists them.\n",
                            with_thousands(static_cast<long long>(ahead)), ahead == 1 ? "is" : "are",
                            format_date(first_ahead), format_date(last_ahead));
}

}  // namespace

int run_gaps(const context& with, const gaps_options& options) {
  const auto today = today_in_new_york(with);
  if (!today) return exit_configuration;
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto report =
      read_season_report(*database.store, *parse_season(options.season), to_game_types(options.game_types), *today,
                         with.settings.retry.unavailable_confirmations);
  if (!report) return with.fail(report.error());
  if (report->ledger.empty())
    return with.fail(exit_no_schedule, fmt::format("this database knows no games of {0}; first run: "
                                                   "nba-scraper schedule backfill --season {0}",
                                                   options.season));
  const auto gaps = find_gaps(report->ledger, report->reasons);
  if (options.json)
    print_json(with, *report, gaps);
  else if (gaps.empty())
    with.out << fmt::format("No gaps: all {} of {} are finished.\n",
                            counted(static_cast<long long>(report->planned()), "game", "games"), options.season);
  else
    print_gaps(with, options, *report, gaps);
  return exit_success;
}

void add_gaps_command(command_syntax& app, chosen_command& chosen) {
  auto* gaps = app.add_subcommand("gaps", "planned games that are not finished, each with its reason");
  gaps->group(group_inspect);
  gaps->footer(
      "Examples:\n"
      "  nba-scraper gaps --season 2024-25\n"
      "  nba-scraper gaps --season 2025-26 --all --json\n");
  auto options = std::make_shared<gaps_options>();
  add_season_option(*gaps, options->season, season_need::required, "season to look at");
  add_game_types_option(*gaps, options->game_types);
  gaps->add_flag("--all", options->all, "list games that are still to be played, too");
  add_json_option(*gaps, options->json);
  on_selected(*gaps, chosen, options, &run_gaps);
}

}  // namespace nba::cli
