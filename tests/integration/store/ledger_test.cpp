// Plan, ledger, states, dead letters.
#include "tests/integration/store/backend.hpp"
#include "tests/integration/store/game_writes.hpp"
#include "tests/integration/store/sample_games.hpp"

#include <algorithm>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

constexpr season season_2024{2024};

std::vector<planned_game> sample_plan(int games) {
  std::vector<planned_game> plan;
  for (int number = games; number >= 1; --number) plan.push_back(sample_planned(number));
  return plan;
}

void set_state(store& db, int number, game_state state, int attempts = 1) {
  const std::vector<state_change> changes{{sample_id(number), state, attempts, failure_class::transient, "why"}};
  must(db.write_states(changes, "run"));
}

void write_done(store& db, int number) {
  const auto core = sample_core(number, 1, 3);
  const std::vector<game_write> writes{core, sample_derived_write(core)};
  must(db.write_games(writes, "run"));
}

dead_letter sample_letter(int number, int hour = 1) {
  dead_letter letter;
  letter.game_id = sample_id(number);
  letter.stage = "transform";
  letter.error_class = failure_class::contract_drift;
  letter.error = "expected an integer, found 'a\tb' (game.homeTeam.score)";
  letter.attempts = 3;
  letter.payload_sha256 = "abc";
  letter.payload = std::string("\x78\x9c\0\xff'\"\\", 7);
  letter.first_failed_at = utc_time{date::sys_days{date::year{2024} / 11 / 1}} + std::chrono::hours{hour};
  letter.last_failed_at = letter.first_failed_at + std::chrono::milliseconds{1};
  return letter;
}

}  // namespace

STORE_TEST("the plan reads back as it was written, in id order, and makes planned ledger rows") {
  Backend backend;
  const auto db = backend.open_migrated();
  auto plan = sample_plan(300);  // more than one statement's rows
  must(db->write_plan(season_2024, plan));
  std::reverse(plan.begin(), plan.end());
  CHECK(must(db->read_plan(season_2024)) == plan);
  const auto ledger = must(db->read_ledger(season_2024));
  REQUIRE(ledger.size() == plan.size());
  for (std::size_t i = 0; i < plan.size(); ++i) {
    CHECK(ledger[i].id == plan[i].id);
    CHECK(ledger[i].date == plan[i].date);
    CHECK(ledger[i].state == game_state::planned);
    CHECK(ledger[i].payload_sha256 == "");
  }
  CHECK(must(db->read_plan({2023})).empty());
  CHECK(must(db->read_ledger({2023})).empty());
}

STORE_TEST("writing the same plan again changes no row") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->write_plan(season_2024, sample_plan(20)));
  backend.run_sql("UPDATE schedule_games SET updated_at = '2000-01-01T00:00:00.000Z'");
  backend.run_sql("UPDATE ingest_games SET updated_at = '2000-01-01T00:00:00.000Z'");
  must(db->write_plan(season_2024, sample_plan(20)));
  const auto times = must(db->query_text(
      "SELECT DISTINCT updated_at FROM (SELECT updated_at FROM schedule_games UNION ALL SELECT updated_at FROM "
      "ingest_games) both_tables",
      10));
  REQUIRE(times.size() == 2);
  CHECK(times[1][0] == "2000-01-01T00:00:00.000Z");
}

STORE_TEST("a game that moved gets its new date and keeps its state; the others keep everything") {
  Backend backend;
  const auto db = backend.open_migrated();
  auto plan = sample_plan(3);
  must(db->write_plan(season_2024, plan));
  write_done(*db, 1);
  set_state(*db, 2, game_state::postponed);
  for (auto& game : plan) {
    game.date += date::days{30};
    game.tipoff_utc.reset();
  }
  must(db->write_plan(season_2024, plan));
  CHECK(must(db->read_plan(season_2024)).front().date == plan.back().date);
  CHECK_FALSE(must(db->read_plan(season_2024)).front().tipoff_utc.has_value());
  CHECK(ledger_of(*db, sample_id(1)).state == game_state::done);
  CHECK(ledger_of(*db, sample_id(1)).date == plan.back().date);
  CHECK(ledger_of(*db, sample_id(2)).state == game_state::postponed);
  CHECK(ledger_of(*db, sample_id(3)).state == game_state::planned);
}

STORE_TEST("a game of another season is refused in a plan, with the whole plan") {
  Backend backend;
  const auto db = backend.open_migrated();
  auto plan = sample_plan(2);
  plan.push_back(sample_planned(3));
  plan.back().id = sample_id(3, game_type::regular, 2023);
  const auto refused = db->write_plan(season_2024, plan);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("0022300003") != std::string::npos);
  CHECK(must(db->read_plan(season_2024)).empty());
}

