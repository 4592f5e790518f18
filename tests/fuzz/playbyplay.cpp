#include "pipeline/source/cdn/parsers.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/row_properties.hpp"
#include "tests/fuzz/targets.hpp"

namespace nba::fuzz {

bool playbyplay(std::string_view input) {
  static simdjson::ondemand::parser parser;
  game_rows rows;
  odd_values odd;
  if (const auto parsed = parse_playbyplay(parser, *body_of(input), fuzzed_game(), rows, odd); !parsed) {
    require_failure(parsed.error(), {failure_class::contract_drift, failure_class::rejected});
    return false;
  }
  require_events(rows);
  return true;
}

}  // namespace nba::fuzz
