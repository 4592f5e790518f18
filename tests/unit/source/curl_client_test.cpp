// The client against a well-behaved server.
#include "pipeline/source/endpoints.hpp"
#include "pipeline/source/http_client.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/unit/source/response_log.hpp"

#include <doctest/doctest.h>
#include <httplib.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace nba::test;
using nba::http_error;

namespace {

// cpp-httplib with keep-alive that lasts, counting connections by the peer's port.
class web_server {
 public:
  web_server() {
    server.new_task_queue = [] { return new httplib::ThreadPool(16); };
    server.set_keep_alive_max_count(100'000);
    server.set_tcp_nodelay(true);
    server.set_logger([this](const httplib::Request& request, const httplib::Response&) {
      const std::lock_guard lock(mutex_);
      peers_.insert(request.remote_port);
    });
  }
  ~web_server() {
    server.stop();
    if (thread_.joinable()) thread_.join();
  }
  void start() {
    port_ = server.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server.listen_after_bind(); });
    REQUIRE(eventually([this] { return server.is_running(); }));
  }
  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return peers_.size();
  }

  httplib::Server server;

 private:
  int port_ = 0;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::set<int> peers_;
};

std::string json_of_size(std::size_t size) {
  std::string body = R"({"game":")";
  while (body.size() + 2 < size) body += static_cast<char>('a' + body.size() * body.size() % 23);
  return body + "\"}";
}

// Sets an environment variable for as long as it lives.
class environment_variable {
 public:
  environment_variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ~environment_variable() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("an answer arrives whole, padded, with its head") {
  const auto body = json_of_size(400'000);
  web_server web;
  web.server.Get("/game", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(body, "application/vnd.test");
  });
  web.start();
  const auto answer = fetch(request_for(web.url("/game")));
  CHECK(answer.url == web.url("/game"));
  CHECK(answer.error == http_error::none);
  CHECK(answer.error_text.empty());
  CHECK(answer.status == 200);
  CHECK(answer.content_type == "application/vnd.test");
  CHECK_FALSE(answer.retry_after.has_value());
  CHECK(answer.elapsed.count() > 0);
  CHECK(answer.wire_bytes == body.size());
  REQUIRE(answer.body);
  CHECK(answer.body->view() == body);
  CHECK(answer.body->capacity() >= body.size() + nba::body_padding_bytes);
}

TEST_CASE("statuses other than 200 are answers, not errors") {
  web_server web;
  web.server.Get("/missing", [](const httplib::Request&, httplib::Response& response) {
    response.status = 404;
    response.set_content("<html>nothing</html>", "text/html");
  });
  web.server.Get("/empty", [](const httplib::Request&, httplib::Response& response) { response.status = 500; });
  web.start();
  const auto missing = fetch(request_for(web.url("/missing")));
  CHECK(missing.error == http_error::none);
  CHECK(missing.status == 404);
  CHECK(missing.body->view() == "<html>nothing</html>");
  const auto empty = fetch(request_for(web.url("/empty")));
  CHECK(empty.status == 500);
  REQUIRE(empty.body);
  CHECK(empty.body->size() == 0);
}

TEST_CASE("headers are sent as given, and compressed answers are asked for") {
  std::multimap<std::string, std::string> seen;
  web_server web;
  web.server.Get("/", [&](const httplib::Request& request, httplib::Response&) {
    seen.insert(request.headers.begin(), request.headers.end());
  });
  web.start();
  const auto request = nba::make_request(nba::endpoint::schedule, web.url("/"));
  REQUIRE(fetch(request).status == 200);
  for (const auto& header : request.headers) {
    CAPTURE(header);
    const auto colon = header.find(": ");
    const auto found = seen.find(header.substr(0, colon));
    REQUIRE(found != seen.end());
    CHECK(found->second == header.substr(colon + 2));
  }
  REQUIRE(seen.count("Accept-Encoding") == 1);
  CHECK(seen.find("Accept-Encoding")->second.find("gzip") != std::string::npos);
  CHECK(seen.count("Accept") == 1);
  CHECK(seen.count("User-Agent") == 1);
}

TEST_CASE("a compressed body is decoded, and the wire bytes say what travelled") {
  const auto body = json_of_size(300'000);
  web_server web;
  web.server.Get("/game", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(body, "application/json");  // cpp-httplib compresses it when asked to
  });
  web.start();
  const auto answer = fetch(request_for(web.url("/game")));
  REQUIRE(answer.body);
  CHECK(answer.body->view() == body);
  CHECK(answer.wire_bytes > 0);
  CHECK(answer.wire_bytes < body.size() / 2);
}

TEST_CASE("a hundred requests share as many connections as they may") {
  web_server web;
  web.server.Get(
      "/game", [](const httplib::Request&, httplib::Response& response) { response.set_content("{}", "text/plain"); });
  web.start();
  for (const int connections_max : {1, 4}) {
    CAPTURE(connections_max);
    const auto before = web.connections();
    response_log log;
    const auto client = nba::make_curl_client();
    for (int key = 0; key < 100; ++key) {
      auto request = request_for(web.url("/game"));
      request.connections_max = connections_max;
      client->submit(std::move(request), log.completion_of(key));
    }
    REQUIRE(log.wait_for(100));
    for (const auto& [key, answers] : log.answers()) {
      CHECK(answers.size() == 1);
      CHECK(answers.front().status == 200);
    }
    CHECK(web.connections() - before >= 1);
    CHECK(web.connections() - before <= static_cast<std::size_t>(connections_max));
  }
}

TEST_CASE("no more transfers of a host are open than each request allows") {
  std::atomic<int> now{0}, most{0};
  web_server web;
  web.server.Get("/game", [&](const httplib::Request&, httplib::Response& response) {
    const int mine = ++now;
    for (int seen = most; mine > seen && !most.compare_exchange_weak(seen, mine);) continue;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    response.set_content("{}", "text/plain");
    --now;
  });
  web.start();
  response_log log;
  const auto client = nba::make_curl_client();
  for (int key = 0; key < 30; ++key) {
    auto request = request_for(web.url("/game"));
    request.connections_max = 3;
    client->submit(std::move(request), log.completion_of(key));
  }
  REQUIRE(log.wait_for(30));
  CHECK(most > 1);
  CHECK(most <= 3);
  // Also where others of the host were allowed more.
  most = 0;
  for (int key = 30; key < 50; ++key) {
    auto request = request_for(web.url("/game"));
    request.connections_max = 2;
    client->submit(std::move(request), log.completion_of(key));
  }
  REQUIRE(log.wait_for(50));
  CHECK(most <= 2);
}

TEST_CASE("several threads may submit at once") {
  web_server web;
  web.server.Get("/game", [](const httplib::Request& request, httplib::Response& response) {
    response.set_content("{\"id\":" + request.get_param_value("id") + "}", "text/plain");
  });
  web.start();
  response_log log;
  const auto client = nba::make_curl_client();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        const int key = thread * 50 + i;
        client->submit(request_for(web.url("/game?id=" + std::to_string(key))), log.completion_of(key));
      }
    });
  for (auto& thread : threads) thread.join();
  REQUIRE(log.wait_for(200));
  const auto all = log.answers();
  CHECK(all.size() == 200);
  for (const auto& [key, answers] : all) {
    REQUIRE(answers.size() == 1);
    CHECK(answers.front().body->view() == "{\"id\":" + std::to_string(key) + "}");
  }
}

