// `simulate` and `doctor` against the synthetic league.
#include "cli/commands/doctor.hpp"
#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/http_client.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <csignal>
#include <future>
#include <sstream>

using namespace nba;
using namespace nba::cli::test;
using nlohmann::json;

namespace {

http_response get(const std::string& url) {
  const auto client = make_curl_client();
  std::promise<http_response> answer;
  http_request request;
  request.url = url;
  client->submit(std::move(request), [&](http_response response) { answer.set_value(std::move(response)); });
  return answer.get_future().get();
}

// The value of `export NAME=...` among the lines that simulate prints; the last line that is read is the one after
// which it serves.
source_urls read_urls(child_process& child) {
  source_urls urls{{}, {}};
  while (const auto line = child.read_line()) {
    if (contains(*line, "export NBA_SIM_URL=")) urls = urls_below(line->substr(line->find('=') + 1));
    if (contains(*line, "Ctrl-C")) break;
  }
  return urls;
}

}  // namespace

TEST_CASE("simulate serves what it prints, and either signal stops it with exit code 0") {
  for (const int signal_number : {SIGTERM, SIGINT}) {
    CAPTURE(signal_number);
    child_process child{{"simulate", "--port", "0", "--regular-games", "8"}};
    const auto urls = read_urls(child);
    REQUIRE_FALSE(urls.cdn.empty());
    const auto schedule = get(urls.stats + "/scheduleleaguev2?LeagueID=00&Season=2024-25");
    CHECK(schedule.status == 200);
    REQUIRE(schedule.body);
    const auto document = json::parse(schedule.body->view());
    CHECK(document["leagueSchedule"]["seasonYear"] == "2024-25");
    CHECK(schedule.is_synthetic);
    CHECK(get(urls.cdn + "/no/such/document").is_synthetic);
    child.send(signal_number);
    std::string last;
    while (const auto line = child.read_line()) last = *line;
    CHECK(contains(last, "Stopped after 2 requests, 0 of them faulty;"));
    CHECK(child.wait() == 0);
  }
}

TEST_CASE("simulate does wrong what it is told to, counts it, and compresses when that is asked for") {
  const auto schedule = "/scheduleleaguev2?LeagueID=00&Season=2023-24";
  child_process faulty{
      {"simulate", "--port", "0", "--regular-games", "8", "--season", "2023-24", "--fault", "503:x1", "--gzip"}};
  const auto urls = read_urls(faulty);
  REQUIRE_FALSE(urls.stats.empty());
  CHECK(get(urls.stats + schedule).status == 503);
  const auto packed = get(urls.stats + schedule);
  REQUIRE(packed.status == 200);
  CHECK(packed.wire_bytes < packed.body->size() / 2);
  faulty.send(SIGTERM);
  std::string last;
  while (const auto line = faulty.read_line()) last = *line;
  CHECK_MESSAGE(contains(last, "Stopped after 2 requests, 1 of them faulty;"), last);
  CHECK(faulty.wait() == 0);

  child_process plain{{"simulate", "--port", "0", "--regular-games", "8", "--season", "2023-24"}};
  const auto whole = get(read_urls(plain).stats + schedule);
  REQUIRE(whole.body);
  CHECK(whole.wire_bytes >= whole.body->size());
  CHECK(whole.body->view() == packed.body->view());
}

TEST_CASE("a port in use is a clear error") {
  child_process first{{"simulate", "--port", "0", "--regular-games", "8"}};
  const auto urls = read_urls(first);
  REQUIRE_FALSE(urls.cdn.empty());
  const auto begin = urls.cdn.rfind(':') + 1;
  const auto port = urls.cdn.substr(begin, urls.cdn.find('/', begin) - begin);
  const auto second = run({"simulate", "--port", port, "--regular-games", "8"}, {{"HOME", "/nonexistent"}});
  CHECK(second.code == 120);
  CHECK(second.out.empty());
  CHECK_MESSAGE(contains(second.err, port), second.err << "port " << port);
}

TEST_CASE("what simulate does not understand is a usage error that names it") {
  CHECK(run({"simulate", "--port", "70000"}).code == 105);
  CHECK(run({"simulate", "--fault", "earthquake"}).code == 105);
  CHECK(contains(run({"simulate", "--fault", "earthquake"}).err, "earthquake"));
  CHECK(run({"simulate", "--latency", "soon"}).code == 105);
  CHECK(run({"simulate", "--regular-games", "0"}).code == 105);
  CHECK(run({"simulate", "--today", "tomorrow"}).code == 105);
}

