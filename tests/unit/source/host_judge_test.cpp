#include "pipeline/source/host_judge.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace nba;
using namespace std::chrono_literals;
using order = host_judge::order;

namespace {

const host_judge::time_point start{1h};

game_id game(int number) {
  const auto digits = std::to_string(number);
  return game_id::parse("00224" + std::string(5 - digits.size(), '0') + digits).value();
}
const game_id known = game(999);

classified answer(verdict what) {
  auto kind = failure_class::transient;
  if (what == verdict::contract_drift) kind = failure_class::contract_drift;
  if (what == verdict::refused) kind = failure_class::unavailable;
  if (what == verdict::another_game) kind = failure_class::rejected;
  if (what == verdict::throttled) kind = failure_class::throttled;
  return {what, {kind, "it answered " + std::string{to_string(what)}, "there"}};
}
const auto good = classified{};
const auto page = answer(verdict::contract_drift);
const auto broken = answer(verdict::transient);
const auto refusal = answer(verdict::refused);
const auto mixed_up = answer(verdict::another_game);
const auto slow_down = answer(verdict::throttled);

// The box score of game N has ticket 2 N, its play-by-play 2 N + 1.
struct court {
  explicit court(std::optional<game_id> witness = known, judge_settings settings = {})
      : judge(settings, canary{{}, std::move(witness)}) {}

  host_judge::ruling fails(int number, const classified& how, endpoint what = endpoint::boxscore) {
    const auto ticket = static_cast<host_judge::ticket>(2 * number + (what == endpoint::playbyplay ? 1 : 0));
    return judge.failed(ticket, game(number), what, how, start);
  }
  void comes(int number, endpoint what = endpoint::boxscore) {
    const auto ticket = static_cast<host_judge::ticket>(2 * number + (what == endpoint::playbyplay ? 1 : 0));
    judge.succeeded(ticket, game(number), what);
  }
  // Asks the canary and answers it.
  host_judge::verdict_of_canary canary_says(const classified& how) {
    REQUIRE(judge.next_question());
    return judge.canary_said(how, start);
  }
  host_judge judge;
};

order only_order(const host_judge::verdict_of_canary& verdict) {
  REQUIRE(verdict.rulings.size() == 1);
  return verdict.rulings.front().what;
}

}  // namespace

TEST_SUITE("host judge: one bad game between good ones") {
  TEST_CASE("it is tried again, and blamed when the canary was good before and after its last try") {
    for (const auto& how : {page, broken}) {
      court c;
      CHECK(c.fails(1, how).what == order::later);
      CHECK_FALSE(c.judge.next_question());
      CHECK(c.fails(1, how).what == order::later);
      CHECK(c.fails(1, how).what == order::hold);
      CHECK(only_order(c.canary_says(good)) == order::later);
      CHECK(c.fails(1, how).what == order::hold);
      const auto verdict = c.canary_says(good);
      REQUIRE(only_order(verdict) == order::fail);
      CHECK(verdict.rulings.front().tries == 4);
      CHECK(verdict.rulings.front().why.kind == how.why.kind);
      CHECK(verdict.rulings.front().why.where == "there");
      CHECK(verdict.rulings.front().why.message.find("answers for other games") != std::string::npos);
      CHECK_FALSE(verdict.blocked);
      CHECK_FALSE(c.judge.next_question());
    }
  }

  TEST_CASE("with one try only it is blamed at once when the canary is good") {
    court c(known, {.tries_max = 1});
    CHECK(c.fails(1, page).what == order::hold);
    CHECK(only_order(c.canary_says(good)) == order::fail);
  }

  TEST_CASE("good documents in between are no reason to let it off") {
    court c;
    order last{};
    for (int i = 0; i < 4; ++i) {
      c.comes(10 + i);
      last = c.fails(1, page).what;
      if (last == order::hold) last = only_order(c.canary_says(good));
    }
    CHECK(last == order::fail);
  }

  TEST_CASE("a failed try that is followed by a good one is forgotten") {
    court c;
    c.fails(1, broken);
    c.fails(1, broken);
    c.comes(1);
    CHECK(c.fails(1, broken).what == order::later);
    CHECK(c.fails(1, broken).tries == 2);
  }

  TEST_CASE("without a game to compare with it speaks for itself") {
    court c(std::nullopt);
    for (int i = 0; i < 3; ++i) CHECK(c.fails(1, page).what == order::later);
    const auto last = c.fails(1, page);
    CHECK(last.what == order::fail);
    CHECK(last.why.kind == failure_class::contract_drift);
    CHECK(last.tries == 4);
  }
}

