#include "pipeline/game_payloads.hpp"

#include <doctest/doctest.h>

namespace nba {
namespace {

std::string digest(const char* box, const char* plays) {
  game_payloads both;
  both.bodies[endpoint::boxscore] = std::make_shared<const padded_body>(box);
  both.bodies[endpoint::playbyplay] = std::make_shared<const padded_body>(plays);
  return payload_digest(both);
}

TEST_CASE("the digest is SHA-256 over both bodies with a zero byte between") {
  // printf '\0' | sha256sum; printf 'abc\0def' | sha256sum
  CHECK(digest("", "") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  CHECK(digest("abc", "def") == "516a5e926ce20c5f4d80f00e1a01abdf14986def6588d6abeed9fce090bc660c");
}

TEST_CASE("bytes that change place between the bodies change the digest") {
  CHECK(digest("ab", "c") != digest("a", "bc"));
  CHECK(digest("ab", "c") != digest("c", "ab"));
  CHECK(digest("ab", "c") == digest("ab", "c"));
}

}  // namespace
}  // namespace nba
