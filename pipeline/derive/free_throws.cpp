#include "pipeline/derive/free_throws.hpp"

#include <string_view>

namespace nba {
namespace {

enum class foul_kind { ordinary, technical, flagrant };

bool starts_with_flagrant(std::string_view descriptor) { return descriptor.substr(0, 8) == "flagrant"; }

foul_kind kind_of_free_throw(const pbp_event_row& event) {
  if (event.descriptor == "technical") return foul_kind::technical;
  return starts_with_flagrant(event.descriptor) ? foul_kind::flagrant : foul_kind::ordinary;
}

foul_kind kind_of_foul(const pbp_event_row& event) {
  if (event.sub_type == "technical") return foul_kind::technical;
  return starts_with_flagrant(event.descriptor) ? foul_kind::flagrant : foul_kind::ordinary;
}

bool gave(const pbp_event_row& foul, const pbp_event_row& free_throw, foul_kind kind) {
  return foul.action_type == "foul" && foul.team_id != free_throw.team_id &&
         foul.clock_hundredths == free_throw.clock_hundredths && kind_of_foul(foul) == kind &&
         foul.qualifiers.find("freethrow") != std::string::npos;
}

// Events with another clock may stand between a foul and its free throws (a memo, a review whose clock is off), but no
// more of them than this.
constexpr int other_clocks_max = 4;

}  // namespace

std::size_t foul_of_free_throw(std::span<const pbp_event_row> events, std::size_t free_throw) {
  const auto& shot = events[free_throw];
  const auto kind = kind_of_free_throw(shot);
  const auto search = [&](std::size_t first, std::ptrdiff_t step) {
    int others = 0;
    for (auto i = first; i < events.size() && events[i].period == shot.period; i += static_cast<std::size_t>(step)) {
      if (gave(events[i], shot, kind)) return i;
      if (events[i].clock_hundredths != shot.clock_hundredths && ++others > other_clocks_max) break;
    }
    return events.size();
  };
  // Stepping below 0 wraps to a number beyond the end.
  if (const auto before = search(free_throw - 1, -1); before < events.size()) return before;
  const auto after = search(free_throw + 1, 1);
  return after < events.size() ? after : free_throw;
}

}  // namespace nba
