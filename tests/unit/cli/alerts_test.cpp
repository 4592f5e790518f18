// Alerts of runs, from the command line to the receiver: said once, over once, never in the way, no secret anywhere.
#include "tests/support/postgres_cluster.hpp"
#include "tests/unit/cli/alert_scene.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

using namespace nba;
using namespace nba::cli::test;
using nba::test::alert_receiver;
using nba::test::postgres_cluster;
using nlohmann::json;

namespace {

using said = std::vector<std::string>;

std::string fresh_database() {
  auto& cluster = postgres_cluster::shared();
  return cluster.url(cluster.create_database());
}

// The check-in statuses that Sentry was told.
said statuses(const alert_scene& scene) {
  said out;
  for (const auto& one : scene.receiver.requests_to("/envelope/"))
    for (const auto& line : lines_of(one.body))
      if (const auto item = json::parse(line, nullptr, false); item.contains("check_in_id"))
        out.push_back(item["status"].get<std::string>());
  return out;
}

said ping_paths(const alert_scene& scene) {
  said out;
  for (const auto& one : scene.receiver.requests_to("/ping/")) {
    const auto path = one.path.substr(0, one.path.find('?'));
    out.push_back(path.ends_with("555555555555") ? "success" : path.substr(path.rfind('/')));
  }
  return out;
}

}  // namespace

TEST_CASE("a run that fails is said once to everybody, and so is that it is over; on both stores") {
  for (const bool on_postgresql : {false, true}) {
    CAPTURE(on_postgresql);
    alert_scene scene{on_postgresql ? fresh_database() : std::string{}};
    CHECK(scene.failing_run().code == 120);
    CHECK(scene.receiver.complaints() == said{});
    auto told = slack_texts(scene);
    REQUIRE(told.size() == 1);
    CHECK(contains(told[0], "*daily failed*"));
    CHECK(contains(told[0], "2099-01-01"));
    CHECK(contains(told[0], "nba-scraper watermark reset schedule daily"));
    CHECK(contains(told[0], ". Exit code 120."));
    CHECK(scene.receiver.requests_to("/hook/").size() == 1);
    CHECK(scene.receiver.requests_to("/envelope/").size() == 2);  // event and check-in
    CHECK(statuses(scene) == said{"error"});
    CHECK(ping_paths(scene) == said{"/fail"});
    CHECK(contains(scene.receiver.requests_to("/ping/").front().body, "ERROR job.end job=daily"));
    REQUIRE(scene.alerts().size() >= 1);

    scene.receiver.forget();
    CHECK(scene.failing_run().code == 120);  // within the cool-down
    CHECK(slack_texts(scene) == said{});
    CHECK(ping_paths(scene) == said{"/fail"});

    scene.receiver.forget();
    CHECK(scene.good_run().code == 0);
    told = slack_texts(scene);
    REQUIRE(told.size() == 1);
    CHECK(contains(told[0], "Over: daily failed"));
    CHECK(contains(told[0], "once again"));
    CHECK(scene.receiver.requests_to("/hook/").size() == 1);
    CHECK(statuses(scene) == said{"in_progress", "ok"});
    CHECK(ping_paths(scene) == said{"/start", "success"});
    CHECK(scene.receiver.requests_to("/envelope/").size() == 2);  // no event: it would open the issue again

    scene.receiver.forget();
    CHECK(scene.good_run().code == 0);
    CHECK(slack_texts(scene) == said{});
    CHECK(scene.receiver.complaints() == said{});
  }
}

TEST_CASE("a receiver that is down for five runs, then up: one message") {
  alert_scene scene;
  scene.receiver.answer_with(500);
  for (int run = 0; run < 5; ++run) CHECK(scene.failing_run().code == 120);
  scene.receiver.answer_with(0);
  scene.receiver.forget();
  CHECK(scene.failing_run().code == 120);
  const auto told = slack_texts(scene);
  REQUIRE(told.size() == 1);
  CHECK(contains(told[0], "daily failed (6 times)"));
  CHECK(scene.receiver.requests_to("/hook/").size() == 1);
  CHECK(ping_paths(scene) == said{"/fail"});
  CHECK(scene.receiver.complaints() == said{});
}