TEST_SUITE("host judge: trouble of the host") {
  TEST_CASE("the third game in a row to fail is held, and the canary asked") {
    court c;
    CHECK(c.fails(1, broken).what == order::later);
    CHECK(c.fails(1, broken).what == order::later);  // the same game is no second witness
    CHECK(c.fails(2, page).what == order::later);    // alike is: no document
    CHECK(c.fails(3, answer(verdict::empty_500)).what == order::hold);
    const auto question = c.judge.next_question();
    REQUIRE(question);
    CHECK(question->game == known);
    CHECK(question->endpoint == endpoint::boxscore);
    CHECK_FALSE(c.judge.next_question());  // one at a time
  }

  TEST_CASE("a document in between begins a new row") {
    court c;
    for (int number = 1; number <= 50; ++number) {
      CHECK(c.fails(number, broken).what == order::later);
      if (number % 2 == 0) c.comes(100 + number);
    }
  }

  TEST_CASE("a bad canary is asked twice more, then the host is down and nobody is blamed") {
    court c;
    for (int number = 1; number <= 3; ++number) c.fails(number, broken);
    const auto first = c.canary_says(broken);
    CHECK(first.rulings.empty());
    CHECK_FALSE(first.blocked);
    CHECK_FALSE(c.canary_says(page).blocked);
    const auto third = c.canary_says(broken);
    CHECK(third.rulings.empty());
    CHECK(third.blocked);
    CHECK(c.judge.is_down(endpoint::boxscore));
    // What was under way and fails now is held too; each probe that fails is another pause.
    CHECK(c.fails(4, page).what == order::hold);
    CHECK(c.canary_says(page).blocked);
    CHECK(c.fails(5, refusal).what == order::hold);
    const auto over = c.canary_says(good);
    REQUIRE(over.rulings.size() == 3);
    for (const auto& one : over.rulings) {
      CHECK(one.what == order::again);
      CHECK(one.tries == 0);  // it counts for nothing
    }
    CHECK_FALSE(c.judge.is_down(endpoint::boxscore));
  }

  TEST_CASE("a refusal of the only known game needs no second opinion") {
    court c;
    c.fails(1, refusal);
    CHECK(c.canary_says(refusal).blocked);
  }

  TEST_CASE("with several known games the second opinion is another one's") {
    court c;
    c.comes(50);
    c.comes(51);
    c.fails(1, refusal);
    CHECK(c.judge.next_question()->game == game(51));
    CHECK_FALSE(c.judge.canary_said(refusal, start).blocked);
    CHECK(c.judge.next_question()->game == game(50));
    CHECK(only_order(c.judge.canary_said(good, start)) == order::fail);
  }

  TEST_CASE("from the first request on, without any known game: several that fail are the host's") {
    court c(std::nullopt);
    CHECK(c.fails(1, broken).what == order::later);
    CHECK(c.fails(2, broken).what == order::later);
    CHECK(c.fails(3, broken).what == order::later);  // alone it could only be compared with itself
  }

  TEST_CASE("from the first request on, when the known game is one of those that fail") {
    court c(game(1));
    c.fails(1, page);
    c.fails(2, page);
    CHECK(c.fails(3, page).what == order::hold);
    CHECK(c.judge.next_question()->game == game(1));
    c.judge.canary_said(page, start);
    c.canary_says(page);
    CHECK(c.canary_says(page).blocked);
    CHECK(c.fails(1, page).what == order::hold);
    CHECK(c.fails(2, page).what == order::hold);
    CHECK(c.canary_says(good).rulings.size() == 3);
  }

  TEST_CASE("a probe that could only ask for a game that is gone asks for others by turns") {
    court c;
    for (int number = 1; number <= 3; ++number) c.fails(number, page);
    for (int number = 1; number <= 2; ++number) CHECK(c.fails(number, page).what == order::hold);
    CHECK(c.canary_says(refusal).blocked);
    std::set<game_id> asked;
    for (int probe = 0; probe < 4; ++probe) {
      const auto question = c.judge.next_question();
      REQUIRE(question);
      asked.insert(question->game);
      CHECK(c.judge.canary_said(refusal, start).blocked);
    }
    CHECK(asked == std::set<game_id>{known, game(1), game(2), game(3)});
  }

  TEST_CASE("trouble with one kind of document is not made good by the other kind") {
    court c;
    for (int number = 1; number <= 3; ++number) {
      c.comes(number);
      const auto ruling = c.fails(number, page, endpoint::playbyplay);
      CHECK(ruling.what == (number < 3 ? order::later : order::hold));
    }
    const auto question = c.judge.next_question();
    REQUIRE(question);
    CHECK(question->endpoint == endpoint::playbyplay);
    c.judge.canary_said(page, start);
    c.canary_says(page);
    CHECK(c.canary_says(page).blocked);
    CHECK(c.judge.is_down(endpoint::playbyplay));
    CHECK_FALSE(c.judge.is_down(endpoint::boxscore));
    // A box score that comes does not end it, and one that fails is no part of it.
    c.comes(20);
    CHECK(c.judge.is_down(endpoint::playbyplay));
    CHECK(c.fails(21, page).what == order::later);
  }

  TEST_CASE("games that are held for both kinds of documents get two canaries, one after the other") {
    court c(known, {.tries_max = 1});
    c.fails(1, page, endpoint::playbyplay);
    c.fails(2, page);
    CHECK(c.judge.next_question()->endpoint == endpoint::playbyplay);
    CHECK(c.judge.canary_said(good, start).rulings.size() == 1);
    CHECK(c.judge.next_question()->endpoint == endpoint::boxscore);
    CHECK(c.judge.canary_said(good, start).rulings.size() == 1);
    CHECK_FALSE(c.judge.next_question());
  }

  TEST_CASE("when the canary is lost, all who were held are named once") {
    court c;
    for (int number = 1; number <= 4; ++number) c.fails(number, refusal);
    REQUIRE(c.judge.next_question());
    CHECK(c.judge.canary_lost() == std::vector<host_judge::ticket>{2, 4, 6, 8});
    CHECK(c.judge.canary_lost().empty());
    CHECK_FALSE(c.judge.out());
    CHECK_FALSE(c.judge.next_question());
  }

  TEST_CASE("who is forgotten gets no ruling") {
    court c;
    c.fails(1, refusal);
    c.fails(2, refusal);
    REQUIRE(c.judge.next_question());
    c.judge.forget(2);
    const auto verdict = c.judge.canary_said(good, start);
    REQUIRE(verdict.rulings.size() == 1);
    CHECK(verdict.rulings.front().which == 4);
  }
}

