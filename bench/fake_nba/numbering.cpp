#include "bench/fake_nba/numbering.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace nba::fake {
namespace {

constexpr double late_share = 0.014;  // of the events that can be noticed late
constexpr double backwards_share = 0.006;
constexpr double skipped_action_share = 0.12, skipped_order_share = 0.05;
constexpr std::int64_t order_step = 10'000;
constexpr int day_seconds = 86'400;

bool can_be_late(action what) {
  switch (what) {
    case action::rebound:
    case action::turnover:
    case action::steal:
    case action::block:
    case action::foul:
    case action::violation:
    case action::timeout:
    case action::stoppage:
      return true;
    default:
      return false;
  }
}

struct late_entry {
  std::size_t entered_after = 0;  // position of the event that is being played when it is entered
  std::size_t position = 0;
};

}  // namespace

void number_events(game_log& log, const game_quirks& quirks, random_stream random) {
  auto& events = log.events;
  std::vector<late_entry> late;
  std::int64_t order = 0, gap = order_step;
  int action_number = 1;
  const auto enter_late = [&](std::size_t now) {
    for (auto& entry : late) {
      if (entry.entered_after > now || events[entry.position].action_number != 0) continue;
      events[entry.position].action_number = ++action_number;
    }
  };
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto& event = events[i];
    if (i > 0 && gap > 8 && can_be_late(event.what) && random.chance(late_share)) {
      gap /= 2;
      event.order_number = (order += gap);
      late.push_back({i + static_cast<std::size_t>(random.between(2, 120)), i});
      event.edited_after_seconds = random.between(60, 2400);
      event.at_end_of_list = quirks.late_events_at_end;
    } else {
      order = (order / order_step + (random.chance(skipped_order_share) ? 2 : 1)) * order_step;
      gap = order_step;
      event.order_number = order;
      action_number += random.chance(skipped_action_share) ? 2 : 1;
      event.action_number = action_number;
    }
    if (random.chance(backwards_share))
      event.wall_tenths = std::max<std::int64_t>(0, event.wall_tenths - random.between(20, 400));
    enter_late(i);
  }
  enter_late(events.size() + 120);
  if (quirks.edited_months_later)
    events[random.below(events.size())].edited_after_seconds = random.between(50 * day_seconds, 150 * day_seconds);
}

}  // namespace nba::fake
