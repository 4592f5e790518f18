// What is told, when, and when not: the rules that make alerts bearable, as tables of what happens and what is said.
#include "pipeline/alerts/outbox.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

namespace {

using namespace nba;
using namespace std::chrono_literals;

const utc_time morning = *parse_timestamp("2024-10-08T06:00:00Z");

outbox_channel to(const std::string& name) {
  std::string wrong;
  return {name, *parse_alert_kinds("all", wrong), true, {}};
}

// Channels that can be down or refuse, an outbox, and a clock.
class outbox_scene {
 public:
  explicit outbox_scene(std::vector<outbox_channel> channels = {to("slack")}) {
    rules.cool_down = 12h;
    rules.expiry = 24h;
    rules.channels = std::move(channels);
  }

  bool fails(const std::string& run, alert_kind kind = alert_kind::run_failed, const std::string& subject = "daily") {
    alert_news news;
    news.kind = kind;
    news.subject = subject;
    news.occurrence = run;
    news.title = subject + " failed";
    news.at = now;
    return note_firing(book, news, rules, now);
  }
  bool is_well(const std::string& run = "", alert_kind kind = alert_kind::run_failed,
               const std::string& subject = "daily") {
    return note_recovery(book, fingerprint_of(kind, subject), run, now);
  }
  void ends(const std::string& run, const std::string& status) {
    alert_news news;
    news.kind = alert_kind::check_in;
    news.subject = news.job = "daily";
    news.run_id = news.occurrence = run;
    news.status = status;
    news.log = "the log";
    note_check_in(book, news, rules, now);
  }

  // Everything that is due is sent; "channel what" of each that was taken.
  std::vector<std::string> deliver() {
    std::vector<std::string> spoken;
    for (int round = 0; round < 5; ++round) {
      const auto due = take_due(book, rules, now);
      if (due.empty()) break;
      for (const auto& one : due) {
        ++sent;
        const auto answer =
            answers.contains(one.channel) ? answers[one.channel] : delivery_answer{delivery_outcome::delivered, {}, {}};
        note_answer(book, one, answer, "body of " + one.message_id, rules, now);
        bodies.push_back(one.body);
        ids.push_back(one.message_id);
        if (answer.outcome != delivery_outcome::delivered) continue;
        auto text = one.channel + " " + std::string{to_string(one.what)};
        if (one.what == parcel_kind::digest) text += " of " + std::to_string(one.parts.size());
        if (one.what == parcel_kind::again) text += " x" + std::to_string(one.parts.front().unsaid);
        if (one.what != parcel_kind::recovered && one.parts.front().over) text += " over";
        spoken.push_back(text);
      }
    }
    return spoken;
  }

  using said = std::vector<std::string>;
  outbox_rules rules;
  alert_book book;
  utc_time now = morning;
  std::map<std::string, delivery_answer> answers;
  std::vector<std::string> bodies, ids;
  int sent = 0;
};
using said = outbox_scene::said;

const delivery_answer down{delivery_outcome::try_later, "connection refused", {}};
const delivery_answer refuses{delivery_outcome::refused, "answered 403: invalid_token", {}};

}  // namespace

TEST_CASE("a trouble is said once, and its end once") {
  outbox_scene scene;
  CHECK(scene.fails("run1"));
  CHECK(scene.deliver() == said{"slack firing"});
  CHECK(scene.deliver() == said{});
  scene.now += 1h;
  CHECK(scene.is_well("run2"));
  CHECK(scene.deliver() == said{"slack recovered"});
  CHECK_FALSE(scene.is_well("run3"));
  scene.now += 240h;
  CHECK(scene.deliver() == said{});
}

TEST_CASE("what was seen before is no news, whoever sees it, and however often") {
  outbox_scene scene;
  CHECK(scene.fails("run2"));
  CHECK_FALSE(scene.fails("run2"));
  CHECK_FALSE(scene.fails("run1"));
  scene.deliver();
  scene.is_well("run3");
  CHECK_FALSE(scene.fails("run2"));
  CHECK(scene.book.alerts.front().repeats == 0);
}

TEST_CASE("of two runs of one second none is older") {
  outbox_scene scene;
  CHECK(scene.fails("20241008T060001Z-zzzzzz"));
  CHECK(scene.fails("20241008T060001Z-aaaaaa"));
  CHECK_FALSE(scene.fails("20241008T060000Z-zzzzzz"));
  CHECK_FALSE(scene.is_well("20241008T060000Z-zzzzzz"));
  CHECK(scene.is_well("20241008T060001Z-000000"));
}

TEST_CASE("a recovery that was seen before the trouble says nothing") {
  outbox_scene scene;
  scene.fails("run2");
  CHECK_FALSE(scene.is_well("run1"));
  CHECK(scene.is_well("run3"));
}

