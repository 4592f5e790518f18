// A request_book against budgets, hosts and stops that a seed makes up: whatever they do, every document that is asked
// for is answered exactly once (request_desk checks that, and the permits), no more requests wait than the bound, and
// everything ends as soon as the world is quiet.
#include "tests/unit/source/request_desk.hpp"

#include <random>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

class restless_world {
 public:
  explicit restless_world(std::uint64_t seed)
      : random_(seed), games_max_(1 + below(8)), window_(1 + below(6)), desk_(options(seed)) {}

  void run() {
    const auto restless = 200 + below(2'000);
    const auto drop_at = one_in(4) ? below(restless) : restless;
    for (std::size_t step = 0; step < restless; ++step) {
      if (step == drop_at) desk_.drop();
      if (one_in(300)) given_up_ = !given_up_;
      if (one_in(40)) mood_ = below(4);
      move();
      check();
    }
    given_up_ = false;
    quiet_ = true;
    for (std::size_t step = 0; move(); ++step) {
      check();
      REQUIRE_MESSAGE(step < 20'000, "it does not come to rest");
    }
    CHECK(desk_.unanswered() == 0);
    CHECK(desk_.book.open() == 0);
    CHECK(desk_.book.requests().empty());
    CHECK(desk_.book.waiting() == 0);
    CHECK(desk_.permits_granted == desk_.permits_returned);
    CHECK(desk_.replies.size() == asked_);
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t chances) { return below(chances) == 0; }

  request_book_options options(std::uint64_t seed) {
    request_book_options out;
    out.retry.tries_max = 1 + static_cast<int>(below(4));
    out.retry.throttles_max = static_cast<int>(below(4));
    out.seed = seed;
    out.waiting_max = waiting_requests_max(games_max_);
    // No game to compare with, one that is never asked for, or one of the plan.
    if (const auto kind = below(3); kind > 0) out.canary = canary{{}, desk_game(kind == 1 ? 999 : 5)};
    return out;
  }

  void check() {
    CHECK(desk_.asks.size() == desk_.book.waiting());
    CHECK(desk_.unanswered() == desk_.book.open());
  }

  // One thing that can happen. False when nothing is left.
  bool move() {
    for (std::size_t first = below(4), i = 0; i < 4; ++i) switch ((first + i) % 4) {
        case 0:
          if (admit()) return true;
          break;
        case 1:
          if (answer_permit()) return true;
          break;
        case 2:
          if (answer_request()) return true;
          break;
        default:
          if (desk_.timers.empty()) break;
          desk_.fire_timer();
          return true;
      }
    return false;
  }

  bool admit() {
    if (!schedule_open() && !quiet_ && one_in(50)) {
      schedule_ = ++last_;
      desk_.ask(last_, {{{endpoint::schedule, schedule_url(desk_urls, season{2024})}}, std::nullopt});
      asked_ += 1;
      return true;
    }
    const auto games = desk_.unanswered() - (schedule_open() ? 1 : 0);
    if (quiet_ || games >= games_max_ || next_game_ > 400) return false;
    desk_.ask(++last_, documents_of(next_game_++));
    asked_ += 2;
    return true;
  }
  bool schedule_open() const { return desk_.is_open(schedule_); }

  bool answer_permit() {
    if (desk_.asks.empty()) return false;
    if (!given_up_ && desk_.sent.size() >= window_) return false;
    const auto which = desk_.take_ask()->which;
    if (given_up_)
      desk_.deny(which, "gone");
    else
      desk_.grant(which, desk_.sent.empty() && one_in(4));
    return true;
  }

  bool answer_request() {
    if (desk_.sent.empty()) return false;
    const auto what = desk_.sent[below(desk_.sent.size())].what;
    desk_.answer(what.url, quiet_ || below(4) >= mood_ ? good(what) : bad());
    return true;
  }
  http_response good(const wanted_document& what) {
    if (what.endpoint == endpoint::schedule) return ok_answer("{}");
    return ok_answer(R"({"game":{"gameId":")" + what.url.substr(what.url.rfind('_') + 1, 10) + R"("}})");
  }
  http_response bad() {
    switch (below(9)) {
      case 0:
        return status_answer(403, "<html>Access Denied</html>");
      case 1:
        return status_answer(429, "", one_in(2) ? std::optional{20s} : std::nullopt);
      case 2:
        return error_answer(http_error::stalled);
      case 3:
        return error_answer(http_error::reset);
      case 4:
        return ok_answer("<html>maintenance</html>");
      case 5:
        return status_answer(500);
      case 6:
        return document_of(777);
      case 7:
        return error_answer(one_in(20) ? http_error::cancelled : http_error::timeout);
      default:
        return status_answer(502, "bad gateway");
    }
  }

  std::mt19937_64 random_;
  std::size_t games_max_, window_;
  request_desk desk_;
  std::size_t mood_ = 1;  // of four answers so many are bad
  bool given_up_ = false;
  bool quiet_ = false;  // nothing new is asked for, and every answer is good
  request_book::asking last_ = 0, schedule_ = 0;
  int next_game_ = 1;
  std::size_t asked_ = 0;  // documents
};

}  // namespace

TEST_CASE("whatever happens, every document is answered once, within the bounds, and everything ends") {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    restless_world(seed).run();
  }
}
