#include "pipeline/derive/overrides.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <stdexcept>
#include <utility>

namespace nba {
namespace {

const std::string header = "game_id,rule,detail,record,reason,source\n";

TEST_CASE("every line of the table reads, and finds its game") {
  REQUIRE_FALSE(overrides().empty());
  for (const auto& correction : overrides()) {
    const auto of_game = overrides_of(correction.game_id);
    CHECK(find_override(of_game, correction.rule, correction.order_number) == &correction);
    for (const auto& other : of_game) CHECK(other.game_id == correction.game_id);
    CHECK(correction.reason.size() > 10);
  }
  CHECK(overrides_of(*game_id::parse("0022400001")).empty());
}

TEST_CASE("an override is found by rule and order number") {
  const auto table = read_overrides(
      header +
      "# a comment\n"
      "0022400002,free_throw_foul,30 20,30/1/PT05M00.00S/freethrow/1 of 2/7; 20/1/PT06M00.00S/foul/personal/8,"
      "a reason,a source\n"
      "0022400001,substitution,10 77,10/4/PT04M20.00S/substitution/out/5,another reason,a source\n");
  REQUIRE(table.size() == 2);
  CHECK(describe(table[0]) == "0022400001 substitution 10 77");
  CHECK(table[0].reason == "another reason");
  CHECK(table[1].source == "a source");
  REQUIRE(table[1].record.size() == 2);
  CHECK(table[1].record[0].sub_type == "1 of 2");
  CHECK(table[1].record[1].order_number == 20);
  CHECK(table[1].record[1].clock_hundredths == 36'000);
  CHECK(table[1].record[1].player_id == 8);
  CHECK(find_override(table, override_rule::free_throw_foul, 30)->value == 20);
  CHECK(find_override(table, override_rule::substitution, 30) == nullptr);
  CHECK(find_override(table, override_rule::free_throw_foul, 20) == nullptr);
}

TEST_CASE("a broken line is refused") {
  const std::string good = "0022400001,substitution,10 77,10/4/PT04M20.00S/substitution/out/5,why,where";
  CHECK(read_overrides(header + good).size() == 1);
  const std::pair<const char*, const char*> breaks[] = {{"0022400001", "22400001"},
                                                        {"substitution,", "substitutions,"},
                                                        {"10 77", "10"},
                                                        {"10 77", "x 77"},
                                                        {"10/4/", "11/4/"},
                                                        {"10/4/PT", "10/4/"},
                                                        {"/5", "/five"},
                                                        {"10/4/PT04M20.00S/substitution/out/5", ""},
                                                        {"why", ""},
                                                        {",where", ""},
                                                        {"where", "where,more"}};
  for (const auto& [what, with] : breaks) {
    auto line = good;
    line.replace(line.find(what), std::string(what).size(), with);
    CAPTURE(line);
    CHECK_THROWS_AS(read_overrides(header + line), std::logic_error);
  }
  CHECK_THROWS_AS(read_overrides(good), std::logic_error);
  CHECK(read_overrides("").empty());
}

game_rows record_of(std::vector<recorded_event> events) {
  game_rows rows;
  rows.origin.source = "cdn";
  for (const auto& event : events) {
    pbp_event_row row;
    row.order_number = event.order_number;
    row.period = event.period;
    row.clock_hundredths = event.clock_hundredths;
    row.action_type = event.action_type;
    row.sub_type = event.sub_type;
    if (event.player_id != 0) row.player_id = event.player_id;
    rows.events.push_back(row);
  }
  return rows;
}

TEST_CASE("an override is applied to the record that it was made for, and to no other") {
  for (const auto& correction : overrides()) {
    const std::span<const game_override> one{&correction, 1};
    const auto rows = record_of(correction.record);
    CHECK(choose_overrides(rows, one).applied.size() == 1);
    CHECK(choose_overrides(rows, one).skipped.empty());
    for (std::size_t i = 0; i < rows.events.size(); ++i) {
      // The league has corrected the record: any one of the events is gone or reads otherwise.
      const std::pair<const char*, std::function<void(game_rows&)>> changes[] = {
          {"not in the record",
           [&](game_rows& r) { r.events.erase(r.events.begin() + static_cast<std::ptrdiff_t>(i)); }},
          {"of player 1 at", [&](game_rows& r) { r.events[i].player_id = 1; }},
          {"of player 0 at", [&](game_rows& r) { r.events[i].player_id.reset(); }},
          {"it is", [&](game_rows& r) { r.events[i].clock_hundredths += 1; }},
          {"of period 2", [&](game_rows& r) { r.events[i].period = 2; }},
          {"it is memo", [&](game_rows& r) { r.events[i].action_type = "memo"; }},
          {"it is", [&](game_rows& r) { r.events[i].sub_type = "other"; }},
      };
      for (const auto& [reason, change] : changes) {
        auto changed = rows;
        change(changed);
        const auto choice = choose_overrides(changed, one);
        CHECK(choice.applied.empty());
        REQUIRE(choice.skipped.size() == 1);
        CHECK(choice.skipped[0].correction == &correction);
        CHECK_MESSAGE(choice.skipped[0].reason.find(reason) != std::string::npos, choice.skipped[0].reason);
        CHECK(choice.skipped[0].reason.find(std::to_string(correction.record[i].order_number)) != std::string::npos);
      }
    }
  }
}

TEST_CASE("a synthetic game has no overrides, even with the numbers of a real one") {
  const auto& correction = overrides().front();
  auto rows = record_of(correction.record);
  rows.origin.source = "sim";
  CHECK(choose_overrides(rows, {&correction, 1}).applied.empty());
  CHECK(choose_overrides(rows, {&correction, 1}).skipped.empty());
}

TEST_CASE("a skipped override is a warning that names game, event and difference") {
  const auto& correction = overrides().front();
  const auto choice = choose_overrides(record_of({}), {&correction, 1});
  REQUIRE(choice.skipped.size() == 1);
  const auto event = skipped_override_event(choice.skipped[0]);
  CHECK(event.level == event_level::warn);
  CHECK(event.name == "override.skipped");
  REQUIRE(event.fields.size() == 4);
  CHECK(std::get<std::string>(event.fields[0].value) == correction.game_id.str());
  CHECK(std::get<std::string>(event.fields[3].value).find("not in the record") != std::string::npos);
}

}  // namespace
}  // namespace nba
