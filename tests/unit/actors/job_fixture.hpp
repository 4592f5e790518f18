// A job actor between probes: the test plays the stages.
#pragma once

#include "actors/job_actor.hpp"
#include "tests/support/engine/pipeline_rig.hpp"
#include "tests/support/testing_system.hpp"
#include "tests/unit/actors/stage_fixture.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace nba::test {

// One chunk a week; `sizes` games each.
inline std::vector<chunk> weeks(const std::vector<int>& sizes) {
  std::vector<planned_game> games;
  int number = 0;
  for (std::size_t week = 0; week < sizes.size(); ++week)
    for (int i = 0; i < sizes[week]; ++i) games.push_back(small_game(++number, static_cast<int>(week) * 7));
  return games.empty() ? std::vector<chunk>{} : small_chunks(std::move(games));
}

inline job_options options_of(std::vector<chunk> chunks, std::size_t fetch_games = 16, int parallel = 4) {
  job_options options;
  options.games = small_games();
  options.chunks = std::move(chunks);
  options.parallel = parallel;
  options.fetch_limits = {fetch_games, fetch_games * game_fetch_bytes};
  return options;
}

struct job_fixture {
  explicit job_fixture(job_options options, bool start_it = true) {
    options.log = log;
    job = world.spawn(make_job, std::move(options));
    if (start_it) start();
  }
  void start() {
    report_ = world.ask_later<run_finished>(
        job, start_run{{fetch.as<fetch_actor>(), transform.as<transform_actor>(), load.as<load_actor>(),
                        derive.as<derive_actor>(), watermark.as<watermark_actor>()}});
    settle();
  }
  void settle() {
    world.settle();
    while (auto one = fetch.take<fetch_game>()) {
      in_fetch.push_back(one->job->game.id);
      jobs[one->job->game.id] = one->job;
    }
    while (auto one = load.take<recover_game>()) {
      in_recovery.push_back(one->job->game.id);
      jobs[one->job->game.id] = one->job;
    }
  }
  template <class Message>
  void tell(const probe& from, Message message) {
    world.send(from, job, std::move(message));
    settle();
  }
  game_id id(int number) const { return small_game(number).id; }
  void leaves_fetch(int times = 1) {
    for (int i = 0; i < times; ++i) tell(fetch, credit_return{link::fetch, game_fetch_bytes});
  }
  void done(int number, write_outcome outcome = write_outcome::inserted) {
    tell(load, game_done{jobs.at(id(number)), outcome, 10});
  }
  // Out of fetch and through everything.
  void complete(int number) {
    leaves_fetch();
    done(number);
  }
  void fails(int number, failure_class kind, const char* stage = "fetch",
             std::shared_ptr<const game_payloads> payloads = nullptr) {
    tell(fetch, game_failed{jobs.at(id(number)), stage, {kind, "because", ""}, std::move(payloads), 3, false});
  }
  void is_given_up(int number) {
    tell(fetch, game_failed{jobs.at(id(number)), "fetch", {failure_class::transient, "stopped", ""}, nullptr, 0, true});
  }
  bool finished() const { return report_ && report_->has_value(); }
  const run_report& report() const {
    REQUIRE(finished());
    return *report_->value().report;
  }
  // Every planned game is in exactly one place of the report.
  void check_accounts_for_all() const {
    const auto& r = report();
    std::multiset<game_id> named;
    for (const auto* list : {&r.parked, &r.closed, &r.not_ready, &r.failed})
      for (const auto& game : *list) {
        named.insert(game.id);
        CHECK_FALSE(game.reason.empty());
      }
    for (const auto& one : named) CHECK(named.count(one) == 1);
    CHECK(r.done() + static_cast<std::int64_t>(named.size()) == r.games_total);
  }

  testing_system world;
  std::shared_ptr<recording_sink> log = std::make_shared<recording_sink>();
  caf::message_handler status{[](const status_query&) { return stage_status{}; }};
  bool watermark_fails = false;
  probe fetch = world.make_probe(status), transform = world.make_probe(status), load = world.make_probe(status),
        derive = world.make_probe(status), watermark = world.make_probe(status.or_else([this](const flush_watermarks&) {
          watermarks_flushed out;
          out.rows = {{"backfill", "2024-25", "0022400001", {}}};
          if (watermark_fails) out.why = failure{failure_class::storage, "disk full"};
          return out;
        }));
  job_actor job;
  std::vector<game_id> in_fetch, in_recovery;
  std::map<game_id, game_job_ptr> jobs;

 private:
  std::shared_ptr<std::optional<run_finished>> report_;
};

}  // namespace nba::test
