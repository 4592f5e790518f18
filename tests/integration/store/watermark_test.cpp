// Watermarks, runs, progress.
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/sample_games.hpp"

#include <thread>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

utc_time at_hour(int hour) { return utc_time{date::sys_days{date::year{2025} / 1 / 2}} + std::chrono::hours{hour}; }

}  // namespace

STORE_TEST("a watermark rises and never goes back; the answer is what is stored") {
  Backend backend;
  const auto db = backend.open_migrated();
  CHECK_FALSE(must(db->read_watermark("backfill", "2024-25")).has_value());
  CHECK(must(db->advance_watermark("backfill", "2024-25", "0022400061")) == "0022400061");
  CHECK(must(db->advance_watermark("backfill", "2024-25", "0022400060")) == "0022400061");
  CHECK(must(db->advance_watermark("backfill", "2024-25", "0022400061")) == "0022400061");
  CHECK(must(db->advance_watermark("backfill", "2024-25", "0022401230")) == "0022401230");
  CHECK(must(db->advance_watermark("schedule", "daily", "2024-10-07")) == "2024-10-07");
  CHECK(must(db->advance_watermark("schedule", "daily", "2024-09-30")) == "2024-10-07");
  const auto mark = must(db->read_watermark("backfill", "2024-25"));
  REQUIRE(mark.has_value());
  CHECK(mark->value == "0022401230");
  CHECK(mark->stage == "backfill");
  CHECK(utc_now() - mark->updated_at < std::chrono::minutes{5});
  CHECK(must(db->read_watermarks()).size() == 2);
}

STORE_TEST("a refused step back changes nothing, not even the time") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->advance_watermark("s", "k", "b"));
  backend.run_sql("UPDATE ingest_watermarks SET updated_at = '2000-01-01T00:00:00.000Z'");
  must(db->advance_watermark("s", "k", "a"));
  must(db->advance_watermark("s", "k", "b"));
  CHECK(format_timestamp(must(db->read_watermark("s", "k")).value().updated_at) == "2000-01-01T00:00:00.000Z");
}

STORE_TEST("values compare byte by byte, not by a language's rules") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->advance_watermark("custom", "k", "a"));
  CHECK(must(db->advance_watermark("custom", "k", "B")) == "a");  // 'B' is 0x42, 'a' is 0x61
  CHECK(must(db->advance_watermark("custom", "k", "a-")) == "a-");
  CHECK(must(db->advance_watermark("custom", "k", "é")) == "é");
}

STORE_TEST("a decree sets any value or deletes the mark, and answers the previous one") {
  Backend backend;
  const auto db = backend.open_migrated();
  CHECK(must(db->decree_watermark("s", "k", "0022400500")) == std::nullopt);
  CHECK(must(db->decree_watermark("s", "k", "0022400100")) == "0022400500");
  CHECK(must(db->read_watermark("s", "k")).value().value == "0022400100");
  CHECK(must(db->decree_watermark("s", "k", std::nullopt)) == "0022400100");
  CHECK_FALSE(must(db->read_watermark("s", "k")).has_value());
  CHECK(must(db->decree_watermark("s", "k", std::nullopt)) == std::nullopt);
}

STORE_TEST("two writers of one mark end at the larger value, and no answer is below what its writer wrote") {
  Backend backend;
  backend.open_migrated();
  constexpr int steps = 60;
  std::vector<std::string> failures(2);
  std::vector<std::thread> writers;
  for (std::size_t writer = 0; writer < 2; ++writer)
    writers.emplace_back([&, writer] {
      const auto db = open_store(backend.url());
      if (!db) return void(failures[writer] = describe(db.error()));
      std::string last;
      for (int step = 1; step <= steps; ++step) {
        const auto value = sample_id(2 * step + static_cast<int>(writer)).str();
        const auto stored = (*db)->advance_watermark("backfill", "2024-25", value);
        if (!stored) return void(failures[writer] = describe(stored.error()));
        if (*stored < value || *stored < last) failures[writer] = *stored + " after " + value + " and " + last;
        last = *stored;
      }
    });
  for (auto& each : writers) each.join();
  CHECK(failures[0] == "");
  CHECK(failures[1] == "");
  CHECK(must(backend.open()->read_watermark("backfill", "2024-25")).value().value == sample_id(2 * steps + 1).str());
}

STORE_TEST("runs are remembered with their end; the last one is found by job") {
  Backend backend;
  const auto db = backend.open_migrated();
  CHECK_FALSE(must(db->last_run("")).has_value());
  run_row backfill{"r1", "backfill", "--season 2024-25 'a b'", at_hour(1), {}, 0, 0, {}, "host", 42};
  const run_row daily{"r2", "daily", "", at_hour(2), {}, 0, 0, {}, "host", 43};
  must(db->start_run(backfill));
  must(db->start_run(daily));
  CHECK_FALSE(db->start_run(daily));  // the id is there already
  backfill.ended_at = at_hour(3);
  backfill.games = 1230;
  backfill.failures = 7;
  backfill.exit_code = 7;
  must(db->end_run(backfill));
  const auto last = must(db->last_run("backfill"));
  REQUIRE(last.has_value());
  CHECK(last->run_id == "r1");
  CHECK(last->arguments == backfill.arguments);
  CHECK(last->started_at == at_hour(1));
  CHECK(last->ended_at == at_hour(3));
  CHECK(last->games == 1230);
  CHECK(last->failures == 7);
  CHECK(last->exit_code == 7);
  CHECK(last->host == "host");
  CHECK(last->pid == 42);
  CHECK(must(db->last_run("")).value().run_id == "r2");
  CHECK_FALSE(must(db->last_run("")).value().ended_at.has_value());
  CHECK_FALSE(must(db->last_run("")).value().exit_code.has_value());
  CHECK_FALSE(must(db->last_run("derive")).has_value());
  CHECK_FALSE(db->end_run({"unknown", "daily", "", at_hour(1), at_hour(2), 0, 0, 0, "host", 1}));
}

