#include "cli/http/event_stream.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace nba::cli;

namespace {

using namespace std::chrono_literals;
const auto start = stream_cursor::clock::time_point{} + 1'000h;

struct reader {
  explicit reader(const std::string& hello = {}) : cursor(web_limits{}, newest, hello, start) {}
  void publish(const std::string& text) {
    newest.text = std::make_shared<const std::string>(text);
    ++newest.number;
  }
  std::string read(stream_cursor::clock::time_point now = start, std::size_t room = 1'000) {
    std::string out(room, '\0');
    out.resize(cursor.read(
        newest, [] { return std::make_shared<const std::string>("beat"); }, out.data(), room, now));
    return out;
  }
  newest_message newest;
  stream_cursor cursor;
};

}  // namespace

TEST_CASE("a slow reader misses messages and goes on with the newest; it never holds another") {
  reader one;
  CHECK(one.read() == "retry: 2000\n\n");
  CHECK(one.read().empty());
  one.publish("aaaa");
  CHECK(one.read(start, 3) == "aaa");
  const std::weak_ptr<const std::string> held = one.newest.text;
  one.publish("bbbb");
  one.publish("cccc");
  CHECK_FALSE(held.expired());
  CHECK(one.read(start, 3) == "a");  // a message is never cut
  CHECK(held.expired());
  CHECK(one.read() == "cccc");
  CHECK(one.read().empty());
}

TEST_CASE("who begins is told by the hello what there was, or by the newest message where there is none") {
  reader greeted{"hello"};
  CHECK(greeted.read() == "retry: 2000\n\nhello");
  newest_message newest{7, std::make_shared<const std::string>("seven")};
  stream_cursor cursor{web_limits{}, newest, "", start};
  CHECK(cursor.has_more(newest, start));
}

TEST_CASE("silence is broken by a sign of life, and a reader that takes nothing is blocked") {
  reader one;
  one.read();
  CHECK(one.read(start + 3s).empty());
  CHECK_FALSE(one.cursor.is_blocked(start + 1h));  // it has taken all there was
  CHECK(one.read(start + 4s) == "beat");
  CHECK_FALSE(one.cursor.is_blocked(start + 9s));
  CHECK(one.cursor.is_blocked(start + 9s + 1ms));
  CHECK(one.read(start + 5s).empty());
}
