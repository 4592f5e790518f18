// A request_book with a test on every side of it: budget, client, timer and whoever asks.
#pragma once

#include "pipeline/invariant.hpp"
#include "pipeline/source/cdn/cdn_source.hpp"
#include "pipeline/source/request_book.hpp"
#include "tests/support/document_urls.hpp"
#include "tests/support/model_http.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace nba::test {

inline const source_urls desk_urls{"http://league.test/static/json", "http://league.test/stats"};

inline game_id desk_game(int number) {
  const auto digits = std::to_string(number);
  return game_id::parse("00224" + std::string(5 - digits.size(), '0') + digits).value();
}
inline std::string box(int number) { return boxscore_url(desk_urls, desk_game(number)); }
inline std::string events(int number) { return playbyplay_url(desk_urls, desk_game(number)); }
// What a host answers that has the document.
inline http_response document_of(int number) {
  return ok_answer(R"({"game":{"gameId":")" + desk_game(number).str() + R"("}})");
}
inline document_request documents_of(int number) {
  return {{{endpoint::boxscore, box(number)}, {endpoint::playbyplay, events(number)}}, desk_game(number)};
}

inline request_book_options with_tries(int tries_max) {
  request_book_options options;
  options.retry.tries_max = tries_max;
  return options;
}
inline request_book_options with_canary(int number, int tries_max = 4) {
  auto options = with_tries(tries_max);
  options.canary = canary{{}, desk_game(number)};
  return options;
}
inline const http_response refused = status_answer(403, "<HTML>Access Denied</HTML>");
using signal_list = std::vector<budget_signal>;

class request_desk {
 public:
  explicit request_desk(request_book_options options = {}) : book(with_games(std::move(options))) {}

  void ask(request_book::asking whom, const document_request& wanted) {
    expected_[whom] = wanted.documents.size();
    carry_out(book.ask(whom, wanted));
  }
  void start(int number) { ask(static_cast<request_book::asking>(number), documents_of(number)); }

  // Permits that are asked for, in the order in which a budget grants them.
  std::optional<request_book::ask_permit> take_ask() {
    if (asks.empty()) return std::nullopt;
    auto first = std::move(asks.front());
    asks.pop_front();
    return first;
  }
  void grant(request_book::ticket which, bool probe = false) {
    ++permits_granted;
    carry_out(book.granted(which, probe));
  }
  void deny(request_book::ticket which, const std::string& reason = {}) { carry_out(book.denied(which, reason)); }
  // Grants what is asked for now; answers how many those were.
  std::size_t grant_all() {
    const auto asked = std::exchange(asks, {});
    for (const auto& one : asked) grant(one.which);
    return asked.size();
  }

  bool is_sent(const std::string& url) const { return find_sent(url) != sent.end(); }
  void answer(const std::string& url, http_response response) {
    const auto found = find_sent(url);
    REQUIRE_MESSAGE(found != sent.end(), "nobody asked for " << url);
    response.url = url;
    const auto which = found->which;
    sent.erase(found);
    carry_out(book.answered(which, response, now));
  }
  void answer_game(int number) {
    answer(box(number), document_of(number));
    answer(events(number), document_of(number));
  }
  void cancel_all() {
    while (!sent.empty()) answer(sent.front().what.url, error_answer(http_error::cancelled));
  }
  void drop() { carry_out(book.drop()); }

  // The next one; there must be one.
  void fire_timer() {
    const auto [due, which] = *timers.begin();
    timers.erase(timers.begin());
    now = std::max(now, due);
    carry_out(book.retry_due(which));
  }
  void advance(std::chrono::milliseconds pause) {
    const auto until = now + pause;
    while (!timers.empty() && timers.begin()->first <= until) fire_timer();
    now = until;
  }
  // Askings that are not over.
  std::size_t unanswered() const { return expected_.size(); }
  bool is_open(request_book::asking whom) const { return expected_.contains(whom); }

  std::vector<budget_signal> signals() {
    std::vector<budget_signal> out;
    for (const auto& one : std::exchange(returned, {})) out.push_back(one.signal);
    return out;
  }
  // The first loss of an asking that is over without all of its documents.
  std::optional<document_reply> take_failed() {
    if (failed.empty()) return std::nullopt;
    auto first = std::move(failed.front());
    failed.pop_front();
    return first;
  }
  const failure& why(const document_reply& reply) const { return reply.body.error(); }

  request_book book;
  request_book::time_point now{std::chrono::hours{1}};
  std::deque<request_book::ask_permit> asks;
  std::vector<request_book::send> sent;               // and not answered
  std::map<std::string, std::size_t> submitted;       // by url
  std::vector<request_book::return_permit> returned;  // `unused` among them
  std::multimap<request_book::time_point, request_book::ticket> timers;
  std::vector<document_reply> replies;
  std::deque<document_reply> failed;               // the first loss of each asking
  std::vector<request_book::asking> complete;      // askings that got all they wanted
  std::vector<std::pair<game_id, bool>> sleeping;  // as told
  std::size_t permits_granted = 0, permits_returned = 0;

 private:
  static request_book_options with_games(request_book_options options) {
    options.games = make_cdn_source(desk_urls);
    return options;
  }
  std::vector<request_book::send>::const_iterator find_sent(const std::string& url) const {
    return std::find_if(sent.begin(), sent.end(), [&](const auto& one) { return one.what.url == url; });
  }

  void carry_out(request_book::actions actions) {
    for (auto& action : actions) std::visit([this](auto& what) { perform(what); }, action);
    // Nothing is with the host without a permit, and no permit is kept for nothing.
    REQUIRE(permits_granted == permits_returned + sent.size());
  }
  void perform(request_book::ask_permit& what) {
    CHECK(what.host == "league.test");
    what.urgent ? asks.push_front(what) : asks.push_back(what);
  }
  void perform(request_book::send& what) {
    ++submitted[what.what.url];
    sent.push_back(std::move(what));
  }
  void perform(request_book::return_permit& what) {
    ++permits_returned;
    returned.push_back(std::move(what));
  }
  void perform(request_book::return_unused&) {
    ++permits_returned;
    returned.push_back({"league.test", budget_signal::unused, std::nullopt, {}});
  }
  void perform(request_book::wake_after& what) { timers.emplace(now + what.pause, what.which); }
  void perform(request_book::reply& what) {
    REQUIRE_MESSAGE(expected_.contains(what.whom), "a reply for nobody, or one too many");
    if (!what.what.body) lost_.emplace(what.whom, what.what);
    replies.push_back(std::move(what.what));
    if (--expected_.at(what.whom) > 0) return;
    expected_.erase(what.whom);
    if (const auto loss = lost_.extract(what.whom); !loss.empty())
      failed.push_back(loss.mapped());
    else
      complete.push_back(what.whom);
  }
  void perform(request_book::tell_sleeping& what) {
    CHECK(expected_.contains(what.whom));
    sleeping.emplace_back(what.game, what.sleeping);
  }

  std::map<request_book::asking, std::size_t> expected_;  // documents without their reply
  std::map<request_book::asking, document_reply> lost_;
};

}  // namespace nba::test
