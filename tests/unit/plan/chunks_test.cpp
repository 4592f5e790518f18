#include "pipeline/plan/chunks.hpp"

#include "tests/unit/plan/builders.hpp"

#include <map>

using namespace nba;
using namespace nba::test;

TEST_CASE("the first fifteen days of October by seven are three chunks, the last one a day long") {
  const auto chunks = cut_chunks(on("2024-10-01"), on("2024-10-15"), 7);
  REQUIRE(chunks.size() == 3);
  CHECK(chunks[0] == date_range{on("2024-10-01"), on("2024-10-07")});
  CHECK(chunks[1] == date_range{on("2024-10-08"), on("2024-10-14")});
  CHECK(chunks[2] == date_range{on("2024-10-15"), on("2024-10-15")});
}

TEST_CASE("chunks of every length cover every date once, in order, and only the last is shorter") {
  const auto first = on("2024-02-20");  // a leap day lies inside
  for (int days = 1; days <= 60; ++days) {
    const auto last = first + date::days{days - 1};
    for (int n = 1; n <= 40; ++n) {
      const auto chunks = cut_chunks(first, last, n);
      auto expected = first;
      for (std::size_t i = 0; i < chunks.size(); ++i) {
        REQUIRE(chunks[i].first == expected);
        REQUIRE(chunks[i].last >= chunks[i].first);
        const auto length = (chunks[i].last - chunks[i].first).count() + 1;
        REQUIRE(length <= n);
        if (i + 1 < chunks.size()) REQUIRE(length == n);
        expected = chunks[i].last + date::days{1};
      }
      REQUIRE(expected == last + date::days{1});
    }
  }
}

TEST_CASE("odd lengths and empty ranges have a defined answer") {
  const auto day = on("2024-10-01");
  CHECK(cut_chunks(day, day - date::days{1}, 7).empty());
  CHECK(cut_chunks(day, day, 7) == std::vector<date_range>{{day, day}});
  CHECK(cut_chunks(day, day + date::days{2}, 0).size() == 3);
  CHECK(cut_chunks(day, day + date::days{2}, -5).size() == 3);
  CHECK(cut_chunks(day, day + date::days{2}, 2'147'483'647) == std::vector<date_range>{{day, day + date::days{2}}});
}

TEST_CASE("games are in the chunk of their date, in date and id order, and empty chunks are left out") {
  const auto chunks =
      chunk_games({game(numbered(5), "2024-10-24"), game(numbered(9), "2024-10-22"), game(numbered(2), "2024-10-22"),
                   game(numbered(3), "2024-11-08"), game(numbered(7), "2024-10-21"), game(numbered(8), "2024-11-09")},
                  {on("2024-10-22"), on("2024-11-08")}, 3);
  REQUIRE(chunks.size() == 2);
  CHECK(chunks[0].number == 1);
  CHECK(chunks[0].dates == date_range{on("2024-10-22"), on("2024-10-24")});
  CHECK(ids_of(chunks[0].games) == std::vector<std::string>{"0022400002", "0022400009", "0022400005"});
  CHECK(chunks[1].number == 6);  // counted among all chunks of the range
  CHECK(chunks[1].dates == date_range{on("2024-11-06"), on("2024-11-08")});
  CHECK(ids_of(chunks[1].games) == std::vector<std::string>{"0022400003"});
}

TEST_CASE("every game of the range is in exactly one chunk, for every length") {
  std::vector<planned_game> games;
  for (int i = 1; i <= 200; ++i) {
    auto one = game(numbered(i), "2024-10-22");
    one.date += date::days{i * 37 % 90};
    games.push_back(one);
  }
  const date_range range{on("2024-10-25"), on("2025-01-10")};
  std::size_t inside = 0;
  for (const auto& one : games) inside += range.first <= one.date && one.date <= range.last;
  for (int n = 1; n <= 40; ++n) {
    std::map<game_id, int> seen;
    for (const auto& chunk : chunk_games(games, range, n))
      for (const auto& one : chunk.games) {
        ++seen[one.id];
        REQUIRE(chunk.dates.first <= one.date);
        REQUIRE(one.date <= chunk.dates.last);
      }
    REQUIRE(seen.size() == inside);
    for (const auto& [of, count] : seen) REQUIRE(count == 1);
  }
}
