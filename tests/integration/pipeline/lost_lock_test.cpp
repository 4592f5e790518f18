// A run whose lock passes to another one writes nothing more and ends with 122.
#include "tests/integration/pipeline/scene.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <thread>

using namespace nba;
using namespace nba::test;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Minutes in the field, a second here.
std::vector<std::string> with_patience(const scene& world, std::vector<std::string> words) {
  const auto file = world.folder().path() / "patience.toml";
  std::ofstream{file} << "[store]\nlock_patience_seconds = 1\n";
  words.insert(words.end(), {"--config", file.string()});
  return words;
}

// Until some games are done; in no transaction then, as far as a look from outside can tell.
void stop_in_the_middle(child_process& run, const std::string& database) {
  for (int i = 0; i < 5'000 && run.err_so_far().find("watermark.advance") == std::string::npos; ++i)
    std::this_thread::sleep_for(milliseconds{2});
  for (int i = 0; i < 100; ++i) {
    run.signal(SIGSTOP);
    store_options impatient;
    impatient.busy_timeout = milliseconds{100};
    const auto probe = open_store(*parse_database_url(database), impatient);
    if (probe && (*probe)->advance_watermark("test", "probe", std::to_string(1000 + i))) return;
    run.signal(SIGCONT);
    std::this_thread::sleep_for(milliseconds{20});
  }
  FAIL("the run is always in a transaction");
}

// Empty while there is no such table.
std::string ask_or_nothing(const std::string& database, const std::string& sql) {
  try {
    return ask(database, sql);
  } catch (const std::exception&) {
    return {};
  }
}

process_result end_of(child_process& run) {
  auto ended = run.wait(seconds{60});
  REQUIRE_MESSAGE(ended, "the run does not end:\n" << run.err_so_far());
  return *std::move(ended);
}

}  // namespace

TEST_CASE("a run that was stopped, and whose lock another run took meanwhile, writes nothing more and ends with 122") {
  scene_settings settings;
  settings.league.regular_games = 400;
  settings.latency = {latency_model::shape::uniform, 2, 6};
  scene world{settings};
  const auto database = world.new_database("sqlite");
  const auto words = with_patience(world, backfill);
  const auto first = world.start(database, words);
  stop_in_the_middle(*first, database);
  const auto second = world.run(database, words);
  CHECK_MESSAGE(second.exit_code == 0, second.err);
  CHECK(second.err.find("job.lock_watch") != std::string::npos);
  const auto before = dump(database);
  const auto runs = ask(database, "SELECT count(*) FROM ingest_runs WHERE ended_at IS NOT NULL");
  first->signal(SIGCONT);
  const auto ended = end_of(*first);
  CHECK_MESSAGE(ended.exit_code == 122, ended.err);
  CHECK(ended.err.find("lost its lock") != std::string::npos);
  CHECK(first_difference(before, dump(database)) == "");
  CHECK(ask(database, "SELECT count(*) FROM ingest_runs WHERE ended_at IS NOT NULL") == runs);
  CHECK(ask(database, "SELECT count(*) FROM run_locks") == "0");
}

TEST_CASE("`db unlock` names the holder, releases its lock, and the holder ends by itself") {
  for (const std::string backend : {"sqlite", "postgresql"}) {
    CAPTURE(backend);
    scene_settings settings;
    settings.league.regular_games = 60;
    settings.faults = {{.kind = fault_kind::stall, .where = endpoint::boxscore, .duration = seconds{60}}};
    scene world{settings};
    const auto database = world.new_database(backend);
    const auto run = world.start(database, with_patience(world, backfill));
    for (int i = 0; i < 5'000 && ask_or_nothing(database, "SELECT count(*) FROM run_locks") != "1"; ++i)
      std::this_thread::sleep_for(milliseconds{5});
    const std::vector<std::string> unlock{"db", "unlock", "--stage", "backfill", "--key", "2024-25"};
    auto answer = world.run(database, {"db", "unlock"});
    CHECK(answer.exit_code == 0);
    CHECK_MESSAGE(answer.out.find("backfill") != std::string::npos, answer.out);
    answer = world.run(database, unlock);  // nobody says yes
    CHECK(answer.exit_code == 1);
    CHECK(ask(database, "SELECT count(*) FROM run_locks") == "1");
    auto sure = unlock;
    sure.push_back("--yes");
    answer = world.run(database, sure);
    CHECK_MESSAGE(answer.exit_code == 0, answer.err);
    CHECK(answer.out.find("process") != std::string::npos);
    CHECK(world.run(database, sure).exit_code == 1);
    const auto ended = end_of(*run);
    CHECK_MESSAGE(ended.exit_code == 122, ended.err);
    CHECK(ask(database, "SELECT count(*) FROM ingest_runs WHERE ended_at IS NOT NULL") == "0");
    world.server().set_faults({});
    CHECK(world.run(database, backfill).exit_code == 0);
  }
}

TEST_CASE("a holder in another container is watched: dead, its lock is taken; a signal ends the waiting") {
  scene world{20};
  const auto database = world.new_database("sqlite");
  REQUIRE(world.run(database, {"db", "migrate"}).exit_code == 0);
  {
    const auto other = open(database);
    auto lock = other->try_lock("backfill", "2024-25", "run-of-a-container");
    REQUIRE(lock);
    REQUIRE(std::holds_alternative<std::unique_ptr<run_lock>>(*lock));
    // The row stays as a killed container leaves it.
    change(database, "UPDATE run_locks SET pid_namespace = 'pid:[1]', number = number + 1");
  }
  CHECK(ask(database, "SELECT count(*) FROM run_locks") == "1");
  const auto patient = world.start(database, backfill);  // 90 seconds
  for (int i = 0; i < 1'000 && patient->err_so_far().find("job.lock_watch") == std::string::npos; ++i)
    std::this_thread::sleep_for(milliseconds{10});
  CHECK(patient->err_so_far().find("run-of-a-container") != std::string::npos);
  patient->signal(SIGTERM);
  CHECK(end_of(*patient).exit_code == 143);
  const auto next = world.run(database, with_patience(world, backfill));
  CHECK_MESSAGE(next.exit_code == 0, next.err);
}