STORE_TEST("a ledger row that cannot be read counts as planned, or is left out when even its id is wrong") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->write_plan(season_2024, sample_plan(3)));
  backend.run_sql("UPDATE ingest_games SET state = 'bogus', error_class = 'strange' WHERE game_id = '0022400002'");
  backend.run_sql("UPDATE ingest_games SET game_id = 'x' WHERE game_id = '0022400003'");
  const auto ledger = must(db->read_ledger(season_2024));
  REQUIRE(ledger.size() == 2);
  CHECK(ledger[1].state == game_state::planned);
  CHECK_FALSE(ledger[1].error_class.has_value());
  write_done(*db, 2);
  CHECK(ledger_of(*db, sample_id(2)).state == game_state::done);
}

STORE_TEST("states: everything is stored, and a terminal state never gives way to one that is not") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->write_plan(season_2024, sample_plan(9)));
  const std::vector<game_state> open{game_state::planned, game_state::parked, game_state::postponed,
                                     game_state::not_final};
  const std::vector<game_state> terminal{game_state::waived, game_state::unavailable, game_state::cancelled};
  for (const auto state : open) {
    set_state(*db, 1, state, 4);
    const auto entry = ledger_of(*db, sample_id(1));
    CHECK(entry.state == state);
    CHECK(entry.attempts == 4);
    CHECK(entry.error_class == failure_class::transient);
    CHECK(entry.error == "why");
  }
  for (const auto from : terminal)
    for (const auto to : open) {
      set_state(*db, 1, from, 7);
      set_state(*db, 1, to, 8);
      CHECK(ledger_of(*db, sample_id(1)).state == from);
      CHECK(ledger_of(*db, sample_id(1)).attempts == 7);
    }
  for (const auto from : terminal)
    for (const auto to : terminal) {
      set_state(*db, 1, from);
      set_state(*db, 1, to);
      CHECK(ledger_of(*db, sample_id(1)).state == to);
    }
}

STORE_TEST("a done game stays done whatever is declared, and no state change makes a game loaded or done") {
  Backend backend;
  const auto db = backend.open_migrated();
  write_done(*db, 1);
  for (const auto state : {game_state::planned, game_state::parked, game_state::unavailable, game_state::cancelled,
                           game_state::waived, game_state::not_final})
    set_state(*db, 1, state);
  must(db->park(sample_letter(1), "run"));
  CHECK(ledger_of(*db, sample_id(1)).state == game_state::done);
  CHECK(must(db->read_dead_letters(true)).empty());
  for (const auto state : {game_state::loaded, game_state::done}) {
    const std::vector<state_change> changes{{sample_id(2), game_state::not_final, 1, {}, ""},
                                            {sample_id(3), state, 1, {}, ""}};
    const auto refused = db->write_states(changes, "run");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == failure_class::internal);
  }
  CHECK(must(db->read_ledger(season_2024)).size() == 1);  // nothing of the refused batches
}

STORE_TEST("a state change for a game the ledger has not seen adds it, with the plan's date") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->write_plan(season_2024, sample_plan(2)));
  backend.run_sql("DELETE FROM ingest_games");
  set_state(*db, 2, game_state::not_final);
  set_state(*db, 5, game_state::unavailable);  // not planned either
  CHECK(ledger_of(*db, sample_id(2)).date == sample_planned(2).date);
  CHECK(ledger_of(*db, sample_id(5)).state == game_state::unavailable);
}

STORE_TEST("parking writes the ledger and a dead letter with everything in it") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->write_plan(season_2024, sample_plan(1)));
  const auto letter = sample_letter(1);
  must(db->park(letter, "run"));
  const auto entry = ledger_of(*db, sample_id(1));
  CHECK(entry.state == game_state::parked);
  CHECK(entry.attempts == 1);
  CHECK(entry.error_class == failure_class::contract_drift);
  CHECK(entry.error == letter.error);

  const auto listed = must(db->read_dead_letters(false));
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].payload == "");  // lists are without payloads
  const auto read = must(db->read_dead_letter(listed[0].dead_letter_id));
  REQUIRE(read.has_value());
  CHECK(read->game_id == letter.game_id);
  CHECK(read->stage == letter.stage);
  CHECK(read->error_class == letter.error_class);
  CHECK(read->error == letter.error);
  CHECK(read->attempts == 3);
  CHECK(read->payload_sha256 == letter.payload_sha256);
  CHECK(read->payload == letter.payload);
  CHECK(read->first_failed_at == letter.first_failed_at);
  CHECK(read->last_failed_at == letter.last_failed_at);
  CHECK_FALSE(read->resolved_at.has_value());
  CHECK_FALSE(must(db->read_dead_letter(4711)).has_value());
}

