// The exact requests that services are sent, and what their answers mean.
#include "pipeline/alerts/identifiers.hpp"
#include "pipeline/alerts/ping.hpp"
#include "pipeline/alerts/redactor.hpp"
#include "pipeline/alerts/sentry.hpp"
#include "pipeline/alerts/slack.hpp"
#include "pipeline/alerts/webhook.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <string>

#include <nlohmann/json.hpp>

namespace {

using namespace nba;
using nlohmann::json;

const utc_time noon = *parse_timestamp("2024-10-08T12:00:00Z");

parcel failing(const std::string& title = "daily failed", const std::string& text = "The database is gone.") {
  parcel out;
  out.channel = "c";
  out.message_id = uuid_of("message");
  parcel_part part;
  part.news.kind = alert_kind::run_failed;
  part.news.subject = part.news.job = "daily";
  part.news.run_id = "20241008T060001Z-k3v9qa";
  part.news.title = title;
  part.news.text = text;
  part.news.help = "nba-scraper doctor";
  part.fingerprint = fingerprint_of(part.news);
  part.created_at = part.last_seen_at = noon;
  out.parts.push_back(part);
  return out;
}

alert_news ended(const std::string& status) {
  alert_news news;
  news.kind = alert_kind::check_in;
  news.job = "daily";
  news.run_id = "20241008T060001Z-k3v9qa";
  news.status = status;
  news.exit_code = status == "ok" ? 0 : 121;
  news.seconds = 12.5;
  news.log = "one line\nanother line\n";
  return news;
}

std::string header(const alert_request& request, const std::string& name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return {};
}

json item_of(const alert_request& request, int line) {
  std::istringstream lines(request.body);
  std::string text;
  for (int i = 0; i <= line; ++i) std::getline(lines, text);
  return json::parse(text);
}

sentry_place place() {
  sentry_place out;
  out.dsn = *parse_dsn("https://abc@o1.ingest.sentry.io/42");
  out.release = "nba-scraper@1.0.0";
  out.monitor = "nba-daily";
  return out;
}

}  // namespace

// ---- words

TEST_CASE("what a message says: first, again, over") {
  auto sent = failing();
  CHECK(compose(sent).title == "daily failed");
  CHECK(compose(sent).text == "The database is gone.");
  CHECK(compose(sent).help == "nba-scraper doctor");
  sent.parts.front().repeats = sent.parts.front().unsaid = 2;
  CHECK(compose(sent).title == "daily failed (3 times)");
  sent.what = sent.parts.front().what = parcel_kind::again;
  CHECK(compose(sent).title == "daily failed: 2 times again");
  sent.what = sent.parts.front().what = parcel_kind::recovered;
  sent.parts.front().over = true;
  CHECK(compose(sent).title == "Over: daily failed");
  CHECK(compose(sent).text == "It began 2024-10-08 12:00 UTC and is over, after it happened 2 times again.");
  CHECK(compose(sent).help.empty());
  CHECK(compose(sent).is_well);
}

TEST_CASE("a digest names what it holds, and counts what it has no room for") {
  auto sent = failing();
  sent.what = parcel_kind::digest;
  for (int i = 0; i < 24; ++i) sent.parts.push_back(sent.parts.front());
  const auto message = compose(sent);
  CHECK(message.title == "25 alerts");
  CHECK(message.text.find("- and 5 more") != std::string::npos);
}

TEST_CASE("statuses: taken, later, never") {
  const std::vector<std::pair<int, delivery_outcome>> table{
      {200, delivery_outcome::delivered}, {204, delivery_outcome::delivered}, {301, delivery_outcome::refused},
      {302, delivery_outcome::refused},   {400, delivery_outcome::refused},   {403, delivery_outcome::refused},
      {404, delivery_outcome::refused},   {410, delivery_outcome::refused},   {408, delivery_outcome::try_later},
      {429, delivery_outcome::try_later}, {500, delivery_outcome::try_later}, {503, delivery_outcome::try_later},
      {0, delivery_outcome::try_later},
  };
  for (const auto& [status, outcome] : table) {
    CAPTURE(status);
    CHECK(judge_status({status, "", "", "", ""}, noon).outcome == outcome);
  }
  CHECK(judge_status({429, "", "", "30", ""}, noon).not_before == std::chrono::seconds{30});
  CHECK(judge_status({503, "", "", "Tue, 08 Oct 2024 12:01:00 GMT", ""}, noon).not_before == std::chrono::seconds{60});
  CHECK(judge_status({403, "", "invalid_token", "", ""}, noon).why == "answered 403: invalid_token");
}

