#include "bench/fake_nba/script.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace nba;

TEST_CASE("a script is read in the order in which its steps happen") {
  const auto steps = parse_script(
      "# a bad evening\n"
      "500 correct 0022400007\r\n"
      "\n"
      "0 faults 429:0.1:retry-after=1 drop:0.05   # from the start\n"
      "400 today 2024-12-24\n"
      "600 move 0022400100 2025-02-03\n"
      "600 faults");
  REQUIRE_MESSAGE(steps, steps.error().message);
  REQUIRE(steps->size() == 5);
  CHECK((*steps)[0].after_requests == 0);
  CHECK(std::get<set_faults_step>((*steps)[0].what).rules.size() == 2);
  CHECK(format_date(std::get<set_today_step>((*steps)[1].what).today) == "2024-12-24");
  CHECK(std::get<correct_step>((*steps)[2].what).game.str() == "0022400007");
  CHECK(format_date(std::get<move_step>((*steps)[3].what).date) == "2025-02-03");
  CHECK(std::get<set_faults_step>((*steps)[4].what).rules.empty());
  CHECK(parse_script("")->empty());
}

TEST_CASE("a line that is no step is named") {
  for (const std::string line : {"x faults 429", "-1 faults", "1", "1 today", "1 today yesterday", "1 correct 7",
                                 "1 move 0022400100", "1 move 0022400100 soon", "1 faults nonsense", "1 sleep"}) {
    CAPTURE(line);
    const auto steps = parse_script("0 faults 503\n" + line + "\n");
    REQUIRE_FALSE(steps);
    CHECK(steps.error().kind == failure_class::configuration);
    CHECK(steps.error().message.find("line 2") != std::string::npos);
  }
}

TEST_CASE("chaos gives every kind of fault the same share of all requests") {
  const auto rules = chaos(0.26);
  CHECK(rules.size() == fault_kinds);
  double asked = 1;
  std::set<fault_kind> kinds;
  for (const auto& rule : rules) {
    CHECK(asked * rule.probability == doctest::Approx(0.02));
    asked *= 1 - rule.probability;
    kinds.insert(rule.kind);
  }
  CHECK(kinds.size() == fault_kinds);
  CHECK(asked == doctest::Approx(0.74));
}
