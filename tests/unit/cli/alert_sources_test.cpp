// Who sees what: a run in its own log, `serve` in the database; and the command that a channel may be.
#include "cli/alerts/run_alerts.hpp"
#include "cli/alerts/serve_alerts.hpp"
#include "cli/alerts/watch_sightings.hpp"
#include "pipeline/events.hpp"
#include "tests/unit/cli/alert_scene.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <iterator>

using namespace nba;
using namespace nba::cli;
using namespace nba::cli::test;
using namespace std::chrono_literals;

namespace {

using said = std::vector<std::string>;

class silent_sink final : public event_sink {
 public:
  void write(const log_event&) override {}
};

settings settings_of(const alert_scene& scene) {
  settings_input input;
  input.flags = {{"config", (scene.folder.path() / "config.toml").string()}, {"database", scene.database}};
  input.environment = [&](std::string_view name) -> std::optional<std::string> {
    return name == "HOME" ? std::optional{scene.folder.path().string()} : std::nullopt;
  };
  auto loaded = load_settings(input);
  REQUIRE(loaded);
  return std::move(*loaded);
}

// A run that says these events and ends so.
void run_with(const alert_scene& scene, const std::string& run_id, const std::vector<log_event>& events, int code,
              const std::string& arguments = {}) {
  silent_sink log;
  const auto values = settings_of(scene);
  run_alerts alerts{make_alert_setup(values, nullptr),
                    {"backfill", run_id, "host", false, *parse_database_url(scene.database), {}, arguments},
                    log};
  for (const auto& event : events) alerts.hear(event, utc_now());
  alerts.hear(events::job_end("backfill", 0, 12, code, std::nullopt, std::nullopt), utc_now());
  alerts.finish(code);
}

said titles(const alert_scene& scene) {
  said out;
  for (const auto& text : slack_texts(scene)) out.push_back(text.substr(1, text.find("*\n") - 1));
  return out;
}

std::shared_ptr<watch_facts> fresh_facts() {
  auto facts = std::make_shared<watch_facts>();
  facts->at = facts->read_at = utc_now();
  return facts;
}

watched_run run_that(watched_run::phase state, const std::string& job, const std::string& id, std::optional<int> code) {
  watched_run run;
  run.state = state;
  run.row.job = job;
  run.row.run_id = id;
  run.row.started_at = utc_now() - 1h;
  run.row.host = "elsewhere";
  run.row.exit_code = code;
  if (code) run.row.ended_at = utc_now();
  if (code.value_or(0) != 0) run.row.reason = "no schedule";
  return run;
}

}  // namespace

TEST_CASE("a run hears in its own log what there is to tell, and a good run ends it") {
  alert_scene scene;
  scene.configure("[alerts.slack]\nurl = \"" + scene.receiver.slack_url() + "\"\n");
  const std::vector<log_event> bad{
      events::documents_changed(8, "contract_drift: an integer was expected", "0022400061", "report it"),
      events::host_blocked.at(event_level::warn, "stats.nba.com", false, 60, "until", "403", 1, 5, 1),
      events::host_blocked.at(event_level::error, "cdn.nba.com", true, 60, "until", "403", 5, 5, 1),
      events::game_closed("0022400061", "2024-10-08", "refused", "fetch", "unavailable", "unavailable", "no data"),
      events::game_closed.at(event_level::info, "0022400062", "2024-10-08", "schedule", "", "", "cancelled", "off")};
  run_with(scene, "run1", bad, 3);
  // Failures 0 with exit code 3: not the run's own failure.
  CHECK(scene.receiver.complaints() == said{});
  REQUIRE(scene.alerts().empty());
  run_with(scene, "run1", bad, 123);
  CHECK(titles(scene) == said{"4 alerts"});
  const auto text = slack_texts(scene).front();
  for (const auto* part :
       {"the documents have changed", "cdn.nba.com refuses everything", "a game was given up", "backfill failed"})
    CHECK(contains(text, part));
  CHECK_FALSE(contains(text, "stats.nba.com"));
  scene.receiver.forget();
  run_with(scene, "run2", {}, 0);
  CHECK(titles(scene) == said{"Over: the documents have changed", "Over: cdn.nba.com refuses everything",
                              "Over: backfill failed"});  // the game stays given up
  scene.receiver.forget();
  run_with(scene, "run3", {}, 0);
  CHECK(titles(scene) == said{});
}

