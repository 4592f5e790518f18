#include "cli/commands/watermark.hpp"

#include "actors/run/run_session.hpp"
#include "cli/commands/arguments.hpp"
#include "cli/commands/register.hpp"
#include "cli/database.hpp"
#include "cli/season_report.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/events.hpp"
#include "pipeline/plan/daily_mark.hpp"
#include "pipeline/plan/tracker.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace nba::cli {
namespace {

constexpr std::string_view stage_backfill = "backfill";
constexpr std::string_view stage_schedule = "schedule";
constexpr std::string_view key_daily = "daily";

nlohmann::ordered_json to_json(const watermark_row& row) {
  return {
      {"stage", row.stage}, {"key", row.key}, {"value", row.value}, {"updated_at", format_timestamp(row.updated_at)}};
}

void log_decree(const context& with, const watermark_options& options, const std::optional<std::string>& before,
                const std::optional<std::string>& after) {
  // WARN: nothing is lost, but a person overruled what plan and ledger say.
  with.events.write(events::watermark_decree(options.stage, options.key, before.value_or(""), after.value_or("")));
}

// What the next backfill makes of a lane's mark: it recomputes the mark from plan and ledger and heals a lagging one.
std::string outlook_of_lane(nba::store& database, const lane& of, const std::optional<std::string>& value) {
  const auto ledger = database.read_ledger(of.season);
  if (!ledger) return {};
  std::vector<game_id> planned, terminal;
  for (const auto& entry : *ledger) {
    if (!(lane_of(entry.id) == of)) continue;
    planned.push_back(entry.id);
    if (is_terminal(entry.state)) terminal.push_back(entry.id);
  }
  if (planned.empty()) return "No games of this lane are planned yet; a run goes by plan and ledger, not by this mark.";
  const contiguous_tracker tracker{planned, terminal};
  const auto reached = tracker.watermark();
  const auto by_ledger = reached ? reached->str() : std::string{};
  if (value.value_or("") < by_ledger)
    return fmt::format("Plan and ledger say {}: the next backfill of {} moves the mark there again.", by_ledger,
                       to_string(of.season));
  const auto open = std::count_if(planned.begin(), planned.end(), [&](const game_id& id) {
    return value && id.str() <= *value && !tracker.is_resolved(id);
  });
  if (open > 0)
    return fmt::format(
        "{} up to this mark {} not finished. They stay in the plan: the next backfill still takes them on.",
        counted(open, "game", "games"), open == 1 ? "is" : "are");
  return {};
}

void print_outlook(const context& with, nba::store& database, const watermark_options& options,
                   const std::optional<std::string>& value) {
  if (options.stage == stage_backfill) {
    const auto of = parse_watermark_key(options.key);
    const auto note = of ? outlook_of_lane(database, *of, value) : std::string{};
    for (const auto& line : wrap(note, 80)) with.out << line << '\n';
  } else if (options.stage == stage_schedule) {
    with.out << (value ? "The next daily run starts the day after it.\n"
                       : "The next daily run starts with yesterday.\n");
  }
}

// Why a game is no mark of its lane: nobody knows it. Empty when one does.
result<std::string> why_no_mark(nba::store& database, const game_id& id) {
  const auto season = to_string(id.in_season());
  const auto ledger = database.read_ledger(id.in_season());
  if (!ledger) return ledger.error();
  std::optional<game_id> first, last;
  for (const auto& entry : *ledger) {
    if (entry.id == id) return std::string{};
    if (!(lane_of(entry.id) == lane_of(id))) continue;
    if (!first) first = entry.id;
    last = entry.id;
  }
  if (!first)
    return fmt::format(
        "this database knows no game of {} yet, so none can be its mark; first run: `nba-scraper schedule "
        "backfill --season {}`",
        watermark_key(lane_of(id)), season);
  return fmt::format(
      "there is no game {} in this database; the games of {} have ids from {} to {}; `nba-scraper gaps "
      "--season {} --all` lists what is open",
      id.str(), watermark_key(lane_of(id)), first->str(), last->str(), season);
}

// The locks of the runs that move this mark: a decree beside one of them would be overtaken by it unseen. A daily run
// moves the lanes of its season too.
int lock_out_runs(const context& with, nba::store& database, const watermark_options& options) {
  if (const auto placed = place_locks(with); !placed) return with.fail(placed.error());
  if (options.stage == stage_backfill) {
    const auto season = to_string(parse_watermark_key(options.key)->season);
    // In the order in which `derive` takes them.
    if (const auto code = take_lock(with, database, std::string{stage_backfill}, season)) return code;
    return take_lock(with, database, std::string{stage_schedule}, std::string{key_daily});
  }
  return take_lock(with, database, options.stage, options.key);
}

int decree(const context& with, const watermark_options& options, const std::optional<std::string>& value) {
  if (const auto problem = check_decree(options.stage, options.key, value)) return with.fail(exit_usage, *problem);
  auto database = open_to_change(with);
  if (!database) return database.exit_code;
  auto& store = *with.session->keep(std::move(database.store));
  if (const auto code = lock_out_runs(with, store, options)) return code;
  if (value && options.stage == stage_backfill) {
    const auto why = why_no_mark(store, *game_id::parse(*value));
    if (!why) return with.fail(why.error());
    if (!why->empty()) return with.fail(exit_usage, *why);
  }
  const auto before = store.decree_watermark(options.stage, options.key, value);
  if (!before) return with.fail(before.error());
  if (!value && !*before)
    return with.fail(exit_not_found, fmt::format("there is no watermark {} {} to reset", options.stage, options.key));
  log_decree(with, options, *before, value);
  with.out << fmt::format("{} {}: {} -> {}\n", options.stage, options.key, before->value_or("(none)"),
                          value.value_or("(none)"));
  print_outlook(with, store, options, value);
  return exit_success;
}

std::optional<std::string> check_backfill(std::string_view key, const std::optional<std::string>& value) {
  const auto of = parse_watermark_key(key);
  if (!of)
    return fmt::format(
        "'{}' is no key of stage backfill; it is a season like 2024-25 for the regular season, or 2024-25/playoffs, "
        "/play-in, /cup, /preseason, /all-star",
        key);
  if (!value) return std::nullopt;
  const auto id = game_id::parse(*value);
  if (!id) return fmt::format("'{}' is not a game id (ten digits, like 0022400061)", *value);
  if (!(lane_of(*id) == *of))
    return fmt::format("{} is a game of {}, not of {}; to set its mark: `nba-scraper watermark set backfill {} {}`",
                       *value, watermark_key(lane_of(*id)), key, watermark_key(lane_of(*id)), *value);
  return std::nullopt;
}

option_syntax* add_stage_and_key(command_syntax& command, watermark_options& options) {
  command.add_option("STAGE", options.stage, "backfill, schedule, or a stage of your own")->required();
  return command.add_option("KEY", options.key, "2024-25, 2024-25/playoffs, daily, ...")->required();
}

}  // namespace

