// A run that was killed is seen as dead: by the reader, `status`, `health` and the next run of its job, on both stores.
// And what the reader keeps, and what it says of a database that does not answer.
#include "cli/watch/health_facts.hpp"
#include "cli/watch/run_task.hpp"
#include "cli/watch/watch_facts.hpp"
#include "cli/watch/watched_runs.hpp"
#include "pipeline/health/first_run.hpp"
#include "tests/support/postgres_cluster.hpp"
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

using namespace nba;
using namespace nba::cli;
using namespace nba::cli::test;
using namespace std::chrono_literals;
using nba::test::postgres_cluster;
using nlohmann::json;
using phase = watched_run::phase;

namespace {

struct on_sqlite {
  temporary_folder folder;
  std::string url = folder.sqlite_url();
};
struct on_postgresql {
  std::string url = postgres_cluster::shared().url(postgres_cluster::shared().create_database());
};

constexpr const char* killed_id = "20241008T060001Z-killed";

run_row row_of(const std::string& job) {
  run_row row;
  row.run_id = killed_id;
  row.job = job;
  row.arguments = job + " --season 2024-25";
  row.started_at = *parse_timestamp("2024-10-08T06:00:01Z");
  row.host = "box";
  row.pid = static_cast<int>(::getpid());
  return row;
}

// A process of its own with a lock and a row, which goes on until it is killed. Made while this one has no threads.
class other_process {
 public:
  other_process(const std::string& url, const std::string& job) {
    int ready[2]{};
    REQUIRE(::pipe(ready) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      hold(url, job, ready[1]);
      ::_exit(1);
    }
    ::close(ready[1]);
    char said = 0;
    const auto bytes = ::read(ready[0], &said, 1);
    ::close(ready[0]);
    REQUIRE(bytes == 1);
  }
  ~other_process() { kill(); }
  other_process(const other_process&) = delete;
  other_process& operator=(const other_process&) = delete;

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  static void hold(const std::string& url, const std::string& job, int ready) {
    auto opened = open_store(*parse_database_url(url));
    if (!opened) return;
    auto lock = (*opened)->try_lock("backfill", "2024-25", killed_id);
    if (!lock || !std::holds_alternative<std::unique_ptr<run_lock>>(*lock)) return;
    if (!(*opened)->start_run(row_of(job))) return;
    if (::write(ready, "!", 1) != 1) return;
    for (;;) ::pause();
  }

  pid_t pid_ = 0;
};

settings settings_for(const std::string& url) {
  settings values;
  values.database = url;
  return values;
}

// Whatever room the machine of the test has.
outcome on(std::vector<std::string> words, const std::string& url) {
  static const temporary_folder folder;
  static const auto config = folder.write("config.toml", "[health]\ndisk_free_min_pct = 0\ndisk_free_min_bytes = 0\n");
  words.insert(words.end(), {"--database", url});
  return run(words, {{"NBA_SCRAPER_CONFIG", config}});
}

}  // namespace

TEST_CASE("what becomes of a run follows from its end and its lock") {
  auto row = row_of("daily");
  CHECK(phase_of(row, lock_sight::alive, false) == phase::under_way);
  CHECK(phase_of(row, lock_sight::alive, true) == phase::under_way);  // it can be seen, whatever it writes
  CHECK(phase_of(row, lock_sight::unseen, false) == phase::under_way);
  CHECK(phase_of(row, lock_sight::unseen, true) == phase::silent);
  CHECK(phase_of(row, lock_sight::dead, false) == phase::died);
  CHECK(phase_of(row, lock_sight::none, false) == phase::died);
  row.ended_at = row.started_at;
  CHECK(phase_of(row, lock_sight::none, false) == phase::died);  // noted by a later run: nobody saw an exit code
  row.exit_code = 0;
  CHECK(phase_of(row, lock_sight::none, false) == phase::ended);
}

