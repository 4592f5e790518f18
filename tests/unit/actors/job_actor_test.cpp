#include "actors/job_actor.hpp"

#include "tests/support/engine/pipeline_rig.hpp"
#include "tests/support/testing_system.hpp"
#include "tests/unit/actors/stage_fixture.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

// One chunk a week; `sizes` games each.
std::vector<chunk> weeks(const std::vector<int>& sizes) {
  std::vector<planned_game> games;
  int number = 0;
  for (std::size_t week = 0; week < sizes.size(); ++week)
    for (int i = 0; i < sizes[week]; ++i) games.push_back(small_game(++number, static_cast<int>(week) * 7));
  return games.empty() ? std::vector<chunk>{} : small_chunks(std::move(games));
}

job_options options_of(std::vector<chunk> chunks, std::size_t fetch_games = 16, int parallel = 4) {
  job_options options;
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

}  // namespace

TEST_SUITE("job actor: admission") {
  TEST_CASE("games are admitted while fetch has room, and one more for each that leaves it") {
    job_fixture f(options_of(weeks({3, 3}), 4));
    CHECK(f.in_fetch == std::vector{f.id(1), f.id(4), f.id(2), f.id(5)});
    CHECK(f.jobs.at(f.id(4))->chunk == 2);
    f.leaves_fetch();
    CHECK(f.in_fetch.size() == 5);
    f.leaves_fetch();
    CHECK(f.in_fetch.size() == 6);
  }

  TEST_CASE("a chunk opens when a slot is free, without waiting for its neighbours") {
    job_fixture f(options_of(weeks({1, 2, 1}), 16, 2));
    CHECK(f.in_fetch.size() == 3);
    CHECK(f.log->count("chunk.start") == 2);
    f.complete(1);
    CHECK(f.in_fetch.size() == 4);
    REQUIRE(f.log->count("chunk.end") == 1);
    CHECK(field(f.log->named("chunk.end").front(), "chunk") == "1");
    CHECK(f.log->count("chunk.start") == 3);
  }

  TEST_CASE("a chunk whose games all sleep frees its slot, and its games still end") {
    job_fixture f(options_of(weeks({2, 1}), 16, 1));
    CHECK(f.in_fetch.size() == 2);
    f.tell(f.fetch, game_sleeping{f.id(1), true});
    CHECK(f.in_fetch.size() == 2);
    f.tell(f.fetch, game_sleeping{f.id(2), true});
    CHECK(f.in_fetch.size() == 3);
    f.tell(f.fetch, game_sleeping{f.id(1), false});
    for (int number = 1; number <= 3; ++number) f.complete(number);
    CHECK(f.report().ending == run_ending::completed);
    CHECK(f.report().inserted == 3);
  }

  TEST_CASE("a game found loaded is read back, not fetched, within the bound of its own link") {
    auto options = options_of(weeks({4}));
    for (int number = 1; number <= 3; ++number) options.recover.insert(small_game(number).id);
    options.derive_again[small_game(2).id].rules_version = 7;
    options.recover_limits = {2, 1};
    job_fixture f(std::move(options));
    CHECK_FALSE(f.jobs.at(f.id(1))->again);
    REQUIRE(f.jobs.at(f.id(2))->again);
    CHECK(f.jobs.at(f.id(2))->again->rules_version == 7);
    CHECK(f.in_recovery == std::vector{f.id(1), f.id(2)});
    CHECK(f.jobs.at(f.id(1))->recover);
    f.tell(f.load, credit_return{link::recover, 0});
    CHECK(f.in_recovery.size() == 3);
    CHECK(f.in_fetch == std::vector{f.id(4)});
    for (int number = 1; number <= 3; ++number) f.done(number, write_outcome::unchanged);
    f.complete(4);
    CHECK(f.report().recovered == 3);
    CHECK(f.report().inserted == 1);
  }

  TEST_CASE("a run without games ends at once, with its watermarks flushed") {
    job_fixture f(options_of({}));
    CHECK(f.report().ending == run_ending::completed);
    CHECK(f.report().watermarks.size() == 1);
  }
}

