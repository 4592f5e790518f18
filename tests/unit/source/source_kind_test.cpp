// Which answers are of the wrong kind, and what becomes of them and of those after them.
#include "pipeline/source/source_kind.hpp"
#include "tests/support/model_http.hpp"
#include "tests/support/raw_server.hpp"

#include <doctest/doctest.h>

#include <future>
#include <vector>

using namespace nba;
using namespace nba::test;

namespace {

http_response marked(http_response answer) {
  answer.is_synthetic = true;
  return answer;
}

http_response from_somewhere(http_response answer) {
  answer.url = "http://127.0.0.1:8080/static/json/x";
  return answer;
}

// A guard in front of a model, and what came of requests.
struct guarded {
  model_http* model = nullptr;
  std::vector<failure> told;
  std::unique_ptr<source_guard> guard;
  std::vector<http_response> answers;

  explicit guarded(bool wants_synthetic) {
    auto inner = std::make_unique<model_http>();
    model = inner.get();
    guard = std::make_unique<source_guard>(std::move(inner), wants_synthetic,
                                           [this](const failure& why) { told.push_back(why); });
  }
  void ask(const std::string& url) {
    http_request request;
    request.url = url;
    guard->submit(std::move(request), [this](http_response answer) { answers.push_back(std::move(answer)); });
  }
};

}  // namespace

TEST_CASE("an answer with the mark is wrong for real games, whatever it is; one without it only as a good one") {
  struct row {
    http_response answer;
    bool wrong_for_real, wrong_for_synthetic;
  };
  const std::vector<row> rows{
      {ok_answer("{}"), false, true},
      {marked(ok_answer("{}")), true, false},
      {status_answer(403, "<html>"), false, false},  // a proxy in between may say that
      {marked(status_answer(403, "<html>")), true, false},
      {status_answer(503), false, false},
      {marked(status_answer(503)), true, false},
      {error_answer(http_error::connect), false, false},
      {marked(error_answer(http_error::truncated)), true, false},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    CHECK(wrong_source(rows[i].answer, false).has_value() == rows[i].wrong_for_real);
    CHECK(wrong_source(rows[i].answer, true).has_value() == rows[i].wrong_for_synthetic);
  }
  auto broken_off = ok_answer("{");
  broken_off.error = http_error::truncated;
  CHECK_FALSE(wrong_source(broken_off, true));
}

TEST_CASE("the refusal is one of configuration, names the host, and says what to type") {
  const auto synthetic = wrong_source(from_somewhere(marked(ok_answer("{}"))), false);
  REQUIRE(synthetic);
  CHECK(synthetic->kind == failure_class::configuration);
  CHECK(synthetic->message.find("--source sim with NBA_SIM_URL=http://127.0.0.1:8080 ") != std::string::npos);
  const auto real = wrong_source(from_somewhere(ok_answer("{}")), true);
  REQUIRE(real);
  CHECK(real->kind == failure_class::configuration);
  CHECK(real->message.starts_with("http://127.0.0.1:8080 does not say"));
}

TEST_CASE("the first answer of the wrong kind ends everything as cancelled, and is told once") {
  guarded host{false};
  for (const auto* url : {"http://h/1", "http://h/2", "http://h/3"}) host.ask(url);
  host.model->answer("http://h/1", ok_answer("{}"));
  CHECK_FALSE(host.guard->wrong());
  host.model->answer("http://h/2", marked(ok_answer("{}")));
  REQUIRE(host.guard->wrong());
  REQUIRE(host.answers.size() == 3);
  CHECK(host.answers[0].error == http_error::none);
  for (int i = 1; i < 3; ++i) {
    CHECK(host.answers[i].error == http_error::cancelled);
    CHECK_FALSE(host.answers[i].body);
  }
  host.ask("http://h/4");
  REQUIRE(host.answers.size() == 4);
  CHECK(host.answers[3].error == http_error::cancelled);
  CHECK(host.told.size() == 1);
}

TEST_CASE("the right kind passes through as it is") {
  for (const bool synthetic : {false, true}) {
    guarded host{synthetic};
    host.ask("http://h/1");
    auto answer = ok_answer("{}");
    answer.is_synthetic = synthetic;
    host.model->answer("http://h/1", answer);
    REQUIRE(host.answers.size() == 1);
    CHECK(host.answers[0].body->view() == "{}");
    CHECK(host.told.empty());
  }
}

TEST_CASE("what an earlier run stored says nothing of a host") {
  guarded host{true};
  host.ask("http://h/1");
  auto answer = ok_answer("{}");
  answer.stored = true;
  host.model->answer("http://h/1", answer);
  REQUIRE(host.answers.size() == 1);
  CHECK(host.answers[0].body->view() == "{}");
  CHECK(host.told.empty());
}

TEST_CASE("the mark is a header of the answer") {
  for (const auto& [header, expected] :
       std::vector<std::pair<std::string, bool>>{{"X-Nba-Scraper-Source: synthetic\r\n", true},
                                                 {"x-nba-scraper-source:synthetic\r\n", true},
                                                 {"X-Nba-Scraper-Source: real\r\n", false},
                                                 {"", false}}) {
    CAPTURE(header);
    raw_server server{[header = header](raw_connection& client) {
      client.read_request();
      client.send("HTTP/1.1 200 OK\r\n" + header + "Content-Length: 2\r\n\r\n{}");
    }};
    const auto client = make_curl_client();
    std::promise<http_response> answer;
    http_request request;
    request.url = server.url("/x");
    client->submit(std::move(request), [&](http_response response) { answer.set_value(std::move(response)); });
    CHECK(answer.get_future().get().is_synthetic == expected);
  }
}