TEST_SUITE("host judge: documents of other games") {
  TEST_CASE("one game that gets another one's is tried again and then blamed, as for a page") {
    court c;
    CHECK(c.fails(1, mixed_up).what == order::later);
    CHECK(c.fails(1, mixed_up).what == order::later);
    CHECK(c.fails(1, mixed_up).what == order::hold);
    CHECK(only_order(c.canary_says(good)) == order::later);
    CHECK(c.fails(1, mixed_up).what == order::hold);
    const auto verdict = c.canary_says(good);
    REQUIRE(only_order(verdict) == order::fail);
    CHECK(verdict.rulings.front().why.kind == failure_class::rejected);
    CHECK(verdict.rulings.front().why.where == "there");
  }

  TEST_CASE("one or two such games are blamed where no known game is there any more") {
    for (const int games : {1, 2}) {
      court c;
      CAPTURE(games);
      for (int turn = 0; turn < 2; ++turn)
        for (int number = 1; number <= games; ++number) CHECK(c.fails(number, mixed_up).what == order::later);
      for (const auto last : {order::later, order::fail}) {
        for (int number = 1; number <= games; ++number) CHECK(c.fails(number, mixed_up).what == order::hold);
        const auto verdict = c.canary_says(refusal);
        CHECK_FALSE(verdict.blocked);
        REQUIRE(verdict.rulings.size() == static_cast<std::size_t>(games));
        for (const auto& one : verdict.rulings) CHECK(one.what == last);
        CHECK_FALSE(c.judge.is_down(endpoint::boxscore));
      }
      CHECK_FALSE(c.judge.next_question());
    }
  }

  TEST_CASE("of three in a row, or beside other trouble, the refused canary makes it the host's") {
    court three;
    for (int number = 1; number <= 2; ++number) CHECK(three.fails(number, mixed_up).what == order::later);
    CHECK(three.fails(3, mixed_up).what == order::hold);
    CHECK(three.canary_says(refusal).blocked);
    court other;
    for (int turn = 0; turn < 3; ++turn) other.fails(1, mixed_up);
    for (int turn = 0; turn < 3; ++turn) other.fails(2, page);
    CHECK(other.canary_says(refusal).blocked);
  }

  TEST_CASE("a canary that gets another game's document too makes it the host's, at the first game") {
    court c;
    for (int turn = 0; turn < 3; ++turn) c.fails(1, mixed_up);
    CHECK_FALSE(c.canary_says(mixed_up).blocked);
    CHECK_FALSE(c.canary_says(mixed_up).blocked);
    CHECK(c.canary_says(mixed_up).blocked);
    CHECK(only_order(c.canary_says(good)) == order::again);
  }
}