STORE_TEST("parking again adds to the one letter: attempts add up, the first evidence stays") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto first = sample_letter(1, 1);
  auto second = sample_letter(1, 5);
  second.stage = "fetch";
  second.error_class = failure_class::transient;
  second.error = "transient: timeout";
  second.payload.clear();
  second.payload_sha256.clear();
  must(db->park(first, "run"));
  CHECK(must(db->read_dead_letters(true)).front().last_error == "");
  must(db->park(second, "run"));
  const auto listed = must(db->read_dead_letters(true));
  REQUIRE(listed.size() == 1);
  auto read = *must(db->read_dead_letter(listed[0].dead_letter_id));
  CHECK(read.attempts == first.attempts + second.attempts);
  CHECK(read.stage == first.stage);
  CHECK(read.error_class == first.error_class);
  CHECK(read.error == first.error);
  CHECK(read.payload == first.payload);
  CHECK(read.payload_sha256 == first.payload_sha256);
  CHECK(read.last_error == "transient: timeout");
  CHECK(read.first_failed_at == first.first_failed_at);
  CHECK(read.last_failed_at == second.last_failed_at);
  CHECK(ledger_of(*db, sample_id(1)).attempts == 2);
  CHECK(ledger_of(*db, sample_id(1)).error == "transient: timeout");
  // The same failure again: there is no other error to tell.
  must(db->park(first, "run"));
  CHECK(must(db->read_dead_letter(listed[0].dead_letter_id))->last_error == "");

  // A letter without a payload takes the first one that comes, with all that belongs to it.
  second.game_id = sample_id(2);
  must(db->park(second, "run"));
  auto better = sample_letter(2, 1);
  must(db->park(better, "run"));
  for (const auto& letter : must(db->read_dead_letters(false)))
    if (letter.game_id == sample_id(2)) read = *must(db->read_dead_letter(letter.dead_letter_id));
  CHECK(read.game_id == sample_id(2));
  CHECK(read.stage == better.stage);
  CHECK(read.payload == better.payload);
  CHECK(read.last_error == "");
}

STORE_TEST("evidence of a closing is stored with the state, replaced by the next change, and gone with rows") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->write_plan(season_2024, sample_plan(2)));
  const auto seen = *parse_timestamp("2024-11-16T13:00:00.250Z");
  auto evidence = seen_again(std::nullopt, closing_ground::absent, "gone from the schedule", seen);
  state_change change{sample_id(1), game_state::planned, 2, {}, ""};
  change.closing = evidence;
  change.played_evidence = "the play-by-play has the end of the game";
  must(db->write_states({&change, 1}, "run"));
  CHECK(ledger_of(*db, sample_id(1)).closing == evidence);
  CHECK(ledger_of(*db, sample_id(1)).played_evidence == change.played_evidence);
  evidence = closed_by(closing_ground::refused, "403", seen, evidence);
  evidence.checks = 3;
  change.state = game_state::unavailable;
  change.closing = evidence;
  change.played_evidence = "something else";  // the first one stays
  must(db->write_states({&change, 1}, "run"));
  CHECK(ledger_of(*db, sample_id(1)).closing == evidence);
  CHECK(ledger_of(*db, sample_id(1)).played_evidence == "the play-by-play has the end of the game");
  write_done(*db, 1);
  CHECK_FALSE(ledger_of(*db, sample_id(1)).closing);
  CHECK_FALSE(ledger_of(*db, sample_id(2)).closing);
}

STORE_TEST("a closed game is opened by a change that says so, and a done one by none") {
  Backend backend;
  const auto db = backend.open_migrated();
  for (const auto from : {game_state::waived, game_state::unavailable, game_state::cancelled}) {
    set_state(*db, 1, from, 7);
    state_change change{sample_id(1), game_state::planned, 0, {}, ""};
    change.reopens = true;
    must(db->write_states({&change, 1}, "run"));
    CHECK(ledger_of(*db, sample_id(1)).state == game_state::planned);
    CHECK(ledger_of(*db, sample_id(1)).attempts == 0);
    CHECK_FALSE(ledger_of(*db, sample_id(1)).closing);
    // Or by a failure that shows that the host has it.
    set_state(*db, 1, from, 7);
    auto letter = sample_letter(1);
    letter.reopens = true;
    must(db->park(letter, "run"));
    CHECK(ledger_of(*db, sample_id(1)).state == game_state::parked);
  }
  write_done(*db, 2);
  state_change change{sample_id(2), game_state::planned, 0, {}, ""};
  change.reopens = true;
  must(db->write_states({&change, 1}, "run"));
  auto letter = sample_letter(2);
  letter.reopens = true;
  must(db->park(letter, "run"));
  CHECK(ledger_of(*db, sample_id(2)).state == game_state::done);
}