TEST_CASE("a redirect is followed, one after it is not, and one to itself never") {
  web_server web;
  std::atomic<int> asked{0};
  web.server.Get(R"(/hop/(\d+))", [&](const httplib::Request& request, httplib::Response& response) {
    ++asked;
    const int left = std::stoi(request.matches[1]);
    if (left == 0)
      response.set_content("{\"arrived\":true}", "text/plain");
    else
      response.set_redirect(web.url("/hop/" + std::to_string(left - 1)));
  });
  web.server.Get("/loop", [&](const httplib::Request&, httplib::Response& response) {
    ++asked;
    response.set_redirect("/loop");
  });
  web.start();
  const auto near = fetch(request_for(web.url("/hop/1")));
  CHECK(near.status == 200);
  REQUIRE(near.body);
  CHECK(near.body->view() == "{\"arrived\":true}");
  CHECK(asked.exchange(0) == 2);
  // A host of which every answer is one costs that much a request.
  const auto far = fetch(request_for(web.url("/hop/9")));
  CHECK(far.error == http_error::other);
  CHECK(far.status == 302);
  CHECK(asked.exchange(0) == 2);
  const auto loop = fetch(request_for(web.url("/loop")));
  CHECK(loop.error == http_error::other);
  CHECK(loop.error_text == "it leads to itself");
  CHECK(asked == 1);
}

TEST_CASE("no redirect leads out of HTTP") {
  web_server web;
  web.server.Get("/out", [](const httplib::Request& request, httplib::Response& response) {
    response.set_redirect(request.get_param_value("to"));
  });
  web.start();
  for (const auto* const target : {"file:///etc/hostname", "ftp://127.0.0.1:1/x", "gopher://127.0.0.1:1/"}) {
    CAPTURE(target);
    const auto answer = fetch(request_for(web.url(std::string("/out?to=") + target)));
    CHECK(answer.error == http_error::other);
    CHECK(answer.status == 302);
    CHECK_FALSE(answer.body);
  }
  CHECK(fetch(request_for("file:///etc/hostname")).error == http_error::other);
}

