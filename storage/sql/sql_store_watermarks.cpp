// Watermarks.
#include "storage/sql/sql_store.hpp"

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

}  // namespace nba::sql
