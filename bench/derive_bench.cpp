#include "bench/derive_bench.hpp"

#include "pipeline/derive/derive.hpp"
#include "pipeline/derive/plays.hpp"
#include "storage/store.hpp"

#include <ctime>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
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

struct cost {
  std::string_view table;
  double us = 0;
};

// As derive_game() makes them.
std::size_t measure_game(const game_rows& game, const season_travel& travel, std::vector<cost>& costs) {
  costs.resize(1 + derived_table_list::size);
  std::size_t step = 0;
  const auto measure = [&](std::string_view name, auto work) {
    const auto from = thread_cpu_us();
    work();
    costs[step].table = name;
    costs[step++].us += thread_cpu_us() - from;
  };
  std::vector<play> plays;
  measure("(plays, shared)", [&] { plays = plays_of(game); });
  derived_rows out;
  for_each_table(derived_table_list{}, [&]<class Row>(std::type_identity<Row>) {
    measure(table_traits<Row>::name, [&] { table_traits<Row>::derive({game, travel, plays}, out); });
  });
  return out.row_count();
}

}  // namespace

void print_derive_costs(const std::string& database, const std::string& season) {
  const auto of = parse_season(season);
  if (!of) must(result<int>{failure{failure_class::configuration, "not a season: " + season, ""}});
  const auto store = must(open_store(must(parse_database_url(database))));
  const season_travel travel{must(store->read_plan(*of))};
  std::vector<cost> costs;
  std::size_t games = 0, rows_made = 0;
  for (const auto& state : must(store->read_derived_states(*of))) {
    const auto rows = must(store->read_game(state.game_id));
    for (int i = 0; i < passes; ++i) rows_made += measure_game(rows, travel, costs);
    ++games;
  }
  if (games == 0) must(result<int>{failure{failure_class::configuration, "no stored games of " + season, ""}});
  double sum = 0;
  for (const auto& each : costs) sum += each.us;
  const auto per_game = static_cast<double>(games * passes);
  std::printf("%zu games, %d passes, %zu rows\n\n%-32s %10s %7s\n", games, passes, rows_made / passes, "table",
              "us a game", "share");
  for (const auto& [table, us] : costs)
    std::printf("%-32s %10.1f %6.1f%%\n", std::string(table).c_str(), us / per_game, 100 * us / sum);
  std::printf("%-32s %10.1f\n", "all", sum / per_game);
}

}  // namespace nba::bench
