// `dlq retry`: exactly the games of some dead letters once more, each from its stored payload where that is what
// failed.
//
// Every one of them that is not terminal is tried: what a later run made of a game (unavailable once, not final,
// postponed) leaves its dead letter open.
#pragma once

#include "actors/jobs/job.hpp"

#include <cstdint>
#include <map>

namespace nba {

struct retry_order {
  // Numbers of dead letters, or games; none: every unresolved letter that the two below leave.
  std::vector<std::string> ids = {};
  std::optional<nba::season> season = {};
  std::optional<failure_class> error_class = {};
  bool refetch = false;  // asks the host again even where the payload is stored
};

// The unresolved letters that the order names. Refused (exit_usage) for an id that names none.
job_step<std::vector<dead_letter>> choose_letters(letter_store& database, const retry_order& order);
std::set<game_id> games_of(const std::vector<dead_letter>& letters);
// The letters that a retry starts from, by game: their payloads are there and can be read. One is in memory at a time.
std::map<game_id, std::int64_t> readable_payloads(letter_store& database, const std::vector<dead_letter>& letters,
                                                  const retry_order& order);

class retry_job final : public job {
 public:
  explicit retry_job(retry_order order) : order_(std::move(order)) {}

  std::string name() const override { return "dlq"; }
  job_step<std::vector<lock_name>> locks(const job_site& site) override;
  job_step<job_request> prepare(const job_site& site) override;
  result<void> equip(engine_settings& settings, engine_services& services) override;

 private:
  const retry_order order_;
  std::set<nba::season> locked_;
  std::map<game_id, std::int64_t> payloads_;
  bool asks_hosts_ = true;
};

}  // namespace nba
