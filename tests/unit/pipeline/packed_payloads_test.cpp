#include "pipeline/packed_payloads.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <random>

using nba::endpoint;
using nba::failure_class;
using nba::pack_payloads;
using nba::unpack_payloads;

namespace {

std::string packed(std::string boxscore, std::string playbyplay) {
  nba::game_payloads payloads;
  payloads.bodies[endpoint::boxscore] = std::make_shared<nba::padded_body>(std::move(boxscore));
  payloads.bodies[endpoint::playbyplay] = std::make_shared<nba::padded_body>(std::move(playbyplay));
  return pack_payloads(payloads);
}

std::string noise(std::size_t bytes) {
  std::mt19937_64 random(bytes);
  std::string text(bytes, ' ');
  for (auto& letter : text) letter = static_cast<char>('!' + random() % 90);
  return text;
}

}  // namespace

TEST_SUITE("packed payloads") {
  TEST_CASE("both bodies come back as they were") {
    for (const auto& [box, events] : {std::pair{std::string{"{\"game\":1}"}, std::string{"{\"actions\":[]}"}},
                                      {noise(300'000), noise(700'000)},
                                      {"", "{}"},
                                      {"{}", ""},
                                      {"", ""}}) {
      const auto back = unpack_payloads(packed(box, events));
      REQUIRE(back);
      CHECK(back->bodies[endpoint::boxscore] == box);
      CHECK(back->bodies[endpoint::playbyplay] == events);
    }
  }

  TEST_CASE("bodies with zero bytes come back as they were") {
    // What is parked is what could not be parsed, so it need not be JSON.
    const std::string box{"{\0\0}", 4}, events{"\0{}\0", 4};
    const auto back = unpack_payloads(packed(box, events));
    REQUIRE(back);
    CHECK(back->bodies[endpoint::boxscore] == box);
    CHECK(back->bodies[endpoint::playbyplay] == events);
  }

  TEST_CASE("a missing body is packed as an empty one") {
    nba::game_payloads payloads;
    payloads.bodies[endpoint::boxscore] = std::make_shared<nba::padded_body>("{}");
    const auto back = unpack_payloads(pack_payloads(payloads));
    REQUIRE(back);
    CHECK(back->bodies[endpoint::boxscore] == "{}");
    CHECK(back->bodies[endpoint::playbyplay].empty());
  }

  TEST_CASE("what earlier versions packed is read, and what a later one packs of more documents is refused") {
    // Python: zlib.compress(b'2\n{}{"a":1}'), zlib.compress(b'2 2\n{}{}[]')
    constexpr unsigned char two[] = {0x78, 0x9c, 0x33, 0xe2, 0xaa, 0xae, 0xad, 0x56, 0x4a, 0x54,
                                     0xb2, 0x32, 0xac, 0x05, 0x00, 0x12, 0xf3, 0x03, 0x3d};
    constexpr unsigned char three[] = {0x78, 0x9c, 0x33, 0x52, 0x30, 0xe2, 0xaa, 0xae, 0xad,
                                       0xae, 0x8d, 0x8e, 0x05, 0x00, 0x0e, 0xbd, 0x03, 0x37};
    const auto back = unpack_payloads({reinterpret_cast<const char*>(two), sizeof two});
    REQUIRE(back);
    CHECK(back->bodies[endpoint::boxscore] == "{}");
    CHECK(back->bodies[endpoint::playbyplay] == "{\"a\":1}");
    CHECK_FALSE(unpack_payloads({reinterpret_cast<const char*>(three), sizeof three}));
  }

  TEST_CASE("repetitive payloads get small") { CHECK(packed(std::string(400'000, 'a'), "{}").size() < 4'000); }

  TEST_CASE("bytes that were not packed are refused as contract drift") {
    const auto whole = packed("{\"game\":1}", noise(10'000));
    for (const auto& bytes : {std::string{}, std::string{"hello"}, whole.substr(0, whole.size() / 2), whole.substr(1),
                              std::string(100, '\0')}) {
      const auto back = unpack_payloads(bytes);
      REQUIRE_FALSE(back);
      CHECK(back.error().kind == failure_class::contract_drift);
    }
    auto damaged = whole;
    damaged[damaged.size() / 2] ^= 0x55;
    CHECK_FALSE(unpack_payloads(damaged));
  }

  TEST_CASE("a bomb is refused at the limit") {
    const auto bomb = packed(std::string(nba::packed_bytes_max, 'a'), std::string(nba::packed_bytes_max, 'b'));
    REQUIRE(bomb.size() < 100'000);
    const auto back = unpack_payloads(bomb);
    REQUIRE_FALSE(back);
    CHECK(back.error().kind == failure_class::contract_drift);
  }
}
