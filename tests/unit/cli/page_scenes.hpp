// What the page is looked at with: facts as a database would give them, made by hand.
//
// A season of 1,230 regular games and some of the Cup, the play-in and the playoffs, on real dates; nothing of it is
// random. Threads: plain values.
#pragma once

#include "cli/page/page.hpp"
#include "cli/watch/watch_facts.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nba::cli::test {

// Builds facts step by step.
class page_scene {
 public:
  explicit page_scene(std::string_view now);

  // Games up to the date are done (none before the first one), later ones planned.
  page_scene& season_through(std::string_view date, int start_year = 2024);
  // The first `games` of the newest season, in id order, are done, the rest planned; `ahead` more are done above.
  page_scene& done_games(std::size_t games, std::size_t ahead);
  page_scene& set_aside(std::size_t position, std::string_view rule, std::string_view error);
  page_scene& close(std::size_t position, game_state state, std::string_view why);
  page_scene& not_final(std::size_t position);
  page_scene& rename(std::size_t position, std::string home, std::string away);
  page_scene& ended_run(std::string_view job, std::string_view began, int minutes, int exit_code, int games,
                        int failures = 0);
  page_scene& run_under_way(std::size_t done, std::size_t total, std::size_t chunks = 4);
  page_scene& pause(std::string_view host, std::string_view until, std::string_view reason);
  page_scene& reason(health_level level, std::string kind, std::string text, std::string help = {});
  page_scene& gone(std::string_view why);

  watch_facts& facts() { return facts_; }
  std::shared_ptr<const watch_facts> finish();
  const game_id& id(std::size_t position) const { return report_.plan.at(position).id; }

 private:
  watch_facts facts_;
  season_report report_;
  bool has_season_ = false;
};

struct named_scene {
  std::string name;
  std::vector<std::shared_ptr<const watch_facts>> facts;  // in this order: the pace of a run needs several
};
// The seven of docs/page.md, and some that only tests need.
std::vector<named_scene> all_page_scenes();
page_frame scene_frame();

}  // namespace nba::cli::test
