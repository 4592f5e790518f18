#include "cli/progress.hpp"
#include "cli/text.hpp"
#include "tests/unit/cli/support.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace nba;
using namespace nba::cli;
using namespace std::chrono_literals;
using nba::cli::test::contains;

namespace {

stage_status stage_with(const char* name, std::size_t depth) {
  stage_status out;
  out.name = name;
  out.depth = depth;
  return out;
}

run_snapshot middle_of_a_season() {
  run_snapshot run;
  run.job.games_total = 1314;
  run.job.games_done = 610;
  run.job.games_failed = 2;
  run.job.elapsed = 16s;
  run.stages = {stage_with("fetch", 8), stage_with("transform", 2), stage_with("load", 4), stage_with("derive", 1),
                stage_with("watermark", 1)};
  return run;
}

}  // namespace

TEST_CASE("the line shows games, share, rate, time left, stages and failures") {
  CHECK(
      render_progress(middle_of_a_season(), 120, false) ==
      "[###########-------------]  612/1,314 games  46%  38.2/s  ETA 0:19  fetch 8 parse 2 load 4 derive 1  2 failed");
  CHECK(render_progress(middle_of_a_season(), 120, true) ==
        "███████████░░░░░░░░░░░░░  612/1,314 games  46%  38.2/s  ETA 0:19  fetch 8 parse 2 load 4 derive 1  2 failed");
}

TEST_CASE("games that are not ready have ended, too") {
  auto progress = middle_of_a_season();
  progress.job.games_not_ready = 702;
  CHECK(contains(render_progress(progress, 120, false), "1,314/1,314 games  100%"));
}

TEST_CASE("the line never exceeds the width, whatever the width") {
  auto progress = middle_of_a_season();
  progress.job.games_not_ready = 7;
  for (int width = 0; width <= 160; ++width) {
    CAPTURE(width);
    CHECK(display_width(render_progress(progress, width, false)) <= static_cast<std::size_t>(width));
    CHECK(display_width(render_progress(progress, width, true)) <= static_cast<std::size_t>(width));
  }
}

TEST_CASE("what does not fit goes, least important first, and the count stays") {
  const auto progress = middle_of_a_season();
  CHECK(render_progress(progress, 79, false) ==
        "[###########-------------]  612/1,314 games  46%  38.2/s  ETA 0:19  2 failed");
  CHECK(render_progress(progress, 40, false) == "612/1,314 games  46%  ETA 0:19  2 failed");
  CHECK(render_progress(progress, 28, false) == "612/1,314 games  2 failed");
  CHECK(render_progress(progress, 15, false) == "612/1,314 games");
  CHECK(render_progress(progress, 9, false) == "612/1,31…");
}

TEST_CASE("a host that is left alone is named, and goes last but for the count of games") {
  auto progress = middle_of_a_season();
  progress.hosts.push_back({"cdn.nba.com", host_state::blocked, 1, 0, 3});
  progress.hosts.front().pause = {"cdn.nba.com", *parse_timestamp("2026-02-03T14:03:12.000Z"), "Access Denied", 2, 5};
  CHECK(render_progress(progress, 100, false) ==
        "612/1,314 games  cdn.nba.com paused until 14:03 UTC  Access Denied, probe 2 of 5  46%  2 failed");
  CHECK(render_progress(progress, 60, false) == "612/1,314 games  cdn.nba.com paused until 14:03 UTC");
  CHECK(render_progress(progress, 40, false) == "612/1,314 games  waits until 14:03 UTC");
  CHECK(render_progress(progress, 20, false) == "612/1,314 games");
  progress.hosts.front().pause->given_up = true;
  CHECK(contains(render_progress(progress, 120, false),
                 "cdn.nba.com given up for this run  Access Denied, after 5 probes"));
  for (int width = 0; width <= 160; ++width)
    CHECK(display_width(render_progress(progress, width, true)) <= static_cast<std::size_t>(width));
}

TEST_CASE("a host that asked for it is said to have asked") {
  auto progress = middle_of_a_season();
  progress.hosts.push_back({"cdn.nba.com", host_state::throttled, 1, 0, 3});
  progress.hosts.front().pause = {"cdn.nba.com", *parse_timestamp("2026-02-03T14:03:12.000Z"), "429"};
  progress.limit = {"budget:cdn.nba.com", "cdn.nba.com asked to wait 98 % of the time (429)", ""};
  CHECK(render_progress(progress, 79, false) ==
        "612/1,314 games  cdn.nba.com asked to wait until 14:03 UTC  429  46%  2 failed");
  CHECK(alarms_of(progress) == std::vector<std::string>{"2 failed"});
  progress.hosts.front().state = host_state::given_up;
  progress.hosts.front().pause->given_up = true;
  CHECK(alarms_of(progress) == std::vector<std::string>{"cdn.nba.com given up for this run", "2 failed"});
  for (const auto& alarm : alarms_of(progress)) CHECK(contains(render_progress(progress, 120, false), alarm));
  CHECK(contains(render_progress(progress, 40, false), "host given up"));
}