TEST_CASE("a redirect to another host or port is not followed, and nothing connects there") {
  std::atomic<int> arrived = 0;
  web_server elsewhere;
  elsewhere.server.Get("/x", [&](const httplib::Request&, httplib::Response& response) {
    ++arrived;
    response.set_content("{}", "application/json");
  });
  elsewhere.start();
  web_server web;
  web.server.Get("/out", [](const httplib::Request& request, httplib::Response& response) {
    response.set_redirect(request.get_param_value("to"));
  });
  web.server.Get("/near", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("{\"near\":true}", "application/json");
  });
  web.start();
  const auto port = web.url("").substr(web.url("").rfind(':'));
  for (const auto& target : std::vector<std::string>{
           elsewhere.url("/x"), "http://localhost" + port + "/near", "http://169.254.169.254/x",
           "http://user@127.0.0.1" + port + "/near", "https://127.0.0.1" + port + "/near", "//127.0.0.1:1/x"}) {
    CAPTURE(target);
    const auto answer = fetch(request_for(web.url("/out?to=" + target)));
    CHECK(answer.error == http_error::other);
    CHECK(answer.status == 302);
    CHECK(answer.error_text.find("leads to") != std::string::npos);
    CHECK_FALSE(answer.body);
  }
  CHECK(arrived == 0);
  for (const auto& target : {web.url("/near"), std::string{"/near"}, "//127.0.0.1" + port + "/near"})
    CHECK(fetch(request_for(web.url("/out?to=" + target))).status == 200);
}

TEST_CASE("Retry-After is read as seconds and as a date") {
  std::string value;
  web_server web;
  web.server.Get("/busy", [&](const httplib::Request&, httplib::Response& response) {
    response.status = 503;
    response.set_header("Retry-After", value);
  });
  web.start();
  const auto retry_after = [&](std::string sent) {
    value = std::move(sent);
    return fetch(request_for(web.url("/busy"))).retry_after;
  };
  const auto http_date = [](std::time_t when) {
    char text[64];
    std::tm utc{};
    ::gmtime_r(&when, &utc);
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return std::string(text);
  };
  CHECK(retry_after("17") == std::chrono::seconds(17));
  CHECK(retry_after("0") == std::chrono::seconds(0));
  CHECK(retry_after("-5") == std::chrono::seconds(0));
  CHECK(retry_after("soon") == std::chrono::seconds(0));
  CHECK(retry_after(http_date(std::time(nullptr) - 1000)) == std::chrono::seconds(0));
  const auto later = retry_after(http_date(std::time(nullptr) + 1000));
  REQUIRE(later.has_value());
  CHECK(later->count() > 800);
  CHECK(later->count() <= 1000);
}

TEST_CASE("a proxy from the environment is used, but not for a loopback host") {
  raw_server proxy([](raw_connection& connection) {
    const auto head = connection.read_request();
    const bool absolute = head && head->starts_with("GET http://games.invalid/x HTTP/1.1\r\n");
    connection.send(http_answer(200, absolute ? "{\"through\":\"proxy\"}" : "{}"));
  });
  web_server web;
  web.server.Get("/x", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("{\"direct\":true}", "text/plain");
  });
  web.start();
  const environment_variable lower("http_proxy", proxy.url("/"));
  const environment_variable none("no_proxy", "");
  const auto direct = fetch(request_for(web.url("/x")));
  REQUIRE(direct.body);
  CHECK(direct.body->view() == "{\"direct\":true}");
  CHECK(proxy.connections() == 0);
  const auto through = fetch(request_for("http://games.invalid/x"));
  REQUIRE(through.body);
  CHECK(through.body->view() == "{\"through\":\"proxy\"}");
}

TEST_CASE("completions run on one thread of the client's own, with every signal blocked") {
  web_server web;
  web.server.Get("/x", [](const httplib::Request&, httplib::Response&) {});
  web.start();
  response_log log;
  std::set<std::thread::id> threads;
  std::atomic<int> unblocked{0};
  {
    const auto client = nba::make_curl_client();
    for (int key = 0; key < 20; ++key)
      client->submit(request_for(web.url("/x")), [&, done = log.completion_of(key)](nba::http_response response) {
        threads.insert(std::this_thread::get_id());  // one thread: no lock
        sigset_t mask;
        ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
        for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGHUP})
          if (sigismember(&mask, signal) != 1) ++unblocked;
        done(std::move(response));
      });
    REQUIRE(log.wait_for(20));
  }
  CHECK(threads.size() == 1);
  CHECK(threads.count(std::this_thread::get_id()) == 0);
  CHECK(unblocked == 0);
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  CHECK(sigismember(&mask, SIGTERM) == 0);  // the maker's own mask is as before
}
