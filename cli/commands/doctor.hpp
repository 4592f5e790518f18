// `doctor`: what works here, what to fix.
//
// Every check answers ok, warn or fail with one sentence of detail and one of advice. The exit code is the number of
// failed checks.
// Threads: checks run one after the other in the caller's thread.
#pragma once

#include "cli/context.hpp"
#include "pipeline/plan/left_out.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nba::cli {

struct doctor_options {
  std::string season;  // empty: the season of yesterday's date in New York
  bool offline = false;
  bool json = false;
};

enum class check_status { ok, warn, fail, skipped };
std::string_view to_string(check_status value);

struct check_result {
  std::string name;
  check_status status = check_status::ok;
  std::string detail;
  std::string fix = {};
};

check_result check_time_zone();
// Reachable, schema, writable: one result.
check_result check_database(const context& with);
// The channels of alerts: settings and secrets; nothing is sent. One result a channel that cannot be used or refuses.
std::vector<check_result> check_alert_channels(const context& with);
// The disk of an SQLite file.
check_result check_disk(const context& with);
// The daily date, and what the last readings of schedules left out: results where there is something to say. Of the
// season `read_now` the schedule itself has said so just now.
std::vector<check_result> check_stored_plan(const context& with, const std::optional<season>& read_now);
// A warning that names entries of a schedule that are no games of the plan; nullopt when there is none.
std::optional<check_result> check_left_out(const std::string& season, std::size_t count,
                                           const std::vector<left_out_entry>& entries);
// The season's schedule, its second way where it has one, what it leaves out, and one finished game of it.
struct source_checks {
  std::vector<check_result> results;
  std::optional<season> read;  // the schedule came
};
source_checks check_source(const context& with, const std::string& season);

int run_doctor(const context& with, const doctor_options& options);

}  // namespace nba::cli
