// Whether the holder of a lock lives: the decisions, without a process or a database.
#include "storage/lock_wait.hpp"
#include "storage/sql/process_identity.hpp"

#include <doctest/doctest.h>

using namespace nba;
using namespace nba::sql;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const process_identity self{"host", "boot", "pid:[1]", 100, 5};
const process_identity other{"host", "boot", "pid:[1]", 200, 7};

process_sight shown(char state, std::int64_t started) { return {process_sight::kind::shown, state, started}; }

}  // namespace

TEST_CASE("a process that can be looked at is alive, dead or stopped") {
  for (const char state : {'R', 'S', 'D', 'I', 'W', 'P'}) CHECK(judge(other, self, shown(state, 7)) == liveness::alive);
  for (const char state : {'T', 't'}) CHECK(judge(other, self, shown(state, 7)) == liveness::stopped);
  for (const char state : {'Z', 'X', 'x'}) CHECK(judge(other, self, shown(state, 7)) == liveness::dead);
  CHECK(judge(other, self, {}) == liveness::dead);
  CHECK(judge(other, self, {process_sight::kind::hidden}) == liveness::unknown);
  // A pid that was used again, whatever its new owner does.
  for (const char state : {'R', 'S', 'T', 'Z'})
    for (const std::int64_t started : {0, 6, 8}) CHECK(judge(other, self, shown(state, started)) == liveness::dead);
}

TEST_CASE("the name of the host changes nothing; another boot or namespace hides everything") {
  auto renamed = other;
  renamed.host = "container-two";
  CHECK(judge(renamed, self, {}) == liveness::dead);
  CHECK(judge(renamed, self, shown('S', 7)) == liveness::alive);
  for (const auto& sight : {process_sight{}, shown('S', 7), shown('S', 8), shown('Z', 7)}) {
    auto hidden = other;
    hidden.boot_id = "another";
    CHECK(judge(hidden, self, sight) == liveness::unknown);
    hidden = other;
    hidden.pid_namespace = "pid:[2]";
    CHECK(judge(hidden, self, sight) == liveness::unknown);
    // A row, or a system, that does not say which.
    for (const auto lacking : {&process_identity::boot_id, &process_identity::pid_namespace}) {
      hidden = other;
      hidden.*lacking = "";
      auto same = self;
      same.*lacking = "";
      CHECK(judge(hidden, same, sight) == liveness::unknown);
    }
    for (const int pid : {0, -1}) {
      hidden = other;
      hidden.pid = pid;
      CHECK(judge(hidden, self, sight) == liveness::unknown);
    }
  }
}

TEST_CASE("the line of /proc/PID/stat is read whatever the program calls itself") {
  const std::string tail = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20 21";
  for (const std::string name : {"nba-scraper", "a b", ") R 1 2", "((", ""}) {
    const auto seen = parse_process_stat("77 (" + name + ")" + tail);
    REQUIRE(seen);
    CHECK(seen->what == process_sight::kind::shown);
    CHECK(seen->state == 'S');
    CHECK(seen->started == 4242);
  }
  for (const auto* line :
       {"", "77", "77 (x", "77 (x) S 1 2 3", "77 (x) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 no"})
    CHECK_FALSE(parse_process_stat(line));
}

TEST_CASE("this process sees itself running") {
  const auto me = this_process();
  CHECK(me.pid > 0);
  CHECK(me.started > 0);
  CHECK(look_at(me) == liveness::alive);
}

TEST_CASE("a holder that cannot be seen is gone after the patience without a sign, by the watcher's clock") {
  using verdict = heartbeat_watch::verdict;
  const heartbeat_watch::time_point start{};
  lock_holder holder{"run", "host", 1, utc_time{}, 3, utc_time{seconds{50}}, false};
  heartbeat_watch watch{seconds{90}};
  CHECK(watch.left(start) == seconds{90});
  CHECK(watch.see(holder, start + seconds{5}) == verdict::watch);
  CHECK(watch.see(holder, start + seconds{94}) == verdict::watch);
  CHECK(watch.left(start + seconds{94}) == seconds{1});
  CHECK(watch.see(holder, start + seconds{95}) == verdict::gone);

  const auto stirred_by = [&](auto change) {
    heartbeat_watch one{seconds{90}};
    auto now = holder;
    CHECK(one.see(now, start) == verdict::watch);
    change(now);
    return one.see(now, start + seconds{200});
  };
  CHECK(stirred_by([](lock_holder&) {}) == verdict::gone);
  CHECK(stirred_by([](lock_holder& now) { now.heartbeat_at = utc_time{seconds{51}}; }) == verdict::held);
  // Clocks of holders may run backwards.
  CHECK(stirred_by([](lock_holder& now) { now.heartbeat_at = utc_time{seconds{2}}; }) == verdict::held);
  CHECK(stirred_by([](lock_holder& now) { now.heartbeat_at.reset(); }) == verdict::held);
  CHECK(stirred_by([](lock_holder& now) { now.number = 4; }) == verdict::held);
  CHECK(stirred_by([](lock_holder& now) { now.run_id = "next"; }) == verdict::held);
  CHECK(stirred_by([](lock_holder& now) { now.since += seconds{1}; }) == verdict::held);
  CHECK(stirred_by([](lock_holder& now) { now.seen_alive = true; }) == verdict::held);

  // A row of an earlier build has no heartbeat: it counts by the same rule.
  holder.heartbeat_at.reset();
  CHECK(stirred_by([](lock_holder&) {}) == verdict::gone);
  holder.seen_alive = true;
  CHECK(heartbeat_watch{seconds{90}}.see(holder, start) == verdict::held);
  holder.seen_alive = false;
  CHECK(heartbeat_watch{seconds{0}}.see(holder, start) == verdict::held);
}

TEST_CASE("a heartbeat comes several times within everybody's patience") {
  for (const auto patience : {milliseconds{1'000}, milliseconds{90'000}, milliseconds{3'600'000}}) {
    const auto beat = lock_settings{patience}.heartbeat();
    CHECK(beat * 9 <= patience);
    CHECK(beat <= seconds{10});
    CHECK(beat > milliseconds{0});
  }
  CHECK(lock_settings{milliseconds{0}}.heartbeat() > milliseconds{0});
}
