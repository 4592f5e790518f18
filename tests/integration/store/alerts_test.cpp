// Alerts in both databases: the book as it was left, one process at a time, and what is too old.
#include "tests/integration/store/backend.hpp"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

using namespace nba;
using namespace nba::test;

namespace {

using namespace std::chrono_literals;

outbox_rules two_channels() {
  std::string wrong;
  outbox_rules rules;
  for (const auto* name : {"hook", "slack"})
    rules.channels.push_back({name, *parse_alert_kinds("all", wrong), true, {}});
  return rules;
}

alert_news failed_run(const std::string& run, const std::string& job = "daily") {
  alert_news news;
  news.kind = alert_kind::run_failed;
  news.subject = job;
  news.occurrence = run;
  news.title = job + " failed";
  news.text = "why: \"ä\" \t <b>";
  news.at = utc_now();
  return news;
}

}  // namespace

STORE_TEST("the book is read as it was written, deliveries and all") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto rules = two_channels();
  const auto now = utc_now();
  alert_book written;
  must(db->change_alerts(now, [&](alert_book& book) {
    CHECK(book.alerts.empty());
    note_firing(book, failed_run("run1"), rules, now);
    const auto due = take_due(book, rules, now);
    REQUIRE(due.size() == 2);
    note_answer(book, due[0], {delivery_outcome::try_later, "down", std::chrono::seconds{30}}, "the body", rules, now);
    note_answer(book, due[1], {delivery_outcome::delivered, {}, {}}, {}, rules, now);
    written = book;
  }));
  auto read = must(db->read_alerts(10));
  REQUIRE(read.size() == 1);
  CHECK(read.front().alert_id > 0);
  written.alerts.front().alert_id = read.front().alert_id;
  CHECK(read == written.alerts);
  // And changed: nothing is written twice.
  must(db->change_alerts(now, [&](alert_book& book) {
    CHECK(book.alerts == written.alerts);
    note_firing(book, failed_run("run2"), rules, now + 1h);
    note_recovery(book, "run_failed:daily", "run3", now + 2h);
  }));
  read = must(db->read_alerts(10));
  REQUIRE(read.size() == 1);
  CHECK(read.front().repeats == 1);
  CHECK(read.front().recovered_at == now + 2h);
}

STORE_TEST("two processes that see the same trouble make one alert, and one of them sends it") {
  Backend backend;
  backend.open_migrated();
  const auto rules = two_channels();
  std::atomic<int> noted{0}, taken{0};
  const auto look = [&] {
    const auto db = backend.open();
    for (int i = 0; i < 5; ++i) {
      bool fresh = false;
      std::size_t due = 0;
      must(db->change_alerts(utc_now(), [&](alert_book& book) {
        fresh = note_firing(book, failed_run("run" + std::to_string(i), "job" + std::to_string(i)), rules, utc_now());
        due = take_due(book, rules, utc_now()).size();
      }));
      noted += fresh ? 1 : 0;
      taken += static_cast<int>(due);
    }
  };
  std::thread other{look};
  look();
  other.join();
  CHECK(noted == 5);
  CHECK(must(backend.open()->read_alerts(100)).size() == 5);
  CHECK(taken == 2);  // the first alert, to both channels: they are claimed from then on
}

STORE_TEST("what is long over is forgotten; what is open is not") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto rules = two_channels();
  const auto then = utc_now() - alerts_kept - 24h;
  must(db->change_alerts(then, [&](alert_book& book) {
    note_firing(book, failed_run("run1", "over"), rules, then);
    note_firing(book, failed_run("run1", "open"), rules, then);
    note_recovery(book, "run_failed:over", {}, then);
  }));
  must(db->change_alerts(utc_now(), [&](alert_book& book) {
    for (const auto& alert : book.alerts) CHECK(alert.is_open() == (alert.news.subject == "open"));
  }));
  const auto left = must(db->read_alerts(10));
  REQUIRE(left.size() == 1);
  CHECK(left.front().news.subject == "open");
}

STORE_TEST("a decision that throws leaves nothing behind") {
  Backend backend;
  const auto db = backend.open_migrated();
  const auto rules = two_channels();
  const auto failed = db->change_alerts(utc_now(), [&](alert_book& book) {
    note_firing(book, failed_run("run1"), rules, utc_now());
    throw std::runtime_error("no memory");
  });
  CHECK_FALSE(failed);
  CHECK(must(db->read_alerts(10)).empty());
  must(
      db->change_alerts(utc_now(), [&](alert_book& book) { note_firing(book, failed_run("run1"), rules, utc_now()); }));
  CHECK(must(db->read_alerts(10)).size() == 1);
}