TEST_CASE("repeats within the cool-down are counted, and are one line at its end") {
  outbox_scene scene;
  scene.fails("run1");
  scene.deliver();
  for (const auto* run : {"run2", "run3", "run4"}) {
    scene.now += 1h;
    CHECK(scene.fails(run));
    CHECK(scene.deliver() == said{});
  }
  scene.now = morning + 12h;
  CHECK(scene.deliver() == said{"slack again x3"});
  scene.now += 1h;
  CHECK(scene.deliver() == said{});
  scene.fails("run5");
  CHECK(scene.deliver() == said{});
  scene.now += 12h;
  CHECK(scene.deliver() == said{"slack again x1"});
  scene.is_well("run6");
  CHECK(scene.deliver() == said{"slack recovered"});
}

TEST_CASE("a state that lasts is said once, not at each look") {
  outbox_scene scene;
  CHECK(scene.fails("", alert_kind::watermark_held, "2024-25"));
  for (int day = 0; day < 30; ++day) {
    CHECK_FALSE(scene.fails("", alert_kind::watermark_held, "2024-25"));
    CHECK(scene.deliver() == (day == 0 ? said{"slack firing"} : said{}));
    scene.now += 24h;
  }
  CHECK(scene.is_well("", alert_kind::watermark_held, "2024-25"));
  CHECK(scene.deliver() == said{"slack recovered"});
}

TEST_CASE("flapping: each way to go up and down within a cool-down, and what is said in all and at its end") {
  struct row {
    const char* name;
    const char* steps;  // f: fails, w: well, each an hour; d: delivered
    said at_once, at_the_end;
  };
  const std::vector<row> table{
      {"fire, recover, fire: one more line at the end",
       "fdwdfd",
       {"slack firing", "slack recovered"},
       {"slack again x1"}},
      {"and over once more", "fdwdfdwd", {"slack firing", "slack recovered"}, {"slack again x1 over"}},
      {"three times", "fdwdfdwdfd", {"slack firing", "slack recovered"}, {"slack again x2"}},
      {"a recovery that comes with a repeat is said at once", "fdfdwd", {"slack firing", "slack recovered"}, {}},
      {"up and down before anything was sent: nothing", "fwd", {}, {}},
      {"up, down and up before anything was sent: one", "fwfd", {"slack firing"}, {}},
      {"well without a trouble: nothing", "wd", {}, {}},
  };
  for (const auto& [name, steps, at_once, at_the_end] : table) {
    CAPTURE(name);
    outbox_scene scene;
    said spoken;
    int run = 100;
    for (const char step : std::string{steps}) {
      scene.now += 1h;
      if (step == 'f') scene.fails("run" + std::to_string(run++));
      if (step == 'w') scene.is_well("run" + std::to_string(run++));
      if (step != 'd') continue;
      for (const auto& one : scene.deliver()) spoken.push_back(one);
    }
    CHECK(spoken == at_once);
    scene.now = morning + 24h;
    CHECK(scene.deliver() == at_the_end);
  }
}

TEST_CASE("after its cool-down a trouble is a new one") {
  outbox_scene scene;
  scene.fails("run1");
  scene.deliver();
  scene.is_well("run2");
  scene.deliver();
  scene.now += 48h;
  CHECK(scene.fails("run3"));
  CHECK(scene.book.alerts.size() == 2);
  CHECK(scene.deliver() == said{"slack firing"});
}

TEST_CASE("a receiver that is down for five runs, then up: at most one message") {
  struct row {
    const char* name;
    bool alike;  // the same trouble each time
    bool well_at_last;
    said then;
  };
  const std::vector<row> table{
      {"the same failure five times", true, false, {"slack firing"}},
      {"the same, and well again", true, true, {}},
      {"five different troubles", false, false, {"slack digest of 5"}},
      {"five different troubles, one of them over", false, true, {"slack digest of 4"}},
  };
  for (const auto& [name, alike, well_at_last, then] : table) {
    CAPTURE(name);
    outbox_scene scene;
    scene.answers["slack"] = down;
    for (int run = 0; run < 5; ++run) {
      scene.fails("run" + std::to_string(run), alert_kind::run_failed, alike ? "daily" : "job" + std::to_string(run));
      CHECK(scene.deliver() == said{});
      scene.now += 1h;
    }
    if (well_at_last) scene.is_well("run9", alert_kind::run_failed, alike ? "daily" : "job0");
    scene.answers.clear();
    CHECK(scene.deliver() == then);
    scene.now += 1h;
    CHECK(scene.deliver() == said{});
  }
}

TEST_CASE("what is new is tried at once, and what waits comes along in one message") {
  outbox_scene scene;
  scene.answers["slack"] = down;
  scene.fails("run1");
  scene.deliver();
  scene.answers.clear();
  scene.fails("run1", alert_kind::disk_trouble, "/srv");  // well before the next try of the first
  CHECK(scene.deliver() == said{"slack digest of 2"});
}

