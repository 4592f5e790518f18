#include "actors/jobs/daily_job.hpp"

#include "pipeline/events.hpp"
#include "pipeline/plan/daily_mark.hpp"

namespace nba {

job_step<job_request> daily_job::prepare(const job_site& site) {
  const auto yesterday = yesterday_in_new_york(site.now);
  target_ = order_.date.value_or(yesterday);
  std::optional<std::string> stored;
  if (site.database) {
    const auto [stage, key] = daily_lock();
    auto row = site.database->read_watermark(stage, key);
    if (!row) return database_error(std::move(row).error());
    if (*row) stored = (*row)->value;
  }
  const auto mark = judge_daily_mark(stored, yesterday);
  if (!mark.usable()) {
    site.tell(events::watermark_unusable(daily_lock().stage, daily_lock().key, mark.problem, mark.fix));
    return refuse(exit_configuration, mark.problem + ": " + mark.fix);
  }
  stored_ = mark.date;
  job_request asked;
  asked.parallel = order_.parallel;
  asked.any_season_suffices = true;
  asked.announced = {{"target_date", format_date(target_)}};
  if (stored_) asked.announced.push_back({"stored_date", format_date(*stored_)});
  again_ = order_.date && stored_ && *stored_ >= target_;
  const auto first_guess = again_ ? std::optional<daily_window>{daily_window{{target_, target_}, false}}
                                  : plan_daily(stored_, target_, order_.catch_up_days);
  if (!first_guess) {
    asked.nothing =
        "the daily date is " + format_date(*stored_) + ", the last complete day in New York is " + format_date(target_);
    return asked;
  }
  window_ = first_guess->dates;
  scope limits;
  limits.from = window_->first;
  limits.to = window_->last;
  for (const auto one : seasons_of(*first_guess, target_)) asked.seasons.push_back({one, limits});
  return asked;
}

void daily_job::narrow(std::vector<season_plan>& seasons) {
  if (!again_) window_ = narrow_daily(seasons, stored_, target_, order_.catch_up_days);
}

std::optional<std::string> daily_job::checkpoint(const job_plan& plan, const run_report& report) {
  if (again_ || !window_) return std::nullopt;
  if (!is_whole(report.ending)) return std::nullopt;
  const auto through = daily_through_date(*window_, dates_held(plan, window_->first, scope{}.types));
  return through ? std::optional{format_date(*through)} : std::nullopt;
}

}  // namespace nba
