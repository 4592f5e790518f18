#include "pipeline/plan/closing.hpp"

#include "tests/unit/plan/builders.hpp"

#include <vector>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

constexpr auto all_grounds = {closing_ground::refused,   closing_ground::absent,    closing_ground::postponed,
                              closing_ground::cancelled, closing_ground::undecided, closing_ground::not_needed,
                              closing_ground::waived};

// 8 in the morning in New York.
utc_time morning(std::string_view day) { return at(std::string{day} + "T13:00:00Z"); }

planned_game playoff(std::string_view digits, std::int64_t home, std::int64_t away, int home_score, int away_score) {
  auto one = game(id(digits), "2025-05-01");
  one.home_team_id = home;
  one.away_team_id = away;
  one.home_score = home_score;
  one.away_score = away_score;
  return one;
}

}  // namespace

TEST_CASE("grounds have names, and only those that nobody said are inferred") {
  for (const auto ground : all_grounds) {
    CHECK(parse_closing_ground(to_string(ground)) == ground);
    const bool by_silence =
        ground == closing_ground::refused || ground == closing_ground::absent || ground == closing_ground::postponed;
    CHECK(is_inferred(ground) == by_silence);
    CHECK(is_off_date(ground) == (by_silence && ground != closing_ground::refused));
  }
  CHECK_FALSE(parse_closing_ground("lost"));
}

TEST_CASE("an occasion is a day of New York") {
  const auto first = seen_again(std::nullopt, closing_ground::absent, "gone", morning("2024-11-16"));
  CHECK(first.occasions == 1);
  CHECK(first.first_seen_at == morning("2024-11-16"));
  // Still the 16th in New York, at 4:59 UTC of the 17th.
  for (const auto* same_day : {"2024-11-16T13:00:00Z", "2024-11-16T23:00:00Z", "2024-11-17T04:59:59Z"})
    CHECK(seen_again(first, closing_ground::absent, "gone for ever", at(same_day)) == first);
  const auto second = seen_again(first, closing_ground::absent, "still gone", at("2024-11-17T05:00:00Z"));
  CHECK(second.occasions == 2);
  CHECK(second.text == "still gone");
  CHECK(second.first_seen_at == first.first_seen_at);
  CHECK(second.last_seen_at == at("2024-11-17T05:00:00Z"));
  CHECK_FALSE(second.closed_at);
}

TEST_CASE("a clock that went back makes no occasion") {
  const auto first = seen_again(std::nullopt, closing_ground::refused, "403", morning("2024-11-16"));
  CHECK(seen_again(first, closing_ground::refused, "403", morning("2024-11-15")) == first);
}

TEST_CASE("two days that are too near each other are one occasion") {
  const auto late = at("2024-11-17T04:50:00Z");
  const auto first = seen_again(std::nullopt, closing_ground::refused, "403", late, 60min);
  CHECK(seen_again(first, closing_ground::refused, "403", late + 59min, 60min).occasions == 1);
  CHECK(seen_again(first, closing_ground::refused, "403", late + 60min, 60min).occasions == 2);
}

TEST_CASE("another ground begins anew, except that absence and a postponement are the same news") {
  for (const auto before : all_grounds)
    for (const auto after : all_grounds) {
      const auto first = seen_again(std::nullopt, before, "a", morning("2024-11-16"));
      const auto next = seen_again(first, after, "b", morning("2024-11-17"));
      const bool same_news = before == after || (is_off_date(before) && is_off_date(after));
      CHECK(next.occasions == (same_news ? 2 : 1));
      CHECK(next.ground == after);
      CHECK(next.first_seen_at == (same_news ? first.first_seen_at : morning("2024-11-17")));
    }
}

TEST_CASE("a closing that was made is not added to") {
  const auto made = closed_by(closing_ground::refused, "403", morning("2024-11-20"));
  CHECK(seen_again(made, closing_ground::refused, "403", morning("2024-11-25")) == made);
  CHECK(seen_again(made, closing_ground::absent, "gone", morning("2024-11-25")) == made);
}

TEST_CASE("a verdict keeps the occasions of the suspicion that it comes from") {
  auto seen = seen_again(std::nullopt, closing_ground::absent, "gone", morning("2024-11-16"));
  seen = seen_again(seen, closing_ground::absent, "gone", morning("2024-11-18"));
  const auto made = closed_by(closing_ground::postponed, "not played", morning("2025-07-01"), seen);
  CHECK(made.occasions == 2);
  CHECK(made.first_seen_at == morning("2024-11-16"));
  CHECK(made.last_seen_at == morning("2024-11-18"));
  CHECK(made.closed_at == morning("2025-07-01"));
  const auto said = closed_by(closing_ground::cancelled, "the schedule says so", morning("2025-07-01"), seen);
  CHECK(said.occasions == 1);
  CHECK(said.first_seen_at == morning("2025-07-01"));
}

