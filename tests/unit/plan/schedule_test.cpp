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
  CHECK(parsed.left_out_count + parsed.other_leagues == 2);
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
  check_failure(parse_text(with_games(entry{.id = "1022400001"}.json())), failure_class::rejected,
                "leagueSchedule.gameDates", "among 1 entries (the first is 1022400001)");
  check_failure(parse_text(with_games(entry{.id = "0072400001"}.json())), failure_class::rejected,
                "leagueSchedule.gameDates", "among 1 entries (the first is 0072400001)");
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
}

TEST_CASE("an entry that cannot be read is left out and named; the others are taken") {
  struct sample {
    std::string from, to, where_in_detail, id;
  };
  const std::string undecided = R"("homeTeam": null, "awayTeam": {})";
  const std::vector<sample> samples{
      {R"("gameId": "0022400062", )", "", "required key is missing", ""},
      {R"("gameId": "0022400061")", R"("gameId": "\u0000")", "NUL character", ""},
      {R"("gameId": "0022400061")", R"("gameId": true)", "expected a string, found true", ""},
      {R"("gameStatus": "3")", R"("gameStatus": "over")", "expected an integer, found \"over\"", "0022400062"},
      {R"("gameStatus": 2)", R"("gameStatus": 2.5)", "expected an integer, found 2.5", "0022400552"},
      {R"("gameStatus": 2)", R"("gameStatus": null)", "required key is missing or null", "0022400552"},
      {undecided, R"("homeTeam": 5, "awayTeam": {})", "expected an object, found 5", "0042400106"},
      {undecided, R"("homeTeam": nope, "awayTeam": {})", "expected an object", "0042400106"},
      {undecided, R"("awayTeam": {})", "required key is missing", "0042400106"},
      {R"("teamId": 1610612738)", R"("teamId": "BOS")", "expected an integer, found \"BOS\"", "0022400061"},
  };
  const auto whole = parsed_sample();
  for (const auto& one : samples) {
    CAPTURE(one.to);
    const auto parsed = parse_text(altered(one.from, one.to));
    REQUIRE_MESSAGE(parsed, describe(parsed.error()));
    CHECK(parsed->games.size() + 1 == whole.games.size());
    CHECK(parsed->left_out_count == whole.left_out_count + 1);
    const auto found = std::find_if(parsed->left_out.begin(), parsed->left_out.end(), [](const left_out_entry& entry) {
      return entry.reason == left_out_reason::unreadable;
    });
    REQUIRE(found != parsed->left_out.end());
    CHECK(found->id == one.id);
    CHECK(found->date);
    CHECK_MESSAGE(found->detail.find(one.where_in_detail) != std::string::npos, found->detail);
    // It is in the schedule, if not in the plan.
    if (!one.id.empty()) CHECK(mentions(*parsed, id(one.id)));
  }
}

TEST_CASE("an element of a day that is no object is left out; more than ten unreadable ones are another shape") {
  auto games = entry{}.json();
  for (std::size_t i = 0; i < unreadable_entries_max; ++i) games += ",5";
  const auto parsed = parse_text(with_games(games));
  REQUIRE(parsed);
  CHECK(parsed->games.size() == 1);
  CHECK(parsed->left_out_count == unreadable_entries_max);
  check_failure(parse_text(with_games(games + ",5")), failure_class::contract_drift,
                "leagueSchedule.gameDates[0].games[1]", "expected an object, found 5; and 10 more entries");
  // One alone, and nothing beside it.
  check_failure(parse_text(with_games(entry{.status = "\"over\""}.json())), failure_class::contract_drift,
                "leagueSchedule.gameDates[0].games[0].gameStatus",
                "expected an integer, found \"over\" in game 0022400001");
}