// ---- Slack

TEST_CASE("Slack: text and a block, escaped, without a channel") {
  const auto request = slack_request("https://s/x", compose(failing("<!channel> & co", "a < b")));
  const auto body = json::parse(request.body);
  CHECK(request.url == "https://s/x");
  CHECK_FALSE(body.contains("channel"));
  CHECK(body["text"] == "&lt;!channel&gt; &amp; co");
  CHECK(body["blocks"][0]["text"]["text"] == "*&lt;!channel&gt; &amp; co*\na &lt; b\n`nba-scraper doctor`");
}

TEST_CASE("Slack: at most 3,000 characters in all, cut between code points and between escapes") {
  for (const std::string letter : {"a", "&", "ä", "\xF0\x9F\x8F\x80"}) {
    CAPTURE(letter);
    std::string text;
    while (text.size() < 60'000) text += letter;
    const auto request = slack_request("u", compose(failing(text, text)));
    const auto body = json::parse(request.body);  // would throw at half a code point
    const auto fallback = body["text"].get<std::string>(), block = body["blocks"][0]["text"]["text"].get<std::string>();
    CHECK(fallback.size() + block.size() <= slack_text_max);
    CHECK(std::regex_replace(block, std::regex("&(amp|lt|gt);"), "").find('&') == std::string::npos);
    const auto plain = json::parse(slack_plain_request("u", compose(failing(text, text))).body);
    CHECK(plain["text"].get<std::string>().size() <= slack_text_max);
    CHECK_FALSE(plain.contains("blocks"));
  }
}

TEST_CASE("Slack: delivered is 200 with ok, nothing else") {
  CHECK(judge_slack({200, "", "ok", "", ""}, noon).outcome == delivery_outcome::delivered);
  CHECK(judge_slack({200, "", "<html>sign in</html>", "", ""}, noon).outcome == delivery_outcome::refused);
  CHECK(judge_slack({302, "", "", "", ""}, noon).outcome == delivery_outcome::refused);
  CHECK(judge_slack({403, "", "invalid_token", "", ""}, noon).outcome == delivery_outcome::refused);
  CHECK(judge_slack({429, "", "", "30", ""}, noon).outcome == delivery_outcome::try_later);
}

// ---- Sentry

TEST_CASE("Sentry: what is a DSN, and where it leads") {
  CHECK(parse_dsn("https://abc@o1.ingest.sentry.io/42")->endpoint == "https://o1.ingest.sentry.io/api/42/envelope/");
  CHECK(parse_dsn("https://abc@o1.ingest.sentry.io/42")->key == "abc");
  CHECK(parse_dsn("http://abc:secret@h:9000/base/7")->endpoint == "http://h:9000/base/api/7/envelope/");
  CHECK(parse_dsn("http://abc:secret@h:9000/base/7")->key == "abc");
  for (const auto* wrong : {"", "abc", "https://o1.sentry.io/42", "https://@h/42", "https://abc@h/", "https://abc@/42",
                            "https://abc@h/x42", "ftp://abc@h/42", "https://abc@h/42?x=1", "https://abc@h/4 2"}) {
    CAPTURE(std::string{wrong});
    CHECK_FALSE(parse_dsn(wrong));
  }
}

TEST_CASE("Sentry: an event's envelope, made at the moment of sending") {
  const auto request = sentry_event(place(), compose(failing()), noon + std::chrono::hours{1});
  CHECK(request.url == "https://o1.ingest.sentry.io/api/42/envelope/");
  CHECK(header(request, "Content-Type") == "application/x-sentry-envelope");
  CHECK(header(request, "X-Sentry-Auth") == "Sentry sentry_version=7, sentry_client=nba-scraper/1.0.0, sentry_key=abc");
  const auto head = item_of(request, 0), item = item_of(request, 1), event = item_of(request, 2);
  CHECK(head["sent_at"] == "2024-10-08T13:00:00.000Z");
  CHECK(head["event_id"] == event["event_id"]);
  CHECK(item["type"] == "event");
  const auto payload = request.body.substr(request.body.find("\n", request.body.find("\n") + 1) + 1);
  CHECK(item["length"] == payload.size() - 1);  // without its newline
  CHECK(event["fingerprint"] == json{"nba-scraper", "run_failed:daily"});
  CHECK(event["timestamp"] == "2024-10-08T12:00:00.000Z");
  CHECK(event["level"] == "error");
  CHECK(event["release"] == "nba-scraper@1.0.0");
  CHECK_FALSE(event.contains("environment"));
}

TEST_CASE("Sentry: check-ins have the run's id, and no monitor_config unless one is set") {
  const auto start = item_of(sentry_check_in(place(), ended("ok"), "in_progress", noon), 2);
  CHECK(start["status"] == "in_progress");
  CHECK_FALSE(start.contains("duration"));
  CHECK_FALSE(start.contains("monitor_config"));
  auto set = place();
  set.schedule = "0 6 * * *";
  set.timezone = "America/New_York";
  set.checkin_margin_minutes = 30;
  set.environment = std::string(80, 'e');
  set.monitor = std::string(80, 'm');
  const auto request = sentry_check_in(set, ended("error"), "error", noon);
  const auto end = item_of(request, 2);
  CHECK(item_of(request, 1)["type"] == "check_in");
  CHECK(end["check_in_id"] == start["check_in_id"]);
  CHECK(end["check_in_id"].get<std::string>().size() == 32);
  CHECK(end["duration"] == 12.5);
  CHECK(end["monitor_slug"].get<std::string>().size() == 50);
  CHECK(end["environment"].get<std::string>().size() <= 64);
  CHECK(end["monitor_config"]["schedule"] == json{{"type", "crontab"}, {"value", "0 6 * * *"}});
  CHECK(end["monitor_config"]["timezone"] == "America/New_York");
  CHECK(end["monitor_config"]["checkin_margin"] == 30);
  CHECK_FALSE(end["monitor_config"].contains("max_runtime"));
}

TEST_CASE("Sentry: a limit is that of the category, else Retry-After, else a minute") {
  const auto rest = [](const char* limits, const char* after) {
    return judge_sentry({429, "", "", after, limits}, "error", noon).not_before.value();
  };
  using std::chrono::seconds;
  CHECK(rest("60:transaction:organization, 2700:default;error:project", "5") == seconds{2700});
  CHECK(rest("60:transaction:organization", "5") == seconds{5});
  CHECK(rest("90::organization", "5") == seconds{90});
  CHECK(rest("", "") == seconds{60});
  CHECK(rest("nonsense,,;", "") == seconds{60});
}

// ---- pings

TEST_CASE("a ping: the signal in the path, the run as a UUID, the end of the log in the body") {
  const std::string url = "https://hc-ping.com/11111111-2222-4333-8444-555555555555";
  const auto rid = "?rid=" + uuid_of_run("20241008T060001Z-k3v9qa");
  CHECK(ping_request(url, ping_signal::start, ended("")).url == url + "/start" + rid);
  CHECK(ping_request(url, ping_signal::start, ended("")).body.empty());
  CHECK(ping_request(url + "/", ping_signal::success, ended("ok")).url == url + rid);
  CHECK(ping_request(url, ping_signal::fail, ended("error")).url == url + "/fail" + rid);
  CHECK(ping_request("https://h/p/slug?create=1", ping_signal::log, ended("log")).url ==
        "https://h/p/slug/log?create=1&" + rid.substr(1));
  CHECK(ping_signal_of("ok") == ping_signal::success);
  CHECK(ping_signal_of("error") == ping_signal::fail);
  CHECK(ping_signal_of("log") == ping_signal::log);
  auto news = ended("error");
  news.log = "the beginning\n" + std::string(200'000, 'x') + "\nthe end\n";
  const auto body = ping_request(url, ping_signal::fail, news).body;
  CHECK(body.size() <= alert_log_bytes_max);
  CHECK(body.ends_with("the end\n"));
  CHECK(body.starts_with("daily 20241008T060001Z-k3v9qa: exit code 121"));
}

TEST_CASE("a ping: the hosted service says in the body that nothing was noted") {
  CHECK(judge_ping({200, "", "OK", "", ""}, noon).outcome == delivery_outcome::delivered);
  CHECK(judge_ping({200, "", "OK (not found)", "", ""}, noon).outcome == delivery_outcome::refused);
  CHECK(judge_ping({200, "", "OK (rate limited)", "", ""}, noon).outcome == delivery_outcome::try_later);
  CHECK(judge_ping({404, "", "", "", ""}, noon).outcome == delivery_outcome::refused);
}

// ---- webhooks

TEST_CASE("Standard Webhooks: the published example") {
  CHECK(webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                          R"({"test": 2432232314})") == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE("a webhook: a try later has the id and the body, and a timestamp and signature of its own") {
  const auto body = to_json(compose(failing()));
  const auto first = webhook_request("u", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "id", body, noon);
  const auto second =
      webhook_request("u", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "id", body, noon + std::chrono::hours{1});
  CHECK(first.body == second.body);
  CHECK(header(first, "webhook-id") == header(second, "webhook-id"));
  CHECK(header(first, "webhook-timestamp") == "1728388800");
  CHECK(header(second, "webhook-timestamp") == "1728392400");
  CHECK(header(first, "webhook-signature") != header(second, "webhook-signature"));
  CHECK(header(webhook_request("u", "", "id", body, noon), "webhook-signature").empty());
  const auto document = json::parse(body);
  CHECK(document["type"] == "alert.firing");
  CHECK(document["data"]["alerts"][0]["fingerprint"] == "run_failed:daily");
}

// ---- identifiers, secrets

TEST_CASE("identifiers: UUIDs of version 5, the same for the same name; base64") {
  CHECK(std::regex_match(uuid_of("x"),
                         std::regex("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")));
  CHECK(uuid_of("x") == uuid_of("x"));
  CHECK(uuid_of("x") != uuid_of("y"));
  for (const std::string bytes : {"", "a", "ab", "abc", "abcd"}) CHECK(from_base64(to_base64(bytes)) == bytes);
  CHECK_FALSE(from_base64("not base64!"));
}

TEST_CASE("the redactor hides a secret address, its parts and its key, and leaves the rest readable") {
  const redactor hide({"https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/cccccccccccc",
                       "https://0123456789abcdef@o1.ingest.sentry.io/42", "whsec_MfKQ9r8GKYqrTwjUPD8I"});
  CHECK(hide("Could not resolve host: hooks.slack.com") == "Could not resolve host: hooks.slack.com");
  CHECK(hide("at https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/cccccccccccc!") == "at ***!");
  CHECK(hide("path /services/T0AAAAAAA/B0BBBBBBB/cccccccccccc") == "path ***");
  CHECK(hide("token cccccccccccc, key 0123456789abcdef, MfKQ9r8GKYqrTwjUPD8I") == "token ***, key ***, ***");
  CHECK(hide("services are fine") == "services are fine");
  CHECK(shown_address("https://hooks.slack.com/services/x") == "https://hooks.slack.com/***");
  CHECK(shown_address("https://key@h/42") == "https://h/***");
  CHECK(shown_address("nonsense") == "***");
}

TEST_CASE("texts are cut between code points, from either end") {
  CHECK(cut_to("abc", 3) == "abc");
  CHECK(cut_to("abcdef", 5) == "ab…");
  CHECK(cut_to("äöü", 5) == "ä…");
  CHECK(cut_to("a\xFFz", 10) == "az");
  CHECK(end_of("one\ntwo\nthree\n", 8) == "three\n");
  CHECK(end_of("äöü", 3) == "ü");
}

TEST_CASE("kinds: names, all, and the one that is wrong") {
  std::string wrong;
  CHECK(parse_alert_kinds("run_failed, run_died", wrong)->size() == 2);
  CHECK(parse_alert_kinds("all", wrong)->size() == 10);
  CHECK_FALSE(parse_alert_kinds("run_failed,runs", wrong));
  CHECK(wrong == "runs");
  CHECK_FALSE(parse_alert_kinds("test", wrong));
  CHECK_FALSE(parse_alert_kinds("", wrong));
  for (std::size_t i = 0; i < std::size(alert_kind_table); ++i)
    CHECK(static_cast<std::size_t>(alert_kind_table[i].kind) == i);
}
