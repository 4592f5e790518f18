// What alerts there are to see in a database and its runs: for `serve`, and for a run that has ended.
//
// It follows the verdict of health (pipeline/health/health.hpp), so page, health and alerts never contradict each
// other. Threads: pure functions.
#pragma once

#include "cli/alerts/alert_desk.hpp"
#include "cli/alerts/run_alerts.hpp"
#include "cli/watch/watch_facts.hpp"

namespace nba::cli {

// Who says what no run says: the job of these alerts.
inline constexpr std::string_view watcher_job = "serve";

// `own_run`: a run that speaks for itself; empty: none.
sightings see(const watch_facts& facts, const settings& values, std::string_view own_run = {});

}  // namespace nba::cli