TEST_CASE("a good backfill of one season says nothing of another one") {
  alert_scene scene;
  scene.configure("[alerts.slack]\nurl = \"" + scene.receiver.slack_url() + "\"\n");
  const auto of = [](const char* season) { return std::string{"schedule backfill --season "} + season; };
  const std::vector<log_event> changed{events::documents_changed(8, "contract_drift", "0029600061", "report it")};
  run_with(scene, "run1", changed, 123, of("1996-97"));
  CHECK(titles(scene) == said{"the documents have changed (backfill 1996-97)", "backfill 1996-97 failed"});
  scene.receiver.forget();
  run_with(scene, "run2", {}, 0, of("2024-25"));
  CHECK(titles(scene) == said{});
  run_with(scene, "run3", {}, 0, of("1996-97"));
  CHECK(titles(scene) == said{"Over: the documents have changed (backfill 1996-97)", "Over: backfill 1996-97 failed"});
}

TEST_CASE("a killed run of another season is told of as one, and is over with a good run of that season") {
  alert_scene scene;
  scene.configure("[alerts.slack]\nurl = \"" + scene.receiver.slack_url() + "\"\n");
  const log_event died{event_level::warn,
                       "run.died",
                       {{"job", "backfill"},
                        {"died_run_id", "run1"},
                        {"arguments", "schedule backfill --season=1996-97"},
                        {"host", "h"}}};
  run_with(scene, "run2", {died}, 0, "schedule backfill --season 2024-25");
  CHECK(titles(scene) == said{"backfill 1996-97 was killed"});
  run_with(scene, "run3", {}, 0, "schedule backfill --season 1996-97");
  CHECK(titles(scene) == said{"backfill 1996-97 was killed", "Over: backfill 1996-97 was killed"});
}

TEST_CASE("serve tells a failed season until it is good, or nothing of it is left after a good run of another job") {
  alert_scene scene;
  scene.configure("[alerts]\n[alerts.slack]\nurl = \"" + scene.receiver.slack_url() + "\"\n");
  silent_sink log;
  const auto values = settings_of(scene);
  const auto look = [&](const std::shared_ptr<watch_facts>& facts) {
    serve_alerts::make(values, nullptr, log, 0ms)->observe(facts);
  };
  using phase = watched_run::phase;
  auto failed = run_that(phase::ended, "backfill", "run1", 2);
  failed.row.failures = 2;
  failed.row.arguments = "schedule backfill --season 1996-97";
  auto other = run_that(phase::ended, "backfill", "run2", 0);
  other.row.arguments = "schedule backfill --season 2024-25";
  season_report report;
  report.season = {1996};
  report.plan.emplace_back();
  report.ledger.emplace_back().state = game_state::parked;
  const auto facts_with = [&](std::vector<watched_run> runs) {
    auto facts = fresh_facts();
    facts->runs = std::move(runs);
    facts->status.seasons.push_back(season_report{report});
    return facts;
  };
  look(facts_with({other, failed}));
  CHECK(titles(scene) == said{"backfill 1996-97 failed"});
  scene.receiver.forget();
  const auto retried = run_that(phase::ended, "dlq", "run3", 0);
  look(facts_with({retried, other, failed}));  // one is parked still
  CHECK(titles(scene) == said{});
  report.ledger.front().state = game_state::done;
  look(facts_with({retried, other, failed}));
  CHECK(titles(scene) == said{"Over: backfill 1996-97 failed"});
}

TEST_CASE("a slip in a season is told once, and over with the job's next good run, however long after") {
  alert_scene scene;
  scene.configure("[alerts]\n[alerts.slack]\nurl = \"" + scene.receiver.slack_url() + "\"\n");
  silent_sink log;
  const auto values = settings_of(scene);
  const auto look = [&](std::vector<watched_run> runs) {
    auto facts = fresh_facts();
    facts->runs = std::move(runs);
    season_report report;
    report.season = {2024};
    report.plan.emplace_back();
    facts->status.seasons.push_back(std::move(report));
    serve_alerts::make(values, nullptr, log, 0ms)->observe(facts);
  };
  using phase = watched_run::phase;
  auto slip = run_that(phase::ended, "backfill", "run1", 123);
  slip.row.arguments = "schedule backfill --season 2098-99";
  auto daily = run_that(phase::ended, "daily", "run2", 0);
  look({slip});
  look({daily, slip});
  CHECK(titles(scene) == said{"backfill 2098-99 failed"});
  auto good = run_that(phase::ended, "backfill", "run3", 0);
  good.row.arguments = "schedule backfill --season 2024-25 --since 7";
  scene.receiver.forget();
  SUBCASE("it is among the runs that are watched") { look({good, daily, slip}); }
  SUBCASE("it is not any more") { look({good, daily}); }
  CHECK(titles(scene) == said{"Over: backfill 2098-99 failed"});
  look({good, daily, slip});
  CHECK(titles(scene) == said{"Over: backfill 2098-99 failed"});
}