std::optional<std::string> check_decree(std::string_view stage, std::string_view key,
                                        const std::optional<std::string>& value) {
  if (stage.empty() || key.empty()) return "stage and key must not be empty";
  if (value && value->empty())
    return "the value must not be empty; to remove a watermark: `nba-scraper watermark reset STAGE KEY`";
  if (stage == stage_backfill) return check_backfill(key, value);
  if (stage == stage_schedule) {
    if (key != key_daily) return fmt::format("'{}' is no key of stage schedule; the only one is daily", key);
    if (value && !parse_date(*value)) return fmt::format("'{}' is not a date; write it like 2024-10-22", *value);
  }
  return std::nullopt;
}

int run_watermark_list(const context& with, const watermark_options& options) {
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto rows = database.store->read_watermarks();
  if (!rows) return with.fail(rows.error());
  if (options.json) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& row : *rows) list.push_back(to_json(row));
    with.print_json(list);
    return exit_success;
  }
  if (rows->empty()) {
    with.out << fmt::format("No watermarks yet: nothing has been completed in order. More tells: {}\n",
                            with.command("status"));
    return exit_success;
  }
  text_table table{{{"STAGE"}, {"KEY"}, {"VALUE"}, {"UPDATED (UTC)"}}};
  for (const auto& row : *rows)
    table.add_row({row.stage, row.key, row.value, to_the_minute(format_timestamp(row.updated_at))});
  table.print(with.out);
  return exit_success;
}

