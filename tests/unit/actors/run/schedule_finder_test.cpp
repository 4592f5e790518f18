// The ways to a schedule, without hosts or a database.
#include "actors/run/schedule_finder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

using namespace nba;

namespace {

constexpr season wanted{2024};
const auto now = *parse_timestamp("2024-11-17T12:00:00Z");

schedule some_schedule() {
  schedule made;
  made.season = wanted;
  made.games.emplace_back().id = *game_id::parse("0022400001");
  made.games.front().date = made.first_date = made.last_date = *parse_date("2024-10-22");
  return made;
}

failure refused(failure_class kind, std::string message = "stats.nba.com answered 403") {
  return {kind, std::move(message), {}};
}

// Every way answers what the test sets, and counts how often it was asked.
struct ways_of_test {
  result<schedule> stats = refused(failure_class::unavailable);
  std::map<std::string, result<schedule>> current;
  result<std::optional<schedule_ways::stored_plan>> stored = std::optional<schedule_ways::stored_plan>{};
  bool stop_after_first = false;
  std::vector<std::string> asked;

  void store_plan(std::string_view read_at) {
    schedule_ways::stored_plan plan{some_schedule(), {}};
    plan.reading.season = wanted;
    plan.reading.read_at = *parse_timestamp(read_at);
    stored = std::optional{std::move(plan)};
  }

  result<found_schedule> find(season of = wanted, utc_time at = now) {
    schedule_ways ways;
    ways.stats = [this](season) { return asked.push_back("stats"), stats; };
    ways.current_urls = {"one", "two"};
    ways.current = [this](season, const std::string& url) {
      asked.push_back(url);
      const auto found = current.find(url);
      return found == current.end() ? result<schedule>{refused(failure_class::unavailable, "cdn.nba.com answered 403")}
                                    : found->second;
    };
    ways.stored = [this](season) { return asked.push_back("stored"), stored; };
    ways.stopped = [this] { return stop_after_first && !asked.empty(); };
    return find_schedule(ways, of, at);
  }
};

using asked_list = std::vector<std::string>;

class kept_events final : public event_sink {
 public:
  void write(const log_event& event) override { events.push_back(event); }
  std::vector<log_event> events;
  std::size_t count(std::string_view name, event_level level) const {
    return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [&](const log_event& event) {
      return event.name == name && event.level == level;
    }));
  }
};

}  // namespace

TEST_CASE("where the first way serves, no other is asked") {
  ways_of_test ways;
  ways.stats = some_schedule();
  const auto found = ways.find();
  REQUIRE(found);
  CHECK(found->value.origin == schedule_origin::stats);
  CHECK(found->value.may_close);
  CHECK_FALSE(found->refused);
  CHECK(ways.asked == asked_list{"stats"});
}

TEST_CASE("where the first way refuses, the current season's schedule comes from the second, under either name") {
  for (const auto kind : {failure_class::unavailable, failure_class::edge_blocked, failure_class::throttled,
                          failure_class::transient, failure_class::contract_drift}) {
    CAPTURE(to_string(kind));
    ways_of_test ways;
    ways.stats = refused(kind);
    ways.current.emplace("one", some_schedule());
    auto found = ways.find();
    REQUIRE(found);
    CHECK(found->value.origin == schedule_origin::cdn);
    CHECK(found->value.may_close);
    REQUIRE(found->refused);
    CHECK(found->refused->message == "stats.nba.com answered 403");
    CHECK(ways.asked == asked_list{"stats", "one"});

    ways.asked.clear();
    ways.current.clear();
    ways.current.emplace("one", refused(failure_class::rejected, "asked for 2024-25, got 2023-24"));
    ways.current.emplace("two", some_schedule());
    found = ways.find();
    REQUIRE(found);
    CHECK(found->value.origin == schedule_origin::cdn);
    CHECK(ways.asked == asked_list{"stats", "one", "two"});
  }
}