TEST_CASE("many alerts of one moment are one message") {
  outbox_scene scene;
  for (int i = 0; i < 4; ++i) scene.fails("run1", alert_kind::run_failed, "job" + std::to_string(i));
  CHECK(scene.deliver() == said{"slack digest of 4"});
  outbox_scene few;
  for (int i = 0; i < 3; ++i) few.fails("run1", alert_kind::run_failed, "job" + std::to_string(i));
  CHECK(few.deliver().size() == 3);
}

TEST_CASE("tries come less and less often, and have an end") {
  outbox_scene scene;
  scene.answers["slack"] = down;
  scene.fails("run1");
  for (int minute = 0; minute < 48 * 60; ++minute) {
    scene.deliver();
    scene.now += 1min;
  }
  CHECK(scene.sent <= delivery_tries_max);
  CHECK(scene.sent >= 8);
  CHECK(scene.book.alerts.front().deliveries.front().state == delivery_state::expired);
  scene.answers.clear();
  CHECK(scene.deliver() == said{});
}

TEST_CASE("what expired and is still so goes along with the next message; what is over does not") {
  for (const bool over : {false, true}) {
    CAPTURE(over);
    outbox_scene scene;
    scene.answers["slack"] = down;
    scene.fails("", alert_kind::watermark_held, "2024-25");
    scene.deliver();
    scene.now += 25h;
    CHECK(scene.deliver() == said{});
    if (over) scene.is_well("", alert_kind::watermark_held, "2024-25");
    scene.answers.clear();
    scene.fails("run1");
    CHECK(scene.deliver() == (over ? said{"slack firing"} : said{"slack digest of 2"}));
    CHECK(scene.deliver() == said{});
  }
}

TEST_CASE("a recovery that cannot be delivered waits, and expires") {
  outbox_scene scene;
  scene.fails("run1");
  scene.deliver();
  scene.answers["slack"] = down;
  scene.is_well("run2");
  CHECK(scene.deliver() == said{});
  scene.now += 2h;
  scene.answers.clear();
  CHECK(scene.deliver() == said{"slack recovered"});

  outbox_scene late;
  late.fails("run1");
  late.deliver();
  late.answers["slack"] = down;
  late.is_well("run2");
  late.deliver();
  late.now += 72h;
  late.answers.clear();
  CHECK(late.deliver() == said{});
}

TEST_CASE("each channel for itself: a recovery is said where the trouble was") {
  outbox_scene scene({to("hook"), to("slack")});
  scene.answers["hook"] = down;
  scene.fails("run1");
  CHECK(scene.deliver() == said{"slack firing"});
  scene.now += 1h;
  scene.answers.clear();
  scene.is_well("run2");
  CHECK(scene.deliver() == said{"slack recovered"});
  CHECK(scene.book.alerts.front().deliveries.front().state == delivery_state::collapsed);
}

TEST_CASE("a channel that refuses is asked once for an alert, and is broken until it takes something") {
  outbox_scene scene({to("hook"), to("slack")});
  scene.answers["slack"] = refuses;
  scene.fails("run1");
  CHECK(scene.deliver() == said{"hook firing"});
  CHECK(scene.sent == 2);
  scene.now += 5h;
  scene.deliver();
  CHECK(scene.sent == 2);
  const auto broken = find_broken(scene.book, scene.rules);
  REQUIRE(broken.size() == 1);
  CHECK(broken.front().name == "slack");
  CHECK(broken.front().why == "answered 403: invalid_token");
  scene.answers.clear();
  scene.fails("run1", alert_kind::disk_trouble, "/srv");
  CHECK(scene.deliver() == said{"hook firing", "slack digest of 2"});
  CHECK(find_broken(scene.book, scene.rules).empty());
}

TEST_CASE("the others are told of a broken channel, not the channel") {
  outbox_scene scene({to("hook"), to("slack")});
  alert_news news;
  news.kind = alert_kind::channel_broken;
  news.subject = "slack";
  note_firing(scene.book, news, scene.rules, scene.now, "slack");
  CHECK(scene.deliver() == said{"hook firing"});
}

TEST_CASE("a channel that asks for rest gets it, also for what is new") {
  outbox_scene scene;
  scene.answers["slack"] = {delivery_outcome::try_later, "answered 429", std::chrono::seconds{300}};
  scene.fails("run1");
  scene.deliver();
  scene.answers.clear();
  scene.now += 4min;
  scene.fails("run1", alert_kind::disk_trouble, "/srv");
  CHECK(scene.deliver() == said{});
  scene.now += 2min;
  CHECK(scene.deliver() == said{"slack digest of 2"});
}

