#include "bench/fake_nba/faults.hpp"
#include "bench/fake_nba/latency.hpp"
#include "tests/unit/league/samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace nba;
using namespace nba::test;

namespace {

fault_rule rule_of(std::string_view text) {
  const auto rule = parse_fault(text);
  if (!rule) FAIL(describe(rule.error()));
  return *rule;
}

int fired(fault_plan& plan, endpoint what, const game_id& id, int requests) {
  int count = 0;
  for (int i = 0; i < requests; ++i) count += plan.draw(what, id).has_value() ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a fault is written in one line") {
  const auto throttle = rule_of("429:0.05:retry-after=2");
  CHECK(throttle.kind == fault_kind::too_many_requests);
  CHECK(throttle.probability == 0.05);
  CHECK(throttle.retry_after_seconds == 2);
  CHECK_FALSE(throttle.first.has_value());
  const auto errors = rule_of("500:x2:each:endpoint=boxscore");
  CHECK(errors.kind == fault_kind::empty_error);
  CHECK(errors.first == 2);
  CHECK(errors.each);
  CHECK(errors.where == endpoint::boxscore);
  const auto denied = rule_of("403:game=0022400007");
  CHECK(denied.game == id_of("0022400007"));
  CHECK(denied.probability == 1);
  CHECK(rule_of("stall:seconds=1.5").duration == std::chrono::milliseconds{1500});
  CHECK(rule_of("slow:rate=200").bytes_per_second == 200);
  CHECK(rule_of("drop:keep=0.25").keep == 0.25);
}

TEST_CASE("what a fault is written as reads back the same") {
  for (const auto* text : {"429:0.05:retry-after=2", "503:x3:game=0022400007", "500:x2:each:endpoint=boxscore", "html",
                           "empty", "truncated:keep=0.9", "stall:seconds=0.25", "stall:seconds=1.001", "slow:rate=77",
                           "drop:1", "403:endpoint=schedule"}) {
    const auto rule = rule_of(text);
    CHECK_MESSAGE(rule_of(to_string(rule)) == rule, text);
  }
}

TEST_CASE("a fault that cannot be read is refused with the part that is wrong") {
  for (const auto& [text, part] : {std::pair{"404", "404"},
                                   {"429:2", "\"2\""},
                                   {"429:-0.1", "-0.1"},
                                   {"429:nan", "nan"},
                                   {"503:x0", "x0"},
                                   {"503:game=22400007", "game=22400007"},
                                   {"503:endpoint=players", "endpoint=players"},
                                   {"503:endpoint=schedule:endpoint=players", "endpoint=players"},
                                   {"stall:seconds=-1", "seconds=-1"},
                                   {"slow:rate=0", "rate=0"},
                                   {"drop:keep=1.5", "keep=1.5"},
                                   {"503:later", "later"},
                                   {"503:", "\"\""},
                                   {"", "\"\""}}) {
    const auto rule = parse_fault(text);
    REQUIRE_MESSAGE(!rule.has_value(), text);
    CHECK(rule.error().kind == failure_class::configuration);
    CHECK_MESSAGE(rule.error().message.find(part) != std::string::npos, rule.error().message);
  }
}

TEST_CASE("a count limits all requests together, or each document's") {
  fault_plan together({rule_of("503:x3")}, 1);
  CHECK(fired(together, endpoint::boxscore, id_of("0022400001"), 2) == 2);
  CHECK(fired(together, endpoint::boxscore, id_of("0022400002"), 5) == 1);
  fault_plan each({rule_of("503:x3:each")}, 1);
  CHECK(fired(each, endpoint::boxscore, id_of("0022400001"), 5) == 3);
  CHECK(fired(each, endpoint::playbyplay, id_of("0022400001"), 5) == 3);
  CHECK(fired(each, endpoint::boxscore, id_of("0022400002"), 5) == 3);
}

TEST_CASE("a rule fires only where it belongs, and the first that fires decides") {
  fault_plan plan({rule_of("403:game=0022400001"), rule_of("html:endpoint=boxscore")}, 1);
  CHECK(plan.draw(endpoint::boxscore, id_of("0022400001"))->kind == fault_kind::forbidden);
  CHECK(plan.draw(endpoint::boxscore, id_of("0022400002"))->kind == fault_kind::html);
  CHECK_FALSE(plan.draw(endpoint::playbyplay, id_of("0022400002")).has_value());
  CHECK_FALSE(plan.draw(endpoint::schedule, {}).has_value());
}

TEST_CASE("probabilities are kept and do not depend on the order of requests") {
  const auto ids = full_league()->games();
  const auto draw_all = [&](bool backwards) {
    fault_plan plan({rule_of("429:0.1")}, 42);
    std::set<game_id> hit;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto& id = ids[backwards ? ids.size() - 1 - i : i].id;
      if (plan.draw(endpoint::boxscore, id)) hit.insert(id);
    }
    return hit;
  };
  const auto hit = draw_all(false);
  CHECK(hit == draw_all(true));
  CHECK(hit.size() > ids.size() / 14);
  CHECK(hit.size() < ids.size() / 7);
}

TEST_CASE("new rules forget old counts") {
  fault_plan plan({rule_of("503:x1")}, 1);
  CHECK(fired(plan, endpoint::schedule, {}, 3) == 1);
  plan.set({rule_of("503:x1")});
  CHECK(fired(plan, endpoint::schedule, {}, 3) == 1);
  plan.set({});
  CHECK(fired(plan, endpoint::schedule, {}, 3) == 0);
}

TEST_CASE("latency is none, fixed, uniform or lognormal") {
  fake::random_stream random(1);
  CHECK(parse_latency("none")->draw(random).count() == 0);
  CHECK(parse_latency("20")->draw(random).count() == 20'000);
  CHECK(*parse_latency("fixed:20") == *parse_latency("20"));
  const auto uniform = *parse_latency("uniform:5:40");
  const auto lognormal = *parse_latency("lognormal:20:0.6");
  std::int64_t below = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto wait = uniform.draw(random).count();
    CHECK(wait >= 5'000);
    CHECK(wait <= 40'000);
    below += lognormal.draw(random).count() < 20'000 ? 1 : 0;
  }
  CHECK(below > 400);
  CHECK(below < 600);
  CHECK(*parse_latency(to_string(uniform)) == uniform);
  CHECK(*parse_latency(to_string(lognormal)) == lognormal);
  CHECK(parse_latency("lognormal:60000:5")->draw(random) <= latency_max);
  for (const auto* text : {"", "fast", "uniform:5", "uniform:40:5", "-1", "20ms", "fixed", "lognormal:1:2:3", "70000"})
    CHECK_MESSAGE(!parse_latency(text).has_value(), text);
}
