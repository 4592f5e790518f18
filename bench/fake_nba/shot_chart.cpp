#include "bench/fake_nba/shot_chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace nba::fake {
namespace {

struct kind {
  std::string_view sub_type, descriptor;
};
constexpr std::array<kind, 11> at_the_rim{{{"Layup", "driving"},
                                           {"Layup", "running"},
                                           {"Layup", "driving finger roll"},
                                           {"Layup", ""},
                                           {"Layup", "cutting"},
                                           {"Layup", "reverse"},
                                           {"Layup", "driving reverse"},
                                           {"DUNK", "cutting"},
                                           {"DUNK", "running"},
                                           {"DUNK", "alley-oop"},
                                           {"DUNK", ""}}};
constexpr std::array<kind, 3> after_a_rebound{{{"Layup", "putback"}, {"Layup", "tip"}, {"DUNK", "tip"}}};
constexpr std::array<kind, 6> in_the_lane{{{"Jump Shot", "driving floating"},
                                           {"Jump Shot", "floating"},
                                           {"Jump Shot", "turnaround fadeaway"},
                                           {"Hook", "turnaround"},
                                           {"Hook", "driving"},
                                           {"Hook", ""}}};
constexpr std::array<kind, 5> mid_range{{{"Jump Shot", "pullup"},
                                         {"Jump Shot", ""},
                                         {"Jump Shot", "step back"},
                                         {"Jump Shot", "fadeaway"},
                                         {"Jump Shot", "turnaround"}}};
constexpr std::array<kind, 7> from_afar{{{"Jump Shot", ""},
                                         {"Jump Shot", ""},
                                         {"Jump Shot", ""},
                                         {"Jump Shot", "pullup"},
                                         {"Jump Shot", "step back"},
                                         {"Jump Shot", "running"},
                                         {"Jump Shot", "running pullup"}}};

constexpr double rim_share = 0.44, lane_share = 0.33;
constexpr double corner_share = 0.25;

template <std::size_t size>
void set_kind(shot_choice& out, const std::array<kind, size>& kinds, random_stream& random) {
  const auto& one = kinds[random.below(size)];
  out.sub_type = one.sub_type;
  out.descriptor = one.descriptor;
}

// At `distance` from the basket, `side_share` of it to the side (-1 to 1).
shot_spot spot_at(double distance, double side_share) {
  shot_spot out;
  out.distance_feet = distance;
  out.feet_to_the_side = distance * side_share;
  out.feet_from_baseline = basket_feet + distance * std::sqrt(1 - side_share * side_share);
  return out;
}

struct detail_row {
  std::array<std::string_view, 5> names;  // left, left centre, centre, right centre, right
};
constexpr std::array<detail_row, 3> details{
    {{{"8-16 Left", "8-16 Left", "8-16 Center", "8-16 Right", "8-16 Right"}},
     {{"16-24 Left", "16-24 Left Center", "16-24 Center", "16-24 Right Center", "16-24 Right"}},
     {{"24+ Left", "24+ Left Center", "24+ Center", "24+ Right Center", "24+ Right"}}}};

std::string_view detail_of(double distance, double side_share) {
  if (distance < 8) return "0-8 Center";
  const auto column = static_cast<std::size_t>(std::clamp((1 - side_share) * 2.5, 0.0, 4.0));
  return details[distance < 16 ? 0u : distance < 23.5 ? 1u : 2u].names[column];
}

}  // namespace

shot_choice draw_two(random_stream& random, bool after_rebound) {
  shot_choice out;
  const double where = random.uniform();
  if (after_rebound && where < 0.5) {
    set_kind(out, after_a_rebound, random);
    out.spot = spot_at(random.uniform(0, 3), random.uniform(-0.9, 0.9));
    out.accuracy = 0.56;
    out.in_the_paint = true;
    out.spot.area = "Restricted Area";
  } else if (where < rim_share) {
    set_kind(out, at_the_rim, random);
    out.spot = spot_at(random.uniform(0, 4), random.uniform(-0.9, 0.9));
    out.accuracy = 0.665;
    out.in_the_paint = true;
    out.spot.area = "Restricted Area";
  } else if (where < rim_share + lane_share) {
    set_kind(out, in_the_lane, random);
    out.spot = spot_at(random.uniform(4, 13), random.uniform(-0.55, 0.55));
    out.accuracy = 0.465;
    out.in_the_paint = true;
    out.spot.area = "In The Paint (Non-RA)";
  } else {
    set_kind(out, mid_range, random);
    out.spot = spot_at(random.uniform(14.5, 21.9), random.uniform(-0.97, 0.97));
    out.accuracy = 0.43;
    out.spot.area = "Mid-Range";
  }
  out.spot.area_detail =
      detail_of(out.spot.distance_feet, out.spot.feet_to_the_side / std::max(out.spot.distance_feet, 0.1));
  return out;
}

shot_choice draw_three(random_stream& random) {
  shot_choice out;
  set_kind(out, from_afar, random);
  const bool corner = random.chance(corner_share);
  const bool left = random.chance(0.5);
  if (corner) {
    out.spot = spot_at(random.uniform(22.1, 23.7), (left ? 1 : -1) * random.uniform(0.955, 0.999));
    out.spot.area = left ? "Left Corner 3" : "Right Corner 3";
    out.accuracy = 0.385;
  } else {
    out.spot = spot_at(random.uniform(23.8, 28.5), random.uniform(-0.85, 0.85));
    out.spot.area = "Above the Break 3";
    out.accuracy = 0.355;
  }
  out.spot.area_detail =
      detail_of(std::max(out.spot.distance_feet, 24.0), out.spot.feet_to_the_side / out.spot.distance_feet);
  return out;
}

}  // namespace nba::fake
