#include "pipeline/plan/schedule.hpp"

#include "tests/unit/plan/builders.hpp"
#include "tests/unit/plan/schedule_samples.hpp"

using namespace nba;
using namespace nba::test;

namespace {

schedule parsed_sample() {
  auto parsed = parse_text(sample_schedule());
  REQUIRE_MESSAGE(parsed, describe(parsed.error()));
  return *std::move(parsed);
}

const planned_game& find(const schedule& in, std::string_view of) {
  for (const auto& one : in.games)
    if (one.id.str() == of) return one;
  FAIL("no game " << of);
  return in.games.front();
}

// The sample with one piece of text replaced.
std::string altered(std::string_view from, std::string_view to) {
  auto text = sample_schedule();
  const auto at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, "not in the sample: " << from);
  return text.replace(at, from.size(), to);
}

// A schedule of 2024-25 with the given entries on one date.
std::string with_games(std::string_view entries) {
  std::string text =
      R"({"leagueSchedule":{"seasonYear":"2024-25","gameDates":[{"gameDate":"10/22/2024 00:00:00","games":[)";
  text += entries;
  return text + "]}]}}";
}

struct entry {
  std::string id = "0022400001", status = "1", text = "7:00 pm ET", date = "2024-10-22", score = "0", more = "";
  std::string json() const {
    return R"({"gameId":")" + id + R"(","gameStatus":)" + status + R"(,"gameStatusText":")" + text +
           R"(","gameDateEst":")" + date + R"(T00:00:00Z",)" + more + R"("homeTeam":{"teamId":1,"score":)" + score +
           R"(},"awayTeam":{"teamId":2,"score":)" + score + "}}";
  }
};

void check_failure(const result<schedule>& parsed, failure_class kind, std::string_view where,
                   std::string_view in_message) {
  REQUIRE_FALSE(parsed);
  CHECK(to_string(parsed.error().kind) == to_string(kind));
  CHECK(parsed.error().where == where);
  CHECK_MESSAGE(parsed.error().message.find(in_message) != std::string::npos,
                parsed.error().message << " lacks: " << in_message);
}

}  // namespace

TEST_CASE("a final game has date, tip-off, teams, score and arena") {
  const auto parsed = parsed_sample();
  CHECK(parsed.season == season{2024});
  const auto& opener = find(parsed, "0022400061");
  CHECK(opener.date == on("2024-10-22"));
  CHECK(opener.tipoff_utc == at("2024-10-22T23:30:00Z"));
  CHECK(opener.status == game_status::final);
  CHECK(opener.home_team_id == 1610612738);
  CHECK(opener.away_team_id == 1610612752);
  CHECK(opener.home_tricode == "BOS");
  CHECK(opener.away_tricode == "NYK");
  CHECK(opener.home_score == 132);
  CHECK(opener.away_score == 109);
  CHECK(opener.arena_name == "TD Garden");
  CHECK(opener.arena_city == "Boston");
  CHECK(opener.arena_state == "MA");
  CHECK_FALSE(opener.is_neutral);
  CHECK_FALSE(opener.if_necessary);
  CHECK_FALSE(opener.postponed);
  CHECK(has_result(opener));
}

TEST_CASE("integers and flags may come as strings, and a final score outweighs the postponed flag") {
  const auto parsed = parsed_sample();
  const auto& one = find(parsed, "0022400062");
  CHECK(one.status == game_status::final);
  CHECK(one.home_team_id == 1610612747);
  CHECK(one.home_score == 110);
  CHECK(one.away_score == 103);
  CHECK(one.is_neutral);
  CHECK_FALSE(one.if_necessary);
  CHECK_FALSE(one.postponed);
  CHECK(one.arena_name == "Ball Arena \"North\" \xC3\xA9");
  CHECK(one.date == on("2024-10-22"));  // 02:00 UTC of the next day
}

TEST_CASE("games are in id order with the season's bounds; other leagues and seasons are left out and counted") {
  const auto parsed = parsed_sample();
  CHECK(ids_of(parsed.games) == std::vector<std::string>{"0022400061", "0022400062", "0022400550", "0022400551",
                                                         "0022400552", "0022400553", "0022400554", "0042400106",
                                                         "0042400107", "0062400001"});
  CHECK(parsed.left_out == 2);
  CHECK(parsed.first_date == on("2024-10-22"));
  CHECK(parsed.last_date == on("2025-04-29"));
}

