// Makes the seeds of the fuzz targets: documents of the synthetic league and of the tests' small game, cut down to a
// few kilobytes, and short texts. Nothing of it is recorded.
//
//   fuzz_corpus FOLDER      writes FOLDER/<target>/<name>
//
// The seeds are committed, so this runs only when the formats change.
#include "bench/fake_nba/league.hpp"
#include "pipeline/packed_payloads.hpp"
#include "tests/unit/transform/small_game.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using nba::test::json;
namespace fs = std::filesystem;

class corpus {
 public:
  explicit corpus(fs::path root) : root_(std::move(root)) {}
  void add(std::string_view target, std::string_view name, std::string_view bytes) {
    fs::create_directories(root_ / target);
    std::ofstream out(root_ / target / name, std::ios::binary);
    out << bytes;
    out.close();
    if (!out) throw std::runtime_error("cannot write " + (root_ / target / name).string());
  }
  // One file a line of short texts: accepted-1, accepted-2, ...
  void add_all(std::string_view target, std::string_view prefix, const std::vector<std::string>& texts) {
    for (std::size_t i = 0; i < texts.size(); ++i)
      add(target, std::string(prefix) + '-' + std::to_string(i + 1), texts[i]);
  }

 private:
  fs::path root_;
};

json document(const std::string& text) { return json::parse(text); }

template <class T>
T of(nba::result<T> made) {
  if (!made) throw std::runtime_error(nba::describe(made.error()));
  return std::move(made).value();
}

// ---- schedule -------------------------------------------------------------------------------------------------------

// Only what the parser reads, and one key that it does not.
json trimmed_entry(const json& game) {
  json kept;
  for (const auto* key :
       {"gameId", "gameStatus", "gameStatusText", "postponedStatus", "gameDateEst", "gameDateTimeEst",
        "gameDateTimeUTC", "ifNecessary", "isNeutral", "arenaName", "arenaCity", "arenaState", "gameSequence"})
    if (game.contains(key)) kept[key] = game.at(key);
  for (const auto* side : {"homeTeam", "awayTeam"})
    for (const auto* key : {"teamId", "teamTricode", "score"})
      if (game.at(side).contains(key)) kept[side][key] = game.at(side).at(key);
  return kept;
}

json trimmed_schedule(json schedule, std::size_t days) {
  auto& dates = schedule.at("leagueSchedule").at("gameDates");
  json kept = json::array();
  for (const auto& date : dates) {
    if (kept.size() == days) break;
    json day = {{"gameDate", date.at("gameDate")}, {"games", json::array()}};
    for (const auto& game : date.at("games")) day["games"].push_back(trimmed_entry(game));
    kept.push_back(std::move(day));
  }
  return {{"leagueSchedule",
           {{"seasonYear", schedule.at("leagueSchedule").at("seasonYear")}, {"gameDates", std::move(kept)}}}};
}

void schedules(corpus& out) {
  nba::league_settings small;
  small.teams = 4;
  small.games_per_team = 6;
  small.rescheduled_games = 2;
  small.cancelled_games = 1;
  const auto league = of(nba::league::create(small));
  const auto played = trimmed_schedule(document(league->schedule_json()), 4);
  out.add("schedule", "accepted-played", played.dump());
  const auto begun = nba::parse_date("2024-10-23");
  out.add("schedule", "accepted-begun", trimmed_schedule(document(league->schedule_json(begun)), 3).dump());

  auto loose = played;
  auto& dates = loose["leagueSchedule"]["gameDates"];
  dates.erase(dates.begin() + 1, dates.end());
  auto& game = dates[0]["games"][0];
  game["gameStatus"] = "3";
  game["ifNecessary"] = "N";
  game["isNeutral"] = "true";
  game["homeTeam"]["score"] = " 101 ";
  game["arenaState"] = nullptr;
  game.erase("gameDateEst");
  auto postponed = game;
  postponed["gameStatus"] = 1;
  postponed["gameStatusText"] = "PPD";
  postponed["gameDateTimeUTC"] = "0001-01-01T00:00:00Z";
  dates[0]["games"].push_back(postponed);
  out.add("schedule", "accepted-loose", loose.dump());

  out.add("schedule", "refused-season", R"({"leagueSchedule":{"seasonYear":"2023-24","gameDates":[{"games":[]}]}})");
  out.add("schedule", "refused-empty", R"({"leagueSchedule":{"seasonYear":"2024-25","gameDates":[]}})");
  out.add("schedule", "refused-cut", loose.dump().substr(0, 300));
  out.add("schedule", "refused-page", "<html><head><title>Access Denied</title></head></html>");
}

