#include "cli/metrics/metrics_file.hpp"

#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>

using namespace nba;
using namespace nba::cli;
using namespace nba::cli::test;

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) out.push_back(entry.path().filename().string());
  return out;
}

class counting_reader final : public watch_reader {
 public:
  explicit counting_reader(std::atomic<int>& readings) : readings_(readings) {}
  std::shared_ptr<const watch_facts> read(const std::string&, const run_snapshot*) override {
    ++readings_;
    auto out = std::make_shared<watch_facts>();
    out->at = out->read_at = utc_now();
    return out;
  }

 private:
  std::atomic<int>& readings_;
};

class listening_sink final : public event_sink {
 public:
  void write(const log_event& event) override {
    const std::lock_guard guard(mutex);
    names.emplace_back(event.name);
  }
  std::mutex mutex;
  std::vector<std::string> names;
};

// A run of `task` that is over at once.
void write_one(const std::string& path, event_sink& events, std::atomic<int>& readings) {
  settings values;
  values.metrics_file = path;
  const snapshot_board board;
  metrics_file file{values, metrics_scope{"daily", false}, board, events, std::make_unique<counting_reader>(readings)};
  file.finish(0);
}

}  // namespace

TEST_SUITE("metrics file") {
  TEST_CASE("the file is whole, readable by everybody whatever the umask, and alone in its folder") {
    const temporary_folder folder;
    const auto path = (folder.path() / "daily.prom").string();
    const auto umask_before = ::umask(0077);
    REQUIRE(write_metrics_file(path, "a 1\n"));
    REQUIRE(write_metrics_file(path, "b 2\n"));
    ::umask(umask_before);
    CHECK(text_of(path) == "b 2\n");
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0644);
    CHECK(names_in(folder.path()) == std::vector<std::string>{"daily.prom"});
  }

  TEST_CASE("a link at the place of the unfinished file is not followed") {
    const temporary_folder folder;
    const auto other = folder.write("other", "mine");
    std::filesystem::create_symlink(other, folder.path() / (".daily.prom." + std::to_string(::getpid()) + ".tmp"));
    CHECK_FALSE(write_metrics_file((folder.path() / "daily.prom").string(), "a 1\n"));
    CHECK(text_of(other) == "mine");
  }

  TEST_CASE("it is written at the beginning and at the end, and one setting does for every task") {
    const temporary_folder folder;
    listening_sink events;
    std::atomic<int> readings = 0;
    write_one((folder.path() / "{task}.prom").string(), events, readings);
    CHECK(readings == 2);
    const auto text = text_of(folder.path() / "daily.prom");
    CHECK(contains(text, "nba_scraper_database_readable{task=\"daily\"} 1\n"));
    CHECK(text.ends_with("\n"));
    CHECK(events.names.empty());
  }

  TEST_CASE("where it cannot be written the run hears of it once") {
    const temporary_folder folder;
    listening_sink events;
    std::atomic<int> readings = 0;
    write_one((folder.path() / "none" / "daily.prom").string(), events, readings);
    CHECK(readings == 2);
    CHECK(events.names == std::vector<std::string>{"metrics.file_failed"});
  }

  TEST_CASE("a name that the collector would pass over is refused") {
    CHECK(run({"status", "--metrics-file", "daily.txt"}).code == 105);
    const temporary_folder folder;
    const auto config = folder.write("config.toml", "metrics_file = \"/var/lib/metrics\"\n");
    const auto refused = run({"status", "--config", config});
    CHECK(refused.code == 120);
    CHECK(contains(refused.err, ".prom"));
  }

  TEST_CASE("every command that changes the database leaves its end in the file, and one that reads leaves none") {
    season_on_disk disk;
    disk.season.park(0, "transform", {failure_class::rejected, "no", "rule"});
    const auto metrics = disk.folder.path() / "metrics";
    std::filesystem::create_directory(metrics);
    const auto place = (metrics / "{task}.prom").string();
    const auto waived =
        disk.on({"dlq", "waive", disk.season.id(0).str(), "--reason", "a test", "--metrics-file", place});
    CAPTURE(waived.err);
    CHECK(waived.code == 0);
    CHECK(disk.on({"status", "--metrics-file", place}).code == 0);
    CHECK(names_in(metrics) == std::vector<std::string>{"waive.prom"});
    const auto text = text_of(metrics / "waive.prom");
    CHECK(contains(text, "nba_scraper_last_run_exit_code{task=\"waive\"} 0\n"));
    CHECK(contains(text, "nba_scraper_run_state{state=\"ended\",task=\"waive\"} 1\n"));
    CHECK(contains(text, "nba_scraper_last_success_timestamp_seconds{task=\"waive\"} "));
    CHECK(contains(text, "nba_scraper_closed_games{class=\"waived\",task=\"waive\"} 1\n"));
    CHECK(contains(text, "nba_scraper_dead_letters{class=\"rejected\",task=\"waive\"} 0\n"));

    // A second one fails; when the task last succeeded stays what it was.
    const auto success = text.substr(text.find("nba_scraper_last_success_timestamp_seconds{"), 90);
    CHECK(disk.on({"dlq", "waive", "0099900001", "--reason", "a test", "--metrics-file", place}).code != 0);
    CHECK(contains(text_of(metrics / "waive.prom"), success.substr(0, success.find('\n') + 1)));
  }

  TEST_CASE("a run that never gets its database leaves its exit code, and when that was") {
    const temporary_folder folder;
    const auto place = (folder.path() / "{task}.prom").string();
    const auto blocked = folder.write("place", "a file where a folder should be");
    const auto failed = run({"schedule", "daily", "--source", "sim", "--database", "sqlite:///" + blocked + "/nba.db",
                             "--metrics-file", place});
    CHECK(failed.code == 121);
    const auto text = text_of(folder.path() / "daily.prom");
    CHECK(contains(text, "nba_scraper_last_run_exit_code{task=\"daily\"} 121\n"));
    CHECK(contains(text, "nba_scraper_last_run_end_timestamp_seconds{task=\"daily\"} "));
    CHECK(contains(text, "nba_scraper_run_state{state=\"ended\",task=\"daily\"} 1\n"));
    CHECK(contains(text, "nba_scraper_database_readable{task=\"daily\"} 0\n"));
    CHECK_FALSE(contains(text, "nba_scraper_last_success"));
  }

  TEST_CASE(
      "the end of a run is added where the database has none: not of one that was there twice, stopped, or noted") {
    const metrics_scope scope{"daily", false, "run2"};
    const auto began = *parse_timestamp("2024-11-17T11:00:00Z");
    watch_facts known;
    known.at = began + std::chrono::minutes{1};
    auto& before = known.runs.emplace_back().row;
    before.run_id = "run1";
    before.job = "daily";
    before.started_at = began - std::chrono::hours{24};
    before.ended_at = began - std::chrono::hours{23};
    before.exit_code = 0;
    const auto after = [&](int code) {
      auto facts = known;
      add_own_end(facts, scope, began, code);
      return facts.runs;
    };
    for (const int code : {0, 3, 106, 122, 130, 143}) {
      CAPTURE(code);
      CHECK(after(code).size() == 1);
    }
    for (const int code : {119, 120, 121, 123, 125}) {
      CAPTURE(code);
      const auto runs = after(code);
      REQUIRE(runs.size() == 2);
      CHECK(runs.front().row.run_id == "run2");
      CHECK(runs.front().row.exit_code == code);
      CHECK(runs.front().row.started_at == began);
      CHECK(runs.front().row.ended_at == known.at);
    }
    // Its row is there, and nobody could complete it.
    known.runs.front().row.run_id = "run2";
    known.runs.front().row.ended_at.reset();
    known.runs.front().row.exit_code.reset();
    known.runs.front().state = watched_run::phase::under_way;
    CHECK(after(121).front().row.exit_code == 121);
    CHECK(after(121).front().state == watched_run::phase::ended);
    known.runs.front().row.ended_at = began;
    known.runs.front().row.exit_code = 123;
    CHECK(after(121).front().row.exit_code == 123);
  }

  TEST_CASE("a command does its work where the file cannot be written") {
    season_on_disk disk;
    const auto moved = disk.on({"watermark", "set", "my_stage", "my_key", "7", "--metrics-file",
                                (disk.folder.path() / "none" / "a.prom").string()});
    CHECK(moved.code == 0);
    CHECK(contains(moved.err, "metrics.file_failed"));
  }
}