TEST_CASE("rest is bounded, whatever the channel asks for") {
  outbox_scene scene;
  scene.answers["slack"] = {delivery_outcome::try_later, "answered 429", std::chrono::hours{9'000}};
  scene.fails("run1");
  scene.deliver();
  scene.answers.clear();
  scene.now += 1h;
  CHECK(scene.deliver() == said{"slack firing"});
}

TEST_CASE("what one process has taken, another one does not send; after its time it may") {
  outbox_scene scene;
  scene.fails("run1");
  CHECK(take_due(scene.book, scene.rules, scene.now).size() == 1);
  CHECK(take_due(scene.book, scene.rules, scene.now).empty());
  scene.now += 3min;
  CHECK(take_due(scene.book, scene.rules, scene.now).size() == 1);
}

TEST_CASE("a try again has the same id and the same bytes, unless there is more to say") {
  outbox_scene scene;
  scene.answers["slack"] = down;
  scene.fails("run1");
  scene.deliver();
  scene.now += 10min;
  scene.deliver();
  REQUIRE(scene.ids.size() == 2);
  CHECK(scene.ids[0] == scene.ids[1]);
  CHECK(scene.bodies[1] == "body of " + scene.ids[0]);
  scene.fails("run2");
  scene.now += 1h;
  scene.deliver();
  CHECK(scene.ids[2] != scene.ids[0]);
  CHECK(scene.bodies[2].empty());
}

TEST_CASE("kinds that a channel does not want are not told to it") {
  auto quiet = to("quiet");
  quiet.kinds = {alert_kind::disk_trouble};
  outbox_scene scene({quiet, to("slack")});
  scene.fails("run1");
  CHECK(scene.deliver() == said{"slack firing"});
  scene.fails("run1", alert_kind::disk_trouble, "/srv");
  CHECK(scene.deliver() == said{"quiet firing", "slack firing"});
}

TEST_CASE("a channel that has no word for it is not told of recoveries") {
  auto sentry = to("sentry");
  sentry.says_recovery = false;
  outbox_scene scene({sentry});
  scene.fails("run1");
  CHECK(scene.deliver() == said{"sentry firing"});
  scene.is_well("run2");
  CHECK(scene.deliver() == said{});
  scene.now += 48h;
  scene.fails("run3");
  CHECK(scene.deliver() == said{"sentry firing"});
}

TEST_CASE("games that were given up are said, and are never over") {
  outbox_scene scene;
  scene.fails("run1", alert_kind::game_given_up);
  CHECK_FALSE(scene.book.alerts.front().is_open());
  CHECK(scene.deliver() == said{"slack firing"});
  scene.now += 1h;
  scene.fails("run2", alert_kind::game_given_up);
  CHECK(scene.deliver() == said{});
  scene.now += 12h;
  CHECK(scene.deliver() == said{"slack again x1"});
}

TEST_CASE("of a job's check-ins only the newest is sent, to whoever watches that job") {
  auto check = outbox_channel{"check", {}, false, "daily"};
  outbox_scene scene({check, to("slack")});
  scene.answers["check"] = down;
  for (int run = 0; run < 5; ++run) {
    scene.ends("run" + std::to_string(run), "error");
    scene.deliver();
    scene.now += 1h;
  }
  scene.answers.clear();
  scene.sent = 0;
  scene.ends("run9", "ok");
  CHECK(scene.deliver() == said{"check check_in"});
  CHECK(scene.sent == 1);
  // The log is not kept longer than it is needed.
  for (const auto& alert : scene.book.alerts) CHECK(alert.news.log.empty());
}

TEST_CASE("a closing check-in that could not be sent is sent by the next who comes") {
  outbox_scene scene({outbox_channel{"check", {}, false, "daily"}});
  scene.answers["check"] = down;
  scene.ends("run1", "ok");
  scene.deliver();
  scene.answers.clear();
  scene.now += 10min;
  CHECK(scene.deliver() == said{"check check_in"});
}

TEST_CASE("channels that are gone from the settings are forgotten") {
  outbox_scene scene({to("hook"), to("slack")});
  scene.fails("run1");
  scene.rules.channels = {to("slack")};
  CHECK(scene.deliver() == said{"slack firing"});
  CHECK(scene.book.alerts.front().deliveries.front().state == delivery_state::expired);
}

TEST_CASE("an alert is the same after it was written and read") {
  alert_news news;
  news.kind = alert_kind::check_in;
  news.subject = "daily \"x\"";
  news.occurrence = "run1";
  news.title = "ä <b> \n\t";
  news.text = "text";
  news.help = "help";
  news.job = "daily";
  news.run_id = "run1";
  news.invocation = "abc";
  news.host = "h";
  news.at = morning;
  news.status = "error";
  news.exit_code = 121;
  news.seconds = 1.5;
  news.log = "line\nline";
  CHECK(parse_payload(to_payload(news)) == news);
  CHECK(parse_payload("no json").title.empty());
}