TEST_CASE("the status text decides whether a game is postponed; the flag only where there is no text") {
  const auto parsed = parsed_sample();
  CHECK(find(parsed, "0022400550").postponed);
  CHECK_FALSE(find(parsed, "0022400551").postponed);  // "7:00 pm ET" with flag Y
  CHECK(find(parsed, "0022400553").postponed);        // no text with flag Y
  for (const auto* text : {"PPD", "ppd", "Postponed", "POSTPONED", "PPD - weather"}) {
    const auto one = parse_text(with_games(entry{.text = text}.json()));
    REQUIRE(one);
    CHECK_MESSAGE(one->games.front().postponed, text);
  }
  for (const auto* text : {"7:00 pm ET", "TBD", "Final", "", "Half"}) {
    const auto one = parse_text(with_games(entry{.text = text}.json()));
    REQUIRE(one);
    CHECK_MESSAGE(!one->games.front().postponed, text);
    CHECK_MESSAGE(!one->games.front().cancelled, text);
  }
  for (const auto* text : {"Cancelled", "Canceled", "CANCELLED"}) {
    const auto one = parse_text(with_games(entry{.text = text}.json()));
    REQUIRE(one);
    CHECK_MESSAGE(one->games.front().cancelled, text);
    CHECK_MESSAGE(!one->games.front().postponed, text);
  }
}

TEST_CASE("scores count only when the game is final, and a final without points is no result") {
  const auto parsed = parsed_sample();
  CHECK(find(parsed, "0022400552").status == game_status::live);
  CHECK_FALSE(find(parsed, "0022400552").home_score);
  const auto score = [](std::string status, std::string points) {
    auto one = parse_text(with_games(entry{.status = std::move(status), .score = std::move(points)}.json()));
    REQUIRE(one);
    return one->games.front();
  };
  CHECK(has_result(score("3", "100")));
  CHECK_FALSE(has_result(score("3", "0")));
  CHECK_FALSE(has_result(score("3", "null")));
  CHECK_FALSE(has_result(score("3", "\"\"")));
  CHECK_FALSE(has_result(score("3", "-5")));
  CHECK(has_result(score("3", "2147483647")));  // both sides: their sum is no int
  CHECK_FALSE(has_result(score("2", "100")));
}

TEST_CASE("dummy dates are passed over for the next best one") {
  const auto parsed = parsed_sample();
  CHECK(find(parsed, "0042400107").date == on("2025-04-27"));  // both Est fields are dummies: the group's date
  CHECK_FALSE(find(parsed, "0042400107").tipoff_utc);
  CHECK(find(parsed, "0042400106").date == on("2025-04-29"));  // gameDateEst null: gameDateTimeEst
  CHECK(find(parsed, "0062400001").date == on("2024-12-17"));  // date without a time part
}

TEST_CASE("the tip-off of a game to be determined, or far from its date, is unknown") {
  const auto parsed = parsed_sample();
  CHECK_FALSE(find(parsed, "0042400106").tipoff_utc);  // text TBD
  CHECK_FALSE(find(parsed, "0022400554").tipoff_utc);  // a year off
  CHECK_FALSE(find(parsed, "0022400553").tipoff_utc);  // absent
  CHECK(find(parsed, "0022400551").tipoff_utc == at("2025-01-13T00:00:00Z"));
}

TEST_CASE("undecided teams have id 0 and an empty tricode, however the schedule says so") {
  const auto parsed = parsed_sample();
  for (const auto* of : {"0042400106", "0042400107", "0062400001"}) {
    CHECK(find(parsed, of).home_team_id == 0);
    CHECK(find(parsed, of).away_team_id == 0);
    CHECK(find(parsed, of).home_tricode.empty());
  }
  CHECK(find(parsed, "0042400106").if_necessary);
  CHECK(find(parsed, "0042400107").if_necessary);
  CHECK(find(parsed, "0042400107").arena_name.empty());
  CHECK(find(parsed, "0062400001").is_neutral);
}

TEST_CASE("an unknown status counts as scheduled") {
  const auto parsed = parsed_sample();
  CHECK(find(parsed, "0022400554").status == game_status::scheduled);
  CHECK(find(parsed, "0022400554").cancelled);
}

