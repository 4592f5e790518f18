#include "tests/support/alert_receiver.hpp"

#include "pipeline/alerts/identifiers.hpp"

#include <httplib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <regex>
#include <sstream>
#include <thread>

#include <nlohmann/json.hpp>

namespace nba::test {
namespace {

using nlohmann::json;

constexpr const char* slack_secret = "T0SECRET01/B0SECRET02/xoxSlackSecretXYZ";
constexpr const char* sentry_key = "0123456789abcdefdeadbeefcafe0001";
constexpr const char* ping_uuid = "11111111-2222-4333-8444-555555555555";
constexpr const char* webhook_token = "hookTokenSecret99";

// Empty: the service takes it.
using verdict = std::pair<int, std::string>;
const verdict taken{200, ""};

std::string header_of(const httplib::Request& request, const char* name) {
  return request.has_header(name) ? request.get_header_value(name) : std::string{};
}

verdict check_slack(const httplib::Request& request) {
  if (!request.path.ends_with(slack_secret)) return {403, "invalid_token"};
  const auto message = json::parse(request.body, nullptr, false);
  if (!message.is_object()) return {400, "invalid_payload"};
  if (message.contains("channel")) return {404, "channel_not_found"};
  if (!message.contains("text") || message["text"].get<std::string>().empty()) return {400, "no_text"};
  std::string all = message["text"].get<std::string>();
  for (const auto& block : message.value("blocks", json::array())) all += block["text"]["text"].get<std::string>();
  if (all.size() > 3'000) return {400, "invalid_blocks"};
  if (all.find_first_of("<>") != std::string::npos) return {400, "a text that is not escaped"};
  return taken;
}

verdict check_event(const json& event) {
  static const std::regex id("[0-9a-f]{32}");
  if (!std::regex_match(event.value("event_id", ""), id)) return {400, "event_id"};
  if (!event.value("fingerprint", json()).is_array()) return {400, "fingerprint"};
  if (event.value("message", json()).value("formatted", "").empty()) return {400, "message"};
  return taken;
}

verdict check_check_in(const json& check) {
  static const std::regex id("[0-9a-f]{32}");
  if (!std::regex_match(check.value("check_in_id", ""), id)) return {400, "check_in_id"};
  const auto status = check.value("status", "");
  if (status != "in_progress" && status != "ok" && status != "error") return {400, "status"};
  if (check.value("monitor_slug", "").empty()) return {400, "monitor_slug"};
  if (check.contains("monitor_config") && !check["monitor_config"].contains("schedule")) return {400, "monitor_config"};
  return taken;
}

verdict check_sentry(const httplib::Request& request) {
  const auto auth = header_of(request, "X-Sentry-Auth");
  if (auth.find("sentry_version=7") == std::string::npos || auth.find("sentry_client=") == std::string::npos)
    return {403, "missing authorization information"};
  if (auth.find(std::string{"sentry_key="} + sentry_key) == std::string::npos) return {403, "bad key"};
  if (header_of(request, "Content-Type") != "application/x-sentry-envelope") return {400, "content type"};
  std::istringstream lines(request.body);
  std::string head, item, payload;
  std::getline(lines, head);
  std::getline(lines, item);
  std::getline(lines, payload);
  const auto envelope = json::parse(head, nullptr, false), described = json::parse(item, nullptr, false),
             content = json::parse(payload, nullptr, false);
  if (!envelope.is_object() || !envelope.contains("sent_at") || !described.is_object() || !content.is_object())
    return {400, "invalid envelope"};
  if (described.value("length", 0u) != payload.size()) return {400, "length"};
  if (described["type"] == "event") return check_event(content);
  if (described["type"] == "check_in") return check_check_in(content);
  return {400, "item type"};
}

verdict check_ping(const httplib::Request& request) {
  static const std::regex path(std::string{"/ping/"} + ping_uuid + "(/start|/fail|/log|/[0-9]{1,3})?");
  static const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  if (!std::regex_match(request.path, path)) return {404, "not found"};
  if (request.has_param("rid") && !std::regex_match(request.get_param_value("rid"), uuid))
    return {400, "invalid uuid format"};
  if (request.body.size() > 100'000) return {400, "the end of it is lost"};
  return taken;
}

verdict check_webhook(const httplib::Request& request) {
  const auto id = header_of(request, "webhook-id"), at = header_of(request, "webhook-timestamp"),
             signature = header_of(request, "webhook-signature");
  if (id.empty() || at.empty() || signature.empty()) return {400, "missing required headers"};
  if (std::abs(std::stoll(at) - static_cast<long long>(std::time(nullptr))) > 300) return {400, "timestamp"};
  const auto key = from_base64(alert_receiver::webhook_secret().substr(6)).value();
  const auto digest = hmac_sha256(key, id + "." + at + "." + request.body);
  const auto wanted = "v1," + to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
  if (signature != wanted) return {401, "no matching signature found"};
  if (!json::parse(request.body, nullptr, false).is_object()) return {400, "body"};
  return taken;
}

verdict judge(const httplib::Request& request) {
  if (request.path.starts_with("/services/")) return check_slack(request);
  if (request.path == "/api/42/envelope/") return check_sentry(request);
  if (request.path.starts_with("/ping/")) return check_ping(request);
  if (request.path.starts_with("/hook/")) return check_webhook(request);
  return {404, "nothing is here"};
}

std::string answer_of(const httplib::Request& request) {
  if (request.path.starts_with("/services/")) return "ok";
  if (request.path.starts_with("/api/")) return "{}";
  return "OK";
}

}  // namespace

struct alert_receiver::state {
  httplib::Server server;
  int port = 0;
  std::thread thread;
  std::mutex mutex;
  std::condition_variable changed;
  bool ending = false;
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;
  std::vector<request> seen;
  std::vector<std::string> complaints;

  void handle(const httplib::Request& asked, httplib::Response& answer) {
    std::unique_lock guard(mutex);
    request noted;
    noted.path = asked.target;
    noted.body = asked.body;
    for (const auto& [name, value] : asked.headers) {
      auto small = name;
      std::transform(small.begin(), small.end(), small.begin(), [](unsigned char byte) { return std::tolower(byte); });
      noted.headers[small] = value;
    }
    if (status == -1) {
      seen.push_back(noted);
      changed.wait(guard, [&] { return ending || status != -1; });
      answer.status = 500;
      return;
    }
    if (status != 0) {
      answer.status = status;
      answer.set_content(body, "text/plain");
      for (const auto& [name, value] : headers) answer.set_header(name.c_str(), value);
    } else {
      const auto [code, why] = judge(asked);
      answer.status = code;
      answer.set_content(code == 200 ? answer_of(asked) : why, "text/plain");
      if (code != 200) complaints.push_back(asked.path + ": " + std::to_string(code) + " " + why);
    }
    noted.answered = answer.status;
    seen.push_back(std::move(noted));
  }
};

alert_receiver::alert_receiver() : state_(std::make_unique<state>()) {
  state_->server.Post(
      ".*", [this](const httplib::Request& asked, httplib::Response& answer) { state_->handle(asked, answer); });
  state_->server.set_keep_alive_max_count(1);
  state_->port = state_->server.bind_to_any_port("127.0.0.1");
  state_->thread = std::thread([this] { state_->server.listen_after_bind(); });
  while (!state_->server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

alert_receiver::~alert_receiver() {
  {
    const std::lock_guard guard(state_->mutex);
    state_->ending = true;
  }
  state_->changed.notify_all();
  state_->server.stop();
  state_->thread.join();
}

int alert_receiver::port() const { return state_->port; }

std::string alert_receiver::slack_url() const {
  return "http://127.0.0.1:" + std::to_string(port()) + "/services/" + slack_secret;
}
std::string alert_receiver::dsn() const {
  return std::string{"http://"} + sentry_key + "@127.0.0.1:" + std::to_string(port()) + "/42";
}
std::string alert_receiver::ping_url() const {
  return "http://127.0.0.1:" + std::to_string(port()) + "/ping/" + ping_uuid;
}
std::string alert_receiver::webhook_url() const {
  return "http://127.0.0.1:" + std::to_string(port()) + "/hook/" + webhook_token;
}
std::string alert_receiver::webhook_secret() { return "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"; }

std::vector<std::string> alert_receiver::secrets() {
  return {"xoxSlackSecretXYZ", "B0SECRET02", sentry_key, ping_uuid, webhook_token, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
}

void alert_receiver::answer_with(int status, std::string body, std::map<std::string, std::string> headers) {
  const std::lock_guard guard(state_->mutex);
  state_->status = status;
  state_->body = std::move(body);
  state_->headers = std::move(headers);
  state_->changed.notify_all();
}

std::vector<alert_receiver::request> alert_receiver::requests() const {
  const std::lock_guard guard(state_->mutex);
  return state_->seen;
}

std::vector<alert_receiver::request> alert_receiver::requests_to(const std::string& part) const {
  auto all = requests();
  std::erase_if(all, [&](const request& one) { return one.path.find(part) == std::string::npos; });
  return all;
}

std::vector<std::string> alert_receiver::complaints() const {
  const std::lock_guard guard(state_->mutex);
  return state_->complaints;
}

void alert_receiver::forget() {
  const std::lock_guard guard(state_->mutex);
  state_->seen.clear();
  state_->complaints.clear();
}

}  // namespace nba::test