TEST_CASE("a failure that came and went while nobody could be told is told to nobody") {
  alert_scene scene;
  scene.receiver.answer_with(500);
  scene.failing_run();
  scene.receiver.answer_with(0);
  scene.receiver.forget();
  scene.good_run();
  CHECK(slack_texts(scene) == said{});
  CHECK(scene.receiver.requests_to("/hook/").empty());
}

TEST_CASE("a receiver that accepts and never answers: the run ends, and what it had to say waits") {
  alert_scene scene;
  auto text = scene.all_channels();
  text.replace(text.find("deadline_seconds = 5"), 20, "deadline_seconds = 1");
  scene.configure(text);
  scene.receiver.answer_with(-1);
  CHECK(scene.good_run().code == 0);
  CHECK_FALSE(ping_paths(scene).empty());
  scene.receiver.answer_with(0);
  scene.receiver.forget();
  scene.failing_run();
  CHECK(ping_paths(scene) == said{"/fail"});  // the newest end; the one before is not worth it any more
  CHECK(slack_texts(scene).size() == 1);
}

TEST_CASE("a channel that refuses for good is told of by the others, and asked once a run") {
  for (const int status : {302, 403, 404}) {
    CAPTURE(status);
    alert_scene scene;
    scene.configure("[alerts.slack]\nurl = \"" + scene.receiver.slack_url() +
                    "x\"\n[alerts.other]\ntype = \"slack\"\nurl = \"" + scene.receiver.slack_url() + "\"\n");
    if (status == 403) {
      scene.failing_run();
      const auto told = slack_texts(scene);
      REQUIRE(told.size() == 3);  // to both, and of one to the other
      CHECK(contains(told[2], "alerts to slack are refused"));
      CHECK(contains(told[2], "nba-scraper alerts test --channel slack"));
      CHECK(contains(told[2], "invalid_token"));
      scene.receiver.forget();
      scene.failing_run();
      CHECK(slack_texts(scene).size() == 1);  // to the broken one, which may have been put right
      CHECK(scene.receiver.requests().front().answered == 403);
    } else {
      scene.receiver.answer_with(status, "no", {{"Location", "http://127.0.0.1:1/"}});
      scene.failing_run();
      for (const auto& alert : scene.alerts())
        for (const auto& one : alert.deliveries) CHECK(one.state == delivery_state::refused);
    }
  }
}

TEST_CASE("no secret is in log, database, state file, answers, or what another channel is told") {
  struct trouble {
    const char* name;
    int status;
    bool by_tls, refused;
  };
  for (const auto& [name, status, by_tls, refused] : std::vector<trouble>{{"500", 500, false, false},
                                                                          {"429", 429, false, false},
                                                                          {"403", 403, false, false},
                                                                          {"bad TLS", 0, true, false},
                                                                          {"connection refused", 0, false, true}}) {
    CAPTURE(name);
    alert_scene scene;
    auto text = scene.all_channels();
    const auto replace_all = [&](const std::string& from, const std::string& to) {
      for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    };
    if (by_tls) replace_all("http://", "https://");
    if (refused) replace_all(":" + std::to_string(scene.receiver.port()) + "/", ":1/");
    // One channel that is told of the others' troubles.
    const auto told = scene.folder.path() / "told.json";
    scene.configure(text + "[alerts.command]\nshell = true\ncommand = \"cat >>" + told.string() + "\"\n");
    std::string echo;
    for (const auto& secret : alert_receiver::secrets()) echo += secret + " ";
    scene.receiver.answer_with(status, echo + scene.receiver.slack_url(), {{"Retry-After", "1"}});
    std::string all;
    for (const auto& one : {scene.failing_run(), scene.run({"alerts", "test"}), scene.run({"alerts", "list", "--all"}),
                            scene.run({"alerts", "list", "--all", "--json"}), scene.run({"doctor", "--offline"}),
                            scene.run({"doctor", "--offline", "--json"}), scene.good_run()})
      all += one.out + one.err;
    CHECK(contains(all, "\"channel\": \"slack\""));
    all += scene.everything_written();
    CHECK(contains(all, "alert.undelivered"));
    CHECK(contains(all, "\"type\":\"alert.firing\""));
    for (const auto& secret : alert_receiver::secrets()) {
      CAPTURE(secret);
      CHECK_FALSE(contains(all, secret));
    }
  }
}

