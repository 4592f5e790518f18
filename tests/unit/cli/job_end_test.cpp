// Every ending of every command that changes the database is exactly one event job.end, with code, class and reason.
#include "actors/run/run_session.hpp"
#include "storage/run_lock.hpp"
#include "tests/unit/cli/sample_season.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

using namespace nba;
using namespace nba::cli::test;
using nlohmann::json;

namespace {

using typed_words = std::vector<std::string>;

// The commands, each with the name of its job.
const std::vector<std::pair<std::string, typed_words>>& changing_commands() {
  static const std::vector<std::pair<std::string, typed_words>> commands{
      {"backfill", {"schedule", "backfill", "--season", "2024-25"}},
      {"daily", {"schedule", "daily"}},
      {"derive", {"derive", "--season", "2024-25"}},
      {"dlq", {"dlq", "retry"}},
      {"waive", {"dlq", "waive", "0022400005", "--reason", "no data"}},
      {"reopen", {"dlq", "reopen", "0022400005"}},
      {"watermark", {"watermark", "set", "schedule", "daily", "2024-10-22"}},
      {"watermark", {"watermark", "reset", "schedule", "daily"}},
      {"migrate", {"db", "migrate"}},
      {"adopt", {"db", "verify", "--adopt"}},
      {"repair", {"db", "repair"}},
      {"unlock", {"db", "unlock", "--stage", "backfill", "--key", "2024-25", "--yes"}},
  };
  return commands;
}

struct ending {
  nba::cli::test::outcome answer;
  std::vector<json> ends;  // the events job.end in the log file
  std::vector<json> all;
};

// With the log as JSON, in a file as well as on standard error; every line of both must be JSON.
ending run_logged(const temporary_folder& folder, typed_words command, const std::string& database) {
  const auto file = folder.path() / "log.json";
  std::filesystem::remove(file);
  command.insert(command.end(), {"--database", database, "--log-format", "json", "--log-file", file.string()});
  // No host is asked: whatever gets that far finds nobody there.
  ending out{run(command, {{"HOME", folder.path().string()},
                           {"NBA_CDN_URL", "http://127.0.0.1:1/static"},
                           {"NBA_STATS_URL", "http://127.0.0.1:1/stats"}}),
             {},
             {}};
  for (const auto& line : lines_of(out.answer.err)) CHECK_MESSAGE(json::accept(line), line);
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);) {
    REQUIRE_MESSAGE(json::accept(line), line);
    out.all.push_back(json::parse(line));
    if (out.all.back()["event"] == "job.end") out.ends.push_back(out.all.back());
  }
  return out;
}

}  // namespace

TEST_CASE("a database that cannot be used is one job.end with 121, storage and the reason") {
  const temporary_folder folder;
  for (const auto& [job, command] : changing_commands()) {
    CAPTURE(job);
    CAPTURE(command.back());
    const auto ended = run_logged(folder, command, "postgresql://nobody@127.0.0.1:1/none");
    CHECK(ended.answer.code == 121);
    REQUIRE(ended.ends.size() == 1);
    const auto& end = ended.ends.front();
    CHECK(end["job"] == job);
    CHECK(end["level"] == "ERROR");
    CHECK(end["exit_code"] == 121);
    CHECK(end["class"] == "storage");
    CHECK(contains(end["reason"].get<std::string>(), "127.0.0.1"));
    CHECK_FALSE(end["run_id"].get<std::string>().empty());
    CHECK(end == ended.all.back());
  }
}

TEST_CASE("the class beside 121 is storage also where no address like that can be a database") {
  const temporary_folder folder;
  for (const auto& [job, command] : changing_commands()) {
    CAPTURE(job);
    const auto ended = run_logged(folder, command, "sqlite:////dev/null/nba.db");
    REQUIRE(ended.ends.size() == 1);
    CHECK(ended.ends.front()["exit_code"] == 121);
    CHECK(ended.ends.front()["class"] == "storage");
  }
}