STORE_TEST("a result in the schedule is remembered when the schedule takes it back") {
  Backend backend;
  const auto db = backend.open_migrated();
  std::vector<planned_game> plan{sample_planned(1), sample_planned(2), sample_planned(3)};
  for (auto& game : plan) game.status = game_status::scheduled;
  for (auto& game : plan) game.home_score = game.away_score = std::nullopt;
  must(db->write_plan(season_2024, plan));
  for (const auto& entry : must(db->read_ledger(season_2024))) CHECK(entry.played_evidence.empty());
  plan[0].status = plan[1].status = game_status::final;
  plan[0].home_score = 110;
  plan[0].away_score = 101;
  plan[1].home_score = plan[1].away_score = 0;  // no evidence
  must(db->write_plan(season_2024, plan));
  plan[0].home_score = 111;
  must(db->write_plan(season_2024, plan));
  plan[0].status = game_status::scheduled;
  plan[0].home_score = plan[0].away_score = std::nullopt;
  plan[0].postponed = true;
  must(db->write_plan(season_2024, plan));
  CHECK(ledger_of(*db, sample_id(1)).played_evidence == "the schedule: 110-101");
  CHECK(ledger_of(*db, sample_id(2)).played_evidence.empty());
}

STORE_TEST("a game that becomes done, unavailable or cancelled has no open letter left") {
  Backend backend;
  const auto db = backend.open_migrated();
  for (int number = 1; number <= 4; ++number) must(db->park(sample_letter(number), "run"));
  write_done(*db, 1);
  set_state(*db, 2, game_state::unavailable);
  set_state(*db, 3, game_state::not_final);  // not terminal: its letter stays open
  const auto open = must(db->read_dead_letters(false));
  REQUIRE(open.size() == 2);
  for (const auto& letter : must(db->read_dead_letters(true))) {
    if (letter.game_id == sample_id(1)) {
      CHECK(letter.resolution == "retried");
      CHECK(letter.reason == "");
      CHECK(letter.resolved_at.has_value());
    }
    if (letter.game_id == sample_id(2)) CHECK(letter.reason == "became unavailable");
  }
  // The next failure opens a new letter.
  must(db->park(sample_letter(4), "run"));
  CHECK(must(db->read_dead_letters(true)).size() == 4);
  write_done(*db, 4);
  CHECK(must(db->read_dead_letters(false)).size() == 1);
}

STORE_TEST("loading alone does not resolve the letter: the game has to become done") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->park(sample_letter(1), "run"));
  const std::vector<game_write> writes{sample_core(1, 1, 3)};
  must(db->write_games(writes, "run"));
  CHECK(must(db->read_dead_letters(false)).size() == 1);
}

STORE_TEST("waiving by decree resolves the letter and makes the game terminal") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->park(sample_letter(1), "run"));
  CHECK(must(db->resolve_dead_letter(sample_id(1), "waived", "never recorded")));
  const auto waived = ledger_of(*db, sample_id(1));
  CHECK(waived.state == game_state::waived);
  REQUIRE(waived.closing);
  CHECK(waived.closing->ground == closing_ground::waived);
  CHECK(waived.closing->text == "never recorded");
  CHECK(waived.closing->closed_at);
  const auto letters = must(db->read_dead_letters(true));
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].resolution == "waived");
  CHECK(letters[0].reason == "never recorded");
  CHECK_FALSE(must(db->resolve_dead_letter(sample_id(1), "waived", "again")));
  CHECK_FALSE(must(db->resolve_dead_letter(sample_id(2), "waived", "no such letter")));
  CHECK(must(db->read_ledger(season_2024)).size() == 1);
  must(db->park(sample_letter(1), "run"));  // and a late failure does not open it again
  CHECK(ledger_of(*db, sample_id(1)).state == game_state::waived);
  CHECK(must(db->read_dead_letters(false)).empty());
}

STORE_TEST("a letter resolved as retried leaves the state to whoever retries; other words are refused") {
  Backend backend;
  const auto db = backend.open_migrated();
  must(db->park(sample_letter(1), "run"));
  CHECK_FALSE(db->resolve_dead_letter(sample_id(1), "forgotten", ""));
  CHECK(must(db->resolve_dead_letter(sample_id(1), "retried", "")));
  CHECK(ledger_of(*db, sample_id(1)).state == game_state::parked);
}

STORE_TEST("dead letters are listed unresolved first, newest first") {
  Backend backend;
  const auto db = backend.open_migrated();
  for (int number = 1; number <= 4; ++number) must(db->park(sample_letter(number, number), "run"));
  must(db->resolve_dead_letter(sample_id(4), "waived", ""));
  must(db->resolve_dead_letter(sample_id(1), "waived", ""));
  std::vector<game_id> order;
  for (const auto& letter : must(db->read_dead_letters(true))) order.push_back(letter.game_id);
  CHECK(order == std::vector{sample_id(3), sample_id(2), sample_id(4), sample_id(1)});
}