// ---- games ----------------------------------------------------------------------------------------------------------

// A period more, in which the home team wins.
void play_overtime(json& box, json& plays) {
  auto& game = box["game"];
  game["period"] = 5;
  for (const auto* side : {"homeTeam", "awayTeam"}) {
    const int points = std::string_view(side) == "homeTeam" ? 2 : 0;
    game[side]["periods"].push_back({{"period", 5}, {"periodType", "OVERTIME"}, {"score", points}});
    game[side]["score"] = game[side]["score"].get<int>() + points;
    game[side]["statistics"]["points"] = game[side]["statistics"]["points"].get<int>() + points;
  }
  auto& scorer = nba::test::player(box, 102)["statistics"]["points"];
  scorer = scorer.get<int>() + 2;
  auto& actions = plays["game"]["actions"];
  json end = actions.back(), shot = nba::test::action(plays, 40000);
  actions.erase(actions.size() - 1);
  for (auto* action : {&shot, &end}) {
    (*action)["period"] = 5;
    (*action)["scoreHome"] = 9;
    (*action)["scoreAway"] = 5;
  }
  shot["orderNumber"] = 105000;
  shot["clock"] = "PT02M11.30S";
  actions.push_back(shot);
  actions.push_back(end);
}

// Statistics that are zero anyway, away: shorter documents are fuzzed quicker. The parser wants some of them.
json shorter(json box) {
  box.erase("meta");
  for (const auto* key : {"gameTimeLocal", "regulationPeriods"}) box["game"].erase(key);
  for (const auto* side : {"homeTeam", "awayTeam"})
    for (auto& player : box["game"][side]["players"]) {
      for (const auto* key : {"status", "order", "firstName", "familyName"}) player.erase(key);
      for (const auto* key : {"fieldGoalsPercentage", "foulsTechnical"}) player["statistics"].erase(key);
    }
  return box;
}

void games(corpus& out) {
  using nba::test::serialisation;
  const auto box = shorter(nba::test::box());
  const auto plays = nba::test::plays(), strings = nba::test::plays(serialisation::strings);
  auto long_box = box;
  auto long_plays = plays;
  play_overtime(long_box, long_plays);
  const auto both = [](const json& one, const json& other) { return one.dump() + "\n\n" + other.dump(); };

  out.add("boxscore", "accepted-small", box.dump());
  out.add("boxscore", "accepted-overtime", long_box.dump());
  auto loose = box;
  loose["game"]["attendance"] = nullptr;
  loose["game"]["period"] = "4";
  loose["game"]["homeTeam"]["score"] = "7";
  loose["game"]["homeTeam"]["statistics"]["points"] = 7.0;
  out.add("boxscore", "accepted-loose", loose.dump());
  auto live = box;
  live["game"]["gameStatus"] = 2;
  live["game"]["homeTeam"].erase("players");
  out.add("boxscore", "refused-live", live.dump());
  out.add("boxscore", "refused-cut", box.dump().substr(0, 900));

  out.add("playbyplay", "accepted-integers", plays.dump());
  out.add("playbyplay", "accepted-strings", strings.dump());
  out.add("playbyplay", "refused-cut", plays.dump().substr(0, 700));

  out.add("game", "accepted-integers", both(box, plays));
  out.add("game", "accepted-strings", both(box, strings));
  out.add("game", "accepted-overtime", both(long_box, long_plays));
  auto tied = box;
  tied["game"]["awayTeam"]["score"] = 7;
  out.add("game", "refused-tied", both(tied, plays));
  auto unfinished = plays;
  unfinished["game"]["actions"].erase(10);
  out.add("game", "refused-unfinished", both(box, unfinished));

  out.add("payloads", "accepted-small",
          nba::pack_payloads(nba::test::raw_payloads(R"({"game":{}})", R"({"game":{"actions":[]}})")));
  out.add("payloads", "accepted-empty", nba::pack_payloads(nba::test::raw_payloads("", "")));
  out.add("payloads", "refused-plain", "7\n{\"game\"");
}