TEST_CASE("an inferred closing is asked about after 1, 3, 7 and 30 days, and then no more") {
  auto made = closed_by(closing_ground::refused, "403", morning("2024-11-20"));
  const std::vector<const char*> due{"2024-11-21", "2024-11-23", "2024-11-27", "2024-12-20"};
  for (const auto* day : due) {
    CHECK(next_check(made) == on(day));
    CHECK_FALSE(is_check_due(made, on(day) - date::days{1}));
    CHECK(is_check_due(made, on(day)));
    CHECK(is_check_due(made, on(day) + date::days{100}));
    ++made.checks;
  }
  CHECK_FALSE(next_check(made));
  CHECK_FALSE(is_check_due(made, on("2026-01-01")));
  made.checks = -5;  // a table edited by hand
  CHECK(next_check(made) == on(due.front()));
}

TEST_CASE("a suspicion, and somebody's word, are not asked about") {
  const auto suspicion = seen_again(std::nullopt, closing_ground::refused, "403", morning("2024-11-20"));
  CHECK_FALSE(next_check(suspicion));
  for (const auto ground : all_grounds)
    CHECK(next_check(closed_by(ground, "", morning("2024-11-20"))).has_value() == is_inferred(ground));
}

TEST_CASE("a series is decided by four wins of one of its two teams") {
  const auto seventh = id("0042400107");
  std::vector<planned_game> games{playoff("0042400101", 1, 2, 100, 90), playoff("0042400102", 1, 2, 100, 90),
                                  playoff("0042400103", 2, 1, 90, 100)};
  // Games of the neighbours, all won by 1's neighbours.
  for (int i = 1; i <= 4; ++i) games.push_back(playoff("004240011" + std::to_string(i), 3, 4, 100, 90));
  for (int i = 1; i <= 4; ++i) games.push_back(playoff("004240020" + std::to_string(i), 1, 3, 100, 90));
  CHECK_FALSE(is_series_decided(seventh, games));
  games.push_back(playoff("0042400104", 2, 1, 100, 90));
  CHECK_FALSE(is_series_decided(seventh, games));
  games.push_back(playoff("0042400105", 1, 2, 100, 90));
  CHECK(is_series_decided(seventh, games));
  CHECK(is_series_decided(id("0042400106"), games));
  CHECK(is_series_decided(id("0042400115"), games));
  CHECK_FALSE(is_series_decided(id("0042400127"), games));
  // Only results count.
  auto& last = games.back();
  last.status = game_status::scheduled;
  last.home_score = last.away_score = std::nullopt;
  CHECK_FALSE(is_series_decided(seventh, games));
}

TEST_CASE("what is no series of the present kind is not decided") {
  std::vector<planned_game> games;
  for (int i = 1; i <= 7; ++i) games.push_back(playoff("004240000" + std::to_string(i), 1, 2, 100, 90));
  CHECK_FALSE(is_series_decided(id("0042400009"), games));  // no round
  CHECK_FALSE(is_series_decided(id("0022400107"), games));  // no playoff game
  // Old seasons count their playoff games through, so ten neighbours are of several series.
  games.clear();
  for (int i = 1; i <= 4; ++i) games.push_back(playoff("004960010" + std::to_string(i), 1, 2, 100, 90));
  games.push_back(playoff("0049600105", 3, 4, 100, 90));
  CHECK_FALSE(is_series_decided(id("0049600109"), games));
}

TEST_CASE("first rounds took three wins up to 2001-02") {
  CHECK(wins_needed(id("0040100105")) == 3);
  CHECK(wins_needed(id("0040100205")) == 4);
  CHECK(wins_needed(id("0040200105")) == 4);
  CHECK(wins_needed(id("0042400105")) == 4);
}

TEST_CASE("a game is shown to be played by a result or by what was once seen, by nothing else") {
  const auto played = game(numbered(1), "2024-11-15");
  auto open = game(numbered(1), "2024-11-15", game_status::scheduled);
  auto known = row(numbered(1), "2024-11-15", game_state::planned);
  CHECK(shows_played(played, nullptr));
  CHECK_FALSE(shows_played(open, nullptr));
  CHECK_FALSE(shows_played(open, &known));
  open.status = game_status::live;
  CHECK_FALSE(shows_played(open, &known));
  known.played_evidence = "the schedule: 110-101";
  CHECK(shows_played(open, &known));
}
