// Runs.
#include "storage/sql/sql_store.hpp"

#include <fmt/format.h>

namespace nba::sql {
namespace {

// Report and snapshot may be long: they are read where they are asked for.
std::string run_columns(run_detail detail) {
  return fmt::format(
      "run_id, job, arguments, started_at, ended_at, games, failures, exit_code, host, pid, error_class, reason, "
      "snapshot_at, {}, {}",
      detail == run_detail::row ? "NULL" : "snapshot", detail == run_detail::all ? "report" : "NULL");
}

std::string text_or_empty(const cell& value) { return is_null(value) ? std::string() : as_text(value); }

run_row to_run(const cell_row& row) {
  run_row run;
  run.run_id = as_text(row[0]);
  run.job = as_text(row[1]);
  run.arguments = as_text(row[2]);
  run.started_at = as_timestamp(row[3]);
  run.ended_at = as_optional_timestamp(row[4]);
  run.games = as_integer(row[5]);
  run.failures = as_integer(row[6]);
  run.exit_code = as_optional_integer<int>(row[7]);
  run.host = as_text(row[8]);
  run.pid = static_cast<int>(as_integer(row[9]));
  run.error_class = text_or_empty(row[10]);
  run.reason = text_or_empty(row[11]);
  run.snapshot_at = as_optional_timestamp(row[12]);
  run.snapshot = text_or_empty(row[13]);
  run.report = text_or_empty(row[14]);
  return run;
}

}  // namespace

result<void> sql_store::start_run(const run_row& run) {
  return write({failpoint{"run_start.before_commit"}, failpoint{"run_start.after_commit"}}, [&] {
    const cell_row values{text(run.run_id),          text(run.job),  text(run.arguments),
                          timestamp(run.started_at), text(run.host), integer(run.pid)};
    db_->execute(
        "INSERT INTO ingest_runs (run_id, job, arguments, started_at, host, pid) VALUES ($1, $2, $3, $4, $5, $6)",
        values);
  });
}

result<void> sql_store::end_run(const run_row& run) {
  return write({failpoint{"run_end.before_commit"}, failpoint{"run_end.after_commit"}}, [&] {
    const cell_row values{text(run.run_id),         timestamp_or_null(run.ended_at), integer(run.games),
                          integer(run.failures),    integer_or_null(run.exit_code),  text_or_null(run.error_class),
                          text_or_null(run.reason), text_or_null(run.report)};
    const auto changed = db_->execute(
        "UPDATE ingest_runs SET ended_at = $2, games = $3, failures = $4, exit_code = $5, error_class = $6, "
        "reason = $7, report = $8 WHERE run_id = $1",
        values);
    if (changed == 0)
      throw refused({failure_class::internal, fmt::format("run {} was never started", run.run_id), "end_run"});
  });
}

result<bool> sql_store::end_dead_run(const run_row& run) {
  return transact(transaction_mode::write, [&] {
    const cell_row values{text(run.run_id), timestamp_or_null(run.ended_at), integer(run.games), integer(run.failures),
                          text_or_null(run.reason)};
    return db_->execute(
               "UPDATE ingest_runs SET ended_at = $2, games = $3, failures = $4, reason = $5 "
               "WHERE run_id = $1 AND ended_at IS NULL",
               values) != 0;
  });
}

result<std::optional<run_row>> sql_store::last_run(std::string_view job) {
  return transact(transaction_mode::read, [&]() -> std::optional<run_row> {
    const cell_row which{text(job)};
    const auto found = db_->query(fmt::format("SELECT {} FROM ingest_runs WHERE $1 = '' OR job = $1 "
                                              "ORDER BY started_at DESC, run_id DESC LIMIT 1",
                                              run_columns(run_detail::row)),
                                  which);
    if (found.rows.empty()) return std::nullopt;
    return to_run(found.rows.front());
  });
}

result<std::vector<run_row>> sql_store::read_runs(std::size_t runs_max, run_detail detail) {
  return transact(transaction_mode::read, [&] {
    const cell_row most{integer(static_cast<std::int64_t>(runs_max))};
    const auto found = db_->query(
        fmt::format("SELECT {} FROM ingest_runs ORDER BY started_at DESC, run_id DESC LIMIT $1", run_columns(detail)),
        most);
    std::vector<run_row> runs;
    for (const auto& row : found.rows) runs.push_back(to_run(row));
    return runs;
  });
}

result<std::optional<run_row>> sql_store::read_run(std::string_view run_id) {
  return transact(transaction_mode::read, [&]() -> std::optional<run_row> {
    const cell_row which{text(run_id)};
    const auto found =
        db_->query(fmt::format("SELECT {} FROM ingest_runs WHERE run_id = $1", run_columns(run_detail::all)), which);
    if (found.rows.empty()) return std::nullopt;
    return to_run(found.rows.front());
  });
}

result<std::map<std::string, utc_time>> sql_store::last_successes() {
  return transact(transaction_mode::read, [&] {
    const auto found = db_->query(
        "SELECT job, MAX(ended_at) FROM ingest_runs WHERE exit_code = 0 AND ended_at IS NOT NULL GROUP BY job", {});
    std::map<std::string, utc_time> ends;
    for (const auto& row : found.rows) ends.emplace(as_text(row[0]), as_timestamp(row[1]));
    return ends;
  });
}

result<void> sql_store::write_snapshot(const std::string& run_id, std::string_view snapshot, utc_time at) {
  return transact(transaction_mode::write, [&] {
    const cell_row values{text(run_id), text(snapshot), timestamp(at)};
    db_->execute("UPDATE ingest_runs SET snapshot = $2, snapshot_at = $3 WHERE run_id = $1 AND ended_at IS NULL",
                 values);
  });
}

}  // namespace nba::sql
