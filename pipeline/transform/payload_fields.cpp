#include "pipeline/transform/payload_fields.hpp"

#include "pipeline/transform/parsers.hpp"

namespace nba {

std::vector<payload_field> payload_fields() {
  std::vector<payload_field> fields;
  list_boxscore_fields(fields);
  list_playbyplay_fields(fields);
  return fields;
}

}  // namespace nba
