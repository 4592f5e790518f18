// The HTTP server of a run (--http): the page of the run while it goes on, and of its database.
//
// Best effort: a run that cannot have its address says so once (event http.unavailable, WARN) and goes on.
// Threads: `tell` from any thread, does not block; the rest on main's thread.
#pragma once

#include "actors/engine_settings.hpp"
#include "actors/run_snapshot.hpp"
#include "cli/context.hpp"
#include "cli/http/web_service.hpp"

#include <memory>

namespace nba::cli {

class run_web {
 public:
  // Null without --http. Class configuration for what only a person can mend: a public address without a token.
  static result<std::unique_ptr<run_web>> start(const context& with, std::size_t descriptors_of_run);
  void tell(const run_snapshot& newest);

 private:
  std::shared_ptr<snapshot_board> board_ = std::make_shared<snapshot_board>();
  std::unique_ptr<web_service> service_;  // null: the address was not to be had
};

}  // namespace nba::cli