TEST_SUITE("host judge: refusals") {
  TEST_CASE("one good canary is enough, and it is of the kind of document that was refused") {
    for (const auto what : {endpoint::boxscore, endpoint::playbyplay}) {
      court c;
      CHECK(c.fails(1, refusal, what).what == order::hold);
      CHECK(c.judge.next_question()->endpoint == what);
      const auto verdict = c.judge.canary_said(good, start);
      CHECK(only_order(verdict) == order::fail);
      CHECK(verdict.rulings.front().why.kind == failure_class::unavailable);
      // It speaks for a few later ones of that kind too.
      for (int i = 0; i < canary::shares_max; ++i) CHECK(c.fails(2 + i, refusal, what).what == order::fail);
      CHECK(c.fails(20, refusal, what).what == order::hold);
    }
  }

  TEST_CASE("a host that refuses every play-by-play while it serves box scores is blocked; no game is blamed") {
    court c;
    for (int number = 1; number <= 12; ++number) {
      c.comes(number);
      const auto ruling = c.fails(number, refusal, endpoint::playbyplay);
      CHECK(ruling.what == order::hold);
      if (const auto question = c.judge.next_question()) {
        CHECK(question->endpoint == endpoint::playbyplay);
        const auto verdict = c.judge.canary_said(refusal, start);
        for (const auto& one : verdict.rulings) CHECK(one.what != order::fail);
        CHECK(verdict.blocked);
      }
    }
  }

  TEST_CASE("several in a row are asked for once more: the canary may speak for a host whose block is over") {
    court c;
    for (int number = 1; number <= 3; ++number) CHECK(c.fails(number, refusal).what == order::hold);
    for (const auto& one : c.canary_says(good).rulings) CHECK(one.what == order::again);
    c.comes(1);
    CHECK(c.fails(2, refusal).what == order::fail);  // the canary has just spoken
    CHECK(c.fails(3, refusal).why.kind == failure_class::unavailable);
  }

  TEST_CASE("an empty 500 is a hiccup at first; when it repeats the host has no such game") {
    court c;
    const auto empty = answer(verdict::empty_500);
    c.fails(1, empty);
    c.fails(1, empty);
    CHECK(c.fails(1, empty).what == order::hold);
    CHECK(only_order(c.canary_says(good)) == order::later);
    // The canary has just spoken, so that it is not asked once more.
    const auto last = c.fails(1, empty);
    CHECK(last.what == order::fail);
    CHECK(last.why.kind == failure_class::unavailable);
  }

  TEST_CASE("a game is not its own canary: nobody can tell") {
    court c(game(1));
    const auto ruling = c.fails(1, refusal);
    CHECK(ruling.what == order::fail);
    CHECK(ruling.why.kind == failure_class::edge_blocked);
  }
}