TEST_SUITE("job actor: ends of games") {
  TEST_CASE("what is done is told to the watermark and counted by what was written") {
    job_fixture f(options_of(weeks({4})));
    f.leaves_fetch(4);
    f.done(1);
    f.done(2, write_outcome::replaced);
    f.done(3, write_outcome::unchanged);
    CHECK(f.watermark.take<game_terminal>()->id == f.id(1));
    CHECK_FALSE(f.finished());
    f.done(4);
    const auto& report = f.report();
    CHECK(report.ending == run_ending::completed);
    CHECK(report.inserted == 2);
    CHECK(report.replaced == 1);
    CHECK(report.unchanged == 1);
    CHECK(report.rows_written == 40);
    CHECK(report.failures == 0);
    CHECK(report.stages.size() == 5);
    CHECK(report.watermarks.front().value == "0022400001");
    CHECK(f.watermark.count<game_terminal>() == 3);
  }

  TEST_CASE("the report waits until the watermark is durable") {
    job_fixture f(options_of(weeks({1})));
    f.world.hold(f.watermark.actor());
    f.complete(1);
    CHECK_FALSE(f.finished());
    f.world.release(f.watermark.actor());
    f.settle();
    CHECK(f.finished());
  }

  TEST_CASE("a game that failed for good is parked: it is over when its dead letter is written") {
    job_fixture f(options_of(weeks({1})));
    const auto payloads = payloads_of(f.id(1));
    f.leaves_fetch();
    f.fails(1, failure_class::rejected, "transform", payloads);
    CHECK_FALSE(f.finished());
    const auto record = f.load.take<record_outcome>();
    REQUIRE(record);
    CHECK(record->payloads == payloads);
    const auto* letter = std::get_if<dead_letter>(&record->what);
    REQUIRE(letter);
    CHECK(letter->game_id == f.id(1));
    CHECK(letter->stage == "transform");
    CHECK(letter->error_class == failure_class::rejected);
    CHECK(letter->attempts == 3);
    CHECK(letter->payload_sha256 == payload_digest(*payloads->boxscore, *payloads->playbyplay));
    f.tell(f.load, outcome_recorded{f.id(1)});
    CHECK(f.report().failures == 1);
    REQUIRE(f.report().parked.size() == 1);
    CHECK(f.report().ending == run_ending::completed);
    CHECK(f.log->count("game.parked") == 1);
    CHECK(f.watermark.count<game_terminal>() == 0);
    CHECK(field(f.log->named("chunk.end").front(), "failures") == "1");
    f.check_accounts_for_all();
  }

  TEST_CASE("a game that the host does not have is a confirmation first and terminal at the last") {
    auto options = options_of(weeks({2}));
    ledger_entry twice;
    twice.id = small_game(2).id;
    twice.attempts = 2;
    twice.error_class = failure_class::unavailable;
    const auto long_ago = *parse_timestamp("2025-01-01T12:00:00Z");
    twice.closing = closing_evidence{closing_ground::refused, "403", 2, long_ago, long_ago};
    options.known.emplace(twice.id, twice);
    job_fixture f(std::move(options));
    f.leaves_fetch(2);
    f.fails(1, failure_class::unavailable);
    CHECK(f.load.count<record_outcome>() == 0);  // it waits for what becomes of the others
    f.fails(2, failure_class::unavailable);
    auto record = f.load.take<record_outcome>();
    REQUIRE(record);
    CHECK(std::get<state_change>(record->what).state == game_state::planned);
    CHECK(std::get<state_change>(record->what).attempts == 1);
    f.tell(f.load, outcome_recorded{f.id(1)});
    CHECK(f.watermark.count<game_terminal>() == 0);
    record = f.load.take<record_outcome>();
    REQUIRE(record);
    CHECK(std::get<state_change>(record->what).state == game_state::unavailable);
    CHECK(f.watermark.count<game_terminal>() == 0);  // not before it is written
    f.tell(f.load, outcome_recorded{f.id(2)});
    CHECK(f.watermark.take<game_terminal>()->id == f.id(2));
    CHECK(f.report().failures == 1);  // loud once
    CHECK(f.report().not_ready.size() == 1);
    REQUIRE(f.report().closed.size() == 1);
    CHECK(f.report().closed.front().alarm);
    f.check_accounts_for_all();
  }

  TEST_CASE("a game whose documents are refused waits until another one's are accepted; its chunk does not wait") {
    job_fixture f(options_of(weeks({1, 2}), 16, 1));
    const auto payloads = payloads_of(f.id(1));
    f.leaves_fetch();
    f.fails(1, failure_class::rejected, "transform", payloads);
    CHECK(f.load.count<record_outcome>() == 0);
    CHECK(f.in_fetch.size() == 3);  // the next chunk has opened
    f.leaves_fetch(2);
    f.tell(f.transform, documents_accepted{f.jobs.at(f.id(2))});
    const auto record = f.load.take<record_outcome>();
    REQUIRE(record);
    CHECK(std::get<dead_letter>(record->what).game_id == f.id(1));
    CHECK(record->payloads == payloads);
    f.tell(f.load, outcome_recorded{f.id(1)});
    f.done(2);
    f.tell(f.transform, documents_accepted{f.jobs.at(f.id(3))});
    f.done(3);
    CHECK(f.report().ending == run_ending::completed);
    CHECK(f.report().parked.size() == 1);
    f.check_accounts_for_all();
  }

  TEST_CASE("documents of several games in a row refused alike: nobody is parked, and nothing more is asked for") {
    job_fixture f(options_of(weeks({15}), 10));
    CHECK(f.in_fetch.size() == 10);
    f.leaves_fetch(2);
    f.tell(f.transform, documents_accepted{f.jobs.at(f.id(1))});
    f.done(1);
    for (int number = 2; number <= 9; ++number) f.fails(number, failure_class::contract_drift, "transform");
    CHECK(f.fetch.count<drop_unfetched>() == 1);
    CHECK(f.in_fetch.size() == 12);
    // What had been fetched meanwhile is refused too; the rest is dropped.
    f.fails(10, failure_class::contract_drift, "transform");
    f.is_given_up(11);
    CHECK_FALSE(f.finished());
    f.is_given_up(12);
    CHECK(f.load.count<record_outcome>() == 0);
    CHECK(f.watermark.count<game_terminal>() == 1);
    CHECK(f.report().ending == run_ending::documents_changed);
    CHECK(f.report().ending_reason.find("8 games in a row") != std::string::npos);
    CHECK(f.report().failures == 9);
    CHECK(f.report().failed.size() == 9);
    CHECK(f.report().parked.empty());
    CHECK(f.report().not_ready.size() == 5);
    REQUIRE(f.log->count("documents.changed") == 1);
    CHECK(f.log->named("documents.changed").front().level == event_level::error);
    CHECK(field(f.log->named("documents.changed").front(), "reason") == "contract_drift");
    CHECK(f.log->count("game.parked") == 0);
    f.check_accounts_for_all();
  }

  TEST_CASE("at the end of a run three refused alike are shared, two are parked") {
    for (const int games : {2, 3}) {
      CAPTURE(games);
      job_fixture f(options_of(weeks({games})));
      f.leaves_fetch(games);
      for (int number = 1; number <= games; ++number) {
        CHECK_FALSE(f.finished());
        CHECK(f.load.count<record_outcome>() == 0);
        f.fails(number, failure_class::rejected, "transform");
      }
      if (games == 3) {
        CHECK(f.report().ending == run_ending::documents_changed);
        CHECK(f.report().failures == 3);
        continue;
      }
      CHECK(f.load.count<record_outcome>() == 2);
      for (const int number : {1, 2}) f.tell(f.load, outcome_recorded{f.id(number)});
      CHECK(f.report().ending == run_ending::completed);
      CHECK(f.report().parked.size() == 2);
    }
  }

  TEST_CASE("games that are parked say nothing new: each is looked at alone") {
    auto options = options_of(weeks({12}));
    for (int number = 1; number <= 12; ++number) {
      ledger_entry parked;
      parked.id = small_game(number).id;
      parked.state = game_state::parked;
      options.known.emplace(parked.id, parked);
    }
    job_fixture f(std::move(options));
    f.leaves_fetch(12);
    for (int number = 1; number <= 12; ++number) {
      f.fails(number, failure_class::rejected, "transform");
      CHECK(f.load.count<record_outcome>() == static_cast<std::size_t>(number));
    }
    CHECK(f.fetch.count<drop_unfetched>() == 0);
  }

  TEST_CASE("a host that has nothing for most of many final games: no confirmation is counted, none is closed") {
    for (const int served : {11, 12}) {
      CAPTURE(served);
      auto options = options_of(weeks({12 + served}), 64);
      for (int number = 1; number <= 12; ++number) {
        ledger_entry twice;
        twice.id = small_game(number).id;
        twice.attempts = 2;
        twice.error_class = failure_class::unavailable;
        const auto long_ago = *parse_timestamp("2025-01-01T12:00:00Z");
        twice.closing = closing_evidence{closing_ground::refused, "403", 2, long_ago, long_ago};
        options.known.emplace(twice.id, twice);
      }
      job_fixture f(std::move(options));
      f.leaves_fetch(12 + served);
      for (int number = 1; number <= 12; ++number) f.fails(number, failure_class::unavailable);
      for (int number = 13; number <= 12 + served; ++number) {
        CHECK(f.load.count<record_outcome>() == 0);
        f.tell(f.transform, documents_accepted{f.jobs.at(f.id(number))});
        f.done(number);
      }
      if (served == 12) {  // no more than half
        CHECK(f.load.count<record_outcome>() == 12);
        CHECK(f.log->count("host.refuses_games") == 0);
        continue;
      }
      CHECK(f.load.count<record_outcome>() == 0);
      CHECK(f.report().ending == run_ending::host_lost);
      CHECK(f.report().ending_reason.find("12 of 23") != std::string::npos);
      CHECK(f.report().failures == 12);
      CHECK(f.report().closed.empty());
      REQUIRE(f.log->count("host.refuses_games") == 1);
      CHECK(f.log->named("host.refuses_games").front().level == event_level::error);
      f.check_accounts_for_all();
    }
  }

  TEST_CASE("games that wait for others keep no later chunk out, however many they are") {
    job_fixture f(options_of(weeks({1, 1, 1, 1, 1, 1, 1}), 16, 1));
    for (int number = 1; number <= 2 * open_chunks_per_slot - 2; ++number) {
      REQUIRE(f.jobs.contains(f.id(number)));
      f.leaves_fetch();
      f.fails(number, failure_class::contract_drift, "transform");
      CHECK(f.load.count<record_outcome>() == 0);
    }
    REQUIRE(f.jobs.contains(f.id(7)));
    f.leaves_fetch();
    f.tell(f.transform, documents_accepted{f.jobs.at(f.id(7))});
    CHECK(f.load.count<record_outcome>() == 6);
    CHECK(f.log->count("documents.changed") == 0);
  }

  TEST_CASE("a game that waits is not judged while the next one only lacks credit") {
    job_fixture f(options_of(weeks({12}), 1));
    for (int number = 1; number <= 12; ++number) {
      REQUIRE(f.jobs.contains(f.id(number)));
      f.fails(number, failure_class::unavailable);  // told before its slot is given back
      f.leaves_fetch();
      CHECK(f.load.count<record_outcome>() == 0);
    }
    CHECK(f.log->count("host.refuses_games") == 1);
    CHECK(f.report().ending == run_ending::host_lost);
    f.check_accounts_for_all();
  }

  TEST_CASE("refusals of a run that is stopped count against no game: others have not spoken") {
    auto options = options_of(weeks({4}));
    options.known.emplace(small_game(1).id, [] {
      ledger_entry twice;
      twice.id = small_game(1).id;
      twice.attempts = 2;
      twice.error_class = failure_class::unavailable;
      const auto long_ago = *parse_timestamp("2025-01-01T12:00:00Z");
      twice.closing = closing_evidence{closing_ground::refused, "403", 2, long_ago, long_ago};
      return twice;
    }());
    job_fixture f(std::move(options));
    f.leaves_fetch(4);
    f.fails(1, failure_class::unavailable);
    f.fails(2, failure_class::unavailable);
    f.tell(f.fetch, stop_request{1});
    f.is_given_up(3);
    f.is_given_up(4);
    CHECK(f.load.count<record_outcome>() == 0);
    CHECK(f.report().ending == run_ending::interrupted);
    CHECK(f.report().failures == 0);
    CHECK(f.report().closed.empty());
    CHECK(f.report().not_ready.size() == 4);
    f.check_accounts_for_all();
  }

  TEST_CASE("a second stop ends a run in which games wait for others, and names them") {
    job_fixture f(options_of(weeks({3})));
    f.leaves_fetch(3);
    f.fails(1, failure_class::rejected, "transform");
    f.fails(2, failure_class::unavailable);
    f.tell(f.fetch, stop_request{1});
    CHECK_FALSE(f.finished());
    f.tell(f.fetch, stop_request{2});
    CHECK(f.report().ending == run_ending::aborted);
    CHECK(f.load.count<record_outcome>() == 0);
    f.check_accounts_for_all();
  }

  TEST_CASE("a blocked host blames no game: nothing is recorded, the run says that it lost its host") {
    job_fixture f(options_of(weeks({2})));
    f.leaves_fetch(2);
    f.fails(1, failure_class::edge_blocked);
    f.done(2);
    CHECK(f.load.count<record_outcome>() == 0);
    CHECK(f.report().ending == run_ending::host_lost);
    CHECK(f.report().ending_reason.find("edge_blocked") != std::string::npos);
    CHECK(f.report().failures == 1);
    REQUIRE(f.report().failed.size() == 1);
    f.check_accounts_for_all();
  }

  TEST_CASE("a done game that a second look could not get stays done: a failure, but no lost host") {
    auto options = options_of(weeks({1}));
    ledger_entry done;
    done.id = small_game(1).id;
    done.state = game_state::done;
    options.known.emplace(done.id, done);
    job_fixture f(std::move(options));
    f.leaves_fetch();
    f.fails(1, failure_class::transient);
    CHECK(f.load.count<record_outcome>() == 0);
    CHECK(f.report().ending == run_ending::completed);
    CHECK(f.report().failures == 1);
    REQUIRE(f.report().failed.size() == 1);
    CHECK(f.report().failed.front().state == game_state::done);
  }

  TEST_CASE("what the ledger says after load decides whether a game that cannot be derived is parked") {
    for (const auto state : {game_state::done, game_state::loaded}) {
      CAPTURE(to_string(state));
      auto options = options_of(weeks({1}));
      ledger_entry done;
      done.id = small_game(1).id;
      done.state = game_state::done;
      options.known.emplace(done.id, done);
      job_fixture f(std::move(options));
      f.leaves_fetch();
      auto written = std::make_shared<game_job>(*f.jobs.at(f.id(1)));
      written->known.state = state;  // its corrected rows are stored, or they were the same
      f.jobs.at(f.id(1)) = written;
      f.fails(1, failure_class::internal, "derive");
      CHECK(f.load.count<record_outcome>() == (state == game_state::done ? 0 : 1));
      if (state == game_state::loaded) continue;
      CHECK(f.report().failures == 1);
      CHECK(f.report().parked.empty());
    }
  }

  TEST_CASE("a game that is not over is named as not ready and is no failure") {
    auto options = options_of(weeks({1}));
    options.now = [] { return *parse_timestamp("2024-10-23T12:00:00Z"); };  // the morning after
    job_fixture f(std::move(options));
    f.leaves_fetch();
    f.fails(1, failure_class::not_final, "transform");
    CHECK(std::get<state_change>(f.load.take<record_outcome>()->what).state == game_state::not_final);
    f.tell(f.load, outcome_recorded{f.id(1)});
    CHECK(f.report().ending == run_ending::completed);
    CHECK(f.report().failures == 0);
    REQUIRE(f.report().not_ready.size() == 1);
    CHECK(f.report().not_ready.front().state == game_state::not_final);
    CHECK(f.log->count("game.not_ready") == 1);
  }

  TEST_CASE("a finished game whose documents are not final after days is parked, with what they show") {
    auto options = options_of(weeks({1}));
    options.now = [] { return *parse_timestamp("2024-10-25T12:00:00Z"); };
    job_fixture f(std::move(options));
    f.leaves_fetch();
    f.fails(1, failure_class::not_final, "transform");
    const auto record = f.load.take<record_outcome>();
    REQUIRE(record);
    const auto& letter = std::get<dead_letter>(record->what);
    CHECK(letter.error_class == failure_class::not_final);
    CHECK(letter.error.find("not final after 3 days") != std::string::npos);
    f.tell(f.load, outcome_recorded{f.id(1)});
    CHECK(f.report().failures == 1);
    REQUIRE(f.report().parked.size() == 1);
  }

  TEST_CASE("one document of two shows that the game was played, and is no payload to start from") {
    job_fixture f(options_of(weeks({1})));
    auto arrived = std::make_shared<game_payloads>(*payloads_of(f.id(1)));
    arrived->playbyplay = nullptr;
    f.leaves_fetch();
    f.fails(1, failure_class::transient, "fetch", arrived);
    const auto record = f.load.take<record_outcome>();
    REQUIRE(record);
    CHECK(record->payloads == arrived);  // for people
    const auto& letter = std::get<dead_letter>(record->what);
    CHECK(letter.played_evidence.find("the box score is final") != std::string::npos);
    CHECK(letter.payload_sha256.empty());
  }

  TEST_CASE("a game whose rows the database refuses was played") {
    for (const auto* stage : {"load", "derive"}) {
      job_fixture f(options_of(weeks({1})));
      f.leaves_fetch();
      f.fails(1, failure_class::internal, stage);
      const auto record = f.load.take<record_outcome>();
      REQUIRE(record);
      CHECK(std::get<dead_letter>(record->what).played_evidence == "its documents gave its rows");
    }
  }

  TEST_CASE("while outcomes pile up unwritten, no further game is admitted") {
    auto options = options_of(weeks({100}), 2);
    options.records_max = 5;
    job_fixture f(std::move(options));
    // Every game fails at once; the database writes nothing.
    for (std::size_t i = 0; i < f.in_fetch.size() && i < 50; ++i) {
      f.leaves_fetch();
      f.tell(f.fetch,
             game_failed{
                 f.jobs.at(f.in_fetch[i]), "fetch", {failure_class::contract_drift, "because", ""}, nullptr, 1, false});
    }
    // What was under way when the bound was reached still arrives.
    CHECK(f.load.count<record_outcome>() <= 5 + 2);
    const auto before = f.in_fetch.size();
    while (f.load.count<record_outcome>() > 0) f.tell(f.load, outcome_recorded{f.load.take<record_outcome>()->id});
    CHECK(f.in_fetch.size() > before);
  }

  TEST_CASE("a record that nobody asked for is a bug and ends the run") {
    job_fixture f(options_of(weeks({1})));
    f.tell(f.load, outcome_recorded{f.id(1)});
    CHECK(has_ended(f.job));
    // Whoever waits for the report gets it all the same.
    CHECK(f.report().ending == run_ending::broken);
    CHECK(f.report().ending_reason.find(f.id(1).str()) != std::string::npos);
    f.check_accounts_for_all();
  }

  TEST_CASE("progress tells where the games are") {
    auto options = options_of(weeks({2, 2}), 2);
    std::vector<run_progress> seen;
    options.progress = [&](const run_progress& one) { seen.push_back(one); };
    job_fixture f(std::move(options));
    f.complete(1);
    f.world.advance(200ms);
    REQUIRE(seen.size() >= 2);
    CHECK(seen.front().games_total == 4);
    CHECK(seen.front().games_done == 0);
    CHECK(seen.back().games_done == 1);
    CHECK(seen.back().chunks_total == 2);
    CHECK_FALSE(seen.back().draining);
  }
}