TEST_CASE("a database that cannot be reached is said once, from the state file, and is over when it can be") {
  alert_scene scene;
  const auto place = scene.folder.path() / "place";
  std::ofstream(place) << "a file where a folder should be";
  scene.database = "sqlite:///" + (place / "nba.db").string();
  CHECK(scene.run({"schedule", "daily"}).code == 121);
  auto told = slack_texts(scene);
  REQUIRE(told.size() == 1);
  CHECK(contains(told[0], "the database cannot be used (daily failed)"));
  CHECK(contains(told[0], "nba-scraper db check"));
  CHECK(contains(scene.run({"alerts", "list"}).out, "database_trouble  OPEN"));
  scene.receiver.forget();
  CHECK(scene.run({"schedule", "daily"}).code == 121);
  CHECK(slack_texts(scene) == said{});
  CHECK(ping_paths(scene) == said{"/fail"});
  std::filesystem::remove(place);
  std::filesystem::create_directory(place);
  scene.receiver.forget();
  CHECK(scene.run({"db", "migrate"}).code == 0);
  told = slack_texts(scene);
  REQUIRE(told.size() == 1);
  CHECK(contains(told[0], "Over: the database cannot be used"));
  CHECK(scene.receiver.complaints() == said{});
}

TEST_CASE("a wrong address is said, and over with the job's next good run at the right one, with no other job's") {
  for (const auto* wrong : {"sqlite:////dev/null/nba.db", "sqlite:nba.db?what"}) {
    CAPTURE(wrong);
    alert_scene scene;
    const auto right = scene.database;
    scene.good_run();
    scene.receiver.forget();
    scene.database = wrong;
    CHECK(scene.run({"schedule", "daily"}).code >= 120);
    const auto told = slack_texts(scene);
    REQUIRE(told.size() == 1);
    CHECK(contains(told[0], "daily failed"));
    CHECK(contains(scene.run({"alerts", "list"}).out, "daily failed"));
    scene.receiver.forget();
    scene.database = right;
    CHECK(contains(scene.run({"alerts", "list"}).out, "  OPEN"));
    CHECK(scene.run({"watermark", "set", "my_stage", "my_key", "7"}).code == 0);
    CHECK(slack_texts(scene) == said{});
    CHECK(scene.good_run().code == 0);
    const auto over = slack_texts(scene);
    REQUIRE(over.size() == 1);
    CHECK(contains(over[0], "Over: "));
    const auto list = scene.run({"alerts", "list"}).out;
    CHECK(contains(list, "  over since"));
    CHECK_FALSE(contains(list, "run_failed  OPEN"));
    CHECK_FALSE(contains(list, "database_trouble  OPEN"));
  }
}

TEST_CASE("exit codes: what is told as what") {
  alert_scene scene;
  // Another run is at work: neither start nor end.
  {
    const auto holder = scene.open();
    auto held = holder->try_lock("schedule", "daily", "run-of-another", nullptr);
    REQUIRE(held);
    CHECK(scene.good_run().code == 122);
    CHECK(scene.receiver.requests().empty());
  }
  CHECK(scene.good_run().code == 0);
  CHECK(ping_paths(scene) == said{"/start", "success"});
  scene.receiver.forget();
  // What is not there, or typed wrongly, is an answer to whoever asked.
  CHECK(scene.run({"watermark", "reset", "backfill", "2024-25"}).code == 1);
  CHECK(scene.receiver.requests().empty());
}

TEST_CASE("a run within a run pings no check") {
  alert_scene scene;
  scene.good_run();
  scene.receiver.forget();
  scene.run({"schedule", "daily"}, {{"NBA_SCRAPER_RUN", "outer"}});
  CHECK(ping_paths(scene) == said{});
  CHECK(statuses(scene) == said{});
}