TEST_CASE("an exit code of a command is that of its job.end, and a good ending has no reason") {
  const temporary_folder folder;
  const auto url = folder.sqlite_url();
  for (const auto& [job, command] : changing_commands()) {
    const sample_season season{url};
    CAPTURE(job);
    CAPTURE(command.back());
    const auto ended = run_logged(folder, command, url);
    REQUIRE(ended.ends.size() == 1);
    const auto& end = ended.ends.front();
    CHECK(end["exit_code"] == ended.answer.code);
    CHECK(end.contains("reason") == (ended.answer.code != 0));
    CHECK(end["level"] == (ended.answer.code == 0 ? "INFO" : ended.answer.code < 100 ? "WARN" : "ERROR"));
    for (const auto* file : {"nba.db", "nba.db-wal", "nba.db-shm"}) std::filesystem::remove(folder.path() / file);
  }
}

TEST_CASE("whoever meets a held lock says the same of the holder, whatever the command") {
  const temporary_folder folder;
  const auto url = folder.sqlite_url();
  sample_season season{url};
  season.set_state(4, game_state::unavailable);
  for (const auto& [job, command] : changing_commands()) {
    if (job == "migrate" || job == "adopt" || job == "unlock" || job == "dlq" || job == "repair")
      continue;  // need none
    CAPTURE(job);
    std::vector<lock_attempt> held;
    for (const auto& [stage, key] : {std::pair{"backfill", "2024-25"}, std::pair{"schedule", "daily"}}) {
      auto lock = season.database().try_lock(stage, key, "20241008T060001Z-other0");
      REQUIRE(lock);
      held.push_back(std::move(*lock));
    }
    auto wanted = command;
    if (job == "waive" || job == "reopen") wanted[2] = season.id(job == "waive" ? 0 : 4).str();
    if (job == "waive") season.set_state(0, game_state::parked);
    const auto ended = run_logged(folder, wanted, url);
    CHECK(ended.answer.code == 122);
    std::size_t told = 0;
    for (const auto& event : ended.all) {
      if (event["event"] != "job.lock_held") continue;
      ++told;
      CHECK(event["level"] == "ERROR");
      CHECK(event["job"] == job);
      CHECK(event["holder_run_id"] == "20241008T060001Z-other0");
      for (const auto* field : {"stage", "key", "holder_host", "holder_pid", "since"}) CHECK(event.contains(field));
    }
    CHECK(told == 1);
    REQUIRE(ended.ends.size() == 1);
    CHECK(ended.ends.front()["exit_code"] == 122);
    CHECK_FALSE(ended.ends.front()["reason"].get<std::string>().empty());
  }
}

TEST_CASE("commands that only read, and dry runs, end no job") {
  const temporary_folder folder;
  const auto url = folder.sqlite_url();
  const sample_season season{url};
  for (const auto& command : std::vector<typed_words>{{"status"},
                                                      {"gaps", "--season", "2024-25"},
                                                      {"dlq", "list"},
                                                      {"dlq", "retry", "--dry-run"},
                                                      {"db", "check"},
                                                      {"db", "verify"},
                                                      {"db", "unlock"}}) {
    CAPTURE(command.back());
    CHECK(run_logged(folder, command, url).ends.empty());
  }
}

TEST_CASE("the first failure that is told is the reason, a clean stop needs nobody, and only the first end counts") {
  struct recorder final : event_sink {
    void write(const log_event& event) override { seen.push_back(event); }
    std::vector<log_event> seen;
  };
  const auto reason_of = [](const log_event& event) {
    for (const auto& field : event.fields)
      if (field.key == "reason") return std::get<std::string>(field.value);
    return std::string{};
  };
  const auto log = std::make_shared<recorder>();
  run_session failing{"backfill", "", log};
  failing.blame({failure_class::storage, "the first"});
  failing.blame({failure_class::internal, "the second"});
  CHECK(failing.end({.exit_code = 121}) == 121);
  CHECK(failing.end({.exit_code = 0}) == 121);
  REQUIRE(log->seen.size() == 1);
  CHECK(log->seen.back().level == event_level::error);
  CHECK(reason_of(log->seen.back()) == "the first");
  for (const bool cleanly : {true, false}) {
    run_session stopped{"derive", "", log};
    stopped.end({.exit_code = 130, .stopped_cleanly = cleanly});
    CHECK(log->seen.back().level == (cleanly ? event_level::info : event_level::error));
    CHECK(reason_of(log->seen.back()) == "stopped by a signal");
  }
}
