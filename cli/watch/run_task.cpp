#include "cli/watch/run_task.hpp"

#include "cli/watch/health_facts.hpp"
#include "pipeline/exit_codes.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace nba::cli {
namespace {

constexpr std::array<std::string_view, 7> narrowing{"--game",       "--from",  "--to",    "--since",
                                                    "--game-types", "--class", "--tables"};

bool says_nothing(const watched_run& run) {
  const auto& code = run.row.exit_code;
  return code == exit_lock_held || code == exit_interrupted || code == exit_terminated;
}

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

// Whether the good run did all that the other one was to do.
bool covers(const run_row& good, const task_end& end) {
  const auto season = season_in(good.arguments);
  const auto scope = scope_in(good.arguments);
  return (season.empty() || season == end.season) && (scope.empty() || scope == scope_in(end.run->row.arguments));
}

std::string later_good_run(const watch_facts& facts, const task_end& end, const std::vector<const watched_run*>& good,
                           et_date today) {
  const bool has_no_games = !end.season.empty() && !planned_seasons(facts).contains(end.season);
  for (const auto* run : good)
    if (run->row.job == end.run->row.job && (has_no_games || covers(run->row, end))) return run->row.run_id;
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

std::string scope_in(std::string_view arguments) {
  std::string out;
  bool takes = false;
  while (!arguments.empty()) {
    const auto word = arguments.substr(0, arguments.find(' '));
    arguments.remove_prefix(std::min(word.size() + 1, arguments.size()));
    if (word.empty()) continue;
    if (word == "retry") {  // what follows are letters
      takes = true;
      continue;
    }
    const auto name = word.substr(0, word.find('='));
    if (name.starts_with("--")) takes = std::find(narrowing.begin(), narrowing.end(), name) != narrowing.end();
    if (!takes) continue;
    if (!out.empty()) out += ' ';
    out += name;
    if (name.starts_with("--") && name.size() < word.size()) out.append(" ").append(word.substr(name.size() + 1));
  }
  return out;
}

std::string task_name(std::string_view job, std::string_view season) {
  auto name = std::string{job};
  if (!season.empty()) name.append(" ").append(season);
  return name;
}

std::set<std::string> planned_seasons(const watch_facts& facts) {
  std::set<std::string> out;
  for (const auto& report : facts.status.seasons)
    if (!report.plan.empty()) out.insert(to_string(report.season));
  return out;
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
  std::set<std::pair<std::string, std::string>> seen;  // with its scope
  std::set<std::string> not_well;
  std::vector<const watched_run*> good;  // later ones than the run that is looked at, the newest first
  for (const auto& run : facts.runs) {   // the newest first
    if (run.state == watched_run::phase::under_way || run.state == watched_run::phase::silent) continue;
    if (says_nothing(run)) continue;
    task_end end{&run, task_of(run.row), season_in(run.row.arguments), {}};
    const auto scope = scope_in(run.row.arguments);
    const bool is_new = seen.insert({end.task, scope}).second;
    if (is_well(run)) {
      if (is_new && scope.empty()) out.push_back(std::move(end));
      good.push_back(&run);
    } else if (is_new && !not_well.contains(end.task)) {
      end.made_good_by = later_good_run(facts, end, good, today);
      if (end.made_good_by.empty()) not_well.insert(end.task);
      out.push_back(std::move(end));
    }
  }
  return out;
}

}  // namespace nba::cli