// A few events of the synthetic league, whose play-by-play has more kinds of them than the small game.
void league_events(corpus& out) {
  const auto league = of(nba::league::create({}));
  const auto id = *nba::game_id::parse(nba::test::small_game_id);
  auto plays = document(league->playbyplay_json(id).value());
  auto& actions = plays["game"]["actions"];
  constexpr std::size_t kept = 12;
  const auto middle = actions.size() / 2;
  json some = json::array();
  for (std::size_t i = 0; i < kept; ++i) some.push_back(actions[i < kept / 2 ? i : middle + i]);
  actions = some;
  out.add("playbyplay", "accepted-league", plays.dump());
}

// ---- short texts ----------------------------------------------------------------------------------------------------

void texts(corpus& out) {
  out.add_all("ids", "accepted",
              {"0022400061", "0049900405", "0064600001", "2024-25", "1999-00", "2024-25/playoffs", "all-star", "parked",
               "contract_drift"});
  out.add_all("ids", "refused", {"22400061", "0072400061", "2024-26", "2024-25/regular"});
  out.add_all("times", "accepted",
              {"2024-10-22", "2024-02-29", "2024-11-13T00:10:24.9Z", "2024-11-12T19:00:00-05:00",
               "1969-12-31T23:59:59.001Z", "PT33M11.12S", "PT240M", "PT13.9S"});
  out.add_all("times", "refused", {"2023-02-29", "2024-11-13T24:00:00Z", "PT1H", ""});
  out.add_all("config", "accepted",
              {"", "database = \"sqlite:///nba.db\"\nlog_level = \"debug\"\n",
               "[engine]\nfetch_games_max = 8\ntransform_workers = 2\n",
               "[hosts.\"cdn.nba.com\"]\nburst = 2\nrequests_per_minute = 90.5\n"});
  out.add_all("config", "refused",
              {"[engine]\nfetch_games_max = 0\n", "fetch_game_max = 8\n", "hosts = 1\n", "[engine", "a = nan\n"});
  out.add_all(
      "database_url", "accepted",
      {"sqlite:///nba.db", "sqlite+aiosqlite:////var/lib/nba.db", "postgresql://user@host/database",
       "postgresql+asyncpg://u:p%40ss@[::1]:5432/nba?sslmode=require", "postgres:///nba?host=/run/postgresql&user=me"});
  out.add_all("database_url", "refused",
              {"nba.db", "sqlite://nba.db", "mysql://host/db", "postgresql://u:p@ss@host/db",
               "postgresql://host/db?color=red", "/secret\nhost/nba"});
  out.add_all("faults", "accepted",
              {"429:0.05:retry-after=2", "503:x3:game=0022400007", "500:x2:each:endpoint=boxscore",
               "stall:seconds=0.25", "slow:rate=100", "truncated:0.5:keep=0.9"});
  out.add_all("faults", "refused", {"404", "429:2", "503:x0", "stall:seconds=-1"});
  out.add_all("answers", "accepted", {"200\n{\"game\":{}}"});
  out.add_all("answers", "refused",
              {"403\n<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD></HTML>",
               "403\n<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "500\n", "429 r\n", "200\n",
               "200\n{\"game\":", "503 r\nbusy"});
  out.add_all("texts", "accepted",
              {"plain", "postgresql://nba:secret@host/db and password=other", "Dončić \xF0\x9F\x8F\x80 Jokić"});
  out.add_all("texts", "refused", {"broken \xC3 and \xED\xA0\x80", std::string("zero \0 byte", 11)});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: fuzz_corpus FOLDER\n";
    return 2;
  }
  try {
    corpus out{fs::path(argv[1])};
    schedules(out);
    games(out);
    league_events(out);
    texts(out);
  } catch (const std::exception& error) {
    std::cerr << "fuzz_corpus: " << error.what() << '\n';
    return 1;
  }
}