TEST_SUITE("host judge: throttling") {
  TEST_CASE("one game that is throttled for ever is blamed; the canary was good twice meanwhile") {
    court c;
    CHECK(c.fails(1, slow_down).what == order::again);
    CHECK_FALSE(c.judge.is_singled_out(2));
    CHECK(c.fails(1, slow_down).what == order::hold);
    CHECK(only_order(c.canary_says(good)) == order::again);
    CHECK(c.judge.is_singled_out(2));
    CHECK(c.fails(1, slow_down).what == order::apart);
    CHECK(c.fails(1, slow_down).what == order::hold);
    const auto verdict = c.canary_says(good);
    REQUIRE(only_order(verdict) == order::fail);
    CHECK(verdict.rulings.front().why.kind == failure_class::transient);
    CHECK(verdict.rulings.front().tries == 4);
  }

  TEST_CASE("a throttled answer is no try: as many are left as before") {
    court c(std::nullopt, {.tries_max = 2});
    for (int i = 0; i < 5; ++i) CHECK(c.fails(1, slow_down).tries == 0);
    CHECK(c.fails(1, broken).what == order::later);
    CHECK(c.fails(1, slow_down).tries == 1);
    const auto last = c.fails(1, broken);
    CHECK(last.what == order::fail);
    CHECK(last.tries == 2);
  }

  TEST_CASE("two such games are blamed both") {
    court c;
    int blamed = 0;
    for (int round = 0; round < 4; ++round)
      for (const int number : {1, 2})
        if (c.fails(number, slow_down).what == order::hold)
          for (const auto& one : c.canary_says(good).rulings) blamed += one.what == order::fail ? 1 : 0;
    CHECK(blamed == 2);
  }

  TEST_CASE("while other throttled requests come through, the host is merely slow") {
    court c;
    for (int i = 0; i < 20; ++i) {
      const auto ruling = c.fails(1, slow_down);
      REQUIRE(ruling.what != order::fail);
      c.fails(2 + i, slow_down);
      c.comes(2 + i);
      if (ruling.what == order::hold) CHECK(only_order(c.canary_says(good)) == order::again);
    }
    const auto last = c.fails(1, slow_down);
    CHECK(last.what == order::fail);  // the bound; it is put down to the host
    CHECK(last.why.kind == failure_class::throttled);
  }

  TEST_CASE("a canary that is throttled is asked again, but not for ever") {
    court c(known, {.throttles_max = 2});
    c.fails(1, refusal);
    REQUIRE(c.judge.next_question());
    CHECK(c.judge.canary_said(slow_down, start).ask_again);
    CHECK(c.judge.canary_said(slow_down, start).ask_again);
    CHECK_FALSE(c.judge.canary_said(slow_down, start).ask_again);
    CHECK(c.judge.next_question());
  }

  TEST_CASE("a host that throttles everything and then goes away blames nobody") {
    court c;
    c.fails(1, slow_down);
    CHECK(c.fails(1, slow_down).what == order::hold);
    c.canary_says(broken);
    c.canary_says(broken);
    CHECK(c.canary_says(broken).blocked);
    CHECK(c.fails(2, slow_down).what == order::hold);
    for (const auto& one : c.canary_says(good).rulings) CHECK(one.what == order::again);
    CHECK_FALSE(c.judge.is_singled_out(2));
  }
}

TEST_SUITE("host judge: probes") {
  TEST_CASE("a game's own request does not decide whether its host is open") {
    court c;
    const auto question = c.judge.probe_instead_of(game(1), endpoint::playbyplay);
    REQUIRE(question);
    CHECK(question->game == known);
    CHECK(question->endpoint == endpoint::playbyplay);
    CHECK(c.judge.out());
    // Nobody was held: there is nothing to rule, and nothing more to ask.
    CHECK(c.judge.canary_said(broken, start).rulings.empty());
    CHECK_FALSE(c.judge.next_question());
  }

  TEST_CASE("a question that waits for its permit is asked with the probe's") {
    court c;
    c.fails(1, refusal);
    REQUIRE(c.judge.next_question());
    CHECK(c.judge.probe_instead_of(game(2), endpoint::playbyplay)->endpoint == endpoint::boxscore);
  }

  TEST_CASE("it does where no other game is known") {
    CHECK_FALSE(court(std::nullopt).judge.probe_instead_of(game(1), endpoint::boxscore));
    CHECK_FALSE(court(game(1)).judge.probe_instead_of(game(1), endpoint::boxscore));
  }
}

TEST_SUITE("host judge: documents") {
  TEST_CASE("a document beside the games speaks for itself") {
    court c(known, {.tries_max = 3, .throttles_max = 2});
    const auto fails = [&](const classified& how) {
      return c.judge.failed(1, std::nullopt, endpoint::schedule, how, start).what;
    };
    SUBCASE("refused") { CHECK(fails(refusal) == order::fail); }
    SUBCASE("tried again") {
      CHECK(fails(page) == order::later);
      CHECK(fails(broken) == order::later);
      CHECK(fails(answer(verdict::empty_500)) == order::fail);
    }
    SUBCASE("throttled") {
      CHECK(fails(slow_down) == order::again);
      CHECK(fails(slow_down) == order::again);
      CHECK(fails(slow_down) == order::fail);
    }
    CHECK_FALSE(c.judge.next_question());
  }
}
