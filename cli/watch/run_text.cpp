#include "cli/watch/run_text.hpp"

#include "actors/run/dead_runs.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"

#include <cmath>

#include <fmt/format.h>

namespace nba::cli {
namespace {

std::string minute_of(utc_time value) { return to_the_minute(format_timestamp(value)) + " UTC"; }

}  // namespace

bool goes_on(const watched_run& run) {
  return run.state == watched_run::phase::under_way || run.state == watched_run::phase::silent;
}

std::string describe(const watched_run& run) {
  const auto& row = run.row;
  const auto place = fmt::format("{} (pid {})", row.host, row.pid);
  switch (run.state) {
    case watched_run::phase::under_way:
      return fmt::format("{}, under way since {} on {}", row.job, minute_of(row.started_at), place);
    case watched_run::phase::silent:
      return fmt::format(
          "{}, started {} on {}: it holds its lock, but nothing is heard of it; is it gone for good? "
          "`nba-scraper db unlock`",
          row.job, minute_of(row.started_at), place);
    case watched_run::phase::died:
      return fmt::format(
          "{}, killed: started {} on {}, last heard of {}. What it finished is stored; the next run goes "
          "on from there",
          row.job, minute_of(row.started_at), place, minute_of(heard_last(row)));
    case watched_run::phase::ended:
      break;
  }
  auto text =
      fmt::format("{}, ended {}: {} done, {}, exit code {}", row.job, minute_of(row.ended_at.value_or(utc_time{})),
                  counted(row.games, "game", "games"), counted(row.failures, "failure", "failures"),
                  row.exit_code ? std::to_string(*row.exit_code) : "unknown");
  return row.reason.empty() ? text : text + ": " + row.reason;
}

std::vector<std::string> describe_progress(const run_snapshot& run) {
  const auto& job = run.job;
  std::vector<std::string> lines;
  auto now = fmt::format("{} of {}", with_thousands(job.games_ended()), counted(job.games_total, "game", "games"));
  const auto seconds = std::chrono::duration<double>(job.elapsed).count();
  const auto pace = seconds > 0 ? static_cast<double>(job.games_ended()) / seconds : 0.0;
  if (run.rates.games_per_second > 0) now += fmt::format(", {:.1f} games/s", run.rates.games_per_second);
  const auto left = static_cast<double>(job.games_total - job.games_ended());
  constexpr double longest_told = 99.0 * 3600;
  if (pace > 0 && left > 0 && left / pace <= longest_told)
    now += ", ready in " + format_duration(std::chrono::seconds{static_cast<long>(std::ceil(left / pace))});
  if (job.chunks_total > 0) now += fmt::format(", chunk {} of {}", job.chunks_ended, job.chunks_total);
  if (job.games_failed > 0) now += fmt::format(", {} failed", with_thousands(job.games_failed));
  if (job.draining) now += ", stopping";
  lines.push_back(std::move(now));
  if (!run.limit.stage.empty())
    lines.push_back(fmt::format("limit: {}{}{}", run.limit.reason.empty() ? run.limit.stage : run.limit.reason,
                                run.limit.help.empty() ? "" : "; what would help: ", run.limit.help));
  for (const auto& host : run.hosts)
    if (host.pause) lines.push_back(describe(*host.pause));
  return lines;
}

}  // namespace nba::cli
