#include "cli/run_summary.hpp"

#include "cli/left_out_text.hpp"
#include "cli/progress.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"
#include "pipeline/plan/daily.hpp"
#include "pipeline/plan/empty_scope.hpp"
#include "pipeline/plan/holders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace nba::cli {
namespace {

std::string number(std::size_t value) { return with_thousands(static_cast<long long>(value)); }

void print_games(std::ostream& out, const char* title, std::vector<reported_game> games,
                 const summary_options& options) {
  const auto listed_max = options.games_listed_max;
  if (games.empty()) return;
  out << fmt::format("\n{} ({}):\n", title, games.size());
  text_table table{{{"game"}, {"date"}, {"stage"}, {"why"}}};
  std::sort(games.begin(), games.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  for (std::size_t i = 0; i < std::min(games.size(), listed_max); ++i)
    table.add_row({games[i].id.str(), format_date(games[i].date), games[i].stage, games[i].reason});
  table.print(out, 80, 2);
  if (games.size() > listed_max)
    out << fmt::format("  ... and {} more: nba-scraper gaps --season {}{}\n", games.size() - listed_max,
                       to_string(games.front().id.in_season()), options.repeated);
}

// Alarms first: each of them counts once, in the run that closes the game.
void print_closed(std::ostream& out, const run_report& report, const summary_options& options) {
  std::vector<reported_game> alarms, others;
  for (const auto& game : report.closed) (game.alarm ? alarms : others).push_back(game);
  print_games(out, "Closed without rows, as it seems: look at them, each counts once", std::move(alarms), options);
  print_games(out, "Closed without rows: not to be played, or asked again and still not there", std::move(others),
              options);
}

const char* headline(run_ending ending) {
  switch (ending) {
    case run_ending::completed:
      return "Finished";
    case run_ending::interrupted:
      return "Stopped, after a clean drain";
    case run_ending::aborted:
      return "Aborted";
    case run_ending::storage_lost:
      return "Ended: the database went away";
    case run_ending::host_lost:
      return "Ended: a host refused to answer";
    case run_ending::documents_changed:
      return "Ended: the host's documents are not what they were";
    case run_ending::broken:
      return "Ended by an internal error";
  }
  return "Ended";
}

// "0.4 s", "12.3 s", "1:02".
std::string elapsed_text(std::chrono::milliseconds elapsed) {
  if (elapsed < std::chrono::minutes{1}) return fmt::format("{:.1f} s", std::chrono::duration<double>(elapsed).count());
  return format_duration(std::chrono::duration_cast<std::chrono::seconds>(elapsed + std::chrono::milliseconds{500}));
}

// Of a run that had no game at all to look at: which limit left none, and what to ask for instead.
void print_empty_scopes(std::ostream& out, const job_plan& plan) {
  for (const auto& one : plan.seasons)
    if (const auto why = why_empty(one.schedule, one.limits); !why.empty() && one.work.in_scope() == 0)
      for (const auto& line : wrap("Nothing to look at: " + why + '.', 80)) out << line << '\n';
}

void print_left_out_of(std::ostream& out, const job_plan& plan, std::size_t listed_max) {
  for (const auto& one : plan.seasons)
    print_left_out(out, to_string(one.season), one.schedule.left_out_count, one.schedule.left_out, listed_max);
}

double seconds_of(std::chrono::milliseconds elapsed) { return std::chrono::duration<double>(elapsed).count(); }

}  // namespace

void print_watermarks(std::ostream& out, const job_outcome& outcome, const summary_options& options, et_date today) {
  report_context reasons{today, options.unavailable_confirmations, {}};
  text_table table{{{"lane"},
                    {"watermark"},
                    {"done", align::right},
                    {"closed", align::right},
                    {"planned", align::right},
                    {"held by"}}};
  struct lane_hint {
    std::string lane;
    std::vector<release_way> ways;
  };
  std::vector<lane_hint> hints;
  for (const auto& one : outcome.plan.seasons) {
    const auto ledger = complete_ledger(one.schedule.games, one.ledger);
    for (const auto& lane : summarize_lanes(ledger, reasons)) {
      if (!one.limits.types.contains(lane.lane.type)) continue;
      const auto key = watermark_key(lane.lane);
      std::string mark = "-";
      for (const auto& row : outcome.watermarks)
        if (row.stage == lane_stage && row.key == key) mark = row.value;
      table.add_row({key, mark, number(lane.done), number(lane.closed()), number(lane.planned),
                     lane.holder ? lane.holder->id.str() + ": " + lane.holder_reason : ""});
      if (auto ways = release_ways(lane, reasons, options.since); !ways.empty())
        hints.push_back({key, std::move(ways)});
    }
  }
  if (table.empty()) return;
  out << "\nWatermarks\n";
  table.print(out, 80, 2);
  // A command stays in one line: it is to be copied.
  for (const auto& [lane, ways] : hints) {
    auto before = fmt::format("To release {}, ", lane);
    for (const auto& [what, command] : ways)
      out << fmt::format("  {}{}:\n    {}{}\n", std::exchange(before, "or "), what, command, options.repeated);
  }
}

void print_run_summary(std::ostream& out, const job_outcome& outcome, const summary_options& options, et_date today) {
  const auto& report = outcome.report;
  const auto seconds = std::max(seconds_of(report.elapsed), 0.001);
  out << fmt::format("{} in {}.\n", headline(report.ending), elapsed_text(report.elapsed));
  if (report.ending != run_ending::completed && !report.ending_reason.empty())
    out << fmt::format("  {}\n", report.ending_reason);
  const auto line = [&](const char* name, std::string text) { out << fmt::format("  {:<13}{}\n", name, text); };
  std::string kinds;
  const auto add = [&](std::int64_t count, const char* what) {
    if (count > 0) kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", with_thousands(count), what);
  };
  add(report.inserted, "new");
  add(report.replaced, "corrected");
  add(report.unchanged, "unchanged");
  add(report.recovered, "recovered");
  line("games", fmt::format("{} done{}", with_thousands(report.done()), kinds.empty() ? "" : " (" + kinds + ")"));
  const auto closed_before = outcome.plan.already_closed();
  if (const auto before = outcome.plan.already_terminal() - closed_before; before > 0)
    line("", fmt::format("{} needed nothing: done before", number(before)));
  if (closed_before > 0) line("", fmt::format("{} closed before, without rows:", number(closed_before)));
  for (const auto& one : outcome.plan.seasons)
    if (one.work.already_closed > 0)
      line("", fmt::format("nba-scraper gaps --season {} --closed{}", to_string(one.season), options.repeated));
  line("rows", fmt::format("{} written", with_thousands(report.rows_written)));
  if (report.bytes_fetched > 0) line("fetched", format_bytes(static_cast<unsigned long long>(report.bytes_fetched)));
  if (report.done() > 0)
    line("speed",
         fmt::format("{:.1f} games/s, {} rows/s", static_cast<double>(report.done()) / seconds,
                     with_thousands(static_cast<long long>(static_cast<double>(report.rows_written) / seconds))));
  if (!outcome.limit.reason.empty()) {
    const auto help = outcome.limit.help.empty() ? std::string() : "; " + outcome.limit.help;
    const char* name = "limit";
    for (const auto& piece : wrap(outcome.limit.reason + help, 65)) line(std::exchange(name, ""), piece);
  }
  line("database", options.database);
  if (outcome.checkpoint) line("checkpoint", *outcome.checkpoint);

  for (const auto& missing : outcome.incomplete)
    out << fmt::format(
        "\nThe schedule of {} did not come, so its games were left out and no date was passed over them:\n  {}\n",
        to_string(missing.season), missing.why.message);
  print_games(out, "Parked: failed for good in this run, kept as dead letters", report.parked, options);
  print_games(out, "Failed, not the games' fault: the next run tries again", report.failed, options);
  print_closed(out, report, options);
  print_games(out, "Opened again: closed before, and expected again", report.reopened, options);
  print_games(out, "Not ready: the next run tries again", report.not_ready, options);
  std::vector<reported_game> for_nothing;
  for (const auto& game : named_for_nothing(outcome.plan))
    for_nothing.push_back({game.id, game.date, game.state, "", game.reason});
  print_games(out, "Not tried", std::move(for_nothing), options);
  print_empty_scopes(out, outcome.plan);
  print_left_out_of(out, outcome.plan, options.games_listed_max);
  print_watermarks(out, outcome, options, today);
}

std::vector<requests_to_host> requests_of(const job_plan& plan, const dry_run_options& options) {
  std::map<std::string, std::size_t> requests;
  requests[host_of(options.urls.stats)] += plan.seasons.size();
  requests[host_of(options.urls.cdn)];
  for (const auto& one : plan.seasons)
    for (const auto& game : one.work.to_fetch)
      for (const auto& document : options.games->documents_of(game.id)) ++requests[host_of(document.url)];
  std::vector<requests_to_host> out;
  for (const auto& [host, count] : requests) {
    const auto found = options.engine.budgets.find(host);
    const auto pace =
        (found != options.engine.budgets.end() ? found->second : default_budget(host)).requests_per_minute;
    const auto seconds = pace > 0 ? static_cast<double>(count) / pace * 60 : 0;
    out.push_back({host, count, pace, std::chrono::seconds{static_cast<long long>(seconds)}});
  }
  return out;
}

namespace {

// "Chunks (27, 3 at a time)", with the reasons of what was not asked for by number.
void print_chunks(std::ostream& out, const job_plan& plan) {
  if (plan.chunks.empty()) return;
  out << fmt::format("\nChunks ({}, {} at a time)\n", plan.chunks.size(), plan.parallel);
  const auto say = [&](const std::string& why, const std::string& text) {
    if (why.empty()) return;
    for (const auto& line : wrap(text + why, 78)) out << "  " << line << '\n';
  };
  say(plan.chunks_why, "Cut ");
  say(plan.parallel_why, fmt::format("{} at a time: ", plan.parallel));
  text_table chunks{{{"#", align::right}, {"from"}, {"to"}, {"games", align::right}}};
  for (const auto& one : plan.chunks)
    chunks.add_row({std::to_string(one.number), format_date(one.dates.first), format_date(one.dates.last),
                    number(one.games.size())});
  chunks.print(out, 80, 2);
}

}  // namespace

void print_dry_run(std::ostream& out, const job_plan& plan, const dry_run_options& options) {
  const auto to_fetch = plan.games_to_fetch();
  out << "Dry run: nothing is written.\n";
  for (const auto& one : plan.seasons) {
    out << fmt::format("  season       {}: {} in the schedule, {} in scope\n", to_string(one.season),
                       counted(static_cast<long long>(one.schedule.games.size()), "game", "games"),
                       number(one.work.in_scope()));
    out << fmt::format("  dates        {} to {}\n", format_date(one.schedule.first_date),
                       format_date(one.schedule.last_date));
  }
  out << fmt::format("  to fetch     {}\n", counted(static_cast<long long>(to_fetch), "game", "games"));
  if (plan.games_to_derive() > 0)
    out << fmt::format("  to derive    {} (stored by a run that was killed)\n",
                       counted(static_cast<long long>(plan.games_to_derive()), "game", "games"));
  std::size_t not_ready = 0;
  for (const auto& one : plan.seasons) not_ready += one.work.not_ready.size();
  const auto closed = plan.already_closed();
  out << fmt::format("  done before  {}\n", number(plan.already_terminal() - closed));
  if (closed > 0) out << fmt::format("  closed       {}, without rows:\n", number(closed));
  for (const auto& one : plan.seasons)
    if (one.work.already_closed > 0)
      out << fmt::format("               nba-scraper gaps --season {} --closed{}\n", to_string(one.season),
                         options.repeated);
  out << fmt::format("  not ready    {}\n", number(not_ready));
  out << fmt::format("  database     {}\n", options.database);

  out << "\nRequests\n";
  text_table hosts{{{"host"}, {"requests", align::right}, {"per minute", align::right}, {"takes at least"}}};
  for (const auto& one : requests_of(plan, options))
    hosts.add_row({one.host, number(one.requests),
                   one.per_minute > 0 ? fmt::format("{:g}", one.per_minute) : "no limit",
                   one.per_minute > 0 ? format_duration(one.at_least) : "-"});
  hosts.print(out, 80, 2);
  print_empty_scopes(out, plan);
  print_left_out_of(out, plan, summary_options{}.games_listed_max);
  print_chunks(out, plan);
}

}  // namespace nba::cli
