#include "cli/page/rate_history.hpp"

#include <algorithm>

namespace nba::cli {

void rate_histories::take(const watch_facts& facts) {
  for (const auto& run : facts.runs) {
    if (run.state != watched_run::phase::under_way || !run.snapshot) continue;
    auto& line = lines_[run.row.run_id];
    if (run.snapshot->number <= line.last_number && !line.points.empty()) continue;
    line.last_number = run.snapshot->number;
    if (line.taken++ % line.every != 0) continue;
    line.points.push_back({run.snapshot->at, run.snapshot->rates.games_per_second});
    if (line.points.size() < points_max) continue;
    std::vector<rate_point> thinned;
    for (std::size_t i = 0; i < line.points.size(); i += 2) thinned.push_back(line.points[i]);
    line.points = std::move(thinned);
    line.every *= 2;
  }
  std::erase_if(lines_, [&](const auto& entry) {
    return std::none_of(facts.runs.begin(), facts.runs.end(), [&](const watched_run& run) {
      return run.row.run_id == entry.first && run.state == watched_run::phase::under_way;
    });
  });
}

const std::vector<rate_point>& rate_histories::of(const std::string& run_id) const {
  static const std::vector<rate_point> none;
  const auto found = lines_.find(run_id);
  return found == lines_.end() ? none : found->second.points;
}

}  // namespace nba::cli