TEST_CASE("of several locks of a run the one that shows most life counts") {
  const auto lock = [](const char* run, bool alive, bool dead) {
    named_lock one{"backfill", "2024-25", {}};
    one.holder.run_id = run;
    one.holder.seen_alive = alive;
    one.holder.seen_dead = dead;
    return one;
  };
  const std::vector<named_lock> locks{lock("a", false, true), lock("a", true, false), lock("b", false, true),
                                      lock("c", false, false)};
  CHECK(sight_of("a", locks) == lock_sight::alive);
  CHECK(sight_of("b", locks) == lock_sight::dead);
  CHECK(sight_of("c", locks) == lock_sight::unseen);
  CHECK(sight_of("d", locks) == lock_sight::none);
}

TEST_CASE_TEMPLATE("a killed run is dead for everybody who looks, and the next one says so once", Place, on_sqlite,
                   on_postgresql) {
  const Place place;
  sample_season season{place.url};
  season.complete(0);
  season.load(1);
  other_process killed{place.url, "derive"};
  CHECK(json::parse(on({"status", "--json"}, place.url).out)["last_run"]["phase"] == "under_way");
  CHECK(contains(on({"status"}, place.url).out, "Under way  derive, under way since 2024-10-08 06:00 UTC"));
  {
    const auto reader = make_watch_reader(settings_for(place.url), 30s);
    const auto before = reader->read({}, nullptr);
    REQUIRE_FALSE(before->trouble);
    REQUIRE(before->under_way());
    CHECK(before->under_way()->row.run_id == killed_id);
    killed.kill();
    const auto after = reader->read({}, nullptr);
    CHECK_FALSE(after->under_way());
    REQUIRE(after->runs.size() == 1);
    CHECK(after->runs[0].state == phase::died);
    // Nothing of the seasons has changed: the very same reports.
    REQUIRE(after->status.seasons.size() == 1);
    CHECK(&after->status.seasons.front() == &before->status.seasons.front());
    season.complete(1);
    CHECK(reader->read({}, nullptr)->status.seasons.front().done() == 2);
  }
  const auto status = json::parse(on({"status", "--json"}, place.url).out);
  CHECK(status["last_run"]["phase"] == "died");
  CHECK(status["runs_under_way"].empty());
  CHECK(contains(on({"status"}, place.url).out, "Last run   derive, killed: started 2024-10-08 06:00 UTC"));
  const auto health = on({"health"}, place.url);
  CHECK(health.code == 2);
  CHECK(contains(health.out, "TROUBLE: the last derive run of 2024-25 was killed"));
  CHECK(lines_of(health.out).size() == 1);

  const auto next = on({"derive", "--season", "2024-25"}, place.url);
  CHECK(next.code == 0);
  CHECK(contains(next.err, std::string("WARN run.died job=derive died_run_id=") + killed_id));
  const auto noted = season.database().read_run(killed_id);
  REQUIRE(noted);
  REQUIRE(*noted);
  CHECK((*noted)->ended_at == (*noted)->started_at);  // never heard of again
  CHECK_FALSE((*noted)->exit_code);
  CHECK_FALSE((*noted)->reason.empty());
  CHECK_FALSE(contains(on({"derive", "--season", "2024-25"}, place.url).err, "run.died"));
  CHECK(on({"health"}, place.url).code == 0);
}

TEST_CASE("a run that ended as it should is not called dead, and one of another job is left to that job") {
  const temporary_folder folder;
  sample_season season{folder.sqlite_url()};
  season.load(0);
  {
    other_process killed{folder.sqlite_url(), "backfill"};
    killed.kill();
  }
  CHECK_FALSE(contains(on({"derive", "--season", "2024-25"}, folder.sqlite_url()).err, "run.died"));
  const auto row = season.database().read_run(killed_id);
  REQUIRE(row);
  REQUIRE(*row);
  CHECK_FALSE((*row)->ended_at);
}