TEST_CASE("a good run of a part of a season is no end of the season's failure") {
  alert_scene scene;
  scene.configure("[alerts.slack]\nurl = \"" + scene.receiver.slack_url() + "\"\n");
  const std::string whole = "schedule backfill --season 2024-25";
  run_with(scene, "run1", {}, 123, whole);
  run_with(scene, "run2", {}, 0, whole + " --game 0022400061");
  run_with(scene, "run3", {}, 130, whole);
  CHECK(titles(scene) == said{"backfill 2024-25 failed"});
  run_with(scene, "run4", {}, 0, whole);
  CHECK(titles(scene) == said{"backfill 2024-25 failed", "Over: backfill 2024-25 failed"});
}

TEST_CASE("what helps follows from the exit code, and from a host that refuses") {
  CHECK(help_after(3, "daily", "") == "nba-scraper dlq list");
  CHECK(help_after(99, "daily", "rejected") == "nba-scraper dlq list");
  CHECK(help_after(99, "daily", "edge_blocked") == "nba-scraper doctor");
  CHECK(help_after(99, "backfill", "throttled") == "nba-scraper doctor");
  CHECK(help_after(121, "daily", "storage") == "nba-scraper db check");
}

TEST_CASE("a run that finds a killed one says so at once, and at its good end that it is over") {
  alert_scene scene;
  scene.configure("[alerts.slack]\nurl = \"" + scene.receiver.slack_url() + "\"\n");
  const log_event died{event_level::warn, "run.died", {{"job", "backfill"}, {"died_run_id", "run1"}, {"host", "h"}}};
  run_with(scene, "run2", {died}, 130);
  CHECK(titles(scene) == said{"backfill was killed"});
  run_with(scene, "run3", {died}, 0);
  CHECK(titles(scene) == said{"backfill was killed", "Over: backfill was killed"});
}

TEST_CASE("exit codes as verdicts: games that failed are a failure, unless the settings say otherwise") {
  CHECK(judge_exit_code(0, 0, true) == run_verdict::well);
  CHECK(judge_exit_code(3, 3, true) == run_verdict::failed);
  CHECK(judge_exit_code(3, 3, false) == run_verdict::well);
  CHECK(judge_exit_code(1, 0, true) == run_verdict::silent);
  CHECK(judge_exit_code(120, 0, true) == run_verdict::failed);
  CHECK(judge_exit_code(121, 0, true) == run_verdict::database);
  CHECK(judge_exit_code(122, 0, true) == run_verdict::silent);
  CHECK(judge_exit_code(123, 0, false) == run_verdict::failed);
  CHECK(judge_exit_code(125, 0, true) == run_verdict::failed);
  CHECK(judge_exit_code(130, 0, true) == run_verdict::stopped);
  CHECK(judge_exit_code(143, 3, true) == run_verdict::stopped);
}

TEST_CASE("serve tells what can be seen from outside, once, and that it is over") {
  alert_scene scene;
  scene.configure("[alerts]\n[alerts.slack]\nurl = \"" + scene.receiver.slack_url() + "\"\n");
  silent_sink log;
  const auto values = settings_of(scene);
  const auto look = [&](const std::shared_ptr<watch_facts>& facts) {
    const auto serving = serve_alerts::make(values, nullptr, log, 0ms);
    REQUIRE(serving);
    serving->observe(facts);
  };
  struct row {
    const char* name;
    std::function<void(watch_facts&)> bad;
    std::function<void(watch_facts&)> good;
    const char* title;
  };
  const auto because = [](const char* kind, const char* subject) {
    return [=](watch_facts& facts) {
      facts.health.reasons.push_back({health_level::trouble, kind, subject, "it is so", "nba-scraper help"});
    };
  };
  const auto nothing = [](watch_facts&) {};
  const auto with_run = [](watched_run run) { return [=](watch_facts& facts) { facts.runs.push_back(run); }; };
  using phase = watched_run::phase;
  auto old = run_that(phase::ended, "daily", "run1", 0);
  old.row.started_at = utc_now() - 30h;
  const std::vector<row> table{
      {"a lane is held", because("lane_held", "2024-25/cup"), nothing, "2024-25/cup is held"},
      {"the disk", because("disk_low", "/srv"), nothing, "the disk is nearly full"},
      {"the database may not be written", because("database_unwritable", ""), nothing, "the database cannot be used"},
      {"a killed run", with_run(run_that(phase::died, "daily", "run1", {})),
       with_run(run_that(phase::ended, "daily", "run2", 0)), "daily was killed"},
      {"a run that failed", with_run(run_that(phase::ended, "backfill", "run1", 123)),
       with_run(run_that(phase::ended, "backfill", "run2", 0)), "backfill failed"},
      {"no daily run for 30 hours", with_run(old), with_run(run_that(phase::under_way, "daily", "run2", {})),
       "the daily run did not happen"},
  };
  for (const auto& [name, bad, good, title] : table) {
    CAPTURE(name);
    scene.receiver.forget();
    auto facts = fresh_facts();
    bad(*facts);
    for (int i = 0; i < 3; ++i) look(facts);
    CHECK(titles(scene) == said{title});
    scene.receiver.forget();
    facts = fresh_facts();
    good(*facts);
    for (int i = 0; i < 3; ++i) look(facts);
    CHECK(titles(scene) == said{std::string{"Over: "} + title});
  }
}