TEST_CASE("an odd value of no importance counts as absent, once a field") {
  struct sample {
    std::string from, to, field;
  };
  const std::vector<sample> samples{
      {R"("ifNecessary": "true")", R"("ifNecessary": "maybe")", "ifNecessary"},
      {R"("score": 132)", R"("score": {})", "score"},
      {R"("score": 132)", R"("score": nope)", "score"},
      {R"("arenaName": null)", R"("arenaName": nul)", "arenaName"},
      {R"("arenaName": "TD Garden")", R"("arenaName": ["TD Garden"])", "arenaName"},
      {R"("isNeutral": null)", R"("isNeutral": nulls)", "isNeutral"},
      {R"("teamTricode": "BOS")", R"("teamTricode": 7)", "teamTricode"},
  };
  const auto whole = parsed_sample();
  for (const auto& one : samples) {
    CAPTURE(one.to);
    const auto parsed = parse_text(altered(one.from, one.to));
    REQUIRE_MESSAGE(parsed, describe(parsed.error()));
    CHECK(ids_of(parsed->games) == ids_of(whole.games));
    REQUIRE(parsed->odd_values.size() == 1);
    CHECK(parsed->odd_values.front().field == one.field);
    CHECK(parsed->odd_values.front().count == 1);
    CHECK(parsed->odd_values.front().example.find("." + one.field + ": expected") != std::string::npos);
  }
  CHECK(whole.odd_values.empty());
}

TEST_CASE("ids that lost their zeros get them back; numbers too") {
  for (const auto* sent : {"\"22400001\"", "\"022400001\"", "22400001", "\" 0022400001\""}) {
    CAPTURE(sent);
    auto text = with_games(entry{}.json());
    const std::string whole = "\"0022400001\"";
    text.replace(text.find(whole), whole.size(), sent);
    const auto parsed = parse_text(text);
    REQUIRE_MESSAGE(parsed, describe(parsed.error()));
    CHECK(ids_of(parsed->games) == std::vector<std::string>{"0022400001"});
    CHECK(parsed->repaired_ids == 1);
    CHECK(parsed->left_out_count == 0);
  }
  // Listed with and without zeros it is one game.
  const auto both = parse_text(with_games(entry{}.json() + "," + entry{.id = "22400001"}.json()));
  REQUIRE(both);
  CHECK(both->games.size() == 1);
  CHECK(both->left_out_count == 0);
}

TEST_CASE("what an id says") {
  const season of{2024};
  const auto reason = [&](std::string_view text) { return judge_id(text, of).reason; };
  CHECK(judge_id("0022400001", of).id == id("0022400001"));
  CHECK_FALSE(judge_id("0022400001", of).repaired);
  for (const auto* other_league : {"1022400001", "1322400001", "1522400001", "1622400001", "2022400001"}) {
    CHECK_FALSE(judge_id(other_league, of).id);
    CHECK_FALSE(reason(other_league));
  }
  for (const auto* unknown :
       {"0072400001", "0002400001", "0082400001", "0092400001", "72400001", "0322400001", "9922400001"})
    CHECK_MESSAGE(reason(unknown) == left_out_reason::unknown_kind, unknown);
  for (const auto* other : {"0022300001", "22300001", "0042500101"})
    CHECK_MESSAGE(reason(other) == left_out_reason::other_season, other);
  for (const auto* none : {"", " ", "2400001", "00224000011", "002240000x", "-022400001", "0022 400001"})
    CHECK_MESSAGE(reason(none) == left_out_reason::malformed_id, none);
}

TEST_CASE("what is left out is named with its id, its reason, its date and its teams") {
  auto unknown = entry{.id = "0072400001"}.json();
  unknown.insert(unknown.find("\"teamId\":1"), R"("teamTricode":"BOS",)");
  unknown.insert(unknown.find("\"teamId\":2"), R"("teamTricode":"NYK",)");
  const auto parsed =
      parse_text(with_games(entry{}.json() + "," + unknown + "," + entry{.id = "0022300007"}.json() + "," +
                            entry{.id = "GAME-7"}.json() + "," + entry{.id = "2022400001"}.json()));
  REQUIRE(parsed);
  CHECK(parsed->games.size() == 1);
  CHECK(parsed->other_leagues == 1);
  CHECK(parsed->left_out_count == 3);
  REQUIRE(parsed->left_out.size() == 3);
  CHECK(parsed->left_out[0].id == "0072400001");
  CHECK(parsed->left_out[0].reason == left_out_reason::unknown_kind);
  CHECK(parsed->left_out[0].date == on("2024-10-22"));
  CHECK(teams_of(parsed->left_out[0]) == "NYK at BOS");
  CHECK(parsed->left_out[0].detail.find("(007)") != std::string::npos);
  CHECK(parsed->left_out[1].reason == left_out_reason::other_season);
  CHECK(parsed->left_out[2].id == "GAME-7");
  CHECK(parsed->left_out[2].reason == left_out_reason::malformed_id);
  for (const auto reason : {left_out_reason::unknown_kind, left_out_reason::other_season, left_out_reason::malformed_id,
                            left_out_reason::unreadable, left_out_reason::contradiction})
    CHECK(parse_left_out_reason(to_string(reason)) == reason);
}