TEST_CASE("of two entries for a game the better evidence wins, in either order") {
  const auto final_score = entry{.status = "3", .text = "Final", .date = "2025-01-25", .score = "99"}.json();
  const auto live = entry{.status = "2", .text = "Q1", .date = "2025-01-25"}.json();
  const auto scheduled = entry{.date = "2025-01-25"}.json();
  const auto scheduled_earlier = entry{.date = "2025-01-24"}.json();
  const auto empty_final = entry{.status = "3", .text = "Final", .date = "2025-01-26"}.json();
  const auto postponed = entry{.text = "PPD", .date = "2025-01-27"}.json();
  const auto cancelled = entry{.text = "Cancelled", .date = "2025-01-28"}.json();
  const std::vector<std::string> best_first{final_score, live,      scheduled, scheduled_earlier,
                                            empty_final, postponed, cancelled};
  const auto only = [](const std::string& one) { return parse_text(with_games(one))->games.front(); };
  for (std::size_t i = 0; i < best_first.size(); ++i)
    for (std::size_t k = i; k < best_first.size(); ++k) {
      for (const auto& both : {best_first[i] + "," + best_first[k], best_first[k] + "," + best_first[i]}) {
        const auto parsed = parse_text(with_games(both));
        REQUIRE(parsed);
        REQUIRE(parsed->games.size() == 1);
        CHECK(parsed->games.front() == only(best_first[i]));
      }
    }
}

TEST_CASE("a schedule of another season is rejected with both names") {
  check_failure(parse_text(sample_schedule(), season{2023}), failure_class::rejected, "leagueSchedule.seasonYear",
                "asked for the schedule of 2023-24, got the one of 2024-25");
}

TEST_CASE("a schedule without a game of the season is rejected") {
  check_failure(parse_text(with_games("")), failure_class::rejected, "leagueSchedule.gameDates",
                "lists no game of 2024-25");
  check_failure(parse_text(R"({"leagueSchedule":{"seasonYear":"2024-25","gameDates":[]}})"), failure_class::rejected,
                "leagueSchedule.gameDates", "lists no game of 2024-25");
  // Ids that lost their zeros are the classic.
  check_failure(parse_text(with_games(entry{.id = "22400001"}.json())), failure_class::rejected,
                "leagueSchedule.gameDates", "among 1 entries (the first is 22400001)");
}

TEST_CASE("what is not JSON is named for what it is") {
  check_failure(parse_text(""), failure_class::contract_drift, "$", "empty body");
  check_failure(parse_text(" \r\n\t "), failure_class::contract_drift, "$", "empty body");
  check_failure(parse_text("<HTML><HEAD>\n<TITLE>Access Denied</TITLE>"), failure_class::contract_drift, "$",
                "found HTML or XML: <HTML><HEAD> <TITLE>Access Denied</TITLE>");
  check_failure(parse_text("\n <?xml version=\"1.0\"?><Error/>"), failure_class::contract_drift, "$",
                "found HTML or XML");
  check_failure(parse_text("[1, 2]"), failure_class::contract_drift, "$", "expected the schedule as a JSON object");
  check_failure(parse_text("null"), failure_class::contract_drift, "$", "found: null");
  check_failure(parse_text("upstream connect error"), failure_class::contract_drift, "$", "found: upstream");
  check_failure(parse_text("{"), failure_class::contract_drift, "$", "not valid JSON, or cut off");
  check_failure(parse_text("{} {}"), failure_class::contract_drift, "leagueSchedule", "required key is missing");
  check_failure(parse_text(std::string(5000, 'x')), failure_class::contract_drift, "$", "xxx...");
}

