// Judge and budget together against hosts that are in trouble for a while, with games that are bad themselves. What the
// fetch actor does between them is done here without actors: requests wait, are sent, sleep, are held.
#include "pipeline/source/host_judge.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace nba;
using namespace std::chrono_literals;
using order = host_judge::order;
using time_point = host_judge::time_point;

namespace {

game_id game(int number) {
  const auto digits = std::to_string(number);
  return game_id::parse("00224" + std::string(5 - digits.size(), '0') + digits).value();
}

classified answer(verdict what) {
  auto kind = failure_class::transient;
  if (what == verdict::contract_drift) kind = failure_class::contract_drift;
  if (what == verdict::refused) kind = failure_class::unavailable;
  if (what == verdict::another_game) kind = failure_class::rejected;
  if (what == verdict::throttled) kind = failure_class::throttled;
  return {what, {kind, "bad", ""}};
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
  int longest_spell = 0;
  std::size_t steps = 0;
};

class world {
 public:
  explicit world(const plan& wanted)
      : plan_(wanted), random_(wanted.seed), budget_(wanted.budget, now_), judge_({}, canary{{}, game(99'999)}) {}

  outcome run() {
    for (; !over(); ++out_.steps) {
      REQUIRE_MESSAGE(out_.steps < 1'000'000, "it does not end");
      admit();
      grant();
      if (!in_flight_.empty())
        finish_one();
      else
        wait();
    }
    return out_;
  }

 private:
  using ticket = host_judge::ticket;
  struct request {
    int number = 0;
    endpoint what = endpoint::boxscore;
    bool is_canary = false;
    game_id asked;
  };

  bool over() const { return static_cast<int>(out_.failed.size() + out_.complete.size()) == plan_.games; }

  void admit() {
    while (next_ <= plan_.games && static_cast<int>(open_.size()) < plan_.games_at_once) {
      open_[next_] = 2;
      for (const auto what : {endpoint::boxscore, endpoint::playbyplay}) {
        requests_[++last_] = {next_, what, false, game(next_)};
        waiting_.push_back(last_);
      }
      ++next_;
    }
  }

  void grant() {
    while (!waiting_.empty()) {
      if (budget_.state(now_) == host_state::given_up) return give_up();
      const bool probe = budget_.state(now_) == host_state::half_open;
      if (!budget_.try_acquire(now_)) return;
      const auto which = waiting_.front();
      waiting_.pop_front();
      if (!requests_.contains(which) || std::count(in_flight_.begin(), in_flight_.end(), which) > 0) {
        budget_.release(now_, budget_signal::unused);
        continue;
      }
      const auto one = requests_.at(which);
      if (probe && !one.is_canary)
        if (const auto question = judge_.probe_instead_of(one.asked, one.what)) {
          waiting_.push_front(which);
          if (canary_ == 0) open_canary(*question);
          in_flight_.push_back(canary_);
          continue;
        }
      in_flight_.push_back(which);
    }
  }

  void open_canary(const host_judge::question& what) {
    canary_ = ++last_;
    requests_[canary_] = {0, what.endpoint, true, what.game};
  }

  bool in_trouble(const request& one) {
    const int number = answers_++;
    if (plan_.only_playbyplay && one.what != endpoint::playbyplay) return false;
    return std::any_of(plan_.spells.begin(), plan_.spells.end(),
                       [&](const auto& spell) { return number >= spell.first && number < spell.second; });
  }

  classified ask(const request& one) {
    if (in_trouble(one)) {
      ++out_.into_trouble;
      return answer(plan_.trouble);
    }
    if (one.asked == game(99'999)) return plan_.canary_is_there ? classified{} : answer(verdict::refused);
    for (const int number : plan_.bad)
      if (one.asked == game(number)) return answer(plan_.bad_answer);
    return {};
  }

  void finish_one() {
    const auto place = static_cast<std::ptrdiff_t>(random_() % in_flight_.size());
    const auto which = in_flight_[static_cast<std::size_t>(place)];
    in_flight_.erase(in_flight_.begin() + place);
    const auto one = requests_.at(which);
    const auto said = ask(one);
    http_response response;
    auto signal = budget_effect(said, response);
    if (one.is_canary) {
      const auto verdict = judge_.canary_said(said, now_);
      budget_.release(now_, verdict.blocked ? budget_signal::blocked : signal);
      if (verdict.ask_again) return waiting_.push_front(which);
      requests_.erase(which);
      canary_ = 0;
      for (const auto& ruling : verdict.rulings) carry_out(ruling);
      return ask_canary();
    }
    if (signal == budget_signal::throttled && judge_.is_singled_out(which)) signal = budget_signal::failure;
    budget_.release(now_, signal);
    if (!open_.contains(one.number)) {
      requests_.erase(which);
    } else if (said.what == verdict::ok) {
      judge_.succeeded(which, one.asked, one.what);
      requests_.erase(which);
      if (--open_.at(one.number) == 0) {
        open_.erase(one.number);
        out_.complete.insert(one.number);
      }
    } else {
      carry_out(judge_.failed(which, one.asked, one.what, said, now_));
      ask_canary();
    }
  }

  void ask_canary() {
    const auto question = judge_.next_question();
    if (!question) return;
    open_canary(*question);
    waiting_.push_front(canary_);
  }

  void carry_out(const host_judge::ruling& ruling) {
    if (!requests_.contains(ruling.which)) return;
    if (ruling.what == order::again) waiting_.push_front(ruling.which);
    if (ruling.what == order::later || ruling.what == order::apart) sleeping_.push_back({now_ + 1s, ruling.which});
    if (ruling.what == order::fail) fail(requests_.at(ruling.which).number, ruling.why.kind);
  }

  void fail(int number, failure_class why) {
    if (!open_.contains(number)) return;
    open_.erase(number);
    out_.failed[number] = why;
    for (auto i = requests_.begin(); i != requests_.end();) {
      const bool its = !i->second.is_canary && i->second.number == number;
      const bool flies = std::count(in_flight_.begin(), in_flight_.end(), i->first) > 0;
      if (its) judge_.forget(i->first);
      i = its && !flies ? requests_.erase(i) : std::next(i);
    }
  }

  void give_up() {
    judge_.canary_lost();
    for (int number = 1; number <= plan_.games; ++number)
      if (!out_.complete.contains(number) && !out_.failed.contains(number))
        out_.failed[number] = failure_class::edge_blocked;
    waiting_.clear();
  }

  // Nothing is under way: until something can be.
  void wait() {
    std::optional<time_point> next;
    if (!waiting_.empty()) next = budget_.next_opportunity(now_);
    for (const auto& [at, which] : sleeping_) next = next ? std::min(*next, at) : at;
    if (over()) return;
    REQUIRE_MESSAGE(next.has_value(), "nothing can happen any more");
    now_ = std::max(now_, *next);
    for (auto i = sleeping_.begin(); i != sleeping_.end();) {
      if (i->first > now_) {
        ++i;
        continue;
      }
      if (requests_.contains(i->second)) waiting_.push_back(i->second);
      i = sleeping_.erase(i);
    }
  }

  plan plan_;
  std::mt19937_64 random_;
  time_point now_{1h};
  host_budget budget_;
  host_judge judge_;
  int next_ = 1;
  int answers_ = 0;
  ticket last_ = 0, canary_ = 0;
  std::map<int, int> open_;  // documents that a game lacks
  std::map<ticket, request> requests_;
  std::deque<ticket> waiting_;
  std::vector<ticket> in_flight_;
  std::vector<std::pair<time_point, ticket>> sleeping_;
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
