#include "tests/unit/actors/job_fixture.hpp"

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

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
    CHECK(letter->payload_sha256 == payload_digest(*payloads));
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
    arrived->bodies[endpoint::playbyplay] = nullptr;
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

  TEST_CASE("the job tells what it knows at any time") {
    job_fixture f(options_of(weeks({2, 2})));
    const auto ask = [&] { return f.world.ask<job_status>(f.job, job_query{}); };
    auto known = ask();
    CHECK(known.games_total == 4);
    CHECK(known.games_done == 0);
    REQUIRE(known.chunks.size() == 2);
    CHECK(known.chunks[0].number == 1);
    CHECK(known.chunks[0].games == 2);
    f.complete(1);
    known = ask();
    CHECK(known.games_done == 1);
    CHECK(known.games_ended() == 1);
    CHECK(known.chunks_total == 2);
    CHECK(known.chunks[0].finished == 1);
    CHECK_FALSE(known.draining);
    f.tell(f.fetch, stop_request{1});
    CHECK(ask().draining);
    f.is_given_up(2);
    f.is_given_up(3);
    f.is_given_up(4);
    REQUIRE(f.finished());
    CHECK(ask().games_ended() == 4);
  }

  TEST_CASE("the job tells what became of its games, each in one way") {
    job_fixture f(options_of(weeks({4})));
    f.complete(1);
    f.leaves_fetch();
    f.done(2, write_outcome::replaced);
    f.leaves_fetch();
    f.done(3, write_outcome::unchanged);
    f.leaves_fetch();
    f.tell(f.fetch,
           game_failed{f.jobs.at(f.id(4)), "fetch", {failure_class::transient, "no answer", ""}, nullptr, 4, false});
    while (f.load.count<record_outcome>() > 0) f.tell(f.load, outcome_recorded{f.load.take<record_outcome>()->id});
    const auto known = f.world.ask<job_status>(f.job, job_query{});
    CHECK(known.inserted == 1);
    CHECK(known.replaced == 1);
    CHECK(known.unchanged == 1);
    CHECK(known.recovered == 0);
    CHECK(known.parked == 1);
    CHECK(known.closed == 0);
    CHECK(known.left == 0);
    CHECK(known.games_ended() == 4);
  }

  TEST_CASE("games that a stopped run never came to have not ended") {
    job_fixture f(options_of(weeks({4}), 2));
    f.tell(f.fetch, stop_request{1});
    f.is_given_up(1);
    f.is_given_up(2);
    REQUIRE(f.finished());
    CHECK(f.report().not_ready.size() == 4);
    CHECK(f.world.ask<job_status>(f.job, job_query{}).games_ended() == 2);
  }
}