TEST_CASE("an answer that there is no such schedule, or trouble of our own, calls for no second way") {
  for (const auto kind :
       {failure_class::rejected, failure_class::storage, failure_class::configuration, failure_class::internal}) {
    ways_of_test ways;
    ways.stats = refused(kind);
    const auto found = ways.find();
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == kind);
    CHECK(ways.asked == asked_list{"stats"});
  }
}

TEST_CASE("other seasons have one way") {
  ways_of_test ways;
  ways.current.emplace("one", some_schedule());
  ways.store_plan("2024-11-17T11:00:00Z");
  CHECK_FALSE(ways.find(season{2023}));
  CHECK(ways.asked == asked_list{"stats"});
  // Which seasons may be current, by the day.
  const auto may = [](int year, std::string_view day) { return may_be_current(season{year}, *parse_date(day)); };
  CHECK(may(2024, "2025-08-20"));
  CHECK(may(2025, "2025-08-20"));  // published in August
  CHECK_FALSE(may(2023, "2024-11-17"));
  CHECK(may(2023, "2024-10-05"));  // 2019-20 ended in October
  CHECK_FALSE(may(2022, "2024-10-05"));
}

TEST_CASE("where both hosts refuse, a young stored plan serves; it closes nothing") {
  ways_of_test ways;
  ways.store_plan("2024-11-14T12:00:01Z");
  const auto found = ways.find();
  REQUIRE(found);
  CHECK(found->value.origin == schedule_origin::stored);
  CHECK_FALSE(found->value.may_close);
  CHECK(found->read_at == *parse_timestamp("2024-11-14T12:00:01Z"));
  REQUIRE(found->refused);
  CHECK(found->refused->message == "stats.nba.com answered 403; the second way: cdn.nba.com answered 403");
  CHECK(ways.asked == asked_list{"stats", "one", "two", "stored"});
}

TEST_CASE("an old stored plan, and one that was read in the future, serve nobody") {
  for (const auto* read_at :
       {"2024-11-14T12:00:00Z", "2024-01-01T00:00:00Z", "2024-11-17T12:06:00Z", "2062-11-17T12:00:00Z"}) {
    CAPTURE(read_at);
    ways_of_test ways;
    ways.store_plan(read_at);
    const auto found = ways.find();
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == failure_class::unavailable);
    CHECK(found.error().message.find("the stored plan was read at") != std::string::npos);
  }
  ways_of_test none;
  const auto found = none.find();
  REQUIRE_FALSE(found);
  CHECK(found.error().message == "stats.nba.com answered 403; the second way: cdn.nba.com answered 403");
}

TEST_CASE("a database that fails while the stored plan is read is the database's failure") {
  ways_of_test ways;
  ways.stored = refused(failure_class::storage, "connection lost");
  const auto found = ways.find();
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == failure_class::storage);
}

TEST_CASE("a stop ends the search") {
  ways_of_test ways;
  ways.stop_after_first = true;
  ways.current.emplace("one", some_schedule());
  CHECK_FALSE(ways.find());
  CHECK(ways.asked == asked_list{"stats"});
}

TEST_CASE("what a schedule leaves out is said with its id, up to a bound; what is odd or repaired once") {
  kept_events log;
  found_schedule found;
  found.value = some_schedule();
  log_schedule(log, found);
  CHECK(log.events.empty());

  for (std::size_t i = 0; i < left_out_logged_max + 3; ++i)
    found.value.left_out.push_back({"00724000" + std::to_string(10 + i), left_out_reason::unknown_kind, "unknown"});
  found.value.left_out_count = found.value.left_out.size();
  found.value.repaired_ids = 2;
  found.value.other_leagues = 1;
  found.value.odd_values.push_back({"arenaName", 3, "games[0].arenaName: expected a string, found 5"});
  found.refused = refused(failure_class::unavailable);
  log_schedule(log, found);
  CHECK(log.count("schedule.left_out", event_level::warn) == left_out_logged_max + 1);
  CHECK(log.count("schedule.ids_repaired", event_level::warn) == 1);
  CHECK(log.count("schedule.odd_value", event_level::warn) == 1);
  CHECK(log.count("schedule.other_leagues", event_level::info) == 1);
  CHECK(log.count("schedule.second_way", event_level::warn) == 1);
}