TEST_CASE("two entries of one id that contradict each other: the worse one is left out and named") {
  auto other_teams = entry{.date = "2024-10-23"}.json();
  other_teams.replace(other_teams.find("\"teamId\":2"), 10, "\"teamId\":3");
  const auto teams = parse_text(with_games(entry{}.json() + "," + other_teams));
  REQUIRE(teams);
  CHECK(teams->games.size() == 1);
  REQUIRE(teams->left_out.size() == 1);
  CHECK(teams->left_out.front().reason == left_out_reason::contradiction);
  CHECK(teams->left_out.front().id == "0022400001");
  CHECK(teams->left_out.front().detail.find("teams 3 at 1 (kept) and teams 2 at 1") != std::string::npos);

  const auto result = [](std::string score) { return entry{.status = "3", .text = "Final", .score = score}.json(); };
  const auto results = parse_text(with_games(result("100") + "," + result("101")));
  REQUIRE(results);
  CHECK(results->games.size() == 1);
  REQUIRE(results->left_out.size() == 1);
  CHECK(results->left_out.front().detail.find("ended 100-100 (kept) and 101-101") != std::string::npos);

  // A game that moved, was decided or is not named yet contradicts nothing.
  auto undecided = entry{.date = "2024-10-24"}.json();
  undecided.replace(undecided.find("\"teamId\":2"), 10, "\"teamId\":0");
  const auto moved = parse_text(with_games(entry{.text = "PPD"}.json() + "," + entry{.date = "2024-11-30"}.json() +
                                           "," + undecided + "," + result("100") + "," + result("100")));
  REQUIRE(moved);
  CHECK(moved->games.size() == 1);
  CHECK(moved->left_out_count == 0);
}

TEST_CASE("no more than a bound of what is left out is kept, all of it is counted") {
  std::string games = entry{}.json();
  for (std::size_t i = 0; i < left_out_kept_max + 5; ++i) games += "," + entry{.id = "x" + std::to_string(i)}.json();
  const auto parsed = parse_text(with_games(games));
  REQUIRE(parsed);
  CHECK(parsed->left_out.size() == left_out_kept_max);
  CHECK(parsed->left_out_count == left_out_kept_max + 5);
}

TEST_CASE("a game without any usable date is named, not silently left out") {
  const std::string undated =
      R"({"gameId":"0022400001","gameStatus":1,"gameDateEst":"TBD","homeTeam":null,"awayTeam":null})";
  REQUIRE(parse_text(with_games(undated)));  // the group's date helps
  auto text = with_games(undated);
  text.replace(text.find("10/22/2024"), 10, "13/22/2024");
  check_failure(parse_text(text), failure_class::contract_drift, "leagueSchedule.gameDates[0].games[0].gameDateEst",
                "no usable date: found \"TBD\", \"\" and \"13/22/2024 00:00:00\" in game 0022400001");
}

TEST_CASE("the order of keys does not matter and a byte order mark is passed over") {
  const auto plain = parsed_sample();
  const auto marked = parse_text("\xEF\xBB\xBF" + sample_schedule());
  REQUIRE(marked);
  CHECK(marked->games == plain.games);
  // The sample has a group whose gameDate comes last and a game whose id comes last.
  CHECK(find(plain, "0022400550").home_tricode == "MIN");
}