TEST_CASE("what simulate prints works as it stands, and fills a database of its own") {
  child_process child{{"simulate", "--port", "0", "--regular-games", "8", "--seed", "7"}};
  std::string command;
  environment variables;
  while (const auto line = child.read_line()) {
    if (contains(*line, "export ")) {
      const auto begin = line->find("export ") + 7, equals = line->find('=');
      variables[line->substr(begin, equals - begin)] = line->substr(equals + 1);
    }
    if (contains(*line, "nba-scraper schedule")) command = *line;
    if (contains(*line, "Ctrl-C")) break;
  }
  std::vector<std::string> words;
  std::istringstream split{command};
  for (std::string word; split >> word;) words.push_back(word);
  REQUIRE(words.size() > 1);
  words.erase(words.begin());
  const temporary_folder home;
  variables["XDG_DATA_HOME"] = home.path().string();
  const auto filled = run(words, variables);
  CHECK_MESSAGE(filled.code == 0, filled.err);
  CHECK(std::filesystem::exists(home.path() / "nba-scraper" / "sim.db"));
  CHECK_FALSE(std::filesystem::exists(home.path() / "nba-scraper" / "nba.db"));
  child.send(SIGTERM);
  std::string last;
  while (const auto line = child.read_line()) last = *line;
  CHECK_FALSE(contains(last, "after 0 requests"));  // that server's games, not those of a league of its own
}

TEST_CASE("doctor refuses a source of the other kind, both ways, and says what to do") {
  const temporary_folder folder;
  child_process league{{"simulate", "--port", "0", "--regular-games", "8"}};
  const auto urls = read_urls(league);
  auto answer = run({"doctor", "--season", "2024-25", "--database", folder.sqlite_url()},
                    {{"NBA_CDN_URL", urls.cdn}, {"NBA_STATS_URL", urls.stats}});
  CHECK(answer.code == 1);
  CHECK(contains(answer.out, "FAIL    source"));
  CHECK(contains(answer.out, "NBA_SIM_URL"));

  std::filesystem::create_directories(folder.path() / "files" / "static");
  std::filesystem::create_directories(folder.path() / "files" / "stats");
  folder.write("files/stats/scheduleleaguev2_2024-25.json", "{}");
  child_process files{{"simulate", "--port", "0", "--docroot", (folder.path() / "files").string()}};
  std::string server;
  while (const auto line = files.read_line()) {
    if (contains(*line, "export NBA_STATS_URL=")) server = line->substr(line->find('=') + 1);
    if (contains(*line, "Ctrl-C")) break;
  }
  REQUIRE(contains(server, "/stats"));
  answer = run({"doctor", "--season", "2024-25", "--source", "sim", "--database", folder.sqlite_url()},
               {{"NBA_SIM_URL", server.substr(0, server.find("/stats"))}});
  CHECK(answer.code == 1);
  CHECK(contains(answer.out, "FAIL    source"));
  CHECK(contains(answer.out, "does not say that its games are"));
}

TEST_CASE("doctor finds everything in order with the synthetic league, and creates no database") {
  const temporary_folder folder;
  const auto answer = run({"doctor", "--source", "sim", "--season", "2024-25", "--database", folder.sqlite_url()});
  CHECK_MESSAGE(answer.code == 0, answer.out);
  CHECK(contains(answer.out, "source = \"sim\""));
  CHECK(contains(answer.out, "# flag --source"));
  CHECK(contains(answer.out, "ok      time zone"));
  CHECK(contains(answer.out, "is not there"));
  CHECK(contains(answer.out, "ok      schedule    2024-25: "));
  CHECK(contains(answer.out, "ok      one game"));
  CHECK(contains(answer.out, "Everything works."));
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("doctor counts what fails and says how to fix it") {
  const temporary_folder folder;
  // Nobody listens on port 1; the database is a folder.
  const environment variables{{"NBA_STATS_URL", "http://127.0.0.1:1/stats"}};
  const auto answer =
      run({"doctor", "--season", "2024-25", "--json", "--database", "sqlite:///" + folder.path().string()}, variables);
  const auto document = json::parse(answer.out);
  CHECK(answer.code == 2);
  CHECK(document["ok"] == false);
  int failed = 0;
  for (const auto& check : document["checks"]) {
    if (check["status"] != "FAIL") continue;
    ++failed;
    CHECK_FALSE(check["fix"].get<std::string>().empty());
  }
  CHECK(failed == 2);
  bool found = false;
  for (const auto& setting : document["settings"])
    if (setting["key"] == "stats_url") {
      found = true;
      CHECK(setting["value"] == "\"http://127.0.0.1:1/stats\"");
      CHECK(setting["origin"] == "environment NBA_STATS_URL");
    }
  CHECK(found);
}

TEST_CASE("doctor --offline asks nobody and shows no password") {
  const auto answer = run({"doctor", "--offline", "--database", "postgresql://nba:s3cret@127.0.0.1:1/nba"});
  CHECK(answer.code == 1);
  CHECK(contains(answer.out, "FAIL    database"));
  CHECK_FALSE(contains(answer.out, "schedule  "));
  CHECK_FALSE(contains(answer.out, "s3cret"));
  CHECK(contains(answer.out, "1 thing to fix."));
}
