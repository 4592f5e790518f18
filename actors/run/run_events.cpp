#include "actors/run/run_events.hpp"

#include "pipeline/plan/empty_scope.hpp"

#include <filesystem>

namespace nba {
namespace {

// More games of one kind are counted, not named: a schedule that is cut off names hundreds.
constexpr std::size_t games_named_max = 20;

// The games of a list that `chosen` picks, one event each.
template <class Chosen>
void name_games(const job_environment& environment, event_level level, const std::string& name,
                const std::vector<not_ready_game>& games, Chosen chosen, std::size_t named_max = games_named_max) {
  std::size_t count = 0;
  for (const auto& game : games) {
    if (!chosen(game) || ++count > named_max) continue;
    std::vector<event_field> fields{{"game_id", game.id.str()}, {"date", format_date(game.date)}};
    if (game.ground) fields.push_back({"ground", std::string{to_string(*game.ground)}});
    fields.push_back({"state", std::string{to_string(game.state)}});
    fields.push_back({"reason", game.reason});
    environment.tell(level, name, std::move(fields));
  }
  if (count > named_max)
    environment.tell(level, name, {{"further_games", static_cast<std::int64_t>(count - named_max)}});
}

}  // namespace

bool is_alarm(const not_ready_game& closed) { return closed.ground && is_inferred(*closed.ground); }

void report_no_games(const job_environment& environment, const std::string& job, const job_request& request,
                     const job_plan& plan) {
  std::vector<event_field> fields{{"job", job}};
  if (!request.nothing.empty()) {
    fields.insert(fields.end(), request.announced.begin(), request.announced.end());
    fields.push_back({"reason", request.nothing});
  }
  for (const auto& one : plan.seasons)
    if (const auto why = why_empty(one.schedule, one.limits); !why.empty() && one.work.in_scope() == 0)
      fields.push_back({"reason", why});
  environment.tell(event_level::info, "job.no_games", std::move(fields));
}

void report_planned_verdicts(const job_environment& environment, const job_plan& plan) {
  const auto any = [](const not_ready_game&) { return true; };
  for (const auto& one : plan.seasons) {
    const auto& closed = one.work.newly_cancelled;
    // Each alarm is named; plan_work bounds them.
    name_games(environment, event_level::error, "game.closed", closed, is_alarm, closed.size());
    name_games(environment, event_level::info, "game.closed", closed, [](const auto& game) { return !is_alarm(game); });
    name_games(environment, event_level::warn, "game.reopened", one.work.reopened, any);
    name_games(environment, event_level::warn, "game.not_ready", one.work.not_ready,
               [](const auto& game) { return game.suspicion; });
    if (const auto& lacking = one.work.unlisted_stored; !lacking.empty())
      environment.tell(event_level::warn, "schedule.lacks_stored",
                       {{"season", to_string(one.season)},
                        {"games", static_cast<std::int64_t>(lacking.size())},
                        {"first_game_id", lacking.front().str()}});
  }
}

void report_unknown_arenas(const job_environment& environment, const run_input& input) {
  for (const auto& [season, travel] : input.travel)
    for (const auto& arena : travel->unknown_arenas())
      environment.tell(event_level::warn, "travel.unknown_arena", {{"arena", arena}});
}

void report_grown_log(const job_environment& environment) {
  constexpr std::uintmax_t expected_max = 256u << 20;
  if (environment.database.backend != database_url::kind::sqlite) return;
  const auto path = environment.database.path + "-wal";
  std::error_code absent;
  const auto bytes = std::filesystem::file_size(path, absent);
  if (absent || bytes <= expected_max) return;
  environment.tell(event_level::warn, "database.log_grown",
                   {{"file", path},
                    {"bytes", static_cast<std::int64_t>(bytes)},
                    {"fix", std::string{"end the program that keeps a read transaction open on the database"}}});
}

}  // namespace nba
