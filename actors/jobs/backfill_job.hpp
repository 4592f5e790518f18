// `schedule backfill`: a season, or the part of it that is missing.
#pragma once

#include "actors/jobs/job.hpp"

namespace nba {

struct backfill_order {
  nba::season season;
  scope limits = {};
  int chunk_days = 7;        // or chunk_days_auto
  int parallel = 4;          // or parallel_auto
  bool allow_older = false;  // documents that are older than the ones stored replace them too
};

class backfill_job final : public job {
 public:
  explicit backfill_job(backfill_order order) : order_(std::move(order)) {}

  std::string name() const override { return "backfill"; }
  job_step<std::vector<lock_name>> locks(const job_site&) override { return std::vector{season_lock(order_.season)}; }
  job_step<job_request> prepare(const job_site&) override {
    job_request asked;
    asked.seasons.push_back({order_.season, order_.limits});
    asked.chunk_days = order_.chunk_days;
    asked.parallel = order_.parallel;
    asked.announced = {{"season", to_string(order_.season)}};
    if (order_.parallel == parallel_auto)
      asked.announced.push_back({"parallel", std::string{"auto"}});
    else
      asked.announced.push_back({"parallel", std::int64_t{order_.parallel}});
    if (order_.limits.since) asked.announced.push_back({"since", order_.limits.since->str()});
    return asked;
  }
  result<void> equip(engine_settings& settings, engine_services&) override {
    settings.allow_older = order_.allow_older;
    return {};
  }

 private:
  const backfill_order order_;
};

}  // namespace nba