TEST_CASE("who cannot be seen is silent after the patience without a sign, by the watcher's own clock") {
  const temporary_folder folder;
  sample_season season{folder.sqlite_url()};
  REQUIRE(season.database().start_run(row_of("daily")));
  // Of another boot: this process cannot look.
  folder.execute("nba.db", std::string("INSERT INTO run_locks (stage, key, run_id, host, boot_id, pid_namespace, pid, "
                                       "process_started, since, number, heartbeat_at) VALUES ('schedule', 'daily', '") +
                               killed_id +
                               "', 'far', 'b', 'n', 7, 1, '2024-10-08T06:00:00.000Z', 7, '2024-10-08T06:00:00.000Z')");
  run_watch watch{90s};
  const auto start = run_watch::clock::now();
  const auto state_after = [&](std::chrono::seconds after) {
    const auto runs = watch.read(season.database(), start + after);
    REQUIRE(runs);
    REQUIRE(runs->size() == 1);
    return runs->front().state;
  };
  CHECK(state_after(0s) == phase::under_way);
  CHECK(state_after(89s) == phase::under_way);
  folder.execute("nba.db", "UPDATE run_locks SET heartbeat_at = '2024-10-08T06:00:10.000Z'");
  CHECK(state_after(90s) == phase::under_way);
  CHECK(state_after(179s) == phase::under_way);
  CHECK(state_after(180s) == phase::silent);
  REQUIRE(season.database().write_snapshot(killed_id, "{}", utc_now()));
  CHECK(state_after(181s) == phase::under_way);  // its snapshots are signs, too
  run_watch patient{0s};
  for (int look = 0; look < 2; ++look) {
    const auto runs = patient.read(season.database(), start + look * 24h);
    REQUIRE(runs);
    CHECK(runs->front().state == phase::under_way);
  }
}

TEST_CASE("a database that is not there, or goes away, is a fact, and what was known stays") {
  const temporary_folder folder;
  const auto url = folder.sqlite_url();
  const auto reader = make_watch_reader(settings_for(url), 30s);
  const auto absent = reader->read({}, nullptr);
  REQUIRE(absent->trouble);
  CHECK(absent->health.level == health_level::unknown);
  CHECK_FALSE(absent->was_read());
  CHECK_FALSE(std::filesystem::exists(folder.path() / "nba.db"));  // looking makes none
  CHECK(on({"health"}, url).code == 3);
  CHECK(on({"health", "--container"}, url).code == 1);
  { const sample_season season{url}; }
  const auto there = reader->read({}, nullptr);
  CHECK_FALSE(there->trouble);
  CHECK(there->was_read());
  std::filesystem::rename(folder.path() / "nba.db", folder.path() / "away.db");
  const auto gone = reader->read({}, nullptr);
  CHECK(gone->trouble);
  CHECK(gone->read_at == there->read_at);
  // At once, and when it is looked for again: a first run would make another one.
  for (int look = 0; look < 2; ++look) {
    const auto facts = reader->read({}, nullptr);
    CHECK(contains(facts->trouble.value_or(""), "is gone"));
    CHECK(facts->trouble_help == "nba-scraper db check");
  }
  CHECK(gone->status.seasons.size() == 1);
  std::filesystem::rename(folder.path() / "away.db", folder.path() / "nba.db");
  CHECK_FALSE(reader->read({}, nullptr)->trouble);
}

TEST_CASE("the run of this process is seen with its own snapshot") {
  const temporary_folder folder;
  sample_season season{folder.sqlite_url()};
  REQUIRE(season.database().start_run(row_of("daily")));
  const auto lock = season.database().try_lock("schedule", "daily", killed_id);
  REQUIRE(lock);
  run_snapshot own;
  own.at = utc_now();
  own.job.games_total = 42;
  const auto reader = make_watch_reader(settings_for(folder.sqlite_url()), 30s);
  const auto facts = reader->read(killed_id, &own);
  REQUIRE(facts->under_way());
  REQUIRE(facts->under_way()->snapshot);
  CHECK(facts->under_way()->snapshot->job.games_total == 42);
}

