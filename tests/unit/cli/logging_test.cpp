#include "cli/logging.hpp"
#include "actors/run/run_session.hpp"
#include "tests/support/recorded_data.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <sstream>

using namespace nba;
using namespace nba::cli;
using nba::cli::test::temporary_folder;

namespace {

// The process's time zone for the time of a test.
class time_zone {
 public:
  explicit time_zone(const char* name) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  ~time_zone() {
    if (before_)
      ::setenv("TZ", before_->c_str(), 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }

 private:
  std::optional<std::string> before_;
};

const utc_time six_in_the_morning = *parse_timestamp("2024-10-08T10:00:01.234Z");

log_event job_start() {
  return {event_level::info, "job.start", {{"job", std::string{"daily"}}, {"target_date", std::string{"2024-10-07"}}}};
}

log_event awkward() {
  return {event_level::error,
          "game.parked",
          {{"spaces", std::string{"two words"}},
           {"quote", std::string{"say \"hi\""}},
           {"equals", std::string{"a=b"}},
           {"lines", std::string{"one\ntwo\r\n\tthree"}},
           {"control", std::string{"\x1b[31m"}},
           {"backslash", std::string{"C:\\temp"}},
           {"both", std::string{"a \\ b"}},
           {"empty", std::string{}},
           {"name", std::string{"Dončić"}},
           {"count", std::int64_t{-3}},
           {"ratio", 0.25},
           {"flag", true}}};
}

std::string written(const log_options& options, const std::vector<log_event>& events, std::string run_id = {}) {
  std::ostringstream stream;
  terminal screen{stream, false, [] { return 80; }};
  auto sink = log_sink::open(options, screen);
  REQUIRE(sink);
  if (!run_id.empty()) (*sink)->set_run_id(std::move(run_id));
  for (const auto& event : events) (*sink)->write_at(event, six_in_the_morning);
  return stream.str();
}

}  // namespace

TEST_CASE("a text line has local time with a comma, level, name and fields") {
  const time_zone new_york{"EST5EDT,M3.2.0,M11.1.0"};
  CHECK(format_text(job_start(), six_in_the_morning) ==
        "2024-10-08 06:00:01,234 INFO job.start job=daily target_date=2024-10-07");
  log_event end{event_level::info,
                "job.end",
                {{"job", std::string{"daily"}}, {"failures", std::int64_t{0}}, {"games", std::int64_t{12}}}};
  CHECK(format_text(end, *parse_timestamp("2024-10-08T10:00:15.007Z")) ==
        "2024-10-08 06:00:15,007 INFO job.end job=daily failures=0 games=12");
}

TEST_CASE("text values are quoted when they need it, and a line stays one line") {
  const time_zone utc{"UTC"};
  CHECK(format_text(awkward(), six_in_the_morning) ==
        "2024-10-08 10:00:01,234 ERROR game.parked spaces=\"two words\" quote=\"say \\\"hi\\\"\" equals=\"a=b\" "
        "lines=\"one\\ntwo\\r\\n\\tthree\" control=\"\\x1b[31m\" backslash=C:\\temp both=\"a \\\\ b\" empty=\"\" "
        "name=Dončić count=-3 ratio=0.25 flag=true");
}

TEST_CASE("a JSON line has UTC time, level, event, run id and typed fields") {
  const time_zone new_york{"EST5EDT,M3.2.0,M11.1.0"};
  CHECK(format_json(job_start(), six_in_the_morning, "20241008T100001Z-abc123") ==
        R"({"ts":"2024-10-08T10:00:01.234Z","level":"INFO","event":"job.start","run_id":"20241008T100001Z-abc123",)"
        R"("job":"daily","target_date":"2024-10-07"})");
  CHECK(format_json(job_start(), six_in_the_morning, "") ==
        R"({"ts":"2024-10-08T10:00:01.234Z","level":"INFO","event":"job.start","job":"daily",)"
        R"("target_date":"2024-10-07"})");
  const auto line = format_json(awkward(), six_in_the_morning, "r");
  CHECK(line.find('\n') == std::string::npos);
  const auto parsed = nlohmann::json::parse(line);
  CHECK(parsed["lines"] == "one\ntwo\r\n\tthree");
  CHECK(parsed["count"] == -3);
  CHECK(parsed["count"].is_number_integer());
  CHECK(parsed["ratio"] == 0.25);
  CHECK(parsed["flag"] == true);
}

TEST_CASE("bytes that are no UTF-8 still make valid JSON") {
  const log_event event{event_level::info, "x", {{"body", std::string{"\xff\xfe<html>"}}}};
  CHECK(nlohmann::json::accept(format_json(event, six_in_the_morning, "")));
}

TEST_CASE("every level has its name") {
  CHECK(level_name(event_level::debug) == "DEBUG");
  CHECK(level_name(event_level::info) == "INFO");
  CHECK(level_name(event_level::warn) == "WARN");
  CHECK(level_name(event_level::error) == "ERROR");
}

TEST_CASE("passwords are removed from both formats") {
  const log_event event{
      event_level::error, "x", {{"error", std::string{"cannot reach postgresql://nba:s3cret@db/nba"}}}};
  CHECK(format_text(event, six_in_the_morning).find("s3cret") == std::string::npos);
  CHECK(format_json(event, six_in_the_morning, "").find("s3cret") == std::string::npos);
}

TEST_CASE("the sink drops what lies below its levels, separately for the terminal") {
  const time_zone utc{"UTC"};
  const std::vector<log_event> events{{event_level::debug, "d", {}},
                                      {event_level::info, "i", {}},
                                      {event_level::warn, "w", {}},
                                      {event_level::error, "e", {}}};
  const auto stamp = std::string{"2024-10-08 10:00:01,234 "};
  log_options all;
  all.level = all.terminal_level = event_level::debug;
  CHECK(written(all, events) == stamp + "DEBUG d\n" + stamp + "INFO i\n" + stamp + "WARN w\n" + stamp + "ERROR e\n");

  const temporary_folder folder;
  log_options quiet;
  quiet.terminal_level = event_level::warn;
  quiet.file = (folder.path() / "logs" / "run.log").string();
  CHECK(written(quiet, events) == stamp + "WARN w\n" + stamp + "ERROR e\n");
  CHECK(nba::test::read_file(quiet.file) == stamp + "INFO i\n" + stamp + "WARN w\n" + stamp + "ERROR e\n");
}

TEST_CASE("the run id that is set later is on every JSON line from then on") {
  log_options json;
  json.format = log_format::json;
  const auto line = written(json, {job_start()}, "20241008T100001Z-abc123");
  CHECK(nlohmann::json::parse(line)["run_id"] == "20241008T100001Z-abc123");
}

TEST_CASE("a log file that cannot be opened is a configuration failure that names it") {
  const temporary_folder folder;
  const auto file = folder.write("file", "");
  std::ostringstream stream;
  terminal screen{stream, false, [] { return 80; }};
  log_options options;
  options.file = file + "/run.log";
  const auto sink = log_sink::open(options, screen);
  REQUIRE_FALSE(sink);
  CHECK(sink.error().kind == failure_class::configuration);
  CHECK(sink.error().message.find(options.file) != std::string::npos);
}

TEST_CASE("a log file that was renamed is opened again by its name; nothing is lost and nothing is written twice") {
  const temporary_folder folder;
  std::ostringstream stream;
  terminal screen{stream, false, [] { return 80; }};
  log_options options;
  options.file = (folder.path() / "run.log").string();
  const auto sink = log_sink::open(options, screen);
  REQUIRE(sink);
  const auto event = [](const char* name) { return log_event{event_level::info, name, {}}; };
  (*sink)->write(event("first"));
  std::filesystem::rename(options.file, options.file + ".1");
  (*sink)->write(event("second"));  // before anybody says so it goes to the old file
  (*sink)->reopen();
  (*sink)->write(event("third"));
  (*sink)->reopen();  // once more, with nothing moved
  (*sink)->write(event("fourth"));
  const auto old = nba::test::read_file(options.file + ".1"), fresh = nba::test::read_file(options.file);
  CHECK(nba::cli::test::lines_of(old).size() == 2);
  CHECK(nba::cli::test::contains(old, "second"));
  CHECK(nba::cli::test::lines_of(fresh).size() == 2);
  CHECK(nba::cli::test::contains(fresh, "third"));
  CHECK(nba::cli::test::contains(fresh, "fourth"));
}

TEST_CASE("a log file that cannot be opened again goes on under its old one, and that is said") {
  const temporary_folder folder;
  std::ostringstream stream;
  terminal screen{stream, false, [] { return 80; }};
  log_options options;
  const auto logs = folder.path() / "logs";
  options.file = (logs / "run.log").string();
  const auto sink = log_sink::open(options, screen);
  REQUIRE(sink);
  std::filesystem::rename(logs, folder.path() / "moved");
  folder.write("logs", "a file where the folder was");
  (*sink)->reopen();
  (*sink)->write({event_level::info, "later", {}});
  const auto log = nba::test::read_file((folder.path() / "moved" / "run.log").string());
  CHECK(nba::cli::test::contains(log, "ERROR log.error"));
  CHECK(nba::cli::test::contains(log, "later"));
}

TEST_CASE("run ids sort by start and differ within a second") {
  CHECK(make_run_id(*parse_timestamp("2024-10-08T06:00:01.999Z"), 0) == "20241008T060001Z-000000");
  CHECK(make_run_id(*parse_timestamp("2024-10-08T06:00:01Z"), 1) == "20241008T060001Z-100000");
  CHECK(make_run_id(*parse_timestamp("2024-10-08T06:00:01Z"), 0xffffffff) == "20241008T060001Z-vvvvvv");
  CHECK(make_run_id(*parse_timestamp("2024-10-08T05:59:59Z"), 0xffffffff) <
        make_run_id(*parse_timestamp("2024-10-08T06:00:00Z"), 0));
  CHECK(make_run_id().size() == 23);
  CHECK(make_run_id() != make_run_id());
}