TEST_CASE("a database that serve cannot read is told of from the state file, and nothing else is concluded") {
  alert_scene scene;
  scene.configure("[alerts.slack]\nurl = \"" + scene.receiver.slack_url() + "\"\n[alerts]\nstate_file = \"" +
                  (scene.folder.path() / "state.json").string() + "\"\n");
  silent_sink log;
  auto values = settings_of(scene);
  const auto there = values.database;
  auto facts = fresh_facts();
  facts->trouble = "the server does not answer";
  facts->read_at -= 10s;
  serve_alerts::make(values, nullptr, log, 0ms)->observe(facts);  // a moment is none yet
  CHECK(titles(scene) == said{});
  auto to_come = fresh_facts();
  to_come->read_at = {};
  to_come->trouble = "there is no database yet";
  to_come->trouble_help = "nba-scraper schedule backfill --season 2024-25";
  serve_alerts::make(values, nullptr, log, 0ms)->observe(to_come);
  CHECK(titles(scene) == said{});
  facts->read_at -= 2min;
  values.database = "sqlite:////nowhere/nba.db";
  for (int i = 0; i < 2; ++i) serve_alerts::make(values, nullptr, log, 0ms)->observe(facts);
  CHECK(titles(scene) == said{"the database cannot be reached"});
  scene.receiver.forget();
  values.database = there;
  serve_alerts::make(values, nullptr, log, 0ms)->observe(fresh_facts());
  CHECK(titles(scene) == said{"Over: the database cannot be reached"});
}

TEST_CASE("a command: the message on its standard input, and what its end means") {
  const temporary_folder folder;
  const auto file = (folder.path() / "got").string();
  const std::atomic<bool> stop{false};
  const auto call = [&](const std::string& command, bool shell = true, const std::string& input = "{}\n") {
    return run_command(command, shell, input, 5'000ms, &stop);
  };
  CHECK(call("cat >" + file).outcome == delivery_outcome::delivered);
  std::ifstream in(file);
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "{}\n");
  CHECK(call("/bin/true", false).outcome == delivery_outcome::delivered);
  CHECK(call("/bin/true with words", false, std::string(1 << 20, 'x')).outcome == delivery_outcome::delivered);
  const auto failed = call("echo no luck >&2; exit 3");
  CHECK(failed.outcome == delivery_outcome::try_later);
  CHECK(failed.why == "exit code 3: no luck");
  CHECK(call("/nowhere/notify", false).outcome == delivery_outcome::refused);
  CHECK(call("nowhere-notify").outcome == delivery_outcome::refused);
  // No shell unless it is said.
  CHECK(call("/bin/true; touch " + file + "2", false).outcome == delivery_outcome::refused);
  // Whoever takes too long is ended, with all that he started.
  const auto slow = run_command("sleep 60 & sleep 60", true, "{}", 100ms, &stop);
  CHECK(slow.outcome == delivery_outcome::try_later);
  CHECK(contains(slow.why, "too long"));
}

TEST_CASE("a worker is not waited for longer than was said, and holds nothing of who left") {
  alert_worker worker;
  auto held = std::make_shared<std::atomic<int>>(0);
  worker.post([held](const std::atomic<bool>& stop) {
    while (!stop) std::this_thread::sleep_for(1ms);
    *held = 1;
  });
  worker.post([held](const std::atomic<bool>&) { *held = 2; });
  CHECK_FALSE(worker.finish(10ms));
  CHECK(*held == 1);
  CHECK(worker.finish(10ms));
}