TEST_CASE("a run that has ended is seen with its report, and its success with its time") {
  const temporary_folder folder;
  sample_season season{folder.sqlite_url()};
  auto row = row_of("daily");
  REQUIRE(season.database().start_run(row));
  const auto reader = make_watch_reader(settings_for(folder.sqlite_url()), 30s);
  CHECK(reader->read({}, nullptr)->runs.front().row.report.empty());
  row.ended_at = row.started_at + 5s;
  row.exit_code = 0;
  row.report = R"({"rows_written": 7})";
  REQUIRE(season.database().end_run(row));
  for (int look = 0; look < 2; ++look) {
    const auto facts = reader->read({}, nullptr);
    CHECK(facts->runs.front().row.report == row.report);
    CHECK(facts->runs.front().row.snapshot.empty());
    CHECK(facts->successes.at("daily") == *row.ended_at);
  }
}

TEST_CASE("health of a new database, and of settings that cannot be") {
  const temporary_folder folder;
  REQUIRE(on({"db", "migrate"}, folder.sqlite_url()).code == 0);
  const auto fresh = on({"health"}, folder.sqlite_url());
  CHECK(fresh.code == 0);
  CHECK(fresh.out == "WELL: nothing is planned yet; to begin: " + first_run_command(utc_now()) + "\n");
  const auto document = json::parse(on({"health", "--json"}, folder.sqlite_url()).out);
  CHECK(document["level"] == "well");
  CHECK(document["code"] == 0);
  CHECK(document["reasons"].empty());
  const auto config = folder.write("bad.toml", "[health]\nlane_held_days_max = -1\n");
  const auto unusable = on({"health", "--config", config}, folder.sqlite_url());
  CHECK(unusable.code == 3);
  CHECK(unusable.out.starts_with("UNKNOWN: "));
  CHECK(on({"health", "--container", "--config", config}, folder.sqlite_url()).code == 1);
  CHECK(on({"status", "--config", config}, folder.sqlite_url()).code == 120);
}

TEST_CASE("--watch needs a terminal, and says what there is without one") {
  const temporary_folder folder;
  const auto refused = on({"status", "--watch"}, folder.sqlite_url());
  CHECK(refused.code == 100);
  CHECK(contains(refused.err, "nba-scraper status --json"));
  CHECK(on({"status", "--watch", "5", "--json"}, folder.sqlite_url()).code == 100);
  CHECK(on({"status", "--watch", "0"}, folder.sqlite_url()).code == 105);
}

TEST_CASE("since when a lane is held") {
  const temporary_folder folder;
  sample_season season{folder.sqlite_url()};
  const auto lane_after = [&] {
    const auto reader = make_watch_reader(settings_for(folder.sqlite_url()), 30s);
    return reader->read({}, nullptr);
  };
  const auto held = [](const watch_facts& facts) {
    return held_since(facts.status.seasons.front().lanes.front(), facts.marks, facts.letters, facts.at);
  };
  CHECK_FALSE(held(*lane_after()));  // nobody has asked for a game yet
  season.complete(0);
  CHECK_FALSE(held(*lane_after()));  // the rest of the season was not asked for
  season.complete(2);
  CHECK(held(*lane_after()));  // one between two that are there
  season.park(1, "transform", {failure_class::rejected, "points", "x"});
  auto facts = lane_after();
  CHECK(held(*facts) ==
        std::max(facts->letters.front().first_failed_at, utc_time{season.games()[1].date.time_since_epoch() + 29h}));
  const auto before = utc_now();
  REQUIRE(season.database().advance_watermark("backfill", "2024-25", season.id(0).str()));
  facts = lane_after();
  REQUIRE(held(*facts));
  CHECK(*held(*facts) >= before);  // the mark has moved since
}

