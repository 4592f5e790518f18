// A job of one's own: asks again for the games of one week and takes over what the league has corrected since.
//
//   recheck_week DATABASE_URL SEASON LAST_DATE [CDN_URL STATS_URL]
//   recheck_week sqlite:///nba.db 2024-25 2024-12-08
//
// It has its own stage ("recheck") and key (the season), so it has its own lock and its own row in ingest_watermarks:
// the last date that was rechecked. docs/custom-jobs.md walks through it.
#include "actors/run/job_runner.hpp"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

// The library prints nothing by itself; a job decides where its events go.
class stderr_events final : public nba::event_sink {
 public:
  void write(const nba::log_event& event) override {
    if (event.level >= nba::event_level::info) std::fprintf(stderr, "%s\n", event.name.c_str());
  }
};

class recheck_job final : public nba::job {
 public:
  recheck_job(nba::season season, nba::et_date last) : season_(season), last_(last) {}

  std::string name() const override { return "recheck"; }
  nba::job_step<std::vector<nba::lock_name>> locks(const nba::job_site&) override {
    return std::vector<nba::lock_name>{{"recheck", nba::to_string(season_)}};
  }
  nba::job_step<nba::job_request> prepare(const nba::job_site&) override {
    nba::scope week;
    week.from = last_ - date::days{6};
    week.to = last_;
    week.reprocess = nba::reprocess::all;  // unchanged games cost two requests and no write
    nba::job_request asked;
    asked.seasons.push_back({season_, week});
    asked.parallel = 2;
    return asked;
  }
  // The checkpoint moves only when the whole week was looked at.
  std::optional<std::string> checkpoint(const nba::job_plan&, const nba::run_report& report) override {
    if (report.ending != nba::run_ending::completed || report.failures > 0) return std::nullopt;
    return nba::format_date(last_);
  }

 private:
  const nba::season season_;
  const nba::et_date last_;
};

int usage() {
  std::fprintf(stderr, "usage: recheck_week DATABASE_URL SEASON LAST_DATE [CDN_URL STATS_URL]\n");
  return 100;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 6) return usage();
  const auto database = nba::parse_database_url(argv[1]);
  const auto season = nba::parse_season(argv[2]);
  const auto last = nba::parse_date(argv[3]);
  if (!database || !season || !last) return usage();

  nba::job_environment environment;
  environment.database = *database;
  environment.log = std::make_shared<stderr_events>();
  environment.run_id = "recheck-" + nba::format_timestamp(nba::utc_now());
  if (argc == 6) environment.urls = {argv[4], argv[5]};

  recheck_job job{*season, *last};
  const auto outcome = nba::run_job(environment, job);
  if (const auto* error = std::get_if<nba::job_error>(&outcome)) {
    std::fprintf(stderr, "recheck_week: %s\n", nba::describe(error->why).c_str());
    return nba::exit_code_of(*error);
  }
  const auto& done = std::get<nba::job_outcome>(outcome);
  std::printf("%lld corrected, %lld unchanged, %lld new; checkpoint %s\n", static_cast<long long>(done.report.replaced),
              static_cast<long long>(done.report.unchanged), static_cast<long long>(done.report.inserted),
              done.checkpoint.value_or("not moved").c_str());
  return nba::exit_code_of(done);
}
