// Request book, judge and budget together against hosts that are in trouble for a while, with games that are bad
// themselves.
#include "pipeline/source/host_budget.hpp"
#include "tests/unit/source/request_desk.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace nba;
using namespace nba::test;
using namespace std::chrono_literals;

namespace {

constexpr int known_game = 99'999;

http_response answer(verdict what) {
  switch (what) {
    case verdict::throttled:
      return status_answer(429);
    case verdict::refused:
      return refused;
    case verdict::empty_500:
      return status_answer(500);
    case verdict::contract_drift:
      return ok_answer("<html>maintenance</html>");
    case verdict::another_game:
      return document_of(99'998);
    default:
      return error_answer(http_error::reset);
  }
}

struct plan {
  int games = 120;
  int games_at_once = 16;
  std::set<int> bad;  // games that fail by themselves, always
  verdict bad_answer = verdict::transient;
  // The host is in trouble for requests number [from, to), one spell after the other; and then good.
  std::vector<std::pair<int, int>> spells;
  verdict trouble = verdict::contract_drift;
  bool only_playbyplay = false;  // the trouble is in one kind of document
  bool canary_is_there = true;
  budget_settings budget{.requests_per_minute = 0, .burst = 16, .in_flight_max = 16};
  std::uint64_t seed = 1;
};

struct outcome {
  std::map<int, failure_class> failed;  // by game
  std::set<int> complete;
  int into_trouble = 0;  // requests
};

class world {
 public:
  explicit world(const plan& wanted)
      : plan_(wanted), random_(wanted.seed), desk_(options_of(wanted)), budget_(wanted.budget, desk_.now) {}

  outcome run() {
    for (std::size_t steps = 0; !over(); ++steps) {
      REQUIRE_MESSAGE(steps < 1'000'000, "it does not end");
      admit();
      grant();
      if (!desk_.sent.empty())
        finish_one();
      else if (!over())
        wait();
    }
    for (const auto number : desk_.complete) out_.complete.insert(static_cast<int>(number));
    for (const auto& loss : desk_.failed) out_.failed[number_of(loss.what.url)] = loss.body.error().kind;
    return out_;
  }

 private:
  static request_book_options options_of(const plan& wanted) {
    request_book_options out;
    out.canary = canary{{}, desk_game(known_game)};
    out.seed = wanted.seed;
    out.waiting_max = waiting_requests_max(static_cast<std::size_t>(wanted.games_at_once));
    return out;
  }
  static int number_of(const std::string& url) { return std::stoi(url.substr(url.rfind('_') + 6, 5)); }

  bool over() const {
    return static_cast<int>(desk_.failed.size() + desk_.complete.size()) == plan_.games && desk_.sent.empty();
  }

  void admit() {
    while (next_ <= plan_.games && static_cast<int>(desk_.unanswered()) < plan_.games_at_once) desk_.start(next_++);
  }

  void tell_budget() {
    for (const auto& one : std::exchange(desk_.returned, {})) budget_.release(desk_.now, one.signal, one.retry_after);
  }

  void grant() {
    while (!desk_.asks.empty()) {
      const auto state = budget_.state(desk_.now);
      if (state == host_state::given_up) {
        desk_.deny(desk_.take_ask()->which);
      } else if (budget_.try_acquire(desk_.now)) {
        desk_.grant(desk_.take_ask()->which, state == host_state::half_open);
        tell_budget();
      } else {
        return;
      }
      admit();
    }
  }

  bool is_in_trouble(endpoint what) {
    const int number = answers_++;
    if (plan_.only_playbyplay && what != endpoint::playbyplay) return false;
    return std::any_of(plan_.spells.begin(), plan_.spells.end(),
                       [&](const auto& spell) { return number >= spell.first && number < spell.second; });
  }

  http_response ask(const wanted_document& what) {
    if (is_in_trouble(what.endpoint)) {
      ++out_.into_trouble;
      return answer(plan_.trouble);
    }
    const int number = number_of(what.url);
    if (number == known_game && !plan_.canary_is_there) return answer(verdict::refused);
    return plan_.bad.contains(number) ? answer(plan_.bad_answer) : document_of(number);
  }

  void finish_one() {
    const auto what = desk_.sent[random_() % desk_.sent.size()].what;
    desk_.answer(what.url, ask(what));
    tell_budget();
  }

  // Nothing is under way: until something can be.
  void wait() {
    std::optional<request_book::time_point> next;
    if (!desk_.asks.empty()) next = budget_.next_opportunity(desk_.now);
    if (!desk_.timers.empty()) next = std::min(next.value_or(desk_.timers.begin()->first), desk_.timers.begin()->first);
    REQUIRE_MESSAGE(next.has_value(), "nothing can happen any more");
    desk_.advance(std::chrono::ceil<std::chrono::milliseconds>(std::max(*next - desk_.now, 0ns)));
  }

  plan plan_;
  std::mt19937_64 random_;
  request_desk desk_;
  host_budget budget_;
  int next_ = 1;
  int answers_ = 0;
  outcome out_;
};

bool blames(failure_class kind) { return kind != failure_class::edge_blocked && kind != failure_class::throttled; }

int blamed(const outcome& result) {
  return static_cast<int>(
      std::count_if(result.failed.begin(), result.failed.end(), [](const auto& one) { return blames(one.second); }));
}

constexpr verdict troubles[] = {verdict::transient, verdict::contract_drift, verdict::empty_500,
                                verdict::refused,   verdict::throttled,      verdict::another_game};

}  // namespace

TEST_CASE("a host that is gone for good, from any request on: nobody is blamed, few requests go into it") {
  for (const auto trouble : troubles)
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      CAPTURE(to_string(trouble));
      CAPTURE(seed);
      plan wanted;
      wanted.trouble = trouble;
      wanted.seed = seed;
      wanted.spells = {{seed % 4 == 0 ? 0 : static_cast<int>(seed * 7 % 230), 1'000'000}};
      wanted.only_playbyplay = seed % 5 == 1 && trouble != verdict::refused;
      wanted.games_at_once = 1 + static_cast<int>(seed % 16);
      const auto result = world(wanted).run();
      CHECK(blamed(result) == 0);
      CHECK(result.into_trouble <= 100);
      CHECK(result.failed.size() + result.complete.size() == 120);
    }
}

