// What limits a run: game types, dates, --since.
#include "pipeline/plan/work.hpp"
#include "tests/unit/plan/builders.hpp"

using namespace nba;
using namespace nba::test;

namespace {

const std::vector<planned_game>& games() {
  static const std::vector<planned_game> all{game(numbered(1), "2024-11-12"),
                                             game(numbered(61), "2024-10-22"),
                                             game(numbered(62), "2024-10-22"),
                                             game(numbered(300), "2025-04-10"),
                                             game(numbered(1201), "2024-12-12"),
                                             game(numbered(1, game_type::cup), "2024-12-17"),
                                             game(numbered(101, game_type::play_in), "2025-04-15"),
                                             game(numbered(101, game_type::playoffs), "2025-04-19"),
                                             game(numbered(407, game_type::playoffs), "2025-06-22"),
                                             game(numbered(1, game_type::preseason), "2024-10-04"),
                                             game(numbered(1, game_type::all_star), "2025-02-16")};
  return all;
}

work_plan plan(const scope& limits, const std::vector<ledger_entry>& ledger = {}) {
  auto work = plan_work(schedule_of(games()), ledger, limits, on("2025-07-01"));
  REQUIRE_MESSAGE(work, describe(work.error()));
  return *std::move(work);
}

void check_refused(const scope& limits, std::string_view where, std::string_view in_message) {
  const auto work = plan_work(schedule_of(games()), {}, limits, on("2025-07-01"));
  REQUIRE_FALSE(work);
  CHECK(to_string(work.error().kind) == "configuration");
  CHECK(work.error().where == where);
  CHECK_MESSAGE(work.error().message.find(in_message) != std::string::npos, work.error().message);
}

}  // namespace

TEST_CASE("the types of a backfill are regular season, Cup final, play-in and playoffs unless others are named") {
  CHECK(plan({}).to_fetch.size() == 9);
  scope limits;
  limits.types = {game_type::preseason, game_type::all_star};
  CHECK(ids_of(plan(limits).to_fetch) == std::vector<std::string>{"0012400001", "0032400001"});
}

TEST_CASE("dates limit by the date that the schedule has now, both ends included") {
  scope limits;
  limits.from = on("2024-11-12");
  limits.to = on("2024-12-17");
  CHECK(ids_of(plan(limits).to_fetch) == std::vector<std::string>{"0022400001", "0022401201", "0062400001"});
  // The ledger still has the date from before the game moved.
  CHECK(plan(limits, {row(numbered(1201), "2025-02-01", game_state::planned)}).to_fetch.size() == 3);
  CHECK(plan(limits, {row(numbered(300), "2024-12-01", game_state::planned)}).to_fetch.size() == 3);
}

TEST_CASE("--since limits only the lane of its id, and declares nothing finished") {
  scope limits;
  limits.since = numbered(62);
  const auto work = plan(limits);
  CHECK(ids_of(work.to_fetch) ==
        std::vector<std::string>{"0022401201", "0062400001", "0022400300", "0052400101", "0042400101", "0042400407"});
  CHECK(work.in_scope() == 6);
  CHECK(work.already_terminal == 0);
  limits.since = numbered(101, game_type::playoffs);
  CHECK(plan(limits).to_fetch.size() == 8);
}

TEST_CASE("limits hold for deriving and for the ledger too") {
  const std::vector<ledger_entry> ledger{row(numbered(1), "2024-11-12", game_state::loaded),
                                         row(numbered(300), "2025-04-10", game_state::loaded)};
  CHECK(plan({}, ledger).to_derive.size() == 2);
  scope since;
  since.since = numbered(61);
  CHECK(ids_of(plan(since, ledger).to_derive) == std::vector<std::string>{"0022400300"});
  scope dates;
  dates.to = on("2024-12-31");
  CHECK(ids_of(plan(dates, ledger).to_derive) == std::vector<std::string>{"0022400001"});
  scope types;
  types.types = {game_type::cup};
  CHECK(plan(types, ledger).to_derive.empty());

  auto moved = games();
  moved.push_back(game(numbered(2), "2025-03-01", game_status::scheduled));
  moved.back().postponed = true;
  const auto work = plan_work(schedule_of(moved), {}, dates, on("2025-03-10"));
  REQUIRE(work);
  CHECK(work->ledger_updates.empty());
  const auto unlimited = plan_work(schedule_of(moved), {}, {}, on("2025-03-10"));
  REQUIRE(unlimited);
  CHECK(unlimited->ledger_updates.size() == 1);
}

TEST_CASE("games the schedule lost are limited by their ledger date and id") {
  const std::vector<ledger_entry> ledger{row(numbered(2), "2024-11-13", game_state::postponed),
                                         row(numbered(900), "2025-03-01", game_state::postponed)};
  CHECK(plan({}, ledger).newly_cancelled.size() == 2);
  scope since;
  since.since = numbered(61);
  CHECK(ids_of(plan(since, ledger).newly_cancelled) == std::vector<std::string>{"0022400900"});
  scope dates;
  dates.to = on("2024-12-31");
  CHECK(ids_of(plan(dates, ledger).newly_cancelled) == std::vector<std::string>{"0022400002"});
}

TEST_CASE("limits that cannot be meant are refused, not ignored") {
  scope none;
  none.types.clear();
  check_refused(none, "--game-types", "no game type");
  scope turned;
  turned.from = on("2025-02-01");
  turned.to = on("2025-01-01");
  check_refused(turned, "--from", "2025-02-01 lies after the last date 2025-01-01");
  scope other_season;
  other_season.since = id("0022300500");
  check_refused(other_season, "--since", "0022300500 is one of 2023-24, not of 2024-25");
  scope other_type;
  other_type.since = numbered(1, game_type::preseason);
  check_refused(other_type, "--since", "is a preseason game, and that type is not selected");
  scope one_day;
  one_day.from = one_day.to = on("2024-10-22");
  CHECK(plan(one_day).to_fetch.size() == 2);
}

TEST_CASE("modes are read by name") {
  for (const auto mode : {reprocess::missing, reprocess::parked, reprocess::all})
    CHECK(parse_reprocess(to_string(mode)) == mode);
  CHECK_FALSE(parse_reprocess("everything"));
  CHECK_FALSE(parse_reprocess(""));
}

TEST_CASE("what is to be derived again is derived, listed or not, and nothing else happens to any game") {
  scope limits;
  limits.only = {numbered(61), numbered(9999)};
  limits.types = {game_type::regular};
  limits.derive_again.emplace();
  for (const auto& id : *limits.only) limits.derive_again->emplace(id, derive_target{});
  auto read = schedule_of(games());
  read.may_close = false;  // as an earlier run stored it
  const std::vector ledger{row(numbered(61), "2024-10-22", game_state::done),
                           row(numbered(62), "2024-10-22", game_state::loaded),
                           row(numbered(9999), "2024-11-01", game_state::loaded)};
  const auto work = plan_work(read, ledger, limits, on("2025-07-01"));
  REQUIRE_MESSAGE(work, describe(work.error()));
  CHECK(ids_of(work->to_derive) == std::vector<std::string>{"0022400061", "0022409999"});
  CHECK(work->to_fetch.empty());
  CHECK(work->ledger_updates.empty());
  CHECK(work->in_scope() == 2);
  // Those of the scope that are not to be derived are left alone, whatever they are.
  limits.only = {numbered(61), numbered(62), numbered(1)};
  const auto more = plan_work(read, ledger, limits, on("2025-07-01"));
  REQUIRE(more);
  CHECK(ids_of(more->to_derive) == std::vector<std::string>{"0022400061"});
  CHECK(more->not_selected == 2);
}