TEST_CASE("alerts test: each channel, what it answered, and the number that did not take it") {
  alert_scene scene;
  const auto answers = scene.run({"alerts", "test"});
  CHECK(answers.code == 0);
  CHECK(scene.receiver.complaints() == said{});
  CHECK(scene.receiver.requests().size() == 4);
  for (const auto* name : {"slack ", "sentry ", "ping ", "hook "}) CHECK(contains(answers.out, name));
  CHECK(contains(answers.out, "took it (slack http://127.0.0.1"));
  CHECK(ping_paths(scene) == said{"/log"});
  CHECK(scene.run({"alerts", "test", "--channel", "slack"}).code == 0);
  CHECK(scene.receiver.requests().size() == 5);
  CHECK(scene.run({"alerts", "test", "--channel", "telegram"}).code == 120);
  scene.receiver.answer_with(403, "invalid_token");
  const auto refused = scene.run({"alerts", "test"});
  CHECK(refused.code == 4);
  CHECK(contains(refused.out, "FAILED"));
  CHECK(contains(refused.out, "invalid_token"));
  scene.configure("");
  const auto none = scene.run({"alerts", "test"});
  CHECK(none.code == 120);
  const auto config = (scene.folder.path() / "config.toml").string();
  CHECK(contains(none.err, config + " has no section [alerts.NAME]"));
  CHECK(
      contains(none.err, "  [alerts.slack]\n  url_file = \"" + (scene.folder.path() / "slack.url").string() + "\"\n"));
  scene.configure("[alerts.slack]\nurl_file = \"/nowhere/url\"\n");
  const auto unreadable = scene.run({"alerts", "test"});
  CHECK(unreadable.code == 1);
  CHECK(contains(unreadable.out, "/nowhere/url"));
}

TEST_CASE("a test that a channel could not take just now is over all the same") {
  alert_scene scene;
  scene.receiver.answer_with(503, "come back later");
  CHECK(scene.run({"alerts", "test"}).code == 4);
  std::size_t tests = 0;
  for (const auto& alert : scene.alerts())
    for (const auto& one : alert.deliveries)
      if (alert.news.kind == alert_kind::test) {
        ++tests;
        CHECK(one.state == delivery_state::expired);  // no run sends it later
      }
  CHECK(tests == 4);
}

TEST_CASE("a secret may lie in a file of its own, with the rights that systemd gives a credential") {
  alert_scene scene;
  const auto file = scene.folder.write("slack_url", scene.receiver.slack_url() + "\n");
  scene.configure("[alerts.slack]\nurl_file = \"slack_url\"\n");
  std::filesystem::permissions(file, std::filesystem::perms{0440});
  CHECK(scene.run({"alerts", "test"}, {{"CREDENTIALS_DIRECTORY", scene.folder.path().string()}}).code == 0);
  scene.configure("[alerts.slack]\nurl_file = \"" + file + "\"\n");
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  const auto open_to_all = scene.run({"alerts", "test"});
  CHECK(open_to_all.code == 1);
  CHECK(contains(open_to_all.out, "chmod"));
}

TEST_CASE("on-failure tells what a unit could not tell by itself, once, and nothing else") {
  alert_scene scene;
  const auto failed = [&](environment more) {
    more.try_emplace("MONITOR_UNIT", "nba-scraper-daily.service");
    return scene.run({"alerts", "on-failure"}, more);
  };
  // The run said it by itself.
  scene.open()->decree_watermark("schedule", "daily", "2099-01-01").value();
  scene.run({"schedule", "daily"}, {{"INVOCATION_ID", "bbbb"}});
  scene.receiver.forget();
  const auto known = failed(
      {{"MONITOR_SERVICE_RESULT", "exit-code"}, {"MONITOR_EXIT_STATUS", "120"}, {"MONITOR_INVOCATION_ID", "bbbb"}});
  CHECK(known.code == 0);
  CHECK(contains(known.out, "by itself"));
  CHECK(scene.receiver.requests().empty());
  // Killed: it could not.
  run_row row;
  row.run_id = "20990101T060001Z-k3v9qa";
  row.job = "daily";
  row.started_at = utc_now();
  REQUIRE(scene.open()->start_run(row));
  const environment killed{{"MONITOR_SERVICE_RESULT", "oom-kill"}, {"MONITOR_INVOCATION_ID", "cccc"}};
  CHECK(contains(failed(killed).out, "daily was killed"));
  auto told = slack_texts(scene);
  REQUIRE(told.size() == 1);
  CHECK(contains(told[0], "oom-kill"));
  CHECK(contains(told[0], "journalctl -u nba-scraper-daily.service"));
  CHECK(ping_paths(scene) == said{"/fail"});
  failed(killed);
  CHECK(slack_texts(scene).size() == 1);
  // Nothing to tell of.
  for (const auto* code : {"122", "143", "130"})
    CHECK(contains(failed({{"MONITOR_SERVICE_RESULT", "exit-code"}, {"MONITOR_EXIT_STATUS", code}}).out, "nothing"));
  CHECK(slack_texts(scene).size() == 1);
  CHECK(scene.run({"alerts", "on-failure"}).code == 100);
  CHECK(scene.receiver.complaints() == said{});
}

