#include "cli/http/watch_desk.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <vector>

using namespace nba::cli;
using namespace std::chrono_literals;

namespace {

struct counted_readings {
  std::atomic<int> count{0};
  desk_settings settings(std::chrono::milliseconds interval = 1h) {
    desk_settings out;
    out.interval = interval;
    out.read = [this] {
      ++count;
      return std::make_shared<const watch_facts>();
    };
    return out;
  }
};

facts_ptr asked(watch_desk& desk) {
  auto answer = std::make_shared<std::promise<facts_ptr>>();
  auto future = answer->get_future();
  REQUIRE(desk.ask([answer](const facts_ptr& facts) { answer->set_value(facts); }));
  REQUIRE(future.wait_for(60s) == std::future_status::ready);
  return future.get();
}

}  // namespace

TEST_CASE("nothing is read while nobody looks, and one reading serves all who ask within its time") {
  counted_readings readings;
  watch_desk desk{readings.settings()};
  CHECK(desk.newest() == nullptr);
  const auto first = asked(desk);
  REQUIRE(first);
  for (int i = 0; i < 20; ++i) CHECK(asked(desk) == first);
  CHECK(readings.count == 1);
}

TEST_CASE("while somebody looks it is read again and again, and everybody who listens is told") {
  counted_readings readings;
  auto settings = readings.settings(1ms);
  std::promise<void> often;
  std::atomic<int> told{0};
  settings.on_facts = [&](const facts_ptr&) {
    if (++told == 3) often.set_value();
  };
  watch_desk desk{std::move(settings)};
  desk.look(true);
  CHECK(often.get_future().wait_for(60s) == std::future_status::ready);
}

TEST_CASE("who has to notice is told even if nobody looks") {
  counted_readings readings;
  auto settings = readings.settings();
  settings.unasked_interval = 1ms;
  std::promise<void> often;
  std::atomic<int> told{0};
  settings.on_facts = [&](const facts_ptr&) {
    if (++told == 3) often.set_value();
  };
  watch_desk desk{std::move(settings)};
  CHECK(often.get_future().wait_for(60s) == std::future_status::ready);
}

TEST_CASE("a watcher that is stuck is seen, holds up nobody, and is left behind at the end") {
  struct gate {
    std::mutex mutex;
    std::condition_variable changed;
    bool is_open = false;
  };
  const auto held = std::make_shared<gate>();
  std::promise<void> reading;
  auto begun = reading.get_future();
  {
    desk_settings settings;
    settings.read = [held, &reading] {
      reading.set_value();
      std::unique_lock guard(held->mutex);
      held->changed.wait(guard, [&] { return held->is_open; });
      return std::make_shared<const watch_facts>();
    };
    settings.on_facts = [](const facts_ptr&) { FAIL("told after the end"); };
    watch_desk desk{std::move(settings)};
    desk.look(true);
    REQUIRE(begun.wait_for(60s) == std::future_status::ready);
    CHECK(desk.busy_since());
    CHECK(desk.newest() == nullptr);
    std::size_t waiting = 0;
    while (desk.ask([](const facts_ptr&) {})) ++waiting;
    CHECK(waiting == desk_questions_max);
  }  // two seconds later
  const std::lock_guard guard(held->mutex);
  held->is_open = true;
  held->changed.notify_all();
}
