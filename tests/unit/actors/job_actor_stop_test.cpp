// Stops, deadlines, and what breaks a run.
#include "tests/unit/actors/job_fixture.hpp"

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

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

  TEST_CASE("the end of a chunk tells how many of its games a stopped run let go") {
    job_fixture f(options_of(weeks({3})));
    f.leaves_fetch(3);
    f.done(1);
    f.tell(f.transform, stop_request{1});
    f.is_given_up(2);
    f.is_given_up(3);
    REQUIRE(f.log->count("chunk.end") == 1);
    const auto end = f.log->named("chunk.end").front();
    CHECK(field(end, "games") == "3");
    CHECK(field(end, "failures") == "0");
    CHECK(field(end, "not_reached") == "2");
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
