#include "pipeline/source/cdn/parsers.hpp"
#include "pipeline/transform/acceptance.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/row_properties.hpp"
#include "tests/fuzz/targets.hpp"

namespace nba::fuzz {

bool boxscore(std::string_view input) {
  static simdjson::ondemand::parser parser;  // kept, as a worker keeps it: what one document leaves meets the next
  game_rows rows;
  odd_values odd;
  if (const auto parsed = parse_boxscore(parser, *body_of(input), fuzzed_game(), rows, odd); !parsed) {
    require_failure(parsed.error(), {failure_class::contract_drift, failure_class::not_final, failure_class::rejected});
    return false;
  }
  require_boxscore_rows(rows);
  require(!accept(rows).has_value(), "a box score alone is no game");
  return true;
}

}  // namespace nba::fuzz
