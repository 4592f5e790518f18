// Dead letters.
#include "storage/sql/dead_letters.hpp"
#include "storage/sql/ledger_rules.hpp"
#include "storage/sql/sql_store.hpp"

#include <fmt/format.h>

namespace nba::sql {
namespace {

constexpr std::string_view columns_without_payload =
    "dead_letter_id, game_id, stage, error_class, error, attempts, payload_sha256, first_failed_at, last_failed_at, "
    "resolved_at, resolution, reason, last_error";

dead_letter to_letter(const cell_row& row) {
  dead_letter letter;
  letter.dead_letter_id = as_integer(row[0]);
  letter.game_id = game_id::parse(as_text(row[1])).value_or(game_id{});
  letter.stage = as_text(row[2]);
  letter.error_class = parse_failure_class(as_text(row[3])).value_or(failure_class::internal);
  letter.error = as_text(row[4]);
  letter.attempts = static_cast<int>(as_integer(row[5]));
  letter.payload_sha256 = as_text(row[6]);
  letter.first_failed_at = as_timestamp(row[7]);
  letter.last_failed_at = as_timestamp(row[8]);
  letter.resolved_at = as_optional_timestamp(row[9]);
  letter.resolution = as_text(row[10]);
  letter.reason = as_text(row[11]);
  letter.last_error = as_text(row[12]);
  return letter;
}

// The first evidence stays, unless the new one has more: both documents (and so a digest) where there was none, or any
// answer where there was nothing. The newest error is kept beside it.
std::string first_evidence() {
  constexpr std::string_view better =
      "dead_letters.payload_sha256 IS NULL AND excluded.payload IS NOT NULL AND (excluded.payload_sha256 IS NOT NULL "
      "OR dead_letters.payload IS NULL)";
  std::string sets;
  for (const auto* column : {"stage", "error_class", "error", "payload_sha256", "payload"})
    sets += fmt::format(", {0} = CASE WHEN {1} THEN excluded.{0} ELSE dead_letters.{0} END", column, better);
  return sets + fmt::format(
                    ", last_error = CASE WHEN {} OR excluded.error = dead_letters.error THEN NULL "
                    "ELSE excluded.error END",
                    better);
}

// False when the game is terminal: then it stays as it is.
bool park_in_ledger(session& db, const dead_letter& letter, const std::string& run_id, utc_time now) {
  const cell_row values{text(letter.game_id.str()),
                        text(to_string(letter.game_id.in_season())),
                        text(to_string(letter.game_id.type())),
                        text(to_string(letter.error_class)),
                        text(letter.error),
                        text(run_id),
                        timestamp(now),
                        text_or_null(letter.played_evidence)};
  return db.execute(
             fmt::format(
                 "INSERT INTO ingest_games (game_id, season, game_type, game_date, state, attempts, error_class, "
                 "error, run_id, updated_at, played_evidence) VALUES ($1, $2, $3, (SELECT game_date FROM "
                 "schedule_games WHERE game_id = $1), 'parked', 1, $4, $5, $6, $7, $8) ON CONFLICT (game_id) DO "
                 "UPDATE SET state = excluded.state, attempts = ingest_games.attempts + 1, "
                 "error_class = excluded.error_class, error = excluded.error, run_id = excluded.run_id, "
                 "updated_at = excluded.updated_at, closing_ground = NULL, closing_evidence = NULL, "
                 "closing_occasions = 0, first_seen_at = NULL, last_seen_at = NULL, closed_at = NULL, "
                 "closing_checks = 0, "
                 "played_evidence = COALESCE(ingest_games.played_evidence, excluded.played_evidence) WHERE {}",
                 may_become(game_state::parked, letter.reopens)),
             values) != 0;
}

}  // namespace

std::int64_t resolve_letters(session& db, const game_id& id, std::string_view resolution, std::string_view reason,
                             utc_time now) {
  const cell_row values{text(id.str()), timestamp(now), text(resolution), text_or_null(reason)};
  return db.execute(
      "UPDATE dead_letters SET resolved_at = $2, resolution = $3, reason = $4 "
      "WHERE game_id = $1 AND resolved_at IS NULL",
      values);
}

result<void> sql_store::park(const dead_letter& letter, const std::string& run_id) {
  return write({failpoint{"park.before_commit"}, failpoint{"park.after_commit"}}, [&] {
    if (letter.game_id.empty()) throw refused({failure_class::internal, "a dead letter without a game id", "park"});
    if (!park_in_ledger(*db_, letter, run_id, utc_now())) return;
    NBA_FAILPOINT("park.ledger_written");
    const cell_row values{text(letter.game_id.str()),
                          text(letter.stage),
                          text(to_string(letter.error_class)),
                          text(letter.error),
                          integer(letter.attempts),
                          text_or_null(letter.payload_sha256),
                          letter.payload.empty() ? cell{} : cell{blob{letter.payload}},
                          timestamp(letter.first_failed_at),
                          timestamp(letter.last_failed_at)};
    db_->execute(
        "INSERT INTO dead_letters (game_id, stage, error_class, error, attempts, payload_sha256, payload, "
        "first_failed_at, last_failed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
        "ON CONFLICT (game_id) WHERE resolved_at IS NULL DO UPDATE SET "
        "attempts = dead_letters.attempts + excluded.attempts, last_failed_at = excluded.last_failed_at" +
            first_evidence(),
        values);
  });
}

result<std::vector<dead_letter>> sql_store::read_dead_letters(bool include_resolved) {
  return transact(transaction_mode::read, [&] {
    const auto found = db_->query(
        fmt::format("SELECT {} FROM dead_letters {} ORDER BY CASE WHEN resolved_at IS NULL THEN 0 ELSE 1 END, "
                    "last_failed_at DESC, dead_letter_id DESC",
                    columns_without_payload, include_resolved ? "" : "WHERE resolved_at IS NULL"));
    std::vector<dead_letter> letters;
    letters.reserve(found.rows.size());
    for (const auto& row : found.rows) letters.push_back(to_letter(row));
    return letters;
  });
}

result<std::optional<dead_letter>> sql_store::read_dead_letter(std::int64_t dead_letter_id) {
  return transact(transaction_mode::read, [&]() -> std::optional<dead_letter> {
    const cell_row which{integer(dead_letter_id)};
    const auto found = db_->query(
        fmt::format("SELECT {}, payload FROM dead_letters WHERE dead_letter_id = $1", columns_without_payload), which);
    if (found.rows.empty()) return std::nullopt;
    auto letter = to_letter(found.rows.front());
    letter.payload = as_bytes(found.rows.front().back());
    return letter;
  });
}

result<bool> sql_store::resolve_dead_letter(const game_id& id, std::string_view resolution, std::string_view reason) {
  return transact(transaction_mode::write, [&] {
    if (resolution != "retried" && resolution != "waived")
      throw refused({failure_class::internal,
                     fmt::format("a dead letter is resolved as \"retried\" or \"waived\", not \"{}\"", resolution),
                     "resolve_dead_letter"});
    const auto now = utc_now();
    // The ledger's row first, as every transaction does that takes both.
    const cell_row which{text(id.str())};
    db_->query(fmt::format("SELECT state FROM ingest_games WHERE game_id = $1{}", db_->dialect().for_update), which);
    if (resolve_letters(*db_, id, resolution, reason, now) == 0) return false;
    if (resolution == "waived") {
      const cell_row values{text(id.str()), timestamp(now), text_or_null(reason)};
      db_->execute(fmt::format("UPDATE ingest_games SET state = 'waived', updated_at = $2, closing_ground = 'waived', "
                               "closing_evidence = $3, closing_occasions = 1, first_seen_at = $2, last_seen_at = $2, "
                               "closed_at = $2, closing_checks = 0 WHERE game_id = $1 AND {}",
                               may_become(game_state::waived)),
                   values);
    }
    return true;
  });
}

}  // namespace nba::sql
