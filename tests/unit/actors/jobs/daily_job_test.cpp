// What a daily run asks for, and how far its date moves.
#include "actors/jobs/daily_job.hpp"

#include "tests/support/model_store.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::test;

namespace {

et_date on(std::string_view text) { return *parse_date(text); }

// A morning on which the day before `today` is over in New York.
struct morning {
  explicit morning(std::optional<std::string> stored) {
    if (stored) REQUIRE(connection->advance_watermark("schedule", "daily", *stored));
  }
  job_step<job_request> prepare(daily_job& job, std::string_view today) {
    return job.prepare({connection.get(), "run",
                        utc_time{date::sys_days{on(today).time_since_epoch()}} + std::chrono::hours{12}, nullptr});
  }
  job_request ask(daily_job& job, std::string_view today) { return std::get<job_request>(prepare(job, today)); }

  std::shared_ptr<model_database> database = model_database::make();
  std::unique_ptr<store> connection = database->connect();
};

std::optional<std::string> checkpoint_after(daily_job& job, run_ending ending) {
  run_report report;
  report.ending = ending;
  return job.checkpoint({}, report);
}

}  // namespace

TEST_CASE("the daily date is the one that the database has under the lock, and moves to the day before today") {
  for (const auto* stored : {"2025-01-10", "2025-01-09"}) {
    CAPTURE(stored);
    morning of(stored);
    daily_job job{{}};
    REQUIRE(job.name() == "daily");
    const auto asked = of.ask(job, "2025-01-13");
    REQUIRE(asked.seasons.size() == 1);
    CHECK(asked.seasons.front().limits.from == on(stored) + date::days{1});
    CHECK(asked.seasons.front().limits.to == on("2025-01-12"));
    CHECK(asked.announced.back().key == "stored_date");
    CHECK(checkpoint_after(job, run_ending::completed) == "2025-01-12");
  }
}

TEST_CASE("the daily date moves after a run that tried everything it could, and after no other") {
  morning of("2025-01-10");
  daily_job job{{}};
  (void)of.ask(job, "2025-01-13");
  CHECK(checkpoint_after(job, run_ending::host_lost) == "2025-01-12");
  for (const auto ending :
       {run_ending::interrupted, run_ending::aborted, run_ending::storage_lost, run_ending::broken}) {
    CAPTURE(to_string(ending));
    CHECK_FALSE(checkpoint_after(job, ending));
  }
}

TEST_CASE("a day that is asked for by name is done again before the mark, and the mark stays") {
  for (const auto* stored : {"2025-01-10", "2025-01-15"}) {
    CAPTURE(stored);
    morning of(stored);
    daily_job named{{.date = on("2025-01-10")}};
    const auto again = of.ask(named, "2025-01-20");
    REQUIRE(again.seasons.size() == 1);
    CHECK(again.seasons.front().limits.from == on("2025-01-10"));
    CHECK(again.seasons.front().limits.to == on("2025-01-10"));
    CHECK_FALSE(checkpoint_after(named, run_ending::completed));
  }
  // Nobody asked for it: there is nothing to do, and it is said why.
  morning of("2025-01-15");
  daily_job job{{}};
  const auto idle = of.ask(job, "2025-01-16");
  CHECK(idle.seasons.empty());
  CHECK(idle.nothing == "the daily date is 2025-01-15, the last complete day in New York is 2025-01-15");
  CHECK_FALSE(checkpoint_after(job, run_ending::completed));
}

TEST_CASE("a daily date that cannot be is refused, and without a database it is as if there were none") {
  for (const auto* stored : {"2031-01-01", "soon"}) {
    CAPTURE(stored);
    morning of(stored);
    daily_job job{{}};
    const auto step = of.prepare(job, "2025-01-13");
    const auto* refused = std::get_if<job_error>(&step);
    REQUIRE(refused);
    CHECK(refused->what == job_error::kind::refused);
    CHECK(refused->exit_code == exit_configuration);
  }
  daily_job job{{}};
  const auto step = job.prepare({nullptr, "", utc_time{date::sys_days{on("2025-01-13").time_since_epoch()}}, nullptr});
  const auto& asked = std::get<job_request>(step);
  REQUIRE(asked.seasons.size() == 1);
  CHECK(asked.seasons.front().limits.from == asked.seasons.front().limits.to);
}
