#include "cli/commands/schedule.hpp"

#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/job_setup.hpp"
#include "pipeline/events.hpp"
#include "pipeline/plan/daily.hpp"
#include "pipeline/plan/daily_mark.hpp"

#include <fmt/format.h>

namespace nba::cli {
namespace {

constexpr const char* daily_stage = "schedule";
constexpr const char* daily_key = "daily";

// The daily date in the database; none when there is none yet (or no database).
result<daily_mark> read_daily_mark(const context& with, et_date yesterday) {
  const auto url = parse_database_url(with.settings.database);
  if (!url) return url.error();
  if (!database_exists(*url)) return daily_mark{};
  auto options = store_options_of(with.settings);
  options.create = false;
  // What every command calls a database that cannot be used.
  const auto unusable = [](failure why) {
    why.kind = failure_class::storage;
    return why;
  };
  const auto opened = open_store(*url, options);
  if (!opened) return unusable(opened.error());
  const auto steps = (*opened)->check_schema();
  if (!steps) return unusable(steps.error());
  if (steps->empty() || !steps->front().applied) return daily_mark{};
  const auto row = (*opened)->read_watermark(daily_stage, daily_key);
  if (!row) return row.error();
  return judge_daily_mark(*row ? std::optional{(*row)->value} : std::nullopt, yesterday);
}

// A daily date that cannot be is an error: whatever a run made of it would be wrong, and silence would last for years.
int fail_daily_mark(const context& with, const daily_mark& mark) {
  with.events.write(events::watermark_unusable(daily_stage, daily_key, mark.problem, mark.fix));
  return with.fail(exit_configuration, fmt::format("{}: {}", mark.problem, mark.fix));
}

}  // namespace

job_definition backfill_definition(const backfill_options& options) {
  job_definition job;
  const auto wanted = *parse_season(options.season);
  job.name = "backfill";
  job.stage = "backfill";
  job.key = options.season;
  scope limits;
  if (!options.game_types.empty()) limits.types = to_game_types(options.game_types);
  limits.from = parse_date(options.from);
  limits.to = parse_date(options.to);
  if (!options.since.empty()) limits.since = game_id::parse(options.since);
  limits.reprocess = *parse_reprocess(options.reprocess);
  if (!options.games.empty()) {
    limits.only.emplace();
    limits.reopens = true;
    // Who names a game means it, whatever its type.
    if (options.game_types.empty()) limits.types.clear();
    for (const auto& text : options.games) {
      const auto id = *game_id::parse(text);
      limits.only->insert(id);
      if (options.game_types.empty()) limits.types.insert(id.type());
    }
  }
  job.seasons.push_back({wanted, limits});
  job.chunk_days = options.chunk_days;
  job.parallel = options.parallel;
  job.announced = {{"season", options.season}, {"parallel", std::int64_t{options.parallel}}};
  if (limits.since) job.announced.push_back({"since", options.since});
  return job;
}

job_definition daily_definition(const daily_options& options, std::optional<et_date> stored, et_date target) {
  job_definition job;
  job.name = "daily";
  job.stage = daily_stage;
  job.key = daily_key;
  job.parallel = options.parallel;
  job.any_season_suffices = true;
  job.announced = {{"target_date", format_date(target)}};
  if (stored) job.announced.push_back({"stored_date", format_date(*stored)});
  // A date that was asked for by name and lies behind the mark is done again; the mark does not move.
  const bool again = !options.date.empty() && stored && *stored >= target;
  const auto first_guess = again ? std::optional<daily_window>{daily_window{{target, target}, false}}
                                 : plan_daily(stored, target, options.catch_up_days);
  if (!first_guess) return job;  // nothing to do: no seasons
  scope limits;
  limits.from = first_guess->dates.first;
  limits.to = first_guess->dates.last;
  for (const auto one : seasons_of(*first_guess, target)) job.seasons.push_back({one, limits});
  auto window = std::make_shared<date_range>(first_guess->dates);
  job.narrow = [=](std::vector<season_plan>& seasons) {
    if (!again) *window = narrow_daily(seasons, stored, target, options.catch_up_days);
  };
  // The date was read before the lock was held. If somebody has set it since, it stays where it was set: this run knows
  // nothing of the days from there on.
  auto set_meanwhile = std::make_shared<bool>(false);
  job.prepare = [=](store& database) -> result<void> {
    const auto row = database.read_watermark(daily_stage, daily_key);
    if (!row) return row.error();
    *set_meanwhile = (*row ? parse_date((*row)->value) : std::nullopt) != stored;
    return {};
  };
  if (!again)
    job.checkpoint = [=](const job_plan& plan, const run_report& report) -> std::optional<std::string> {
      if (*set_meanwhile) return std::nullopt;
      if (!is_whole(report.ending)) return std::nullopt;
      const auto through = daily_through_date(*window, dates_held(plan, window->first, limits.types));
      return through ? std::optional{format_date(*through)} : std::nullopt;
    };
  return job;
}

int run_backfill(const context& with, const backfill_options& options) {
  auto job = backfill_definition(options);
  job.arguments = with.command_line;
  if (const auto fits = check_scope(job.seasons.front().limits, job.seasons.front().season); !fits)
    return with.fail(exit_usage, fits.error().message);
  for (const auto& text : options.games)
    if (const auto of = game_id::parse(text)->in_season(); of != job.seasons.front().season)
      return with.fail(exit_usage, fmt::format("game {} is one of {}, not of {}; name games of one season", text,
                                               to_string(of), options.season));
  if (options.dry_run) return dry_run_on_screen(with, job);
  return run_job_on_screen(with, job, [&](job_environment& environment) -> result<void> {
    environment.engine.allow_older = options.allow_older;
    return {};
  });
}

int run_daily(const context& with, const daily_options& options) {
  if (!tz_available())
    return with.fail(exit_configuration, "this system has no time zone data; install the package tzdata");
  const auto yesterday = yesterday_in_new_york(utc_now());
  const auto target = options.date.empty() ? yesterday : *parse_date(options.date);
  if (const auto why = why_not_daily_date(target, yesterday)) return with.fail(exit_usage, "--date " + *why);
  const auto mark = read_daily_mark(with, yesterday);
  if (!mark) return with.fail(mark.error());
  if (!mark->usable()) return fail_daily_mark(with, *mark);
  const auto stored = mark->date;
  auto job = daily_definition(options, stored, target);
  job.arguments = with.command_line;
  if (job.seasons.empty()) {
    with.events.write(events::job_no_games(job.name, target, *stored, std::nullopt));
    if (!with.settings.quiet)
      with.out << fmt::format("Nothing to do: the daily date is {}, the last complete day in New York is {}.\n",
                              format_date(*stored), format_date(target));
    return exit_success;
  }
  return options.dry_run ? dry_run_on_screen(with, job) : run_job_on_screen(with, job);
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
  backfill->add_option("--chunk-days", wanted->chunk_days, "days in a chunk, the unit of parallelism (default 7)")
      ->type_name("N")
      ->check(in_range(1, 366));
  backfill->add_option("--parallel", wanted->parallel, "chunks in flight at a time (default 4)")
      ->type_name("N")
      ->check(in_range(1, 64));
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
                   "only these games; closed ones (nba-scraper gaps --closed) are opened and tried again")
      ->type_name("ID")
      ->check(game_id_format());
  backfill->add_flag(
      "--allow-older", wanted->allow_older,
      "with --reprocess all: let documents replace stored ones that say of themselves that they are newer");
  backfill->add_flag("--dry-run", wanted->dry_run, "print plan, chunks, requests and time; write nothing");
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
  daily->add_option("--parallel", day->parallel, "chunks in flight at a time (default 4)")
      ->type_name("N")
      ->check(in_range(1, 64));
  daily->add_flag("--dry-run", day->dry_run, "print plan, requests and time; write nothing");
  on_selected_job(*daily, chosen, day, &run_daily, "daily", signals_by::command, &is_dry_run<daily_options>);
}

}  // namespace nba::cli
