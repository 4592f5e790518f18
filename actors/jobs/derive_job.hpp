// `derive`: stored games are derived again from the database; no host is asked.
//
// They take the way of games that are found `loaded`: read back, derived, written, on the engine's own stages. A loaded
// game becomes done; one that is done stays so, whatever happens to it here.
#pragma once

#include "actors/jobs/job.hpp"

namespace nba {

struct derive_order {
  nba::season season;
  std::vector<game_id> games = {};                      // none: every loaded or done game of the season
  derived_table_set tables = derived_table_set::all();  // a game that is not done yet gets all of them
  bool stale = false;                                   // leaves out what is by the current rules
  int parallel = 1;                                     // connections that read, and workers that derive
};

// What the order asks for; games that are named and whose rows are not stored are `failed`. All that are named are in
// the ledger.
derive_targets choose_targets(const derive_order& order, const std::vector<ledger_entry>& ledger,
                              const std::vector<derived_state>& states, std::vector<reported_game>& failed);

class derive_job final : public job {
 public:
  explicit derive_job(derive_order order) : order_(std::move(order)) {}

  std::string name() const override { return "derive"; }
  job_step<std::vector<lock_name>> locks(const job_site&) override { return locks_of({order_.season}); }
  job_step<job_request> prepare(const job_site& site) override;
  result<void> equip(engine_settings& settings, engine_services& services) override;

 private:
  const derive_order order_;
};

}  // namespace nba
