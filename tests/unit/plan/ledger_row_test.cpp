#include "pipeline/plan/ledger_row.hpp"

#include <doctest/doctest.h>

using namespace nba;

TEST_CASE("a ledger row that may be true has no problem, and every part that cannot be is named") {
  const ledger_texts good{"0022400061", "2024-25", "regular", "2024-10-22", "done"};
  CHECK(judge_ledger_row(good).problems.empty());
  for (const auto* date : {"", "2024-07-01", "2025-12-31"}) {
    auto row = good;
    row.game_date = date;
    CHECK_MESSAGE(judge_ledger_row(row).problems.empty(), date);
  }
  for (const auto* date : {"2024-06-30", "2026-01-01", "0001-01-01", "yesterday", "2024-13-01", "infinity"}) {
    auto row = good;
    row.game_date = date;
    const auto verdict = judge_ledger_row(row);
    CHECK_FALSE(verdict.date);
    REQUIRE(verdict.problems.size() == 1);
    CHECK(verdict.problems[0] == std::string("game_date: '") + date + "' is no date of 2024-25");
  }
  auto row = good;
  row.season = "2023-24";
  CHECK_FALSE(judge_ledger_row(row).season);
  row.game_type = "playoffs";
  CHECK_FALSE(judge_ledger_row(row).type);
  row.state = "bogus";
  const auto all = judge_ledger_row(row);
  CHECK_FALSE(all.state);
  CHECK(all.date);
  CHECK(all.problems.size() == 3);
  row.game_id = "22400061";
  CHECK_FALSE(judge_ledger_row(row).id);
  CHECK(judge_ledger_row(row).problems.size() == 1);
  // The season that ended in October.
  CHECK(judge_ledger_row({"0041900406", "2019-20", "playoffs", "2020-10-11", "done"}).problems.empty());
}
