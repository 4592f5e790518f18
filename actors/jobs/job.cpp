#include "actors/jobs/job.hpp"

namespace nba {

job_error database_error(failure why) {
  const auto kind = is_lock_lost(why) ? job_error::kind::lock_held : job_error::kind::database;
  return {kind, std::move(why)};
}

job_error refuse(int exit_code, std::string message) {
  return {job_error::kind::refused, {failure_class::configuration, std::move(message)}, std::nullopt, exit_code};
}

job_error refuse_unknown(const std::vector<game_id>& games, const std::string& where, const std::string& undone) {
  std::string ids;
  for (const auto& id : games) ids += (ids.empty() ? "" : ", ") + id.str();
  const auto season = to_string(games.front().in_season());
  return refuse(exit_usage, (games.size() == 1 ? "there is no game " : "there are no games ") + ids + ": " + where +
                                ". Check the id (`nba-scraper gaps --season " + season +
                                " --all` lists what is open). " + undone);
}

lock_name season_lock(season of) { return {lane_stage, to_string(of)}; }
lock_name daily_lock() { return {"schedule", "daily"}; }

std::vector<lock_name> locks_of(const std::set<season>& seasons) {
  std::vector<lock_name> out;
  for (const auto of : seasons) out.push_back(season_lock(of));
  out.push_back(daily_lock());
  return out;
}

std::set<season> seasons_of(const std::set<game_id>& games) {
  std::set<season> out;
  for (const auto& id : games) out.insert(id.in_season());
  return out;
}

job_request request_of(const std::set<game_id>& games) {
  job_request asked;
  asked.seasons = scopes_of(games);
  asked.stored_schedule = true;
  asked.announced = {{"games", static_cast<std::int64_t>(games.size())}};
  return asked;
}

}  // namespace nba
