#include "bench/fake_nba/faults.hpp"

#include "tests/fuzz/property.hpp"
#include "tests/fuzz/targets.hpp"

namespace nba::fuzz {

bool faults(std::string_view input) {
  const auto rule = parse_fault(input);
  if (!rule) {
    require(rule.error().kind == failure_class::configuration, "a bad rule is a matter of configuration");
    return false;
  }
  const auto again = parse_fault(to_string(*rule));
  require(again.has_value() && *again == *rule, "a rule is read as it was written");
  require(rule->probability >= 0 && rule->probability <= 1, "a probability is one");
  require(rule->keep >= 0 && rule->keep <= 1, "a share is one");
  require(rule->duration.count() >= 0 && rule->bytes_per_second >= 1, "a fault ends");

  constexpr int draws = 3;
  fault_plan plan({*rule}, 1);
  int fired = 0;
  for (int i = 0; i < draws; ++i)
    if (plan.draw(endpoint::boxscore, *game_id::parse("0022400061"))) ++fired;
  require(!rule->first || fired <= *rule->first, "a rule fires no more often than it says");
  require(rule->probability > 0 || fired == 0, "an impossible fault does not fire");
  return true;
}

}  // namespace nba::fuzz
