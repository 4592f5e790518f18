// Watermarks and runs.
#include "storage/sql/sql_store.hpp"

#include <fmt/format.h>

namespace nba::sql {
namespace {

watermark_row to_watermark(const cell_row& row) {
  return {as_text(row[0]), as_text(row[1]), as_text(row[2]), as_timestamp(row[3])};
}

std::optional<std::string> stored_value(session& db, std::string_view stage, std::string_view key) {
  const cell_row which{text(stage), text(key)};
  const auto found = db.query("SELECT value FROM ingest_watermarks WHERE stage = $1 AND key = $2", which);
  if (found.rows.empty()) return std::nullopt;
  return as_text(found.rows.front().front());
}

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
  return run;
}

constexpr std::string_view run_columns =
    "run_id, job, arguments, started_at, ended_at, games, failures, exit_code, host, pid";

}  // namespace

result<std::optional<watermark_row>> sql_store::read_watermark(std::string_view stage, std::string_view key) {
  return transact(transaction_mode::read, [&]() -> std::optional<watermark_row> {
    const cell_row which{text(stage), text(key)};
    const auto found =
        db_->query("SELECT stage, key, value, updated_at FROM ingest_watermarks WHERE stage = $1 AND key = $2", which);
    if (found.rows.empty()) return std::nullopt;
    return to_watermark(found.rows.front());
  });
}

result<std::vector<watermark_row>> sql_store::read_watermarks() {
  return transact(transaction_mode::read, [&] {
    std::vector<watermark_row> marks;
    const auto found = db_->query("SELECT stage, key, value, updated_at FROM ingest_watermarks ORDER BY stage, key");
    for (const auto& row : found.rows) marks.push_back(to_watermark(row));
    return marks;
  });
}

result<std::string> sql_store::advance_watermark(std::string_view stage, std::string_view key, std::string_view value) {
  return write({failpoint{"watermark.before_commit"}, failpoint{"watermark.after_commit"}}, [&] {
    const cell_row values{text(stage), text(key), text(value), timestamp(utc_now())};
    db_->execute(
        "INSERT INTO ingest_watermarks (stage, key, value, updated_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (stage, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at "
        "WHERE excluded.value > ingest_watermarks.value",
        values);
    return stored_value(*db_, stage, key).value_or(std::string());
  });
}

result<std::optional<std::string>> sql_store::decree_watermark(std::string_view stage, std::string_view key,
                                                               const std::optional<std::string>& value) {
  return write({failpoint{"decree.before_commit"}, failpoint{"decree.after_commit"}}, [&] {
    auto previous = stored_value(*db_, stage, key);
    if (value) {
      const cell_row values{text(stage), text(key), text(*value), timestamp(utc_now())};
      db_->execute(
          "INSERT INTO ingest_watermarks (stage, key, value, updated_at) VALUES ($1, $2, $3, $4) "
          "ON CONFLICT (stage, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
          values);
    } else {
      const cell_row which{text(stage), text(key)};
      db_->execute("DELETE FROM ingest_watermarks WHERE stage = $1 AND key = $2", which);
    }
    return previous;
  });
}

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
    const cell_row values{text(run.run_id), timestamp_or_null(run.ended_at), integer(run.games), integer(run.failures),
                          integer_or_null(run.exit_code)};
    const auto changed = db_->execute(
        "UPDATE ingest_runs SET ended_at = $2, games = $3, failures = $4, exit_code = $5 WHERE run_id = $1", values);
    if (changed == 0)
      throw refused({failure_class::internal, fmt::format("run {} was never started", run.run_id), "end_run"});
  });
}

result<std::optional<run_row>> sql_store::last_run(std::string_view job) {
  return transact(transaction_mode::read, [&]() -> std::optional<run_row> {
    const cell_row which{text(job)};
    const auto found = db_->query(fmt::format("SELECT {} FROM ingest_runs WHERE $1 = '' OR job = $1 "
                                              "ORDER BY started_at DESC, run_id DESC LIMIT 1",
                                              run_columns),
                                  which);
    if (found.rows.empty()) return std::nullopt;
    return to_run(found.rows.front());
  });
}

}  // namespace nba::sql