int run_watermark_get(const context& with, const watermark_options& options) {
  auto database = open_existing(with);
  if (!database) return database.exit_code;
  const auto row = database.store->read_watermark(options.stage, options.key);
  if (!row) return with.fail(row.error());
  if (!*row)
    return with.fail(exit_not_found, fmt::format("there is no watermark {} {}; `nba-scraper watermark list` shows all",
                                                 options.stage, options.key));
  if (options.json)
    with.print_json(to_json(**row));
  else
    with.out << (*row)->value << '\n';
  return exit_success;
}

int run_watermark_set(const context& with, const watermark_options& options) {
  if (options.stage == stage_schedule && options.key == key_daily)
    if (const auto wanted = parse_date(options.value)) {
      const auto today = today_in_new_york(with);
      if (!today) return exit_configuration;
      if (const auto why = why_not_daily_date(*wanted, *today - date::days{1}))
        return with.fail(exit_usage,
                         fmt::format("{}. No daily run would fetch anything before then; name the last day whose games "
                                     "are all in the database, or: `nba-scraper watermark reset schedule daily`",
                                     *why));
    }
  return decree(with, options, options.value);
}

int run_watermark_reset(const context& with, const watermark_options& options) {
  return decree(with, options, std::nullopt);
}

void add_watermark_commands(command_syntax& app, chosen_command& chosen) {
  auto* watermark = app.add_subcommand("watermark", "show the checkpoints, or move one by decree");
  watermark->group(group_inspect)->require_subcommand(1);
  watermark->footer(
      "A watermark is how far everything is done without a hole: for backfill the\n"
      "largest game id of a season's lane, for the daily run an ET date. Runs move it\n"
      "by themselves.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper watermark list\n"
      "  nba-scraper watermark get backfill 2024-25\n"
      "  nba-scraper watermark set schedule daily 2024-10-22\n"
      "  nba-scraper watermark reset backfill 2024-25/playoffs\n");
  auto options = std::make_shared<watermark_options>();

  auto* list = watermark->add_subcommand("list", "all of them")->group(group_nested);
  list->footer("");
  add_json_option(*list, options->json);
  on_selected(*list, chosen, options, &run_watermark_list);

  auto* get = watermark->add_subcommand("get", "the value of one; exit code 1 when there is none")->group(group_nested);
  get->footer("Example:\n  nba-scraper watermark get backfill 2024-25\n");
  add_stage_and_key(*get, *options);
  add_json_option(*get, options->json);
  on_selected(*get, chosen, options, &run_watermark_get);

  auto* set = watermark->add_subcommand("set", "move one by decree (logged), also backwards")->group(group_nested);
  set->footer(
      "Runs take their work from plan and ledger, so a decree loses no game: what it\n"
      "skips is still taken on, and a mark set too low is healed by the next run.\n"
      "Beside an active run of the stage it ends with 122.\n"
      "\n"
      "Examples:\n"
      "  nba-scraper watermark set schedule daily 2024-10-22\n"
      "  nba-scraper watermark set backfill 2024-25 0022400061\n"
      "  nba-scraper watermark set my-stage my-key anything\n");
  add_stage_and_key(*set, *options);
  set->add_option("VALUE", options->value, "a game id of the lane, a date, or anything for a stage of your own")
      ->required();
  on_selected_job(*set, chosen, options, &run_watermark_set, "watermark", signals_by::system);

  auto* reset = watermark->add_subcommand("reset", "remove one by decree (logged)")->group(group_nested);
  reset->footer("Example:\n  nba-scraper watermark reset schedule daily\n");
  add_stage_and_key(*reset, *options);
  on_selected_job(*reset, chosen, options, &run_watermark_reset, "watermark", signals_by::system);
}

}  // namespace nba::cli
