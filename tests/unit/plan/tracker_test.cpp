#include "pipeline/plan/tracker.hpp"

#include "tests/unit/plan/builders.hpp"

#include <algorithm>
#include <numeric>
#include <set>

using namespace nba;
using namespace nba::test;

namespace {

// The definition, read literally and slowly: walk the sorted plan until the first id that is not terminal.
class naive_model {
 public:
  naive_model(const std::vector<game_id>& plan, const std::set<game_id>& terminal)
      : plan_(plan.begin(), plan.end()), terminal_(terminal) {}
  void resolve(const game_id& of) {
    if (plan_.contains(of)) terminal_.insert(of);
  }
  std::optional<game_id> watermark() const {
    std::optional<game_id> mark;
    for (const auto& one : plan_) {
      if (!terminal_.contains(one)) break;
      mark = one;
    }
    return mark;
  }
  std::optional<game_id> holder() const {
    for (const auto& one : plan_)
      if (!terminal_.contains(one)) return one;
    return std::nullopt;
  }
  std::size_t lag() const {
    const auto mark = watermark();
    return static_cast<std::size_t>(
        std::count_if(plan_.begin(), plan_.end(), [&](const auto& one) { return !mark || one > *mark; }));
  }

 private:
  std::set<game_id> plan_, terminal_;
};

void check_same(const contiguous_tracker& tracker, const naive_model& model) {
  REQUIRE(tracker.watermark() == model.watermark());
  REQUIRE(tracker.holder() == model.holder());
  REQUIRE(tracker.lag() == model.lag());
}

// A few plans whose ids are sparse, as the playoffs' are.
const std::vector<const char*> sparse{"0042400101", "0042400104", "0042400111", "0042400407",
                                      "0042400411", "0042400900", "0042400999"};

std::vector<game_id> first_of(std::size_t n) {
  std::vector<game_id> plan;
  for (std::size_t i = 0; i < n; ++i) plan.push_back(id(sparse[i]));
  return plan;
}

}  // namespace

TEST_CASE("in every order of completion the mark is the model's, never goes back and ends at the last id") {
  std::size_t orders = 0;
  for (std::size_t n = 0; n <= sparse.size(); ++n) {
    const auto plan = first_of(n);
    for (unsigned subset = 0; subset < (1u << n); ++subset) {
      std::vector<game_id> terminal, open;
      for (std::size_t i = 0; i < n; ++i) ((subset >> i & 1u) ? terminal : open).push_back(plan[i]);
      std::sort(open.begin(), open.end());
      do {
        ++orders;
        contiguous_tracker tracker(plan, terminal);
        naive_model model(plan, {terminal.begin(), terminal.end()});
        check_same(tracker, model);
        for (const auto& one : open) {
          const auto before = tracker.watermark();
          const bool moved = tracker.resolve(one);
          model.resolve(one);
          check_same(tracker, model);
          REQUIRE(moved == (tracker.watermark() != before));
          if (before) REQUIRE(*tracker.watermark() >= *before);
        }
        REQUIRE(tracker.resolved() == n);
        REQUIRE(tracker.lag() == 0);
        REQUIRE_FALSE(tracker.holder());
        if (n > 0) REQUIRE(tracker.watermark() == plan.back());
      } while (std::next_permutation(open.begin(), open.end()));
    }
  }
  // The sum over n of n! times the sum over k of 1/k!: none was left out.
  CHECK(orders == 1 + 2 + 5 + 16 + 65 + 326 + 1957 + 13700);
}

TEST_CASE("resolving twice changes nothing the second time") {
  contiguous_tracker tracker(first_of(3), {});
  CHECK(tracker.resolve(id("0042400101")));
  CHECK_FALSE(tracker.resolve(id("0042400101")));
  CHECK(tracker.resolved() == 1);
  CHECK_FALSE(tracker.resolve(id("0042400111")));  // terminal, but above a hole
  CHECK_FALSE(tracker.resolve(id("0042400111")));
  CHECK(tracker.resolved() == 2);
  CHECK(tracker.watermark() == id("0042400101"));
  CHECK(tracker.resolve(id("0042400104")));  // the hole is filled: the mark jumps
  CHECK(tracker.watermark() == id("0042400111"));
}

TEST_CASE("an id outside the plan changes nothing") {
  const auto stranger = id("0042400102");
  const std::vector<game_id> terminal{stranger, id("0042400101")};
  contiguous_tracker tracker(first_of(2), terminal);
  CHECK(tracker.resolved() == 1);
  CHECK_FALSE(tracker.resolve(stranger));
  CHECK_FALSE(tracker.is_planned(stranger));
  CHECK_FALSE(tracker.is_resolved(stranger));
  CHECK(tracker.watermark() == id("0042400101"));
  CHECK(tracker.holder() == id("0042400104"));
}

TEST_CASE("a plan may come in any order and with duplicates") {
  auto plan = first_of(4);
  plan.push_back(plan[1]);
  std::reverse(plan.begin(), plan.end());
  contiguous_tracker tracker(plan, {});
  CHECK(tracker.planned() == 4);
  CHECK(tracker.holder() == id("0042400101"));
  CHECK(tracker.is_planned(id("0042400407")));
}

TEST_CASE("an empty plan has no mark and holds nothing") {
  contiguous_tracker tracker;
  CHECK_FALSE(tracker.watermark());
  CHECK_FALSE(tracker.holder());
  CHECK_FALSE(tracker.resolve(id("0042400101")));
  CHECK(tracker.lag() == 0);
}