TEST_CASE("a host that comes and goes: nobody is blamed, and what its spells leave is complete in the end") {
  for (const auto trouble : troubles)
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      CAPTURE(to_string(trouble));
      CAPTURE(seed);
      plan wanted;
      wanted.trouble = trouble;
      wanted.seed = seed;
      wanted.only_playbyplay = seed % 5 == 1 && trouble != verdict::refused;
      wanted.budget.block_probes_max = 100;  // a spell is over after so many requests, and probes are some of them
      std::mt19937_64 random(seed);
      int at = static_cast<int>(random() % 40);
      for (int spell = 0; spell < 3; ++spell) {
        const int length = 1 + static_cast<int>(random() % 20);
        wanted.spells.push_back({at, at + length});
        at += length + 60 + static_cast<int>(random() % 40);
      }
      const auto result = world(wanted).run();
      // A refusal right after a good canary, which speaks for a few of them, is the missing game's way to answer. It is
      // no dead letter, and costs one of the game's confirmations.
      for (const auto& [number, why] : result.failed) {
        CAPTURE(number);
        CHECK(trouble == verdict::refused);
        CHECK(why == failure_class::unavailable);
      }
      constexpr int kinds_of_documents = 2;
      CHECK(result.failed.size() <= 3 * kinds_of_documents * canary::shares_max);
      CHECK(result.complete.size() == 120 - result.failed.size());
    }
}

TEST_CASE("games that are bad themselves are blamed, all of them and nobody else, while the host goes on") {
  for (const auto bad : troubles)
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      CAPTURE(to_string(bad));
      CAPTURE(seed);
      plan wanted;
      wanted.bad_answer = bad;
      wanted.seed = seed;
      std::mt19937_64 random(seed);
      const int count = 1 + static_cast<int>(seed % 12);
      const int first = 1 + static_cast<int>(random() % 100);
      for (int i = 0; i < count; ++i)  // one after the other, or anywhere
        wanted.bad.insert(seed % 2 == 0 ? first + i : 1 + static_cast<int>(random() % 120));
      const auto result = world(wanted).run();
      CHECK(result.failed.size() == wanted.bad.size());
      for (const auto& [number, why] : result.failed) {
        CHECK(wanted.bad.contains(number));
        CHECK(blames(why));
      }
      CHECK(result.complete.size() == 120 - wanted.bad.size());
    }
}

TEST_CASE("bad games and a host in trouble at once are told apart") {
  for (const auto trouble : {verdict::transient, verdict::contract_drift, verdict::throttled, verdict::another_game})
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      CAPTURE(to_string(trouble));
      CAPTURE(seed);
      plan wanted;
      wanted.bad_answer = wanted.trouble = trouble;
      wanted.seed = seed;
      wanted.bad = {5, 60, 61, 62, 63, 110};
      wanted.budget.block_probes_max = 100;
      const int at = static_cast<int>(seed * 5);
      wanted.spells = {{at, at + 1 + static_cast<int>(seed % 19)}};
      const auto result = world(wanted).run();
      for (const auto& [number, why] : result.failed) CHECK(wanted.bad.contains(number));
      CHECK(result.complete.size() == 114);
    }
}

TEST_CASE("a canary that this host does not have delays, but does not condemn for good") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    plan wanted;
    wanted.canary_is_there = false;
    wanted.seed = seed;
    wanted.spells = {{0, 10 + static_cast<int>(seed)}};  // from the first request on: no other game is known
    const auto result = world(wanted).run();
    CHECK(result.failed.empty());
    CHECK(result.complete.size() == 120);
  }
}
