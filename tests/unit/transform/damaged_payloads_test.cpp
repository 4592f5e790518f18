// Truncated and corrupted payloads end in a failure or, where the damage is harmless, in rows; never in a crash. Run it
// under the asan preset to make "never" mean something.
#include "tests/unit/transform/small_game.hpp"

#include "pipeline/source/cdn/cdn_source.hpp"

#include <doctest/doctest.h>

#include <random>

namespace nba {
namespace {

using test::box;
using test::plays;
using test::serialisation;

TEST_CASE("every prefix of a box score is an error") {
  const auto whole = box().dump(), other = plays().dump();
  transformer shared{make_cdn_parser()};
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto rows = shared.transform(test::raw_payloads(whole.substr(0, size), other));
    CAPTURE(size);
    REQUIRE_FALSE(rows.has_value());
    REQUIRE(rows.error().kind == failure_class::contract_drift);
    REQUIRE_FALSE(rows.error().message.empty());
  }
}

TEST_CASE("every prefix of a play-by-play is an error") {
  const auto whole = plays(serialisation::strings).dump(), other = box().dump();
  transformer shared{make_cdn_parser()};
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto rows = shared.transform(test::raw_payloads(other, whole.substr(0, size)));
    CAPTURE(size);
    REQUIRE_FALSE(rows.has_value());
    REQUIRE(rows.error().kind == failure_class::contract_drift);
  }
}

// Flips up to four bytes; what comes out is rows that pass the rules, or a failure that says something.
void flip_bytes(unsigned seed, bool in_box) {
  std::mt19937 random(seed);
  const auto good_box = box().dump(), good_plays = plays().dump();
  auto damaged = in_box ? good_box : good_plays;
  const auto flips = 1 + random() % 4;
  for (unsigned i = 0; i < flips; ++i) {
    auto& byte = damaged[random() % damaged.size()];
    // Half of the damage is structure, the kind that hurts parsers most.
    constexpr char structure[] = "{}[]\",:\\0-e ntf\x80\xff";
    byte = random() % 2 ? structure[random() % (sizeof(structure) - 1)] : static_cast<char>(random());
  }
  const auto rows = transformer{make_cdn_parser()}.transform(in_box ? test::raw_payloads(damaged, good_plays)
                                                                    : test::raw_payloads(good_box, damaged));
  if (!rows) {
    const bool expected = rows.error().kind == failure_class::contract_drift ||
                          rows.error().kind == failure_class::rejected || rows.error().kind == failure_class::not_final;
    CAPTURE(seed);
    CHECK(expected);
    CHECK_FALSE(rows.error().message.empty());
  } else {
    CHECK(rows->game.home_score == 7);
  }
}

TEST_CASE("flipped bytes never crash the parsers") {
  for (unsigned seed = 0; seed < 4000; ++seed) flip_bytes(seed, seed % 2 == 0);
}

TEST_CASE("deep nesting is skipped or refused, without recursion") {
  for (const int depth : {100, 2000, 200'000}) {
    const auto deep =
        std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
    auto text = plays().dump();
    text.insert(text.size() - 1, ",\"deep\":" + deep);
    const auto rows = transformer{make_cdn_parser()}.transform(test::raw_payloads(box().dump(), text));
    if (!rows) CHECK(rows.error().kind == failure_class::contract_drift);
  }
}

TEST_CASE("a body without spare capacity is padded before it is parsed") {
  auto text = box().dump();
  text.shrink_to_fit();
  const padded_body padded(text);
  CHECK(padded.capacity() >= padded.size() + body_padding_bytes);
  CHECK(transformer{make_cdn_parser()}.transform(test::raw_payloads(text, plays().dump())).has_value());
}

}  // namespace
}  // namespace nba