TEST_CASE("on-failure tells of the season that the unit is an instance of, not of another one's run") {
  alert_scene scene;
  scene.good_run();
  scene.receiver.forget();
  run_row row;
  row.run_id = "20990101T060001Z-k3v9qa";
  row.job = "backfill";
  row.arguments = "schedule backfill --season 2024-25";
  row.started_at = utc_now();
  REQUIRE(scene.open()->start_run(row));
  const auto killed = scene.run({"alerts", "on-failure"}, {{"MONITOR_UNIT", "nba-scraper-backfill@1996-97.service"},
                                                           {"MONITOR_SERVICE_RESULT", "oom-kill"},
                                                           {"MONITOR_INVOCATION_ID", "dddd"}});
  CHECK(contains(killed.out, "backfill 1996-97 was killed"));
  const auto told = slack_texts(scene);
  REQUIRE(told.size() == 1);
  CHECK(contains(told[0], "backfill 1996-97 was killed"));
}

TEST_CASE("alerts list: what is wrong, who was told, and what helps; as JSON too") {
  alert_scene scene;
  CHECK(contains(scene.run({"alerts", "list"}).out, "No alerts."));
  scene.failing_run();
  const auto open = scene.run({"alerts", "list"}).out;
  CHECK(contains(open, "run_failed  OPEN"));
  CHECK(contains(open, "slack delivered"));
  CHECK(contains(open, "\n    daily failed\n"));
  const auto document = json::parse(scene.run({"alerts", "list", "--json"}).out);
  REQUIRE(document.size() == 1);
  CHECK(document[0]["fingerprint"] == "run_failed:daily");
  CHECK(document[0]["recovered_at"].is_null());
  CHECK(document[0]["deliveries"].size() == 3);
  scene.good_run();
  CHECK(contains(scene.run({"alerts", "list"}).out, "over since"));
  CHECK(json::parse(scene.run({"alerts", "list", "--all", "--json"}).out).size() > 1);
}

TEST_CASE("a retry of a webhook has the bytes and the id of the first try, and openssl verifies it") {
  alert_scene scene;
  scene.configure("[alerts.hook]\ntype = \"webhook\"\nurl = \"" + scene.receiver.webhook_url() + "\"\nsecret = \"" +
                  alert_receiver::webhook_secret() + "\"\n");
  scene.receiver.answer_with(503);
  scene.failing_run();
  REQUIRE(scene.open()->change_alerts(utc_now(), [](alert_book& book) {
    for (auto& alert : book.alerts)
      for (auto& one : alert.deliveries) one.next_try_at = utc_time{};
  }));
  scene.receiver.answer_with(0);
  scene.run({"watermark", "set", "schedule", "daily", "2024-10-22"});  // any command that ends delivers what waits
  const auto tries = scene.receiver.requests_to("/hook/");
  REQUIRE(tries.size() == 2);
  CHECK(tries[1].answered == 200);
  CHECK(tries[0].body == tries[1].body);
  CHECK(tries[0].headers.at("webhook-id") == tries[1].headers.at("webhook-id"));
  const auto& again = tries[1];
  const auto text = scene.folder.write(
      "signed", again.headers.at("webhook-id") + "." + again.headers.at("webhook-timestamp") + "." + again.body);
  const auto answer = scene.folder.path() / "signature";
  const auto command =
      "key=$(printf %s MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | base64 -d | od -An -v -tx1 | tr -d ' \\n'); "
      "printf v1, >" +
      answer.string() + "; openssl dgst -sha256 -mac HMAC -macopt hexkey:$key -binary " + text + " | base64 -w0 >>" +
      answer.string();
  REQUIRE(std::system(command.c_str()) == 0);
  std::ifstream in(answer);
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == again.headers.at("webhook-signature"));
}
