#include "pipeline/plan/game_id.hpp"

#include "pipeline/plan/planned_game.hpp"
#include "tests/unit/plan/builders.hpp"

#include <set>
#include <unordered_set>

using namespace nba;
using namespace nba::test;

TEST_CASE("a game id is ten digits that begin with 00 and a type from 1 to 6") {
  for (const auto* text :
       {"0022400001", "0012400001", "0032400001", "0042400407", "0052400211", "0062400001", "0024600001", "0029901230"})
    CHECK(id(text).str() == text);
  for (const auto* text : {"", "22400001", "002240001", "00224000011", "0002400001", "0072400001", "0122400001",
                           "1022400001", "00224000a1", "002240000 ", " 022400001", "0022400001\n", "0022-00001"})
    CHECK_MESSAGE(!game_id::parse(text), text);
  CHECK_FALSE(game_id::parse(std::string_view{"0022400\0001", 10}));
}

TEST_CASE("an id tells type and season, across the turn of the century") {
  CHECK(id("0022400061").type() == game_type::regular);
  CHECK(id("0062400001").type() == game_type::cup);
  CHECK(id("0022400061").in_season() == season{2024});
  CHECK(id("0024600001").in_season() == season{1946});
  CHECK(id("0029900001").in_season() == season{1999});
  CHECK(id("0020000001").in_season() == season{2000});
  CHECK(id("0024500001").in_season() == season{2045});
  CHECK(game_id{}.empty());
  CHECK(game_id{}.in_season() == season{0});
}

TEST_CASE("ids are ordered by their digits and usable as keys") {
  CHECK(id("0022400001") < id("0022400002"));
  CHECK(id("0042400407") < id("0042400411"));
  CHECK(std::unordered_set<game_id>{id("0022400001"), id("0022400001"), id("0022400002")}.size() == 2);
}

TEST_CASE("a season is written with the last two digits of its second year") {
  CHECK(to_string(season{2024}) == "2024-25");
  CHECK(to_string(season{1999}) == "1999-00");
  CHECK(to_string(season{2008}) == "2008-09");
  for (int year = 1946; year <= 2099; ++year) CHECK(parse_season(to_string(season{year})) == season{year});
}

TEST_CASE("a season is exactly YYYY-YY with consecutive years") {
  CHECK(parse_season("1946-47") == season{1946});
  CHECK(parse_season("1999-00") == season{1999});
  CHECK(parse_season("2099-00") == season{2099});
  for (const auto* text :
       {"", "2024", "2024-26", "2024-24", "2024-2025", "24-25", "2024/25", "2024-25 ", " 2024-25", "2024-5", "2024-025",
        "1999-100", "1945-46", "2100-01", "20a4-25", "2024-2x", "-024-25", "2024_25"})
    CHECK_MESSAGE(!parse_season(text), text);
}

TEST_CASE("names of game types, states and failure classes are read back") {
  for (const auto type : all_game_types()) CHECK(parse_game_type(to_string(type)) == type);
  CHECK(all_game_types().size() == 6);
  CHECK(to_string(game_type::play_in) == "play-in");
  CHECK_FALSE(parse_game_type("Regular"));
  CHECK_FALSE(parse_game_type(""));
  for (const auto state :
       {game_state::planned, game_state::loaded, game_state::done, game_state::parked, game_state::waived,
        game_state::unavailable, game_state::postponed, game_state::cancelled, game_state::not_final})
    CHECK(parse_game_state(to_string(state)) == state);
  CHECK(to_string(game_state::not_final) == "not_final");
  CHECK_FALSE(parse_game_state("finished"));
}

TEST_CASE("exactly done, waived, cancelled and unavailable are terminal") {
  std::set<std::string_view> terminal;
  for (int i = 0; i <= static_cast<int>(game_state::not_final); ++i)
    if (is_terminal(static_cast<game_state>(i))) terminal.insert(to_string(static_cast<game_state>(i)));
  CHECK(terminal == std::set<std::string_view>{"done", "waived", "cancelled", "unavailable"});
}

TEST_CASE("a lane has one key, and every key one lane") {
  CHECK(watermark_key(lane_of(id("0022400001"))) == "2024-25");
  CHECK(watermark_key(lane_of(id("0042400001"))) == "2024-25/playoffs");
  CHECK(watermark_key(lane_of(id("0052400001"))) == "2024-25/play-in");
  CHECK(watermark_key(lane_of(id("0062400001"))) == "2024-25/cup");
  CHECK(watermark_key(lane_of(id("0012400001"))) == "2024-25/preseason");
  CHECK(watermark_key(lane_of(id("0039900001"))) == "1999-00/all-star");
  for (const auto type : all_game_types()) {
    const lane one{{2020}, type};
    CHECK(parse_watermark_key(watermark_key(one)) == one);
  }
  for (const auto* text :
       {"", "2024-26", "2024-25/", "2024-25/regular", "2024-25/final", "2024-25/cup/", "/cup", "daily", "2024-25 /cup"})
    CHECK_MESSAGE(!parse_watermark_key(text), text);
}
