#include "pipeline/packed_payloads.hpp"
#include "tests/fuzz/property.hpp"
#include "tests/fuzz/targets.hpp"

namespace nba::fuzz {
namespace {

void require_round_trip(std::string_view boxscore, std::string_view playbyplay) {
  game_payloads both;
  both.bodies[endpoint::boxscore] = body_of(boxscore);
  both.bodies[endpoint::playbyplay] = body_of(playbyplay);
  const auto unpacked = unpack_payloads(pack_payloads(both));
  require(unpacked.has_value(), "what was packed can be unpacked");
  require(unpacked->bodies[endpoint::boxscore] == boxscore && unpacked->bodies[endpoint::playbyplay] == playbyplay,
          "unpacking gives what was packed");
  require(payload_digest(both).size() == 64, "a digest has 64 digits");
}

}  // namespace

bool payloads(std::string_view input) {
  // The first byte says where the rest is cut in two.
  const auto rest = input.empty() ? input : input.substr(1);
  const auto cut = input.empty() ? 0 : static_cast<unsigned char>(input.front()) % (rest.size() + 1);
  require_round_trip(rest.substr(0, cut), rest.substr(cut));

  const auto unpacked = unpack_payloads(input);
  if (!unpacked) {
    require_failure(unpacked.error(), {failure_class::contract_drift});
    return false;
  }
  require(
      unpacked->bodies[endpoint::boxscore].size() + unpacked->bodies[endpoint::playbyplay].size() <= packed_bytes_max,
      "what is unpacked has a limit");
  require_round_trip(unpacked->bodies[endpoint::boxscore], unpacked->bodies[endpoint::playbyplay]);
  return true;
}

}  // namespace nba::fuzz
