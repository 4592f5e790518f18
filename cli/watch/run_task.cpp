#include "cli/watch/run_task.hpp"

#include "cli/watch/health_facts.hpp"
#include "pipeline/exit_codes.hpp"

#include <algorithm>
#include <set>

namespace nba::cli {
namespace {

bool is_well(const watched_run& run) {
  return run.state == watched_run::phase::ended && run.row.exit_code == exit_success;
}

bool is_settled(const watch_facts& facts, const task_end& end, et_date today) {
  const auto& row = end.run->row;
  if (row.job == "dlq")
    return std::none_of(facts.letters.begin(), facts.letters.end(), [&](const dead_letter& letter) {
      return end.season.empty() || to_string(letter.game_id.in_season()) == end.season;
    });
  // Of other types of games than the usual ones nothing is read here.
  if (row.job != "backfill" || end.season.empty() || row.arguments.find("--game-types") != std::string::npos)
    return false;
  for (const auto& report : facts.status.seasons)
    if (to_string(report.season) == end.season) return !report.plan.empty() && !has_games_left(report, today);
  return false;
}

std::string later_good_run(const watch_facts& facts, const task_end& end, const std::vector<const watched_run*>& good,
                           et_date today) {
  for (const auto* run : good)
    if (run->row.job == end.run->row.job && season_in(run->row.arguments).empty()) return run->row.run_id;
  return !good.empty() && is_settled(facts, end, today) ? good.front()->row.run_id : std::string{};
}

}  // namespace

std::string season_in(std::string_view arguments) {
  constexpr std::string_view option = "--season";
  for (auto at = arguments.find(option); at != std::string_view::npos; at = arguments.find(option, at + 1)) {
    auto value = at + option.size();
    if ((at > 0 && arguments[at - 1] != ' ') || value >= arguments.size()) continue;
    if (arguments[value] != ' ' && arguments[value] != '=') continue;
    ++value;
    const auto word = arguments.substr(value, std::min(arguments.find(' ', value), arguments.size()) - value);
    if (const auto season = parse_season(word)) return to_string(*season);
  }
  return {};
}

std::string task_name(std::string_view job, std::string_view season) {
  auto name = std::string{job};
  if (!season.empty()) name.append(" ").append(season);
  return name;
}

bool has_games_left(const season_report& report, et_date today) {
  const auto unneeded = games_not_needed(report);
  return std::any_of(report.ledger.begin(), report.ledger.end(), [&](const ledger_entry& entry) {
    return entry.date < today && !unneeded.contains(entry.id) &&
           (is_missing(entry.state) || entry.state == game_state::parked);
  });
}

std::vector<task_end> task_ends_of(const watch_facts& facts, et_date today) {
  std::vector<task_end> out;
  std::set<std::string> seen;
  std::vector<const watched_run*> good;  // later ones than the run that is looked at, the newest first
  for (const auto& run : facts.runs) {   // the newest first
    if (run.state == watched_run::phase::under_way || run.state == watched_run::phase::silent) continue;
    if (run.row.exit_code == exit_lock_held) continue;
    task_end end{&run, task_of(run.row), season_in(run.row.arguments), {}};
    if (seen.insert(end.task).second) {
      if (!is_well(run)) end.made_good_by = later_good_run(facts, end, good, today);
      out.push_back(std::move(end));
    }
    if (is_well(run)) good.push_back(&run);
  }
  return out;
}

}  // namespace nba::cli