TEST_CASE("a missing or mistyped key is named by its path, with what was found instead") {
  const auto drift = failure_class::contract_drift;
  check_failure(parse_text(R"({"Message": "An error has occurred."})"), drift, "leagueSchedule",
                "found instead: Message");
  check_failure(parse_text(R"({"leagueSchedule": []})"), drift, "leagueSchedule", "expected an object, found an array");
  check_failure(parse_text(R"({"leagueSchedule": null})"), drift, "leagueSchedule", "found null");
  check_failure(parse_text(R"({"leagueSchedule": {"gameDates": []}})"), drift, "leagueSchedule.seasonYear", "missing");
  check_failure(parse_text(R"({"leagueSchedule": {"seasonYear": "2024-25"}})"), drift, "leagueSchedule.gameDates",
                "missing");
  check_failure(parse_text(altered("\"seasonYear\": \"2024-25\"", "\"seasonYear\": 2024")), drift,
                "leagueSchedule.seasonYear", "expected a string, found 2024");
  check_failure(parse_text(altered("\"seasonYear\": \"2024-25\"", "\"seasonYear\": \"2024\"")), drift,
                "leagueSchedule.seasonYear", "expected a season as YYYY-YY, found \"2024\"");
  check_failure(parse_text(altered("\"gameDates\": [", "\"gameDates\": {}, \"x\": [")), drift,
                "leagueSchedule.gameDates", "expected an array, found an object");
  check_failure(parse_text(altered("\"games\": [", "\"matches\": [")), drift, "leagueSchedule.gameDates[0].games",
                "required key is missing");
  check_failure(parse_text(altered("\"gameId\": \"0022400061\"", "\"gameId\": 22400061")), drift,
                "leagueSchedule.gameDates[0].games[0].gameId", "expected a string, found 22400061");
  check_failure(parse_text(altered("\"gameId\": \"0022400062\", ", "")), drift,
                "leagueSchedule.gameDates[0].games[1].gameId", "missing");
  check_failure(parse_text(altered("\"gameStatus\": \"3\"", "\"gameStatus\": \"over\"")), drift,
                "leagueSchedule.gameDates[0].games[1].gameStatus", "expected an integer, found \"over\"");
  check_failure(parse_text(altered("\"gameId\": \"0022400061\"", "\"gameId\": \"\\u0000\"")), drift,
                "leagueSchedule.gameDates[0].games[0].gameId", "expected a text without a NUL character");
  check_failure(parse_text(altered("\"gameStatus\": 2", "\"gameStatus\": 2.5")), drift,
                "leagueSchedule.gameDates[1].games[4].gameStatus", "expected an integer, found 2.5");
  check_failure(parse_text(altered("\"gameStatus\": 2", "\"gameStatus\": null")), drift,
                "leagueSchedule.gameDates[1].games[4].gameStatus", "missing or null in game 0022400552");
  check_failure(parse_text(altered("\"ifNecessary\": \"true\"", "\"ifNecessary\": \"maybe\"")), drift,
                "leagueSchedule.gameDates[2].games[0].ifNecessary", "expected true or false, found \"maybe\"");
  check_failure(parse_text(altered("\"score\": 132", "\"score\": {}")), drift,
                "leagueSchedule.gameDates[0].games[0].homeTeam.score", "found an object");
  check_failure(parse_text(altered("\"homeTeam\": null, \"awayTeam\": {}", "\"homeTeam\": 5, \"awayTeam\": {}")), drift,
                "leagueSchedule.gameDates[2].games[1].homeTeam", "expected an object, found 5");
  check_failure(parse_text(altered("\"homeTeam\": null, \"awayTeam\": {}", "\"awayTeam\": {}")), drift,
                "leagueSchedule.gameDates[2].games[1].homeTeam", "missing in game 0042400106");
}

TEST_CASE("a token that only begins like null is not null") {
  const auto drift = failure_class::contract_drift;
  check_failure(parse_text(altered("\"score\": 132", "\"score\": nope")), drift,
                "leagueSchedule.gameDates[0].games[0].homeTeam.score", "expected an integer");
  check_failure(parse_text(altered("\"arenaName\": null", "\"arenaName\": nul")), drift,
                "leagueSchedule.gameDates[2].games[0].arenaName", "expected a string");
  check_failure(parse_text(altered("\"isNeutral\": null", "\"isNeutral\": nulls")), drift,
                "leagueSchedule.gameDates[2].games[0].isNeutral", "expected true or false");
  check_failure(parse_text(altered("\"homeTeam\": null, \"awayTeam\": {}", "\"homeTeam\": nope, \"awayTeam\": {}")),
                drift, "leagueSchedule.gameDates[2].games[1].homeTeam", "expected an object");
}

TEST_CASE("a game without any usable date is drift, not silently left out") {
  const auto no_date = parse_text(
      with_games(R"({"gameId":"0022400001","gameStatus":1,"gameDateEst":"TBD","homeTeam":null,"awayTeam":null})"));
  REQUIRE(no_date);  // the group's date helps
  auto text =
      with_games(R"({"gameId":"0022400001","gameStatus":1,"gameDateEst":"TBD","homeTeam":null,"awayTeam":null})");
  text.replace(text.find("10/22/2024"), 10, "13/22/2024");
  check_failure(parse_text(text), failure_class::contract_drift, "leagueSchedule.gameDates[0].games[0].gameDateEst",
                "no usable date for game 0022400001: found \"TBD\", \"\" and \"13/22/2024 00:00:00\"");
}

TEST_CASE("the order of keys does not matter and a byte order mark is passed over") {
  const auto plain = parsed_sample();
  const auto marked = parse_text("\xEF\xBB\xBF" + sample_schedule());
  REQUIRE(marked);
  CHECK(marked->games == plain.games);
  // The sample has a group whose gameDate comes last and a game whose id comes last.
  CHECK(find(plain, "0022400550").home_tricode == "MIN");
}