TEST_SUITE("job actor: stopping") {
  TEST_CASE("a stop admits nothing more, has fetch drop its games, and waits for the rest") {
    job_fixture f(options_of(weeks({3, 3}), 3, 1));
    f.leaves_fetch();  // game 1 is beyond fetch; games 2 to 4 are in it
    f.tell(f.transform, stop_request{1});
    CHECK(f.fetch.count<drop_unfetched>() == 1);
    CHECK(f.log->count("drain.start") == 1);
    const auto admitted = f.in_fetch.size();
    for (std::size_t i = 1; i < admitted; ++i) {
      f.leaves_fetch();
      f.tell(
          f.fetch,
          game_failed{f.jobs.at(f.in_fetch[i]), "fetch", {failure_class::transient, "stopped", ""}, nullptr, 0, true});
    }
    CHECK(f.in_fetch.size() == admitted);
    CHECK_FALSE(f.finished());
    f.done(1);
    CHECK(f.report().ending == run_ending::interrupted);
    CHECK(f.report().inserted == 1);
    CHECK(f.report().not_ready.size() == 5);
    CHECK(f.report().failures == 0);
    CHECK(f.load.count<record_outcome>() == 0);
    CHECK(f.log->count("drain.end") == 1);
    CHECK(f.report().watermarks.size() == 1);
    f.check_accounts_for_all();
  }

  TEST_CASE("a game that was next in line when the stop came does not hold the drain up") {
    job_fixture f(options_of(weeks({3}), 2));
    REQUIRE(f.in_fetch.size() == 2);  // the third waits for room
    f.tell(f.transform, stop_request{1});
    for (int number = 1; number <= 2; ++number) {
      f.leaves_fetch();
      f.is_given_up(number);
    }
    CHECK(f.report().ending == run_ending::interrupted);
    CHECK(f.report().not_ready.size() == 3);
    f.check_accounts_for_all();
  }

  TEST_CASE("a failure during the drain is still written down") {
    job_fixture f(options_of(weeks({1})));
    f.leaves_fetch();
    f.tell(f.transform, stop_request{1});
    f.fails(1, failure_class::rejected, "transform");
    CHECK_FALSE(f.finished());
    f.tell(f.load, outcome_recorded{f.id(1)});
    CHECK(f.report().parked.size() == 1);
    f.check_accounts_for_all();
  }

  TEST_CASE("a second stop aborts at once and names what was under way") {
    job_fixture f(options_of(weeks({4}), 2));
    f.leaves_fetch();
    f.tell(f.transform, stop_request{1});
    f.tell(f.transform, stop_request{2});
    CHECK(f.report().ending == run_ending::aborted);
    CHECK(f.report().not_ready.size() == 4);
    f.check_accounts_for_all();
  }

  TEST_CASE("a second stop aborts even while the watermark is being flushed") {
    job_fixture f(options_of(weeks({1})));
    f.world.hold(f.watermark.actor());
    f.tell(f.transform, stop_request{1});
    f.leaves_fetch();
    f.is_given_up(1);
    CHECK_FALSE(f.finished());
    f.tell(f.transform, stop_request{2});
    CHECK(f.report().ending == run_ending::aborted);
    f.check_accounts_for_all();
    f.world.release(f.watermark.actor());
    f.settle();  // the late answer changes nothing
    CHECK(f.report().ending == run_ending::aborted);
  }

  TEST_CASE("the first stop told again changes nothing") {
    job_fixture f(options_of(weeks({1})));
    f.tell(f.transform, stop_request{1});
    f.tell(f.transform, stop_request{1});
    CHECK(f.fetch.count<drop_unfetched>() == 1);
    CHECK_FALSE(f.finished());
  }

  TEST_CASE("a drain that takes longer than its deadline aborts") {
    job_fixture f(options_of(weeks({2})));
    f.tell(f.transform, stop_request{1});
    f.world.advance(29s);
    f.settle();
    CHECK_FALSE(f.finished());
    f.world.advance(1s);
    CHECK(f.report().ending == run_ending::aborted);
    f.check_accounts_for_all();
  }

  TEST_CASE("after the end nothing is written down any more") {
    job_fixture f(options_of(weeks({1})));
    f.tell(f.transform, stop_request{2});
    REQUIRE(f.finished());
    f.leaves_fetch();
    f.fails(1, failure_class::transient);
    CHECK(f.load.count<record_outcome>() == 0);
    CHECK_FALSE(has_ended(f.job));
  }

  TEST_CASE("a stop before the start drains at once, a second one aborts") {
    job_fixture f(options_of(weeks({3})), false);
    f.tell(f.transform, stop_request{1});
    bool twice = false;
    SUBCASE("once") {}
    SUBCASE("twice") {
      f.tell(f.transform, stop_request{2});
      twice = true;
    }
    f.start();
    CHECK(f.in_fetch.empty());
    CHECK(f.report().ending == (twice ? run_ending::aborted : run_ending::interrupted));
    CHECK(f.report().not_ready.size() == 3);
    f.check_accounts_for_all();
  }

  TEST_CASE("a lost database ends the run at once and names what was under way") {
    job_fixture f(options_of(weeks({3}), 2));
    f.complete(1);
    f.tell(f.load, storage_down{{failure_class::storage, "server gone"}});
    CHECK(f.report().ending == run_ending::storage_lost);
    CHECK(f.report().ending_reason.find("server gone") != std::string::npos);
    CHECK(f.report().inserted == 1);
    CHECK(f.report().not_ready.size() == 2);
    f.check_accounts_for_all();
  }

  TEST_CASE("a watermark that cannot be written is a lost database") {
    job_fixture f(options_of(weeks({1})));
    f.watermark_fails = true;
    f.complete(1);
    CHECK(f.report().ending == run_ending::storage_lost);
    CHECK(f.report().ending_reason.find("disk full") != std::string::npos);
  }

  TEST_CASE("a watermark that does not answer is waited for only so long") {
    job_fixture f(options_of(weeks({1})));
    f.world.hold(f.watermark.actor());
    f.complete(1);
    f.world.advance(61s);
    f.settle();
    CHECK(f.report().ending == run_ending::storage_lost);
  }

  TEST_CASE("a stage that dies breaks the run, with the reason, and names what was under way") {
    for (int which = 0; which < 5; ++which) {
      CAPTURE(which);
      job_fixture f(options_of(weeks({2})));
      const std::vector<probe*> stages{&f.fetch, &f.transform, &f.load, &f.derive, &f.watermark};
      // anon_send_exit of 0.17 takes only an exit_reason.
      caf::anon_send(
          stages[static_cast<std::size_t>(which)]->actor(),
          caf::exit_msg{caf::actor_addr{}, caf::make_error(caf::sec::runtime_error, std::string{"link load is full"})});
      f.settle();
      CHECK(f.report().ending == run_ending::broken);
      CHECK(f.report().ending_reason.find("link load is full") != std::string::npos);
      f.check_accounts_for_all();
    }
  }
}
