#include "cli/commands/gaps.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/documents/season_documents.hpp"
#include "cli/left_out_text.hpp"
#include "cli/season_report.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/plan/schedule.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_map>

namespace nba::cli {
namespace {

// Its day has not passed: time alone may finish it.
bool is_ahead(const gap& game, const season_report& report) {
  return game.date >= report.reasons.today &&
         (game.state == game_state::planned || game.state == game_state::not_final);
}

// What was found, as an exit code: games that should be finished.
int exit_code_of(const std::vector<gap>& gaps, const season_report& report) {
  return failures_exit_code(
      std::count_if(gaps.begin(), gaps.end(), [&](const gap& game) { return !is_ahead(game, report); }));
}

// Likewise of closed games: those that only evidence closed. A person's word and the schedule's are no alarm.
int exit_code_of(const std::vector<closed_game>& closed) {
  return failures_exit_code(std::count_if(closed.begin(), closed.end(), [](const closed_game& game) {
    return game.evidence ? is_inferred(game.evidence->ground) : game.state == game_state::unavailable;
  }));
}

// The evidence, who gave it, and whether the host is asked again.
std::string describe(const closed_game& game) {
  if (!game.evidence) return game.reason + " (by an older version)";
  std::string more;
  if (is_inferred(game.evidence->ground)) {
    more = fmt::format("inferred, {}", counted(game.evidence->occasions, "day", "days"));
    more += game.next_check ? fmt::format("; asked again on {}", format_date(*game.next_check)) : "; not asked again";
  } else {
    more = game.evidence->ground == closing_ground::waived ? "a person's word" : "by the schedule";
  }
  const auto since = game.evidence->closed_at
                         ? fmt::format("; since {}", format_date(et_date_of(*game.evidence->closed_at)))
                         : std::string{};
  return fmt::format("{} ({}{})", game.reason, more, since);
}

int print_closed(const context& with, const gaps_options& options, const season_report& report) {
  const auto closed = find_closed(report.ledger);
  const auto teams = matchups(report.plan);
  const auto teams_of = [&](const closed_game& game) {
    const auto found = teams.find(game.id);
    return found == teams.end() ? std::string{} : found->second;
  };
  if (options.json) {
    with.print_json(closed_document(report));
    return exit_code_of(closed);
  }
  if (closed.empty()) {
    with.out << fmt::format("No game of {} is closed: none was waived, called off or given up.\n", options.season);
    return exit_success;
  }
  text_table table{{{"GAME"}, {"DATE"}, {"TEAMS"}, {"STATE"}, {"WHY"}}};
  for (const auto& game : closed) {
    table.add_row(
        {game.id.str(), format_date(game.date), teams_of(game), std::string{to_string(game.state)}, describe(game)});
  }
  table.print(with.out);
  with.out << fmt::format(
      "\n{} of {} of {} {} closed without rows.\n"
      "Expect one again:\n"
      "  {}\n"
      "Ask the host for it now:\n"
      "  {}\n",
      with_thousands(static_cast<long long>(closed.size())),
      counted(static_cast<long long>(report.planned()), "game", "games"), options.season,
      closed.size() == 1 ? "is" : "are", with.command("dlq reopen ID"),
      with.command(fmt::format("schedule backfill --season {} --game ID", options.season)));
  return exit_code_of(closed);
}

// Closed games are no gaps, and not finished either.
void print_closed_count(const context& with, const gaps_options& options, const season_report& report) {
  if (report.closed() == 0) return;
  with.out << fmt::format("{} closed without rows: {}\n",
                          counted(static_cast<long long>(report.closed()), "game is", "games are"),
                          with.command(fmt::format("gaps --season {} --closed", options.season)));
}

void print_gaps(const context& with, const gaps_options& options, const season_report& report,
                const std::vector<gap>& gaps) {
  const auto teams = matchups(report.plan);
  text_table table{{{"GAME"}, {"DATE"}, {"TEAMS"}, {"WHY"}}};
  std::size_t ahead = 0;
  et_date first_ahead{}, last_ahead{};
  for (const auto& gap : gaps) {
    if (is_ahead(gap, report) && !options.all) {
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
  print_closed_count(with, options, report);
}

}  // namespace

int run_gaps(const context& with, const gaps_options& options) {
  const auto today = today_in_new_york(with);
  if (!today) return exit_configuration;
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto report =
      read_season_report(*database.store, *parse_season(options.season), to_game_types(options.game_types), *today,
                         with.settings.engine.dispositions.unavailable_confirmations);
  if (!report) return with.fail(report.error());
  if (report->ledger.empty() && report->left_out.empty())
    return with.fail(exit_no_schedule, fmt::format("this database knows no games of {0}; first run: "
                                                   "`nba-scraper schedule backfill --season {0}`",
                                                   options.season));
  if (options.closed) return print_closed(with, options, *report);
  const auto gaps = find_gaps(report->ledger, report->reasons);
  if (options.json) {
    with.print_json(gaps_document(*report));
  } else if (report->ledger.empty()) {
    for (const auto& line : wrap(only_other_types(*report) + '.', 80)) with.out << line << '\n';
  } else if (!gaps.empty()) {
    print_gaps(with, options, *report, gaps);
  } else if (report->closed() > 0) {
    with.out << fmt::format("No gaps: {} of {} of {} are done.\n",
                            with_thousands(static_cast<long long>(report->done())),
                            counted(static_cast<long long>(report->planned()), "game", "games"), options.season);
    print_closed_count(with, options, *report);
  } else {
    with.out << fmt::format("No gaps: all {} of {} are finished.\n",
                            counted(static_cast<long long>(report->planned()), "game", "games"), options.season);
  }
  if (!options.json && report->reading)
    print_left_out(with.out, options.season, report->reading->left_out_count, report->reading->left_out,
                   left_out_kept_max);
  return exit_code_of(gaps, *report);
}

void add_gaps_command(command_syntax& app, chosen_command& chosen) {
  auto* gaps = app.add_subcommand("gaps", "planned games that are not finished, each with its reason");
  gaps->group(group_inspect);
  gaps->footer(
      "A closed game is none of these: it was waived, called off, or given up after\n"
      "enough evidence, and has no rows. --closed lists those, with the evidence.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper gaps --season 2024-25\n"
      "  nba-scraper gaps --season 2024-25 --closed\n"
      "  nba-scraper gaps --season 2025-26 --all --json\n"
      "\n"
      "Exit codes: the number of unfinished games whose day has passed (99: or more);\n"
      "with --closed the number of games that were given up on evidence, without a\n"
      "person's or the schedule's word.\n");
  auto options = std::make_shared<gaps_options>();
  add_season_option(*gaps, options->season, season_need::required, "season to look at");
  add_game_types_option(*gaps, options->game_types);
  gaps->add_flag("--all", options->all, "list games that are still to be played, too");
  gaps->add_flag("--closed", options->closed, "list the games that are closed without rows, instead");
  add_json_option(*gaps, options->json);
  on_selected(*gaps, chosen, options, &run_gaps);
}

}  // namespace nba::cli
