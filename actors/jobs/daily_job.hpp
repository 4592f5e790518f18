// `schedule daily`: yesterday's games, and every day missed before.
//
// Its checkpoint is the daily date ("schedule", "daily"), which it reads under its lock.
#pragma once

#include "actors/jobs/job.hpp"

namespace nba {

struct daily_order {
  std::optional<et_date> date = {};  // the last one to process; none: yesterday in New York
  int catch_up_days = 14;
  int parallel = 4;  // or parallel_auto
};

class daily_job final : public job {
 public:
  explicit daily_job(daily_order order) : order_(order) {}

  std::string name() const override { return "daily"; }
  job_step<std::vector<lock_name>> locks(const job_site&) override { return std::vector{daily_lock()}; }
  // A daily date that cannot be is refused (exit_configuration): whatever a run made of it would be wrong, and silence
  // would last for years.
  job_step<job_request> prepare(const job_site& site) override;
  void narrow(std::vector<season_plan>& seasons) override;
  std::optional<std::string> checkpoint(const job_plan& plan, const run_report& report) override;

  // The dates that it processes, once it is prepared; narrowed when schedules and ledgers are known.
  const std::optional<date_range>& window() const noexcept { return window_; }

 private:
  const daily_order order_;
  std::optional<et_date> stored_;
  et_date target_{};
  std::optional<date_range> window_;
  // A date that was asked for by name and lies before the mark is done again; the mark does not move.
  bool again_ = false;
};

}  // namespace nba
