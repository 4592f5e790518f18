// Runs: their rows, and what they show of themselves.
#include "tests/integration/store/backend.hpp"

#include <map>
#include <string>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

utc_time run_hour(int hour) { return utc_time{date::sys_days{date::year{2025} / 1 / 2}} + std::chrono::hours{hour}; }

run_row started_at(std::string id, int hour, std::string job = "daily") {
  run_row run;
  run.run_id = std::move(id);
  run.job = std::move(job);
  run.started_at = run_hour(hour);
  run.host = "host";
  run.pid = 43;
  return run;
}

}  // namespace

STORE_TEST("runs are remembered with their end; the last one is found by job") {
  Backend backend;
  const auto db = backend.open_migrated();
  CHECK_FALSE(must(db->last_run("")).has_value());
  auto backfill = started_at("r1", 1, "backfill");
  backfill.arguments = "--season 2024-25 'a b'";
  backfill.pid = 42;
  const auto daily = started_at("r2", 2);
  must(db->start_run(backfill));
  must(db->start_run(daily));
  CHECK_FALSE(db->start_run(daily));  // the id is there already
  backfill.ended_at = run_hour(3);
  backfill.games = 1230;
  backfill.failures = 7;
  backfill.exit_code = 7;
  must(db->end_run(backfill));
  const auto last = must(db->last_run("backfill"));
  REQUIRE(last.has_value());
  CHECK(last->run_id == "r1");
  CHECK(last->arguments == backfill.arguments);
  CHECK(last->started_at == run_hour(1));
  CHECK(last->ended_at == run_hour(3));
  CHECK(last->games == 1230);
  CHECK(last->failures == 7);
  CHECK(last->exit_code == 7);
  CHECK(last->host == "host");
  CHECK(last->pid == 42);
  CHECK(must(db->last_run("")).value().run_id == "r2");
  CHECK_FALSE(must(db->last_run("")).value().ended_at.has_value());
  CHECK_FALSE(must(db->last_run("")).value().exit_code.has_value());
  CHECK_FALSE(must(db->last_run("derive")).has_value());
  CHECK_FALSE(db->end_run(started_at("unknown", 1)));
}

STORE_TEST("a run keeps why it ended and what it did") {
  Backend backend;
  const auto db = backend.open_migrated();
  auto run = started_at("r1", 1);
  must(db->start_run(run));
  const auto begun = must(db->read_run("r1")).value();
  CHECK(begun.error_class.empty());
  CHECK(begun.reason.empty());
  CHECK(begun.report.empty());
  run.ended_at = run_hour(2);
  run.exit_code = 121;
  run.error_class = "storage";
  run.reason = "the database went \"away\" \xc3\xa9";
  run.report = R"({"done":3})";
  must(db->end_run(run));
  const auto ended = must(db->read_run("r1")).value();
  CHECK(ended.error_class == "storage");
  CHECK(ended.reason == run.reason);
  CHECK(ended.report == run.report);
  CHECK(must(db->last_run("")).value().reason == run.reason);
  CHECK(must(db->last_run("")).value().report.empty());  // long: only where it is asked for
  CHECK_FALSE(must(db->read_run("r2")).has_value());
}

STORE_TEST("the newest runs come first, as many as are asked for, with as much as is asked for") {
  Backend backend;
  const auto db = backend.open_migrated();
  CHECK(must(db->read_runs(30, run_detail::all)).empty());
  for (int number = 1; number <= 5; ++number) must(db->start_run(started_at("r" + std::to_string(number), number)));
  must(db->write_snapshot("r5", R"({"number":1})", run_hour(6)));
  const auto ids = [&](std::size_t most, run_detail detail) {
    std::string out;
    for (const auto& run : must(db->read_runs(most, detail))) out += run.run_id + run.snapshot + " ";
    return out;
  };
  CHECK(ids(3, run_detail::row) == "r5 r4 r3 ");
  CHECK(ids(2, run_detail::snapshot) == "r5{\"number\":1} r4 ");
  CHECK(ids(9, run_detail::all) == "r5{\"number\":1} r4 r3 r2 r1 ");
  CHECK(must(db->read_runs(1, run_detail::row)).front().snapshot_at == run_hour(6));
}

STORE_TEST("the newest snapshot of a run replaces the one before, until the run has ended") {
  Backend backend;
  const auto db = backend.open_migrated();
  auto run = started_at("r1", 1);
  must(db->start_run(run));
  CHECK_FALSE(must(db->read_run("r1")).value().snapshot_at.has_value());
  must(db->write_snapshot("r1", "{\"number\":1}", run_hour(2)));
  must(db->write_snapshot("r1", "{\"number\":2}", run_hour(3)));
  CHECK(must(db->read_run("r1")).value().snapshot == "{\"number\":2}");
  run.ended_at = run_hour(4);
  run.exit_code = 0;
  must(db->end_run(run));
  must(db->write_snapshot("r1", "{\"number\":3}", run_hour(5)));  // a thread that was late
  CHECK(must(db->read_run("r1")).value().snapshot == "{\"number\":2}");
  CHECK(must(db->read_run("r1")).value().snapshot_at == run_hour(3));
}

STORE_TEST("the last success of each job is remembered however many runs failed since") {
  Backend backend;
  const auto db = backend.open_migrated();
  CHECK(must(db->last_successes()).empty());
  const auto ended = [&](const std::string& id, const std::string& job, int hour, std::optional<int> exit_code) {
    auto run = started_at(id, hour, job);
    must(db->start_run(run));
    if (!exit_code) return;
    run.ended_at = run_hour(hour) + std::chrono::minutes{5};
    run.exit_code = exit_code;
    must(db->end_run(run));
  };
  ended("r1", "daily", 1, 0);
  ended("r2", "daily", 3, 0);
  ended("r3", "daily", 5, 121);
  ended("r4", "daily", 7, std::nullopt);
  ended("r5", "backfill", 2, 0);
  ended("r6", "derive", 2, 1);
  const std::map<std::string, utc_time> wanted{{"backfill", run_hour(2) + std::chrono::minutes{5}},
                                               {"daily", run_hour(3) + std::chrono::minutes{5}}};
  CHECK(must(db->last_successes()) == wanted);
}