TEST_CASE("what limits the run and how far its widest lane is stand in the line, while there is room") {
  auto progress = middle_of_a_season();
  progress.limit = {"load", "load was busy 98 % of the time", "with PostgreSQL, engine.load_connections"};
  progress.lanes = {{"2024-25/cup", "0062400001", 0}, {"2024-25", "0022400598", 702}, {"2024-25/playoffs", "", 900}};
  CHECK(render_progress(progress, 79, false) ==
        "612/1,314 games  46%  38.2/s  ETA 0:19  limit: load  mark 0022400598  2 failed");
  CHECK(contains(render_progress(progress, 140, false),
                 "ETA 0:19  limit: load  mark 0022400598  fetch 8 parse 2 load 4 derive 1  2 failed"));
  CHECK(render_progress(progress, 55, false) == "612/1,314 games  46%  38.2/s  ETA 0:19  2 failed");
  progress.limit.stage = "budget:cdn.nba.com";
  CHECK(contains(render_progress(progress, 140, false), "limit: cdn.nba.com"));
  for (int width = 0; width <= 160; ++width)
    CHECK(display_width(render_progress(progress, width, true)) <= static_cast<std::size_t>(width));
  // A lane that is complete is shown when all are.
  progress.lanes = {{"2024-25/cup", "0062400001", 0}, {"2024-25", "", 702}};
  CHECK_FALSE(contains(render_progress(progress, 140, false), "mark"));
  progress.lanes.back() = {"2024-25", "0022401230", 0};
  CHECK(contains(render_progress(progress, 140, false), "mark 0062400001"));
}

TEST_CASE("beginning and end of a run render without nonsense") {
  run_snapshot start;
  start.job.games_total = 10;
  CHECK(render_progress(start, 60, false) == "[------------------------]  0/10 games  0%");
  run_snapshot nothing;
  CHECK(render_progress(nothing, 60, false) == "[------------------------]  0/0 games  0%");
  run_snapshot all;
  all.job.games_total = all.job.games_done = 10;
  all.job.elapsed = 100ms;
  CHECK(render_progress(all, 60, false) == "[########################]  10/10 games  100%  100/s");
  run_snapshot ended;  // in whatever way
  ended.job.games_total = 10;
  ended.job.games_done = 5;
  ended.job.games_failed = 2;
  ended.job.games_not_ready = 3;
  CHECK(contains(render_progress(ended, 80, false), "10/10 games  100%  2 failed  3 not ready"));
  run_snapshot almost;
  almost.job.games_total = 1000;
  almost.job.games_done = 999;
  CHECK(contains(render_progress(almost, 60, false), " 99%"));  // 100% only when everything is done
  run_snapshot draining = middle_of_a_season();
  draining.job.draining = true;
  CHECK(contains(render_progress(draining, 60, false), "stopping:"));
}

TEST_CASE("durations read like a clock") {
  CHECK(format_duration(0s) == "0:00");
  CHECK(format_duration(18s) == "0:18");
  CHECK(format_duration(725s) == "12:05");
  CHECK(format_duration(3723s) == "1:02:03");
  CHECK(format_duration(-5s) == "0:00");
}

TEST_CASE("the display draws at most every redraw interval and clears its line at the end") {
  std::ostringstream stream;
  terminal screen{stream, true, [] { return 41; }};
  const progress_display::clock::time_point start{};
  {
    progress_display display{screen, true, false};
    display.update(middle_of_a_season(), start);
    const auto once = stream.str();
    CHECK(once == "\r\x1b[2K612/1,314 games  46%  ETA 0:19  2 failed");
    display.update(middle_of_a_season(), start + 99ms);
    CHECK(stream.str() == once);
    display.update(middle_of_a_season(), start + 100ms);
    CHECK(stream.str() == once + once);
  }
  CHECK(stream.str().ends_with("failed\r\x1b[2K"));
}

TEST_CASE("before there is anything to count the display says what is done, and follows the width of the terminal") {
  std::ostringstream stream;
  int width = 80;
  terminal screen{stream, true, [&] { return width; }};
  progress_display display{screen, true, false};
  display.announce("looking for what is missing");
  CHECK(stream.str() == "\r\x1b[2Klooking for what is missing ...");
  const progress_display::clock::time_point start{};
  display.update(middle_of_a_season(), start);
  CHECK(stream.str().ends_with("46%  38.2/s  ETA 0:19  2 failed"));
  width = 29;  // the window was made smaller
  display.update(middle_of_a_season(), start + 1s);
  CHECK(stream.str().ends_with("\r\x1b[2K612/1,314 games  2 failed"));
}

TEST_CASE("the display says nothing when it is disabled or stderr is no terminal") {
  std::ostringstream stream;
  terminal file{stream, false, [] { return 80; }};
  terminal tty{stream, true, [] { return 80; }};
  progress_display{file, true, false}.update(middle_of_a_season());
  progress_display{tty, false, false}.update(middle_of_a_season());
  CHECK(stream.str().empty());
}

TEST_CASE("a log line goes above the progress line, which is drawn again") {
  std::ostringstream stream;
  terminal screen{stream, true, [] { return 80; }};
  screen.show_status("50%");
  screen.write_line("a log line");
  CHECK(stream.str() == "\r\x1b[2K50%\r\x1b[2Ka log line\n50%");
  screen.clear_status();
  screen.write_line("another");
  CHECK(stream.str() == "\r\x1b[2K50%\r\x1b[2Ka log line\n50%\r\x1b[2Kanother\n");
}
