#include "pipeline/source/http_client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>

namespace {

void check_padding(const nba::padded_body& body) {
  REQUIRE(body.capacity() >= body.size() + nba::body_padding_bytes);
  const char* behind = body.view().data() + body.size();
  CHECK(std::all_of(behind, behind + nba::body_padding_bytes, [](char byte) { return byte == '\0'; }));
}

}  // namespace

TEST_CASE("a body keeps its bytes and has readable zeroes after them") {
  for (const std::size_t size : {0u, 1u, 15u, 16u, 100u, 4096u, 460'000u}) {
    CAPTURE(size);
    const nba::padded_body body(std::string(size, 'x'));
    CHECK(body.size() == size);
    CHECK(body.view() == std::string(size, 'x'));
    check_padding(body);
  }
}

TEST_CASE("bytes with room for the padding are taken over without a copy") {
  std::string bytes;
  bytes.reserve(1000 + nba::body_padding_bytes);
  bytes.assign(1000, 'x');
  const char* const before = bytes.data();
  const nba::padded_body body(std::move(bytes));
  CHECK(body.view().data() == before);
  check_padding(body);
}

TEST_CASE("what a string held beyond its end does not show in the padding") {
  std::string bytes(2000, 'y');
  bytes.resize(1000);
  const nba::padded_body body(std::move(bytes));
  CHECK(body.size() == 1000);
  check_padding(body);
}