STORE_TEST("the last success of each job is remembered however many runs failed since") {
  Backend backend;
  const auto db = backend.open_migrated();
  CHECK(must(db->last_successes()).empty());
  const auto ended = [&](const std::string& id, const std::string& job, int hour, std::optional<int> exit_code) {
    run_row run{id, job, "", at_hour(hour), {}, 0, 0, {}, "host", 1};
    must(db->start_run(run));
    if (!exit_code) return;
    run.ended_at = at_hour(hour) + std::chrono::minutes{5};
    run.exit_code = exit_code;
    must(db->end_run(run));
  };
  ended("r1", "daily", 1, 0);
  ended("r2", "daily", 3, 0);
  ended("r3", "daily", 5, 121);
  ended("r4", "daily", 7, std::nullopt);
  ended("r5", "backfill", 2, 0);
  ended("r6", "derive", 2, 1);
  const std::map<std::string, utc_time> wanted{{"backfill", at_hour(2) + std::chrono::minutes{5}},
                                               {"daily", at_hour(3) + std::chrono::minutes{5}}};
  CHECK(must(db->last_successes()) == wanted);
}

STORE_TEST("progress counts every state of a lane, its mark and what lies above it") {
  Backend backend;
  const auto db = backend.open_migrated();
  std::vector<planned_game> plan;
  for (int number = 1; number <= 10; ++number) plan.push_back(sample_planned(number));
  for (int number = 1; number <= 2; ++number) {
    plan.push_back(sample_planned(number));
    plan.back().id = sample_id(number, game_type::playoffs);
  }
  must(db->write_plan({2024}, plan));
  const std::vector<game_write> loaded{sample_core(1, 1, 1), sample_core(2, 1, 1)};
  must(db->write_games(loaded, "run"));
  const std::vector<game_write> done{sample_derived_write(sample_core(1, 1, 1))};
  must(db->write_games(done, "run"));
  const std::vector<state_change> changes{
      {sample_id(3), game_state::parked, 1, {}, ""},      {sample_id(4), game_state::waived, 1, {}, ""},
      {sample_id(5), game_state::unavailable, 1, {}, ""}, {sample_id(6), game_state::postponed, 1, {}, ""},
      {sample_id(7), game_state::cancelled, 1, {}, ""},   {sample_id(8), game_state::not_final, 1, {}, ""}};
  must(db->write_states(changes, "run"));
  must(db->advance_watermark("backfill", "2024-25", sample_id(1).str()));

  const auto lanes = must(db->read_progress(season{2024}));
  REQUIRE(lanes.size() == 2);
  const auto& regular = lanes[0];
  CHECK(regular.type == game_type::regular);
  CHECK(regular.planned == 10);
  CHECK(regular.done == 1);
  CHECK(regular.loaded == 1);
  CHECK(regular.parked == 1);
  CHECK(regular.waived == 1);
  CHECK(regular.unavailable == 1);
  CHECK(regular.postponed == 1);
  CHECK(regular.cancelled == 1);
  CHECK(regular.not_final == 1);
  CHECK(regular.watermark == sample_id(1).str());
  CHECK(regular.last_game_id == sample_id(10).str());
  CHECK(regular.lag_games == 9);
  CHECK(lanes[1].type == game_type::playoffs);
  CHECK(lanes[1].planned == 2);
  CHECK_FALSE(lanes[1].watermark.has_value());
  CHECK(lanes[1].lag_games == 2);
  CHECK(must(db->read_progress(season{2019})).empty());
  CHECK(must(db->read_progress({})).size() == 2);

  must(db->advance_watermark("backfill", "2024-25/playoffs", sample_id(2, game_type::playoffs).str()));
  CHECK(must(db->read_progress({}))[1].lag_games == 0);
}

STORE_TEST("the view season_progress knows the last date up to which everything is terminal") {
  Backend backend;
  const auto db = backend.open_migrated();
  std::vector<planned_game> plan;
  for (int number = 1; number <= 4; ++number) plan.push_back(sample_planned(number));  // 23, 24, 25, 26 October
  must(db->write_plan({2024}, plan));
  const auto through = [&] { return must(db->query_text("SELECT through_date FROM season_progress", 5)).at(1).at(0); };
  const auto finish = [&](int number) {
    const std::vector<state_change> changes{{sample_id(number), game_state::waived, 1, {}, ""}};
    must(db->write_states(changes, "run"));
  };
  CHECK(through() == "");
  finish(2);
  CHECK(through() == "");  // the first date is still open
  finish(1);
  CHECK(through() == "2024-10-24");
  finish(4);
  CHECK(through() == "2024-10-24");
  finish(3);
  CHECK(through() == "2024-10-26");
}