TEST_CASE("a postponed game holds its lane, and nobody is told: there is nothing to do but wait") {
  const temporary_folder folder;
  sample_season season{folder.sqlite_url()};
  season.complete(0);
  season.complete(2);
  const std::vector<state_change> postponed{{season.id(1), game_state::postponed, 0, {}, ""}};
  REQUIRE(season.database().write_states(postponed, "run"));
  const auto facts = make_watch_reader(settings_for(folder.sqlite_url()), 30s)->read({}, nullptr);
  const auto& lane = facts->status.seasons.front().lanes.front();
  REQUIRE(lane.summary.holder);
  CHECK(lane.summary.holder->state == game_state::postponed);
  CHECK_FALSE(held_since(lane, facts->marks, facts->letters, facts->at));
}

TEST_CASE("a host is blocked while it rests, and while run after run ends because of it") {
  watch_facts facts;
  facts.at = *parse_timestamp("2024-11-17T12:00:00Z");
  const auto hour = [&](int ago) { return facts.at - std::chrono::hours{ago}; };
  const auto run_of = [&](int ended_ago, const char* job, const char* error_class) {
    watched_run run;
    run.row.job = job;
    run.row.started_at = hour(ended_ago + 1);
    run.row.ended_at = hour(ended_ago);
    run.row.exit_code = *error_class ? 3 : 0;
    run.row.error_class = error_class;
    return run;
  };
  facts.marks = {{"host", "cdn.nba.com", format_timestamp(hour(2)), hour(3)}};
  CHECK(blocked_hosts_of(facts).empty());  // over, and nothing speaks of it
  facts.runs = {run_of(1, "derive", ""), run_of(3, "daily", "edge_blocked"), run_of(27, "daily", "edge_blocked"),
                run_of(51, "daily", "")};
  const auto blocked = blocked_hosts_of(facts);
  REQUIRE(blocked.size() == 1);
  CHECK(blocked[0].since == hour(27));
  CHECK_FALSE(blocked[0].until);
  facts.runs.insert(facts.runs.begin(), run_of(0, "daily", ""));
  CHECK(blocked_hosts_of(facts).empty());  // it serves again
}

TEST_CASE("a command line names its season, or none") {
  CHECK(season_in("schedule backfill --season 2024-25 --parallel 8") == "2024-25");
  CHECK(season_in("derive --season=1999-00") == "1999-00");
  CHECK(season_in("schedule daily").empty());
  CHECK(season_in("schedule backfill --season").empty());
  CHECK(season_in("schedule backfill --season 2024").empty());
  CHECK(season_in("x --seasons 2024-25 --season 2023-24") == "2023-24");
}

TEST_CASE("a command line names the part of the job that it is, or none") {
  CHECK(scope_in("--quiet schedule backfill --season 2024-25 --parallel 8").empty());
  CHECK(scope_in("schedule daily --catch-up-days 9").empty());
  CHECK(scope_in("schedule backfill --from=2024-10-22 --season 2024-25 --to 2024-10-29") ==
        "--from 2024-10-22 --to 2024-10-29");
  CHECK(scope_in("schedule backfill --game 0022400061 0022400062 --quiet") == "--game 0022400061 0022400062");
  CHECK(scope_in("schedule backfill --since 7") == "--since 7");
  CHECK(scope_in("schedule backfill --game-types regular") == "--game-types regular");
  CHECK(scope_in("dlq retry 12 --refetch") == "12");
}

TEST_CASE("the command that does it again is what was typed, without what kept it silent") {
  watch_facts facts;
  auto& row = facts.runs.emplace_back().row;
  row.job = "backfill";
  row.arguments =
      "--quiet schedule backfill --log-file '/var/log/my logs/a' --season 2024-25 --log-level=error --no-progress "
      "--parallel 8 --metrics-file a.prom";
  row.exit_code = 123;
  const auto ends = job_ends_of(facts, *parse_date("2024-11-17"));
  REQUIRE(ends.size() == 1);
  CHECK(ends.front().again == "nba-scraper schedule backfill --season 2024-25 --parallel 8");
}

