#include "bench/derive_bench.hpp"

#include "pipeline/derive/derive.hpp"
#include "pipeline/derive/first_quarter.hpp"
#include "pipeline/derive/lineups.hpp"
#include "pipeline/derive/plays.hpp"
#include "pipeline/derive/possessions.hpp"
#include "storage/store.hpp"

#include <ctime>

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace nba::bench {
namespace {

constexpr int passes = 5;  // over each game; the mean counts

double thread_cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

template <class T>
T must(result<T> outcome) {
  if (!outcome) {
    std::fprintf(stderr, "nba-bench: %s\n", describe(outcome.error()).c_str());
    std::exit(1);
  }
  return std::move(*outcome);
}

// In the order in which derive_game() makes them.
struct costs {
  std::vector<std::pair<const char*, double>> us;
  std::size_t rows = 0;  // so that no work is optimised away
  std::size_t step = 0;

  template <class Work>
  auto measure(const char* name, Work work) {
    const auto from = thread_cpu_us();
    auto made = work();
    const auto spent = thread_cpu_us() - from;
    if (step == us.size()) us.emplace_back(name, 0);
    us[step++].second += spent;
    return made;
  }
};

void measure_game(const game_rows& game, const season_travel& travel, costs& out) {
  out.step = 0;
  const auto outcome = out.measure("outcomes", [&] { return derive_outcome(game); });
  const auto plays = out.measure("(plays, shared)", [&] { return plays_of(game); });
  const auto possessions = out.measure("possessions", [&] { return count_possessions(plays, game.game); });
  const auto factors = out.measure("team_game_factors", [&] { return derive_team_factors(game, possessions); });
  const auto ways = out.measure("schedule_travel", [&] { return travel.rows_of(game.game.game_id); });
  const auto lineups = out.measure("lineup_stints, player_on_court",
                                   [&] { return derive_lineups(game, possessions, overrides_of(game.game.game_id)); });
  const auto window = out.measure("q1_window_12_8", [&] { return derive_q1_window(plays, game.game, possessions); });
  const auto shocks = out.measure("early_shocks", [&] { return derive_early_shocks(plays, game, possessions); });
  out.rows += static_cast<std::size_t>(outcome.total_points) + possessions.size() + factors.size() + ways.size() +
              lineups.stints.size() + (window ? 1 : 0) + shocks.size();
}

}  // namespace

void print_derive_costs(const std::string& database, const std::string& season) {
  const auto of = parse_season(season);
  if (!of) must(result<int>{failure{failure_class::configuration, "not a season: " + season, ""}});
  const auto store = must(open_store(must(parse_database_url(database))));
  const season_travel travel{must(store->read_plan(*of))};
  costs all;
  std::size_t games = 0;
  for (const auto& state : must(store->read_derived_states(*of))) {
    const auto rows = must(store->read_game(state.game_id));
    for (int i = 0; i < passes; ++i) measure_game(rows, travel, all);
    ++games;
  }
  if (games == 0) must(result<int>{failure{failure_class::configuration, "no stored games of " + season, ""}});
  double sum = 0;
  for (const auto& [name, us] : all.us) sum += us;
  const auto per_game = static_cast<double>(games * passes);
  std::printf("%zu games, %d passes, %zu rows\n\n%-32s %10s %7s\n", games, passes, all.rows / passes, "table",
              "us a game", "share");
  for (const auto& [name, us] : all.us) std::printf("%-32s %10.1f %6.1f%%\n", name, us / per_game, 100 * us / sum);
  std::printf("%-32s %10.1f\n", "all", sum / per_game);
}

}  // namespace nba::bench
