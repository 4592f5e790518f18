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

namespace {

// So many games on each of the days from the first one on.
std::map<et_date, std::size_t> games_from(et_date first, const std::vector<std::size_t>& each_day) {
  std::map<et_date, std::size_t> out;
  for (std::size_t i = 0; i < each_day.size(); ++i)
    if (each_day[i] > 0) out[first + date::days{static_cast<int>(i)}] = each_day[i];
  return out;
}

std::size_t games_in(const date_range& range, const std::map<et_date, std::size_t>& games) {
  std::size_t sum = 0;
  for (auto one = games.lower_bound(range.first); one != games.end() && one->first <= range.last; ++one)
    sum += one->second;
  return sum;
}

}  // namespace

TEST_CASE("chunks by games end with the day that brings them to the target") {
  const auto first = on("2025-02-10");
  const auto games = games_from(first, {6, 4, 10, 3, 7, 5, 5});
  CHECK(cut_chunks(first, first + date::days{6}, games, {10, 14}) ==
        std::vector<date_range>{{first, first + date::days{1}},
                                {first + date::days{2}, first + date::days{2}},
                                {first + date::days{3}, first + date::days{4}},
                                {first + date::days{5}, first + date::days{6}}});
}

TEST_CASE("a day that would carry a chunk further beyond the target than it is below begins the next one") {
  const auto first = on("2025-02-10");
  // 9 + 2 is one beyond, 9 alone is one below: the day belongs to it. 9 + 3 is two beyond: it does not.
  CHECK(cut_chunks(first, first + date::days{1}, games_from(first, {9, 2}), {10, 14}).size() == 1);
  CHECK(cut_chunks(first, first + date::days{1}, games_from(first, {9, 3}), {10, 14}).size() == 2);
  // One day with more than all of it is a chunk, and no game is lost.
  CHECK(cut_chunks(first, first + date::days{1}, games_from(first, {25, 25}), {10, 14}).size() == 2);
}

TEST_CASE("a break without games makes a chunk longer, up to its longest span") {
  const auto first = on("2025-02-10");
  const auto games = games_from(first, {5, 0, 0, 0, 0, 0, 0, 5});
  CHECK(cut_chunks(first, first + date::days{7}, games, {10, 14}).size() == 1);
  CHECK(cut_chunks(first, first + date::days{7}, games, {10, 4}) ==
        std::vector<date_range>{{first, first + date::days{3}}, {first + date::days{4}, first + date::days{7}}});
}

TEST_CASE("chunks by games of a usual season are alike, cover every date once and keep to their span") {
  const auto first = on("2024-10-22");
  std::vector<std::size_t> each_day;
  for (int day = 0; day < 170; ++day) each_day.push_back(day >= 115 && day < 121 ? 0 : (day * 7 + day / 3) % 15);
  const auto games = games_from(first, each_day);
  const auto last = first + date::days{static_cast<int>(each_day.size()) - 1};
  for (const int target : {1, 7, 15, 50, 90, 10'000})
    for (const int days_max : {1, 3, 14, 366}) {
      CAPTURE(target);
      CAPTURE(days_max);
      const auto chunks = cut_chunks(first, last, games, {target, days_max});
      auto expected = first;
      for (std::size_t i = 0; i < chunks.size(); ++i) {
        REQUIRE(chunks[i].first == expected);
        REQUIRE(chunks[i].last >= chunks[i].first);
        const auto length = (chunks[i].last - chunks[i].first).count() + 1;
        REQUIRE(length <= days_max);
        const auto held = static_cast<int>(games_in(chunks[i], games));
        if (i + 1 < chunks.size() && length < days_max) REQUIRE(held >= target - 7);
        std::size_t days_with_games = 0;
        for (const auto& [date, count] : games) days_with_games += chunks[i].first <= date && date <= chunks[i].last;
        if (days_with_games > 1) REQUIRE(held <= target + 7);
        expected = chunks[i].last + date::days{1};
      }
      REQUIRE(expected == last + date::days{1});
    }
}

TEST_CASE("chunks by games of odd orders have a defined answer") {
  const auto day = on("2024-10-01");
  CHECK(cut_chunks(day, day - date::days{1}, {}, {50, 14}).empty());
  CHECK(cut_chunks(day, day + date::days{2}, {}, {50, 14}) == std::vector<date_range>{{day, day + date::days{2}}});
  CHECK(cut_chunks(day, day + date::days{2}, {}, {0, 0}).size() == 3);
  CHECK(cut_chunks(day, day + date::days{2}, {{day, 1}}, {-5, 2'147'483'647}).size() == 2);
}

TEST_CASE("as many chunks are in flight as hold what the engine can have under way, and one more") {
  std::vector<chunk> chunks(10);
  for (auto& one : chunks)
    for (int i = 1; i <= 50; ++i) one.games.push_back(game(numbered(i), "2024-10-22"));
  CHECK(choose_parallel(chunks, 96) == 3);
  CHECK(choose_parallel(chunks, 100) == 3);
  CHECK(choose_parallel(chunks, 101) == 4);
  CHECK(choose_parallel(chunks, 1) == 2);
  CHECK(choose_parallel(chunks, 10'000) == 10);  // all there are
  CHECK(choose_parallel({chunks.front()}, 96) == 1);
  CHECK(choose_parallel({}, 96) == 1);
  // One game a chunk: never more than a person may ask for.
  std::vector<chunk> small(200);
  for (auto& one : small) one.games.push_back(game(numbered(1), "2024-10-22"));
  CHECK(choose_parallel(small, 96) == parallel_max);
}
