// `dlq waive` and `dlq reopen`: the ledger is changed by decree, under the locks of every run that could write these
// games, and nothing else is touched.
#pragma once

#include "actors/jobs/job.hpp"

#include <map>

namespace nba {

// The game that a word on the command line means: a game id, or the number of a dead letter.
result<std::optional<game_id>> game_of(letter_store& database, const std::string& id);

// Closed or opened by name. Refused for an id that names no game , and for a game in a state that makes no sense
// (exit_usage).
class decree_job : public job {
 public:
  job_step<std::vector<lock_name>> locks(const job_site& site) override;
  job_step<job_request> prepare(const job_site& site) override;

  // The games, as the ledger had them before.
  const std::map<game_id, ledger_entry>& games() const noexcept { return games_; }

 protected:
  explicit decree_job(std::vector<std::string> ids) : ids_(std::move(ids)) {}
  // Why nothing can be done with a game in that state; empty when it can.
  virtual std::string why_not(const ledger_entry& game) const = 0;
  virtual std::string participle() const = 0;  // "waived"

 private:
  job_error unknown(const std::string& id) const;

  const std::vector<std::string> ids_;
  std::map<game_id, std::string> named_;  // and the word that names it
  std::map<game_id, ledger_entry> games_;
};

class waive_job final : public decree_job {
 public:
  waive_job(std::vector<std::string> ids, std::string reason)
      : decree_job(std::move(ids)), reason_(std::move(reason)) {}
  std::string name() const override { return "waive"; }
  result<void> decree(const job_site& site) override;

 private:
  std::string why_not(const ledger_entry& game) const override;
  std::string participle() const override { return "waived"; }
  const std::string reason_;
};

class reopen_job final : public decree_job {
 public:
  explicit reopen_job(std::vector<std::string> ids) : decree_job(std::move(ids)) {}
  std::string name() const override { return "reopen"; }
  result<void> decree(const job_site& site) override;

 private:
  std::string why_not(const ledger_entry& game) const override;
  std::string participle() const override { return "opened"; }
};

}  // namespace nba