TEST_CASE("the last run of each job and season counts, and one that met another run says nothing") {
  watch_facts facts;
  facts.at = facts.read_at = *parse_timestamp("2024-11-17T12:00:00Z");
  const auto today = et_date_of(facts.at);
  const auto ran = [&](const char* id, const char* job, const char* arguments, std::optional<int> code) {
    watched_run run;
    run.state = code ? watched_run::phase::ended : watched_run::phase::died;
    run.row.run_id = id;
    run.row.job = job;
    run.row.arguments = arguments;
    run.row.started_at = facts.at;
    run.row.ended_at = facts.at;
    run.row.exit_code = code;
    return run;
  };
  const auto failing = [&] {
    std::vector<std::string> out;
    for (const auto& end : job_ends_of(facts, today))
      if (end.exit_code != 0) out.push_back(task_name(end.job, end.season));
    return out;
  };
  using names = std::vector<std::string>;
  season_report report;
  report.season = {1996};
  report.plan.emplace_back();
  report.ledger.emplace_back().state = game_state::planned;
  facts.status.seasons.push_back(report);
  const auto old = "schedule backfill --season 1996-97";
  facts.runs = {ran("r4", "daily", "schedule daily", 122),
                ran("r3", "backfill", "schedule backfill --season 2024-25", 0), ran("r2", "backfill", old, 123),
                ran("r1", "daily", "schedule daily", {})};
  CHECK(failing() == names{"backfill 1996-97", "daily"});
  facts.runs.insert(facts.runs.begin(), ran("r5", "backfill", old, 0));
  CHECK(failing() == names{"daily"});
  // A failed retry of letters, of which none is left after a good run; and a job without a season for all of them.
  facts.runs = {ran("r3", "repair", "db repair", 0), ran("r2", "repair", "db repair --season 2024-25", 3),
                ran("r1", "dlq", "dlq retry", 1)};
  CHECK(failing() == names{});
  facts.letters.emplace_back();
  CHECK(failing() == names{"dlq"});
  // What is under way is the answer, for its own season.
  facts.runs = {ran("r3", "backfill", old, {}), ran("r2", "backfill", old, 123), ran("r1", "backfill", "", 123)};
  facts.runs.front().state = watched_run::phase::under_way;
  CHECK(failing() == names{"backfill"});
}

TEST_CASE("a good run of a part, and a stopped one, leave the failure before them as it was") {
  watch_facts facts;
  facts.at = facts.read_at = *parse_timestamp("2024-11-17T12:00:00Z");
  season_report report;
  report.season = {2024};
  report.plan.emplace_back();
  report.ledger.emplace_back().state = game_state::planned;
  facts.status.seasons.push_back(report);
  const std::string whole = "schedule backfill --season 2024-25";
  // The oldest first.
  const auto failing = [&](const std::vector<std::pair<std::string, int>>& runs) {
    facts.runs.clear();
    for (const auto& [arguments, code] : runs) {
      auto& run = *facts.runs.emplace(facts.runs.begin());
      run.state = phase::ended;
      run.row.run_id = "r" + std::to_string(facts.runs.size());
      run.row.job = "backfill";
      run.row.arguments = arguments;
      run.row.ended_at = facts.at;
      run.row.exit_code = code;
    }
    std::vector<std::string> out;
    for (const auto& end : job_ends_of(facts, et_date_of(facts.at)))
      if (end.exit_code != 0) out.push_back(end.run_id);
    return out;
  };
  using ids = std::vector<std::string>;
  for (const auto* part :
       {" --game 0022400061", " --from 2024-10-22", " --to=2024-10-29", " --since 7", " --game-types regular"}) {
    CAPTURE(part);
    CHECK(failing({{whole, 123}, {whole + part, 0}}) == ids{"r1"});
    CHECK(failing({{whole, 123}, {whole + part, 0}, {whole, 0}}) == ids{});
    // What failed as a part is made good by the same part, and the whole still is not.
    CHECK(failing({{whole + part, 3}, {whole + part, 0}}) == ids{});
    CHECK(failing({{whole, 123}, {whole + part, 3}, {whole + part, 0}}) == ids{"r1"});
    CHECK(failing({{whole, 123}, {whole + part, 3}}) == ids{"r2"});
    CHECK(failing({{whole + part, 3}, {whole, 0}}) == ids{});
  }
  CHECK(failing({{whole, 123}, {whole, 130}}) == ids{"r1"});
  CHECK(failing({{whole, 123}, {whole, 143}, {whole, 122}}) == ids{"r1"});
  CHECK(failing({{whole, 0}, {whole, 130}}) == ids{});
  report.ledger.front().state = game_state::done;
  facts.status.seasons = {};
  facts.status.seasons.push_back(report);
  CHECK(failing({{whole, 123}, {whole + " --game 0022400061", 0}}) == ids{});
}

