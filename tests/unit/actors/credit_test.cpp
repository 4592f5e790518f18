#include "actors/credit.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <random>

using nba::invariant_violation;
using nba::link_account;
using nba::link_limits;

TEST_SUITE("link account") {
  TEST_CASE("an empty link has room for the configured number of games and no more") {
    link_account account{"load", {3, 100}};
    CHECK(account.credit() == 3);
    for (int i = 0; i < 3; ++i) {
      REQUIRE(account.has_room(10));
      account.take(10);
    }
    CHECK(account.games() == 3);
    CHECK(account.bytes() == 30);
    CHECK(account.credit() == 0);
    CHECK_FALSE(account.has_room(0));
    CHECK_THROWS_AS(account.take(0), invariant_violation);
    CHECK(account.games() == 3);
  }

  TEST_CASE("bytes bound a link as games do") {
    link_account account{"load", {10, 100}};
    account.take(60);
    CHECK(account.has_room(40));
    CHECK_FALSE(account.has_room(41));
    CHECK_THROWS_AS(account.take(41), invariant_violation);
    account.take(40);
    CHECK(account.bytes() == 100);
  }

  TEST_CASE("an item larger than the byte bound passes only through an empty link, and alone") {
    link_account account{"load", {10, 100}};
    CHECK(account.has_room(1'000));
    account.take(1'000);
    CHECK_FALSE(account.has_room(0));
    CHECK_FALSE(account.has_room(1));
    account.give_back(1'000);
    account.take(1);
    CHECK_FALSE(account.has_room(1'000));
  }

  TEST_CASE("sizes near the largest number do not wrap around") {
    constexpr auto largest = static_cast<std::size_t>(-1);
    link_account account{"load", {10, 100}};
    account.take(60);
    CHECK_FALSE(account.has_room(largest));
    CHECK_FALSE(account.has_room(largest - 59));
  }

  TEST_CASE("a link of no games lets nothing pass") {
    const link_account account{"load", {0, 100}};
    CHECK_FALSE(account.has_room(0));
  }

  TEST_CASE("giving back what was never taken is a bug, and says which link") {
    link_account account{"load", {3, 100}};
    CHECK_THROWS_AS(account.give_back(0), invariant_violation);
    account.take(5);
    CHECK_THROWS_WITH_AS(account.give_back(6), doctest::Contains("link load"), invariant_violation);
    CHECK(account.games() == 1);
    account.give_back(5);
    CHECK_THROWS_AS(account.give_back(0), invariant_violation);
  }

  TEST_CASE("peaks remember the fullest moment") {
    link_account account{"load", {3, 100}};
    account.take(50);
    account.take(20);
    account.give_back(50);
    account.give_back(20);
    account.take(1);
    CHECK(account.games_peak() == 2);
    CHECK(account.bytes_peak() == 70);
  }

  TEST_CASE("a receiver always has room for what its sender had credit for, in whatever order credit comes back") {
    // The sender's account holds what the receiver holds, what is on its way, and the credit on its way back.
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      std::mt19937_64 random(seed);
      const link_limits limits{1 + random() % 6, 50};
      link_account sender{"link", limits}, receiver{"link", limits};
      std::deque<std::size_t> sent, returned;
      std::vector<std::size_t> inside;
      for (int step = 0; step < 300; ++step) {
        const std::size_t bytes = random() % 70;  // some are larger than the bound
        switch (random() % 4) {
          case 0:
            if (!sender.has_room(bytes)) break;
            sender.take(bytes);
            sent.push_back(bytes);
            break;
          case 1:
            if (sent.empty()) break;
            REQUIRE(receiver.has_room(sent.front()));
            receiver.take(sent.front());
            inside.push_back(sent.front());
            sent.pop_front();
            break;
          case 2:
            if (inside.empty()) break;
            std::swap(inside[random() % inside.size()], inside.back());
            receiver.give_back(inside.back());
            returned.push_back(inside.back());
            inside.pop_back();
            break;
          default:
            if (returned.empty()) break;
            sender.give_back(returned.front());
            returned.pop_front();
        }
        REQUIRE(receiver.games() <= limits.games_max);
        REQUIRE((receiver.bytes() <= limits.bytes_max || receiver.games() == 1));
        REQUIRE(sender.games() == sent.size() + inside.size() + returned.size());
      }
    }
  }
}
