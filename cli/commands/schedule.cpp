#include "cli/commands/schedule.hpp"

#include "actors/jobs/daily_job.hpp"
#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/job_setup.hpp"
#include "pipeline/plan/daily_mark.hpp"

#include <fmt/format.h>

namespace nba::cli {
namespace {

int run_or_plan(const context& with, job& wanted, bool dry_run, bool json) {
  if (dry_run) return json ? dry_run_as_json(with, wanted) : dry_run_on_screen(with, wanted);
  return json ? run_job_as_json(with, wanted) : run_job_on_screen(with, wanted);
}

}  // namespace

backfill_order backfill_order_of(const backfill_options& options) {
  backfill_order order;
  order.season = *parse_season(options.season);
  order.chunk_days = options.chunk_days;
  order.parallel = options.parallel;
  order.allow_older = options.allow_older;
  auto& limits = order.limits;
  if (!options.game_types.empty()) limits.types = to_game_types(options.game_types);
  limits.from = parse_date(options.from);
  limits.to = parse_date(options.to);
  if (!options.since.empty()) limits.since = game_id::parse(options.since);
  limits.reprocess = *parse_reprocess(options.reprocess);
  if (options.games.empty()) return order;
  limits.only.emplace();
  limits.reopens = true;
  // Who names a game means it, whatever its type.
  if (options.game_types.empty()) limits.types.clear();
  for (const auto& text : options.games) {
    const auto id = *game_id::parse(text);
    limits.only->insert(id);
    if (options.game_types.empty()) limits.types.insert(id.type());
  }
  return order;
}

int run_backfill(const context& with, const backfill_options& options) {
  const auto order = backfill_order_of(options);
  if (const auto fits = check_scope(order.limits, order.season); !fits)
    return with.fail(exit_usage, fits.error().message);
  for (const auto& text : options.games)
    if (const auto of = game_id::parse(text)->in_season(); of != order.season)
      return with.fail(exit_usage, fmt::format("game {} is one of {}, not of {}; name games of one season", text,
                                               to_string(of), options.season));
  backfill_job wanted{order};
  return run_or_plan(with, wanted, options.dry_run, options.json);
}

int run_daily(const context& with, const daily_options& options) {
  daily_order order{parse_date(options.date), options.catch_up_days, options.parallel};
  if (order.date && tz_available())
    if (const auto why = why_not_daily_date(*order.date, yesterday_in_new_york(utc_now())))
      return with.fail(exit_usage, "--date " + *why);
  daily_job wanted{order};
  return run_or_plan(with, wanted, options.dry_run, options.json);
}

void add_schedule_commands(command_syntax& app, chosen_command& chosen) {
  auto* schedule = app.add_subcommand("schedule", "bring a season's or yesterday's games into the database");
  schedule->group(group_ingest);
  schedule->require_subcommand(1);

  auto* backfill = schedule->add_subcommand("backfill", "a whole season, or the part of it that is missing");
  backfill->footer(
      "Safe to stop and to run again at any time: it goes on where it stopped, redoes\n"
      "nothing that was finished and misses nothing that was not.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper schedule backfill --season 2024-25 --parallel 8\n"
      "  nba-scraper schedule backfill --season 2024-25 --dry-run\n"
      "  nba-scraper schedule backfill --season 2024-25 --chunk-days auto\n"
      "  nba-scraper schedule backfill --season 2024-25 --json >report.json\n"
      "  nba-scraper schedule backfill --season 2024-25 --from 2024-12-01\n"
      "  nba-scraper schedule backfill --season 2024-25 --reprocess parked\n"
      "  nba-scraper schedule backfill --season 2024-25 --game 0022400061\n");
  auto wanted = std::make_shared<backfill_options>();
  add_season_option(*backfill, wanted->season, season_need::required, "season to complete");
  backfill
      ->add_option("--since", wanted->since,
                   "in the lane of ID only games with a larger id; other lanes are not limited")
      ->type_name("ID")
      ->check(game_id_format());
  add_chunk_days_option(*backfill, wanted->chunk_days);
  add_parallel_option(*backfill, wanted->parallel);
  add_game_types_option(*backfill, wanted->game_types);
  backfill->add_option("--from", wanted->from, "first ET date, within the season")
      ->type_name("DATE")
      ->check(date_format());
  backfill->add_option("--to", wanted->to, "last ET date, within the season")->type_name("DATE")->check(date_format());
  backfill
      ->add_option(
          "--reprocess", wanted->reprocess,
          "missing (default): what is not finished; parked: only what failed for good; all: ask for everything "
          "again and rewrite what was corrected")
      ->type_name("WHAT")
      ->check(one_of({"missing", "parked", "all"}));
  backfill
      ->add_option("--game", wanted->games,
                   "only these games; closed ones (nba-scraper gaps --season S --closed) are opened and tried again")
      ->type_name("ID")
      ->check(game_id_format());
  backfill->add_flag(
      "--allow-older", wanted->allow_older,
      "with --reprocess all: let documents replace stored ones that say of themselves that they are newer");
  backfill->add_flag("--dry-run", wanted->dry_run, "print plan, chunks, requests and time; write nothing");
  add_json_option(*backfill, wanted->json);
  on_selected_job(*backfill, chosen, wanted, &run_backfill, "backfill", signals_by::command,
                  &is_dry_run<backfill_options>);

  auto* daily = schedule->add_subcommand("daily", "yesterday's games, and every day missed before");
  daily->footer(
      "Without --date: yesterday in New York. The daily date (nba-scraper watermark get\n"
      "schedule daily) moves only over days whose games are all finished or postponed.\n"
      "Without a daily date: from the day after the last day that is stored, in an\n"
      "empty database yesterday alone. Games of earlier days that could be finished and\n"
      "are not (found late, given up too early) are taken, too.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper schedule daily\n"
      "  nba-scraper schedule daily --date 2025-03-14\n");
  auto day = std::make_shared<daily_options>();
  daily->add_option("--date", day->date, "last ET date to process; yesterday at the latest")
      ->type_name("DATE")
      ->check(date_format());
  daily
      ->add_option("--catch-up-days", day->catch_up_days,
                   "untried days that one run catches up on, oldest first (default 14)")
      ->type_name("N")
      ->check(in_range(1, 366));
  add_parallel_option(*daily, day->parallel);
  daily->add_flag("--dry-run", day->dry_run, "print plan, requests and time; write nothing");
  add_json_option(*daily, day->json);
  on_selected_job(*daily, chosen, day, &run_daily, "daily", signals_by::command, &is_dry_run<daily_options>);
}

}  // namespace nba::cli