TEST_CASE("a season without games, as after a slip, is no trouble of the database") {
  watch_facts facts;
  facts.at = facts.read_at = *parse_timestamp("2024-11-17T12:00:00Z");
  auto& run = facts.runs.emplace_back();
  run.state = phase::ended;
  run.row.job = "backfill";
  run.row.arguments = "schedule backfill --season 2024-25";
  run.row.ended_at = facts.at;
  run.row.exit_code = 123;
  const auto counts = [&] { return !job_ends_of(facts, et_date_of(facts.at)).empty(); };
  // A first run that is refused may be of a season that is one.
  run.row.error_class = "unavailable";
  CHECK(counts());
  run.row.arguments = "schedule backfill --season 2098-99";
  CHECK_FALSE(counts());
  run.row.arguments = "schedule backfill --season 1997-98";
  CHECK(counts());
  run.row.error_class = "rejected";  // the schedule lists no game of it
  CHECK_FALSE(counts());
  run.row.exit_code = 125;
  CHECK(counts());
  season_report report;
  const auto known = [&](season of) {
    report.season = of;
    facts.status.seasons = {};
    facts.status.seasons.push_back(report);
  };
  known({2024});  // without a plan
  CHECK(counts());
  report.plan.emplace_back();
  known({2024});
  CHECK_FALSE(counts());
  known({1997});
  CHECK(counts());
}

TEST_CASE("which days a daily run has missed") {
  const temporary_folder folder;
  sample_season season{folder.sqlite_url()};
  const auto first = season.games().front().date;
  database_status status;
  season_report report;
  report.season = {2024};
  report.plan = season.games();
  for (const auto& game : season.games()) {
    ledger_entry entry;
    entry.id = game.id;
    entry.date = game.date;
    report.ledger.push_back(entry);
  }
  const auto missed = [&](season_report of, et_date mark, et_date today) {
    status.daily = format_date(mark);
    status.daily_state = judge_daily_mark(status.daily, today - date::days{1});
    status.seasons = {};
    status.seasons.push_back(std::move(of));
    return daily_facts_of(status, today);
  };
  const auto after = season.games().back().date + date::days{10};
  auto facts = missed(report, first - date::days{1}, after);
  CHECK(facts.first_missed == first);
  CHECK(facts.games_missed == season.games().size());
  CHECK_FALSE(missed(report, first - date::days{1}, first).first_missed);  // its day is not over
  auto settled = report;
  for (auto& entry : settled.ledger) entry.state = game_state::done;
  settled.ledger[1].state = game_state::parked;     // waits for a person: not the daily run's fault
  settled.ledger[2].state = game_state::postponed;  // for nobody
  CHECK_FALSE(missed(settled, first - date::days{1}, after).first_missed);
  // In January a season is under way; in July none is.
  CHECK(missed(report, first, *parse_date("2026-01-10")).season_unplanned == "2025-26");
  CHECK(missed(report, first, *parse_date("2026-07-10")).season_unplanned.empty());
}
