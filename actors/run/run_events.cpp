#include "actors/run/run_events.hpp"

#include "pipeline/events.hpp"
#include "pipeline/plan/empty_scope.hpp"

#include <filesystem>

namespace nba {
namespace {

// More games of one kind are counted, not named: a schedule that is cut off names hundreds.
constexpr std::size_t games_named_max = 20;

// The games of a list that `chosen` picks, one event each.
template <class Kind, class Chosen>
void name_games(const job_environment& environment, event_level level, const Kind& kind,
                const std::vector<not_ready_game>& games, Chosen chosen, std::size_t named_max = games_named_max) {
  std::size_t count = 0;
  for (const auto& game : games) {
    if (!chosen(game) || ++count > named_max) continue;
    environment.tell(
        kind.at(level, game.id, game.date, game.ground, std::nullopt, std::nullopt, game.state, game.reason));
  }
  if (count > named_max) environment.tell(kind.further(level, "further_games", count - named_max));
}

}  // namespace

bool is_alarm(const not_ready_game& closed) { return closed.ground && is_inferred(*closed.ground); }

void report_no_games(const job_environment& environment, const std::string& job, const job_request& request,
                     const job_plan& plan) {
  auto reason = request.nothing;
  for (const auto& one : plan.seasons)
    if (const auto why = why_empty(one.schedule, one.limits); !why.empty() && one.work.in_scope() == 0)
      reason += (reason.empty() ? "" : "; ") + why;
  auto event = events::job_no_games(job, unless_empty(reason));
  if (!request.nothing.empty())
    event.fields.insert(std::next(event.fields.begin()), request.announced.begin(), request.announced.end());
  environment.tell(event);
}

void report_chosen_chunks(const job_environment& environment, const job_plan& plan) {
  if (plan.chunks_why.empty() && plan.parallel_why.empty()) return;
  environment.tell(events::chunks_chosen(plan.chunks.size(), plan.parallel, unless_empty(plan.chunks_why),
                                         unless_empty(plan.parallel_why)));
}

void report_planned_verdicts(const job_environment& environment, const job_plan& plan) {
  const auto any = [](const not_ready_game&) { return true; };
  for (const auto& one : plan.seasons) {
    const auto& closed = one.work.newly_cancelled;
    // Each alarm is named; plan_work bounds them.
    name_games(environment, event_level::error, events::game_closed, closed, is_alarm, closed.size());
    name_games(environment, event_level::info, events::game_closed, closed,
               [](const auto& game) { return !is_alarm(game); });
    name_games(environment, event_level::warn, events::game_reopened, one.work.reopened, any);
    name_games(environment, event_level::warn, events::game_not_ready, one.work.not_ready,
               [](const auto& game) { return game.suspicion; });
    if (const auto& lacking = one.work.unlisted_stored; !lacking.empty())
      environment.tell(events::schedule_lacks_stored(one.season, lacking.size(), lacking.front()));
  }
}

void report_unknown_arenas(const job_environment& environment, const run_input& input) {
  for (const auto& [season, travel] : input.travel)
    for (const auto& arena : travel->unknown_arenas()) environment.tell(events::travel_unknown_arena(arena));
}

void report_grown_log(const job_environment& environment) {
  constexpr std::uintmax_t expected_max = 256u << 20;
  if (!environment.database.kind().is_file) return;
  const auto path = environment.database.path + "-wal";
  std::error_code absent;
  const auto bytes = std::filesystem::file_size(path, absent);
  if (absent || bytes <= expected_max) return;
  environment.tell(
      events::database_log_grown(path, bytes, "end the program that keeps a read transaction open on the database"));
}

}  // namespace nba
