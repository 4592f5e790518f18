// Games whose failure may be everybody's: they wait for what becomes of others.
#include "tests/unit/actors/job_fixture.hpp"

using namespace nba;
using namespace nba::test;

TEST_SUITE("job actor: games that wait for others") {
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
}
